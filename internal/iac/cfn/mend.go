package cfn

import (
	"bytes"
	"regexp"
	"slices"
)

// sections are the keys whose children are read one by one where a template is broken.
var sections = []string{"resources", "Resources", "Parameters", "Conditions", "Mappings"}

var (
	sectionKey = regexp.MustCompile(`^[ \t]*["']?(\w+)["']?[ \t]*:[ \t]*(?:#.*)?\r?\n?$`)
	blockKey   = regexp.MustCompile(`^[ \t]*["']?\w+["']?[ \t]*:[ \t\r\n]`)
)

// deepestSection is how far sections stand in each other: resources, Resources.
const deepestSection = 3

// mend blanks what cannot be read in a broken template: whole resources, parameters and
// the like, never a part of one. What is left stands where it stood. It returns nil where
// it is not plain to what a broken line belongs.
func mend(text []byte) []byte {
	if isJSON(text) || !bytes.Contains(text, []byte(trailType)) {
		return nil
	}
	out, ok := mendAll(nil, bytes.SplitAfter(text, []byte("\n")), 0)
	if !ok {
		return nil
	}
	return out
}

// mendAll reads the blocks of some lines one by one, which have to begin in one column.
func mendAll(out []byte, rows [][]byte, depth int) ([]byte, bool) {
	column := -1
	for _, block := range blocks(rows) {
		some, ok := readable(block, depth)
		if head := slices.IndexFunc(block, isContent); head >= 0 {
			in := indentOf(block[head])
			ok = ok && (column < 0 || in == column) // else it may be a part of the block before
			column = in
		}
		if !ok {
			return nil, false
		}
		out = append(out, some...)
	}
	return out, true
}

// blocks are lines together with those that are further in.
func blocks(rows [][]byte) (out [][][]byte) {
	outer := -1
	for _, row := range rows {
		trimmed := bytes.TrimLeft(row, " \t")
		in := len(row) - len(trimmed)
		plain := isContent(row)
		if plain && outer < 0 {
			outer = in
		}
		if len(out) == 0 || plain && in <= outer && !bytes.HasPrefix(trimmed, []byte("- ")) {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], row)
	}
	return out
}

// readable is a block with blanks for what the parser refuses; ok when it has a name.
func readable(rows [][]byte, depth int) (out []byte, ok bool) {
	whole := bytes.Join(rows, nil)
	if _, unreadable := parseYAML(whole); unreadable == "" {
		return whole, true
	}
	head := slices.IndexFunc(rows, isContent)
	if head < 0 || !blockKey.Match(rows[head]) {
		return nil, false
	}
	key := sectionKey.FindSubmatch(rows[head])
	if key == nil || depth > deepestSection || !slices.Contains(sections, string(key[1])) {
		return blank(whole), true
	}
	return mendAll(bytes.Join(rows[:head+1], nil), rows[head+1:], depth+1)
}

// blank is a text of the same length with nothing but its line ends.
func blank(text []byte) []byte {
	out := bytes.Repeat([]byte(" "), len(text))
	for i, c := range text {
		if c == '\n' || c == '\r' {
			out[i] = c
		}
	}
	return out
}
