package iac

import (
	"bytes"
	"iter"
	"regexp"
	"strings"
)

// A Fence is a fenced block of a Markdown text.
type Fence struct {
	Language string // what stands behind the fence, in lower case; "" is a block without
	From, To int    // the bytes with the fences around it
	Lines    []Span // of what stands between the fences, without what indents all of it
}

// A Span is a range of bytes.
type Span struct{ From, To int }

var fenceLine = regexp.MustCompile("^((?:[ \\t]|>[ \\t]?|[-*+][ \\t]|\\d+[.)][ \\t])*)(```+|~~~+)[ \\t]*\\{?\\.?([\\w+#.-]*)")

// Fences returns the blocks of a Markdown text in its order. One that is never closed goes
// to the end.
func Fences(text []byte) (all []Fence) {
	var block Fence
	open, indent := "", 0
	for line := range spans(text) {
		m := fenceLine.FindSubmatch(text[line.From:line.To])
		switch {
		case open == "" && m != nil:
			open, indent = string(m[2]), len(m[1])
			block = Fence{Language: strings.ToLower(string(m[3])), From: line.From}
		case open != "" && m != nil && strings.HasPrefix(string(m[2]), open) && len(m[3]) == 0:
			block.To = line.To
			all, open = append(all, block), ""
		case open != "":
			from := line.From
			for from < line.From+indent && from < line.To && strings.IndexByte(" \t>", text[from]) >= 0 {
				from++
			}
			block.Lines = append(block.Lines, Span{from, line.To})
		}
	}
	if open != "" {
		block.To = len(text)
		all = append(all, block)
	}
	return all
}

// spans are the lines of a text, without their ends.
func spans(text []byte) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		for from := 0; from < len(text); {
			to, next := len(text), len(text)
			if n := bytes.IndexByte(text[from:], '\n'); n >= 0 {
				to, next = from+n, from+n+1
			}
			if to > from && text[to-1] == '\r' && next > to {
				to--
			}
			if !yield(Span{from, to}) {
				return
			}
			from = next
		}
	}
}
