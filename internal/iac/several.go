package iac

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

// Several is many Readers in one. A file has the Kind that the first of them gives it, and
// the trails that all of them find: a template may hold a script.
type Several []Reader

// Kind is that of the first Reader that recognizes the file.
func (s Several) Kind(path string, text []byte) Kind {
	text, _ = narrow(text)
	for _, r := range s {
		if k := r.Kind(path, text); k != "" {
			return k
		}
	}
	return ""
}

// Read asks every Reader that recognizes the file. What the first of them cannot
// understand is unreadable.
func (s Several) Read(in Input) File {
	if text, wide := narrow(in.Text); wide {
		return unfixable(s.Read(Input{Path: in.Path, Text: text, Tree: in.Tree, Parameters: in.Parameters}))
	}
	var all File
	for _, r := range s {
		if r.Kind(in.Path, in.Text) == "" {
			continue
		}
		f := guarded(r, in)
		if all.Kind == "" {
			all = f
			continue
		}
		for _, t := range f.Trails {
			same := func(o Trail) bool { return o.Line == t.Line && o.Column == t.Column }
			if !slices.ContainsFunc(all.Trails, same) {
				all.Trails = append(all.Trails, t)
			}
		}
	}
	slices.SortStableFunc(all.Trails, func(a, b Trail) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return all
}

// guarded reads with a Reader, and says so if it panics all the same.
func guarded(r Reader, in Input) (f File) {
	defer func() {
		if trouble := recover(); trouble != nil {
			f = File{Kind: r.Kind(in.Path, in.Text), Unreadable: fmt.Sprintf("reading it went wrong: %v", trouble)}
		}
	}()
	return unmarked(r, in)
}

// byteOrderMark is what some editors, on Windows above all, put before a text.
const byteOrderMark = "\ufeff"

// unmarked reads a text without its byte order mark, which no Reader needs to know of, and
// puts the edits where the text has them.
func unmarked(r Reader, in Input) File {
	bare := in
	bare.Text = bytes.TrimPrefix(in.Text, []byte(byteOrderMark))
	f := r.Read(bare)
	skip := len(in.Text) - len(bare.Text)
	if skip == 0 {
		return f
	}
	for i, t := range f.Trails {
		f.Trails[i].Fix, f.Trails[i].Elsewhere = moved(t.Fix, in.Path, skip), moved(t.Elsewhere, in.Path, skip)
	}
	return f
}

// moved are edits of which those of a file are some bytes further on.
func moved(edits []Edit, path string, by int) []Edit {
	edits = slices.Clone(edits)
	for i := range edits {
		if edits[i].Path == "" || edits[i].Path == path {
			edits[i].Start, edits[i].End = edits[i].Start+by, edits[i].End+by
		}
	}
	return edits
}
