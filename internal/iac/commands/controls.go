package commands

import (
	"bytes"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A controlLine is a line of a template of Jinja, Go or ERB on which nothing else stands.
type controlLine struct {
	line  int // from 1
	text  string
	depth int // 1 opens a condition or a loop, -1 closes one
}

var (
	control = regexp.MustCompile(`^[ \t]*(?:\{[{%][^\n]*[}%]\}|<%[^\n]*%>)[ \t\r]*$`)
	opens   = regexp.MustCompile(`^(?:\{[{%]-?|<%-?)\s*(?:if|unless|for|range|with|block|define|macro)\b|\bdo\b.*%>$`)
	closes  = regexp.MustCompile(`^(?:\{[{%]-?|<%-?)\s*end`)
)

// withoutControls writes the lines of a template as comments, byte for byte.
func withoutControls(text []byte) (out []byte, all []controlLine) {
	out = bytes.Clone(text)
	number := 0
	for from, to := range logicalLines(text, 0) {
		number++
		if !control.Match(text[from:to]) {
			continue
		}
		c := controlLine{line: number, text: strings.TrimSpace(string(text[from:to]))}
		switch {
		case opens.MatchString(c.text):
			c.depth = 1
		case closes.MatchString(c.text):
			c.depth = -1
		}
		all = append(all, c)
		for i := from; i < to; i++ {
			if out[i] != ' ' && out[i] != '\t' && out[i] != '\r' {
				out[i] = '#'
			}
		}
	}
	return out, all
}

// controlled is the line of a template that decides whether a mapping has a property: a
// condition around it, or, when it is not there, what may bring it in. "" is none.
func (p *page) controlled(in, property *yaml.Node) string {
	if in == nil || len(p.controls) == 0 {
		return ""
	}
	until := lastLine(in)
	if property != nil {
		until = property.Line
	}
	var around []string
	for _, c := range p.controls {
		if c.line < in.Line-1 || c.line > until {
			continue
		}
		switch {
		case c.depth > 0:
			around = append(around, c.text)
		case c.depth < 0 && len(around) > 0:
			around = around[:len(around)-1]
		case c.depth == 0 && property == nil && !strings.Contains(c.text, "else"):
			return c.text
		}
	}
	if property != nil && len(around) > 0 {
		return around[len(around)-1]
	}
	return ""
}

// lastLine is the last line on which something of a node begins.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}
