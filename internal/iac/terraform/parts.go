package terraform

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
)

// largestPassed bounds how far the end of a block is looked for, again for each that seems to begin.
const largestPassed = 32 << 10

// parts cuts a configuration into what is parsed and what is passed by: resources and
// providers that nobody asks for are most of a large file. Only a block
// that ends for certain is passed by, told by the braces of its lines; what is left still has
// to parse, piece by piece.
func parts(text []byte) (kept, passed []hcl.Range) {
	here := hcl.InitialPos
	from := here
	for here.Byte < len(text) {
		size, lines := passable(text[here.Byte:])
		if size == 0 {
			here = hcl.Pos{Byte: lineEnd(text, here.Byte), Line: here.Line + 1, Column: 1}
			continue
		}
		behind := hcl.Pos{Byte: here.Byte + size, Line: here.Line + lines, Column: 1}
		kept = append(kept, hcl.Range{Start: from, End: here})
		passed = append(passed, hcl.Range{Start: here, End: behind})
		here, from = behind, behind
	}
	return append(kept, hcl.Range{Start: from, End: here}), passed
}

// passable measures the block that a text begins with, in bytes and lines; 0 where there is
// none to be passed by.
func passable(text []byte) (size, lines int) {
	head := text[:lineEnd(text, 0)]
	if !unasked(head) || braces(head, 0) != 1 {
		return 0, 0
	}
	size, lines = len(head), 1
	for depth := 1; depth > 0; lines++ {
		line := text[size:lineEnd(text, size)]
		change := braces(line, depth)
		if len(line) == 0 || change == unsure || size > largestPassed {
			return 0, 0
		}
		depth += change
		size += len(line)
		if depth == 0 && len(bytes.TrimSpace(line)) != 1 {
			return 0, 0
		}
	}
	return size, lines
}

// unasked says whether a line begins a block that has nothing to do with trails, or with where
// they deliver to.
func unasked(line []byte) bool {
	resource := bytes.HasPrefix(line, []byte(`resource "`))
	return (resource || bytes.HasPrefix(line, []byte(`provider "`))) &&
		!bytes.Contains(line, []byte("cloudtrail")) && !bytes.Contains(line, []byte("s3_bucket"))
}

// unsure is the change of depth by a line of which nobody can say without a parser.
const unsure = 2

// braces says by how much a line changes the depth: one block or object begins at its end, or
// ends at its beginning, and whatever else is within texts and on one line is balanced.
func braces(line []byte, depth int) int {
	line = bytes.TrimSpace(line)
	open, shut := bytes.Count(line, []byte("{")), bytes.Count(line, []byte("}"))
	has := func(what string) bool { return bytes.Contains(line, []byte(what)) }
	switch {
	case has("<<"), has("/*"):
		return unsure
	case open == shut && open > 0 && commented(line):
		return unsure
	case open == shut && (open == 0 || depth > 1 || bytes.IndexByte(line, '{') < bytes.IndexByte(line, '}')):
		return 0
	case open == shut+1 && bytes.HasSuffix(line, []byte("{")) && !has("#") && !has("//") && bytes.Count(line, []byte(`"`))%2 == 0:
		return 1
	case open == 0 && shut == 1 && line[0] == '}':
		return -1
	default:
		return unsure
	}
}

// commented says whether a comment may begin between the first and the last brace of a line.
func commented(line []byte) bool {
	within := line[bytes.IndexAny(line, "{}") : bytes.LastIndexAny(line, "{}")+1]
	return bytes.Contains(within, []byte("#")) || bytes.Contains(within, []byte("//"))
}
