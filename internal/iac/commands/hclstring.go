package commands

import (
	"bytes"
	"regexp"
)

// A hclText is the text of a string or here-document of HCL under way.
// https://developer.hashicorp.com/terraform/language/expressions/strings
type hclText struct {
	writer
	src    []byte
	quoted bool // backslashes escape
	dedent int  // blanks that a line loses at its start
	holes  map[string]string
}

// heredocText is that of a here-document that stands in a range, with its markers. Holes
// learns what is filled in.
func heredocText(src []byte, from, to int, holes map[string]string) (script, bool) {
	head := bytes.IndexByte(src[from:to], '\n')
	last := bytes.LastIndexByte(src[from:to], '\n')
	if head < 0 || last <= head {
		return script{}, false
	}
	t := hclText{src: src, holes: holes}
	start, end := from+head+1, from+last+1
	if bytes.HasPrefix(src[from:], []byte("<<-")) {
		t.dedent = leastIndent(src[start:end])
	}
	ok := t.read(start, end)
	return t.script, ok
}

// leastIndent is how far every line of a text is indented.
func leastIndent(text []byte) int {
	least := -1
	for from, to := range logicalLines(text, 0) {
		line := text[from:to]
		if n := len(line) - len(bytes.TrimLeft(line, " \t")); n < len(line) && (least < 0 || n < least) {
			least = n
		}
	}
	return max(0, least)
}

// quotedText is that of a string between two quotes.
func quotedText(src []byte, from, to int, holes map[string]string) (script, bool) {
	t := hclText{src: src, quoted: true, holes: holes}
	ok := to-from >= 2 && t.read(from+1, to-1)
	return t.script, ok
}

// read adds a range of the source; false if it is not understood.
func (t *hclText) read(from, to int) bool {
	t.base = from
	for i := from; i < to; {
		if !t.quoted && (i == from || t.src[i-1] == '\n') {
			for n := 0; n < t.dedent && i < to && (t.src[i] == ' ' || t.src[i] == '\t'); n++ {
				i++
			}
		}
		if i >= to {
			break
		}
		next, ok := t.next(i, to)
		if !ok {
			return false
		}
		i = next
	}
	return true
}

// next adds what stands at a byte, and returns what comes behind it.
func (t *hclText) next(i, to int) (int, bool) {
	rest := t.src[i:to]
	switch {
	case bytes.HasPrefix(rest, []byte("$${")), bytes.HasPrefix(rest, []byte("%%{")):
		t.add(rest[0], i+1)
		t.add('{', i+2)
		return i + 3, true
	case bytes.HasPrefix(rest, []byte("${")):
		end := sequenceEnd(t.src, i, to)
		if end > 0 && string(bytes.TrimSpace(t.src[i+2:end-1])) == "path.module" {
			t.add('.', end-1) // files are looked for beside this one
			return end, true
		}
		t.hole(i, end)
		return end, end > 0
	case bytes.HasPrefix(rest, []byte("%{")):
		end := sequenceEnd(t.src, i, to)
		return t.directive(i, end, to), end > 0
	case t.quoted && rest[0] == '\\' && len(rest) > 1:
		return i + t.escape(i, rest), true
	}
	t.add(rest[0], i)
	return i + 1, true
}

// escape adds what a backslash stands for, at the last of its bytes, and says how many these are.
func (t *hclText) escape(at int, rest []byte) int {
	size := map[byte]int{'u': 6, 'U': 10}[rest[1]]
	switch {
	case size > 0 && size <= len(rest):
		t.add('x', at+size-1)
		return size
	case rest[1] == 'n':
		t.add('\n', at+1)
	case rest[1] == 'r':
		t.add('\r', at+1)
	case rest[1] == 't':
		t.add('\t', at+1)
	default:
		t.add(rest[1], at+1)
	}
	return 2
}

// hole adds what is not known as a variable of the shell, which has as many bytes.
func (t *hclText) hole(from, to int) {
	for i := from; i < to; i++ {
		b := t.src[i]
		switch word := b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'; {
		case i == from:
			b = '$'
		case i == from+1:
			b = '{'
		case i == to-1:
			b = '}'
		case !word, i == from+2 && b <= '9':
			b = '_'
		}
		t.add(b, i)
	}
	if name := t.text[len(t.text)-max(0, to-from):]; len(name) > 3 {
		t.holes[string(name[2:len(name)-1])] = string(t.src[from:to])
	}
}

// directive adds %{ if … } or another one, and returns what comes behind it. One that stands
// on a line of its own is a blank line: the text in it is read. Anywhere else it decides what
// a line says, and is not known up to its end.
func (t *hclText) directive(from, end, to int) int {
	if end <= 0 {
		return end
	}
	before := bytes.TrimRight(t.text, " \t")
	alone := len(before) == 0 || before[len(before)-1] == '\n'
	behind, _, _ := bytes.Cut(t.src[end:to], []byte("\n"))
	continued := bytes.HasSuffix(bytes.TrimRight(before, "\r\n"), []byte(`\`))
	if alone && !continued && len(bytes.TrimSpace(behind)) == 0 {
		return end
	}
	end = directiveEnd(t.src, from, to)
	t.hole(from, end)
	return end
}

var directiveWord = regexp.MustCompile(`^%\{~?\s*(if|for|endif|endfor|else)\b`)

// directiveEnd is the end of a directive with all up to the one that ends it.
func directiveEnd(src []byte, from, to int) int {
	depth, last := 0, to
	for i := from; i < to; {
		m := directiveWord.FindSubmatch(src[i:to])
		if m == nil {
			i++
			continue
		}
		end := sequenceEnd(src, i, to)
		if end < 0 {
			return to
		}
		switch string(m[1]) {
		case "if", "for":
			depth++
		case "endif", "endfor":
			depth--
		}
		if depth <= 0 {
			return end
		}
		i, last = end, end
	}
	return last
}

// sequenceEnd is the end of ${ … } or %{ … }; -1 if there is none.
func sequenceEnd(src []byte, from, to int) int {
	depth := 0
	for i := from + 1; i < to; i++ {
		switch src[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			for i++; i < to && src[i] != '"'; i++ {
				switch {
				case src[i] == '\\':
					i++
				case src[i] == '$' && i+1 < to && src[i+1] == '{':
					end := sequenceEnd(src, i, to)
					if end < 0 {
						return -1
					}
					i = end - 1
				}
			}
		}
	}
	return -1
}
