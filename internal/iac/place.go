package iac

import (
	"bytes"
	"unicode/utf8"
)

// Place is the line and the column of a byte, from 1; columns count characters, without a
// byte order mark.
func Place(text []byte, offset int) (line, column int) {
	before := text[:min(max(offset, 0), len(text))]
	start := bytes.LastIndexByte(before, '\n') + 1
	if start == 0 && bytes.HasPrefix(before, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
