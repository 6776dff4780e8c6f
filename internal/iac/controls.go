package iac

import (
	"bytes"
	"regexp"
)

// A ControlLine is a line of a template of Jinja, Go or ERB on which nothing else stands.
type ControlLine struct {
	Line  int // from 1
	Text  string
	Depth int // 1 opens a condition or a loop, -1 closes one
}

// IsBranch says whether a line parts the branches of a condition.
func (c ControlLine) IsBranch() bool { return branch.MatchString(c.Text) }

var (
	control = regexp.MustCompile(`^(?:\{[{%][^\n]*[}%]\}|<%[^\n]*%>)$`)
	silent  = regexp.MustCompile(`^(?:\{%-?\s*(?:import|from|do)\s[^%{}]*%\}|\{\{-?\s*\$\w+\s*:?=[^{}]*\}\}|<%#[^%]*%>)$`)
	branch  = regexp.MustCompile(`^(?:\{[{%]-?|<%-?)\s*(?:else|elif|elsif|when)\b`)
	opens   = regexp.MustCompile(`^(?:\{[{%]-?|<%-?)\s*(?:if|unless|for|range|with|block|define|macro)\b|\bdo\b.*%>$`)
	quiet   = regexp.MustCompile(`(?m)^[ \t]*(?:` +
		`\{#(?:[^#]|#+[^#}])*#+\}` + // a remark
		`|\{\{-?[ \t]*/\*(?:[^*]|\*+[^*/])*\*+/[ \t]*-?\}\}` +
		`|\{%-?\s*set\s+\w+\s*=(?:[^%]|%+[^%}])*%+\}` + // a variable
		`)[ \t\r]*$`)
	closes = regexp.MustCompile(`(?:\{[{%]-?|<%-?)\s*end`)
)

// WithoutControls writes the lines of a template as comments, byte for byte. Those that put
// nothing in and decide nothing, as remarks do, are not among all. A line that is a comment of
// YAML is one of the template nevertheless.
func WithoutControls(text []byte) (out []byte, all []ControlLine) {
	out = quiet.ReplaceAllFunc(text, hashes)
	number, to := 0, 0
	for line := range bytes.Lines(bytes.Clone(out)) {
		from := to
		number, to = number+1, to+len(line)
		line = bytes.TrimSpace(line)
		if inner := bytes.TrimLeft(line, "# \t"); bytes.HasPrefix(inner, []byte("{%")) || bytes.HasPrefix(inner, []byte("<%")) {
			line = inner
		}
		isSilent := silent.Match(line)
		if !isSilent && !control.Match(line) {
			continue
		}
		copy(out[from:to], hashes(out[from:to]))
		if !isSilent {
			all = append(all, ControlLine{Line: number, Text: string(line), Depth: depthOf(line)})
		}
	}
	return out, all
}

// hashes is a text of the same lines with nothing but comments.
func hashes(text []byte) []byte {
	out := bytes.Clone(text)
	for i, c := range out {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			out[i] = '#'
		}
	}
	return out
}

// depthOf is 0 for a line that closes what it opens, too.
func depthOf(line []byte) int {
	switch end := closes.FindIndex(line); {
	case end != nil && end[0] == 0:
		return -1
	case end == nil && opens.Match(line):
		return 1
	default:
		return 0
	}
}
