package iac

import (
	"io/fs"
	"slices"
	"strings"
)

// Seen is a file that has been read, of which some trails are to be fixed.
type Seen struct {
	In     Input
	File   File // what a Reader found in it
	Wanted func(i int, t Trail) bool
}

// Together repairs the trails of many files of one tree at once, where that is what Fix with
// TrailOnly makes of one after the other: no fix reaches beyond its own file, or decides
// other trails. Each file is read again in the tree in which all of them are fixed, and must
// agree. The others, which have no Texts, are left to Fix.
func Together(r Reader, tree fs.FS, files []Seen) []Fixed {
	out := make([]Fixed, len(files))
	batch := make([]*attempt, 0, len(files))
	for i, f := range files {
		if a := attempted(r, f); a != nil {
			a.out = &out[i]
			batch = append(batch, a)
		}
	}
	for range 2 { // the second time without those that did not agree
		if agreeing := together(tree, batch); len(agreeing) < len(batch) {
			batch = agreeing
			continue
		}
		for _, a := range batch {
			*a.out = Fixed{Texts: map[string][]byte{a.in.Path: a.text}, Before: a.before, After: a.after}
		}
		break
	}
	return out
}

// attempt is a file with all of its fixes made.
type attempt struct {
	mender
	before, after File
	todo          []int
	text          []byte
	agreed        bool
	out           *Fixed
}

// attempted makes the fixes of a file; nil when there are none, or one of them may matter to
// other files, as what the call of a module says does.
func attempted(r Reader, f Seen) *attempt {
	a := &attempt{mender: mender{reader: r, in: f.In, extent: TrailOnly}, before: f.File}
	var edits []Edit
	for i, t := range f.File.Trails {
		if !f.Wanted(i, t) || len(a.edits(t)) == 0 {
			continue
		}
		elsewhere := func(e Edit) bool { return e.Path != "" && e.Path != f.In.Path }
		if strings.HasPrefix(t.Name, "module.") || slices.ContainsFunc(a.edits(t), elsewhere) {
			return nil
		}
		for _, e := range a.edits(t) {
			e.Path = ""
			edits = append(edits, e)
		}
		a.todo = append(a.todo, i)
	}
	var fits bool
	if a.text, fits = Apply(f.In.Text, edits); !fits || len(a.todo) == 0 {
		return nil
	}
	return a
}

// together reads files in the tree in which all of them are fixed, several at a time, and
// returns those that are right then.
func together(tree fs.FS, batch []*attempt) []*attempt {
	texts := map[string][]byte{}
	for _, a := range batch {
		texts[a.in.Path] = a.text
	}
	if tree != nil {
		tree = &shared{Overlay(tree, texts)}
	}
	Each(len(batch), func(i int) { batch[i].read(tree) })
	var agreeing []*attempt
	for _, a := range batch {
		if a.agreed {
			agreeing = append(agreeing, a)
		}
	}
	return agreeing
}

func (a *attempt) read(tree fs.FS) {
	in := a.in
	in.Text, in.Tree = a.text, tree
	a.after = a.reader.Read(in)
	a.agreed = a.agrees(a.before, a.after, a.todo)
}

// shared is a tree that can be told from others, so that a Reader may remember it.
type shared struct{ fs.FS }
