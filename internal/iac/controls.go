package iac

import (
	"bytes"
	"regexp"
	"strings"
)

// A ControlLine is a line of a template of Jinja, Go or ERB on which nothing else stands.
type ControlLine struct {
	Line  int // from 1
	Text  string
	Depth int // 1 opens a condition or a loop, -1 closes one
}

var (
	control = regexp.MustCompile(`^[ \t]*(?:\{[{%][^\n]*[}%]\}|<%[^\n]*%>)[ \t\r]*$`)
	remark  = regexp.MustCompile(`^[ \t]*\{#[^\n]*#\}[ \t\r]*$`)
	opens   = regexp.MustCompile(`^(?:\{[{%]-?|<%-?)\s*(?:if|unless|for|range|with|block|define|macro)\b|\bdo\b.*%>$`)
	closes  = regexp.MustCompile(`^(?:\{[{%]-?|<%-?)\s*end`)
)

// WithoutControls writes the lines of a template, and those that only remark something, as
// comments, byte for byte.
func WithoutControls(text []byte) (out []byte, all []ControlLine) {
	out = bytes.Clone(text)
	number, to := 0, 0
	for line := range bytes.Lines(text) {
		from := to
		number, to = number+1, to+len(line)
		line = bytes.TrimSuffix(line, []byte("\n"))
		isControl := control.Match(line)
		if !isControl && !remark.Match(line) {
			continue
		}
		for i := from; i < from+len(line); i++ {
			if out[i] != ' ' && out[i] != '\t' && out[i] != '\r' {
				out[i] = '#'
			}
		}
		if !isControl {
			continue
		}
		c := ControlLine{Line: number, Text: strings.TrimSpace(string(line))}
		switch {
		case opens.MatchString(c.Text):
			c.Depth = 1
		case closes.MatchString(c.Text):
			c.Depth = -1
		}
		all = append(all, c)
	}
	return out, all
}
