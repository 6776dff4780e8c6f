package commands

import (
	"go.yaml.in/yaml/v4"
)

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
		if c.Line < in.Line-1 || c.Line > until {
			continue
		}
		switch {
		case c.Depth > 0:
			around = append(around, c.Text)
		case c.Depth < 0 && len(around) > 0:
			around = around[:len(around)-1]
		case c.Depth == 0 && property == nil && !c.IsBranch():
			return c.Text
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
