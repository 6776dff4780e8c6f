package cfn

import (
	"bytes"
	"maps"
	"slices"

	"github.com/trailspan/trailspan/internal/iac"
)

// mostChecks is how often a text is read again for fixes that do not hold together.
const mostChecks = 20

// found is a trail and where the tree has it.
type found struct {
	iac.Trail
	defaults map[*node]bool // of parameters, that Elsewhere changes
	inside   map[*node]bool // the text of the template within the template where it stands
	template *template
	resource resource // has no body within a template
}

// verify keeps the edits that make the trail right and change nothing else.
func (p page) verify(docs []*node, all []found) {
	c := check{p, docs, all}
	everyone := make([]int, 0, len(all))
	for i := range all {
		if all[i].Fix != nil && !c.apart(i) {
			everyone = append(everyone, i)
		}
	}
	if len(everyone) > 0 && !c.fixes(everyone) {
		for n, i := range everyone {
			if n >= mostChecks || !c.fixes([]int{i}) {
				all[i].Fix = nil
			}
		}
	}
	tried := 0
	for i := range all {
		if all[i].Elsewhere == nil {
			continue
		}
		if tried++; tried > mostChecks || !c.elsewhere(i) {
			all[i].Elsewhere = nil
		}
	}
}

type check struct {
	page page
	docs []*node
	all  []found
}

func (c check) fixes(which []int) bool {
	var edits []iac.Edit
	s := sameness{bodies: map[*node]bool{}, free: map[*node]bool{}, seen: map[*node]*node{}}
	for _, i := range which {
		edits = append(edits, c.all[i].Fix...)
		s.bodies[c.all[i].resource.body] = c.all[i].inside == nil
		maps.Copy(s.free, c.all[i].inside)
	}
	now, ok := c.after(edits, s)
	for _, i := range which {
		ok = ok && isMulti(now[i].Trail)
	}
	return ok
}

func (c check) elsewhere(i int) bool {
	f := c.all[i]
	s := sameness{bodies: map[*node]bool{f.resource.body: true}, free: f.defaults, seen: map[*node]*node{}}
	now, ok := c.after(f.Elsewhere, s)
	return ok && now[i].Default == iac.Multi
}

// after reads the text again with the edits in it; ok when all but what they are for is
// as it was.
func (c check) after(edits []iac.Edit, s sameness) (now []found, ok bool) {
	text, ok := apply(c.page.text, edits)
	if !ok {
		return nil, false
	}
	p := c.page
	p.text = text
	docs, unreadable := p.parse()
	if unreadable != "" || len(docs) != len(c.docs) {
		return nil, false
	}
	for i := range docs {
		if !s.same(c.docs[i], docs[i]) {
			return nil, false
		}
	}
	now = p.find(docs)
	return now, len(now) == len(c.all)
}

func isMulti(t iac.Trail) bool {
	return t.Verdict == iac.Multi && !slices.ContainsFunc(t.Problems, func(p iac.Problem) bool { return p.Rule == iac.GlobalServiceEvents })
}

// apply makes edits that do not overlap.
func apply(text []byte, edits []iac.Edit) ([]byte, bool) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b iac.Edit) int { return a.Start - b.Start })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(text) {
			return nil, false
		}
		out.Write(text[at:e.Start])
		out.WriteString(e.Text)
		at = e.End
	}
	out.Write(text[at:])
	return out.Bytes(), true
}

// sameness compares trees, but for the two properties of some resources and the values
// of some scalars.
type sameness struct {
	bodies, free map[*node]bool
	seen         map[*node]*node
}

func (s sameness) same(a, b *node) bool {
	switch {
	case a == nil || b == nil:
		return a == b
	case s.free[a] || s.seen[a] == b:
		return true
	case s.bodies[a]:
		return s.sameMapping(a, b, "Properties") && s.sameMapping(properties(a), properties(b), multiRegion, globalEvents)
	case a.shape != b.shape, a.fn != b.fn, a.value != b.value, a.null != b.null, (a.alias > 0) != (b.alias > 0):
		return false
	case a.shape == mapping && !s.sameMapping(a, b):
		return false
	case a.shape == list && !s.sameList(a.vals, b.vals):
		return false
	}
	s.seen[a] = b
	return true
}

// properties are those of a resource; none is as good as an empty mapping.
func properties(body *node) *node {
	p := body.of("Properties")
	if p == nil || p.null {
		return &node{shape: mapping}
	}
	return p
}

func (s sameness) sameMapping(a, b *node, but ...string) bool {
	if a.shape != mapping || b.shape != mapping || a.fn != b.fn {
		return false
	}
	ak, av := without(a, but)
	bk, bv := without(b, but)
	return s.sameList(ak, bk) && s.sameList(av, bv)
}

func without(n *node, but []string) (keys, vals []*node) {
	for i, k := range n.keys {
		if !slices.Contains(but, k.value) {
			keys, vals = append(keys, k), append(vals, n.vals[i])
		}
	}
	return keys, vals
}

func (s sameness) sameList(a, b []*node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !s.same(a[i], b[i]) {
			return false
		}
	}
	return true
}
