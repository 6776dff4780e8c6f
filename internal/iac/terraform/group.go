package terraform

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
)

// A group is attributes of one block on lines that follow one another: terraform fmt gives
// their equals signs one column, and ends a group at an empty line, a comment, a block and
// a value of several lines.
type group []*attribute

// groups are those of a block, in the order in which they stand.
func (b *block) groups() (out []group) {
	last := -1
	for _, a := range slices.SortedFunc(maps.Values(b.attrs), func(a, b *attribute) int { return cmp.Compare(a.key.Start.Byte, b.key.Start.Byte) }) {
		if a.file != b.file || a.key.Start.Line != a.at.End.Line {
			continue
		}
		if n := len(out); n > 0 && a.key.Start.Line == last+1 {
			out[n-1] = append(out[n-1], a)
		} else {
			out = append(out, group{a})
		}
		last = a.key.Start.Line
	}
	return out
}

// width is the length of the longest name.
func (g group) width() int {
	width := 0
	for _, a := range g {
		width = max(width, len(a.name))
	}
	return width
}

// formatted says whether the signs stand where terraform fmt puts them.
func (g group) formatted() bool {
	width := g.width()
	for _, a := range g {
		before, after := a.file.text[a.key.End.Byte:a.eq.Start.Byte], a.file.text[a.eq.End.Byte:a.at.Start.Byte]
		if len(before) != width-len(a.name)+1 || len(bytes.Trim(before, " ")) > 0 || string(after) != " " {
			return false
		}
	}
	return true
}

// roomier is a place for names that are longer than those beside an anchor, whose signs are
// in one column: the end of another group of the block that has room for them; nil if there is
// none, or none is needed.
func (d *declaration) roomier(anchor *attribute, names []string) *attribute {
	longest := len(slices.MaxFunc(names, func(a, b string) int { return len(a) - len(b) }))
	all := d.block.groups()
	i := slices.IndexFunc(all, func(g group) bool { return slices.Contains(g, anchor) })
	if i < 0 || all[i].width() >= longest || !all[i].formatted() {
		return nil
	}
	for _, g := range all {
		if g.width() >= longest && g.formatted() {
			return g[len(g)-1]
		}
	}
	return nil
}
