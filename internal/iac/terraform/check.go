package terraform

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// checked returns the edits when the file, read again, says the same but for them.
func (d *declaration) checked(edits []iac.Edit) []iac.Edit {
	if !d.file.keeps(edits, d.block, multiRegion, globalEvents) {
		return nil
	}
	slices.SortFunc(edits, func(a, b iac.Edit) int { return cmp.Compare(a.Start, b.Start) })
	return edits
}

// keeps says whether edits change nothing but attributes of a block, to true.
func (s *source) keeps(edits []iac.Edit, of *block, names ...string) bool {
	if len(edits) == 0 {
		return false
	}
	before, after, i, ok := s.compared(edits, of)
	if !ok {
		return false
	}
	was, is := before.flat(), after.flat()
	for _, name := range names {
		key := strconv.Itoa(i) + "/" + name
		if v, ok := is[key]; ok && (v == "true" || v == `"true"`) {
			delete(is, key)
			delete(was, key)
		}
	}
	return maps.Equal(was, is)
}

// compared parses what is edited, and returns it before and after, with the place of the
// block in it. Of HCL that is the block alone: what stands before it and behind it is read in
// the same way, whatever is in it, if it is one block still.
func (s *source) compared(edits []iac.Edit, of *block) (before, after *source, i int, ok bool) {
	i = slices.Index(s.blocks, of)
	if s.json || i < 0 {
		after, why := parse(s.path, apply(s.text, edits))
		return s, after, i, why == ""
	}
	from, to := of.head.Byte, of.close+1
	moved := make([]iac.Edit, 0, len(edits))
	for _, e := range edits {
		if e.Start < from || e.End >= to {
			return nil, nil, 0, false
		}
		e.Start, e.End = e.Start-from, e.End-from
		moved = append(moved, e)
	}
	after, why := parse(s.path, apply(s.text[from:to], moved))
	ok = why == "" && len(after.blocks) == 1 && len(after.top) == 0
	return &source{blocks: []*block{of}}, after, 0, ok
}

// flat is all a file says, by where it says it.
func (s *source) flat() map[string]string {
	all := map[string]string{}
	for name, a := range s.top {
		all[name] = a.text()
	}
	flatten(all, "", s.blocks)
	return all
}

func flatten(all map[string]string, prefix string, blocks []*block) {
	for i, b := range blocks {
		at := prefix + strconv.Itoa(i)
		all[at] = b.kind + " " + strings.Join(b.labels, " ")
		for name, a := range b.attrs {
			all[at+"/"+name] = a.text()
		}
		flatten(all, at+"/", b.blocks)
	}
}

// apply returns the text after edits that do not overlap.
func apply(text []byte, edits []iac.Edit) []byte {
	sorted := slices.SortedFunc(slices.Values(edits), func(a, b iac.Edit) int { return cmp.Compare(a.Start, b.Start) })
	var out []byte
	at := 0
	for _, e := range sorted {
		out = append(append(out, text[at:e.Start]...), e.Text...)
		at = e.End
	}
	return append(out, text[at:]...)
}
