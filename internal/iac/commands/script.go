package commands

import (
	"bytes"
	"regexp"

	"github.com/trailspan/trailspan/internal/iac"
)

// A script is text to read as commands, and where each of its bytes stands in the file.
type script struct {
	text []byte
	at   []int // nil: at base and after it
	base int
}

// place returns where a byte of the script stands in the file.
func (s script) place(i int) int {
	switch {
	case s.at == nil:
		return s.base + i
	case i < len(s.at):
		return s.at[i]
	case len(s.at) > 0:
		return s.at[len(s.at)-1] + 1
	}
	return s.base
}

// after returns the place behind the bytes up to i.
func (s script) after(i int) int {
	if i == 0 {
		return s.place(0)
	}
	return s.place(i-1) + 1
}

// part is the script of some of its bytes.
func (s script) part(from, to int) script {
	p := script{text: s.text[from:to], base: s.base + from}
	if s.at != nil {
		p.at = s.at[from:to]
		p.base = s.place(from)
	}
	return p
}

// edit returns the change of a range of the script; not ok if the range does not stand
// in the file in one piece.
func (s script) edit(from, to int, text string) (iac.Edit, bool) {
	e := iac.Edit{Start: s.place(from), End: s.place(from), Text: text}
	if from == to {
		e.Start = s.after(from)
		e.End = e.Start
		return e, true
	}
	e.End = s.after(to)
	return e, e.End-e.Start == to-from
}

// A writer puts a script together.
type writer struct{ script }

func (w *writer) add(b byte, at int) {
	w.text = append(w.text, b)
	w.at = append(w.at, at)
}

// unescape takes a backslash away before one of the given bytes; a backslash at the end
// of a line joins lines if joins says so.
func (s script) unescape(before string, joins bool) script {
	var w writer
	for i := 0; i < len(s.text); i++ {
		b := s.text[i]
		if b == '\\' && i+1 < len(s.text) {
			next := s.text[i+1]
			switch {
			case next == '\n' && joins:
				i++
				continue
			case next == 'n' && containsByte(before, 'n'):
				w.add('\n', s.place(i))
				i++
				continue
			case containsByte(before, next):
				i++
				b = next
			}
		}
		w.add(b, s.place(i))
	}
	return w.script
}

func containsByte(s string, b byte) bool {
	for i := range len(s) {
		if s[i] == b {
			return true
		}
	}
	return false
}

var (
	templated   = regexp.MustCompile(`\$?\{\{[^{}\n]*\}\}|<%[^%\n]*%>|\$\{ *[A-Za-z_]\w*(?:\.|::[A-Za-z]|\()[^{}\n]*\}`)
	placeholder = regexp.MustCompile(`(?:^|[^<])<[A-Za-z](?:[A-Za-z0-9 _.:/'-]*[A-Za-z0-9_.:/'-])?>`)
	hashed      = regexp.MustCompile(`--[a-z0-9-]+[ \t]+##+\w+##+`)
)

// masked returns the text with what other programs fill in written so that a shell
// understands it, byte for byte: {{ x }}, ${params.X} of Groovy and ${AWS::Region} of
// CloudFormation are variables nobody knows, <name> and ##NAME## behind a flag are words,
// but the <EOF > of a here-document that is written to a file is not.
func masked(text []byte) []byte {
	text = templated.ReplaceAllFunc(text, func(found []byte) []byte {
		out := make([]byte, len(found))
		for i := range out {
			out[i] = '_'
		}
		out[0] = '$'
		return out
	})
	text = placeholder.ReplaceAllFunc(text, func(found []byte) []byte { return filled(found, '<') })
	return hashed.ReplaceAllFunc(text, func(found []byte) []byte { return filled(found, '#') })
}

// filled is a text with a word in the place of what starts with a byte.
func filled(found []byte, start byte) []byte {
	out := bytes.Clone(found)
	for i := max(0, bytes.IndexByte(found, start)); i < len(out); i++ {
		out[i] = 'x'
	}
	return out
}
