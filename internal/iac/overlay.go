package iac

import (
	"bytes"
	"io/fs"
	"path"
	"time"
)

// Overlay is a tree in which some files have other texts. Tree may be nil.
func Overlay(tree fs.FS, texts map[string][]byte) fs.FS {
	if tree == nil || len(texts) == 0 {
		return tree
	}
	return overlay{tree, texts}
}

type overlay struct {
	fs.FS
	texts map[string][]byte
}

// Open opens a file, in its new text if it has one.
func (o overlay) Open(name string) (fs.File, error) {
	if text, ok := o.texts[name]; ok {
		return &textFile{Reader: bytes.NewReader(text), name: name}, nil
	}
	return o.FS.Open(name)
}

// readIn reads a file of a tree; a file of no tree is not there.
func readIn(tree fs.FS, name string) ([]byte, bool) {
	if tree == nil || !fs.ValidPath(name) {
		return nil, false
	}
	text, err := fs.ReadFile(tree, name)
	return text, err == nil
}

// textFile is an open file whose text is known. It is its own fs.FileInfo.
type textFile struct {
	*bytes.Reader
	name string
}

func (f *textFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *textFile) Close() error               { return nil }
func (f *textFile) Name() string               { return path.Base(f.name) }
func (f *textFile) Mode() fs.FileMode          { return 0o444 }
func (f *textFile) ModTime() time.Time         { return time.Time{} }
func (f *textFile) IsDir() bool                { return false }
func (f *textFile) Sys() any                   { return nil }
