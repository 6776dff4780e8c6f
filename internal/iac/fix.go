package iac

import (
	"cmp"
	"maps"
	"slices"
)

// Extent says how far a fix may reach.
type Extent int

// A fix stays in the trail itself, or reaches the declarations that decide it.
const (
	TrailOnly Extent = iota
	Declarations
)

// rounds bounds the way to the fixed point: each of them fixes a trail or gives one up.
const rounds = 64

// Fixed is what Fix made of a file.
type Fixed struct {
	// Texts are the files that changed, by their path in the Tree; the file itself stands
	// under the path of the Input.
	Texts map[string][]byte
	// Before is the file as it was, After as it is then. They have the same trails.
	Before, After File
}

// Apply makes the edits of one file, or says that they do not fit: they overlap, or lie
// outside of it. The same edit twice is one.
func Apply(text []byte, edits []Edit) (out []byte, fits bool) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	edits = slices.Compact(edits)
	at := 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(text) {
			return nil, false
		}
		out = append(append(out, text[at:e.Start]...), e.Text...)
		at = e.End
	}
	return append(out, text[at:]...), true
}

// Fix repairs the trails that wanted says, by their place in the file, to a fixed point. A fix that the Reader does
// not agree with afterwards is not made: the trail must then be right, and no other trail
// may have changed.
func Fix(r Reader, in Input, extent Extent, wanted func(i int, t Trail) bool) Fixed {
	m := mender{reader: r, in: in, extent: extent, texts: map[string][]byte{}, refused: map[int]bool{}}
	f := r.Read(in)
	out := Fixed{Before: f}
	for range rounds {
		var todo []int
		for i, t := range f.Trails {
			if !m.refused[i] && wanted(i, t) && len(m.edits(t)) > 0 {
				todo = append(todo, i)
			}
		}
		if len(todo) == 0 {
			break
		}
		f = m.step(f, todo)
	}
	out.Texts, out.After = m.texts, f
	return out
}

// mender is a Fix under way.
type mender struct {
	reader  Reader
	in      Input
	extent  Extent
	texts   map[string][]byte
	refused map[int]bool // trails, by their place in the file
}

// edits are those that a trail needs, nil when it needs none or there are none.
func (m *mender) edits(t Trail) []Edit {
	switch {
	case t.breaks(SingleRegion, GlobalServiceEvents) && len(t.Fix) > 0:
		return t.Fix
	case m.extent == Declarations && t.Default != Multi && t.Verdict != Multi:
		return t.Elsewhere
	default:
		return nil
	}
}

// step fixes all trails of todo at once, or else the first that can be fixed alone.
func (m *mender) step(f File, todo []int) File {
	if after, ok := m.try(f, todo); ok {
		return after
	}
	for _, i := range todo {
		if len(todo) > 1 {
			if after, ok := m.try(f, []int{i}); ok {
				return after
			}
		}
		m.refused[i] = true
	}
	return f
}

// try makes the edits of some trails, and keeps them if the Reader agrees.
func (m *mender) try(f File, todo []int) (File, bool) {
	edits := map[string][]Edit{}
	for _, i := range todo {
		for _, e := range m.edits(f.Trails[i]) {
			name := cmp.Or(e.Path, m.in.Path)
			e.Path = ""
			edits[name] = append(edits[name], e)
		}
	}
	texts := maps.Clone(m.texts)
	for name, some := range edits {
		text, ok := m.text(name)
		if !ok {
			return f, false
		}
		if texts[name], ok = Apply(text, some); !ok {
			return f, false
		}
	}
	in := m.in
	if own, ok := texts[in.Path]; ok {
		in.Text = own
	}
	in.Tree = Overlay(m.in.Tree, texts)
	after := m.reader.Read(in)
	if !m.agrees(f, after, todo) {
		return f, false
	}
	m.texts = texts
	return after, true
}

func (m *mender) text(name string) ([]byte, bool) {
	if text, ok := m.texts[name]; ok {
		return text, true
	}
	if name == m.in.Path {
		return m.in.Text, true
	}
	return readIn(m.in.Tree, name)
}

// agrees says whether only what was to be fixed has changed, and is right.
func (m *mender) agrees(before, after File, todo []int) bool {
	if after.Unreadable != "" || after.Kind != before.Kind || len(after.Trails) != len(before.Trails) {
		return false
	}
	for i, t := range after.Trails {
		was := before.Trails[i]
		same := t.Name == was.Name && t.Verdict == was.Verdict && t.Default == was.Default && slices.EqualFunc(t.Problems, was.Problems, sameRule)
		switch {
		case t.Name != was.Name:
			return false
		case slices.Contains(todo, i):
			if !m.right(t) {
				return false
			}
		case !same && (m.extent != Declarations || !m.right(t)): // a declaration may decide several
			return false
		}
	}
	return true
}

func (m *mender) right(t Trail) bool {
	records := t.Verdict == Multi || m.extent == Declarations && t.Verdict == Unknown && t.Default == Multi
	return records && !t.breaks(SingleRegion, GlobalServiceEvents)
}

func sameRule(a, b Problem) bool { return a.Rule == b.Rule }
