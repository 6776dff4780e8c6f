package commands

import (
	"bytes"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// unnamed are the edits of a call without properties, from at to its closing bracket.
func (src source) unnamed(mk *maker, f finding, args []argument, at, end int) []iac.Edit {
	open := bytes.IndexByte(src.masked[at:end], '(')
	if len(args) > 0 || open < 0 {
		return nil
	}
	names := []string{mk.multi}
	if f.excludesGlobal {
		names = append(names, mk.global)
	}
	on, _ := truths(src.kind)
	edits, _ := src.bare(mk, at+open+1, end, names, on)
	return edits
}

// bare writes properties into a call that has none: behind its positional arguments, or into
// the empty object that it is given. Not ok where what the call is given is not just that.
func (src source) bare(mk *maker, open, end int, names []string, on string) ([]iac.Edit, bool) {
	var parts [][2]int
	for _, p := range split(src.masked, open, end) {
		if p = src.trimmed(p); p[0] < p[1] {
			parts = append(parts, p)
		}
	}
	count := mk.positional()
	switch {
	case count == 0 || len(parts) < count:
		return nil, false
	case len(parts) == count && src.kind == Python && !src.starred(parts):
		return src.behind(parts[count-1][1], end, names, "="+on)
	case len(parts) == count && src.kind != Python && !bytes.Contains(src.masked[open:end], []byte("...")):
		text := ", { " + strings.Join(names, ": "+on+", ") + ": " + on + " }"
		return []iac.Edit{{Start: parts[count-1][1], End: parts[count-1][1], Text: text}}, true
	case len(parts) == count+1 && src.kind != Python && src.masked[parts[count][0]] == '{':
		return src.fill(parts[count], names, on)
	default:
		return nil, false
	}
}

// positional is how many arguments stand before the properties; 0 is not known.
func (mk *maker) positional() int {
	switch {
	case mk.name == "CfnTrail":
		return 2 // scope, id
	case mk.name == "Trail" && !mk.multiByDefault() && len(mk.proof) == 0:
		return 1 // the name, of Pulumi
	default:
		return 0
	}
}

// trimmed is a range without the blanks around it, which comments are too.
func (src source) trimmed(p [2]int) [2]int {
	for p[0] < p[1] && isBlank(src.masked[p[0]]) {
		p[0]++
	}
	for p[0] < p[1] && isBlank(src.masked[p[1]-1]) {
		p[1]--
	}
	return p
}

// starred says whether an argument of Python stands for several.
func (src source) starred(parts [][2]int) bool {
	for _, p := range parts {
		if src.masked[p[0]] == '*' {
			return true
		}
	}
	return false
}

// behind writes keyword arguments behind the last argument, each on a line if that has one.
func (src source) behind(at, end int, names []string, is string) ([]iac.Edit, bool) {
	start := bytes.LastIndexByte(src.text[:at], '\n') + 1
	indent := src.text[start : start+len(src.text[start:at])-len(bytes.TrimLeft(src.text[start:at], " \t"))]
	stop := lineEnd(src.text, at)
	comma := strings.TrimSpace(string(src.masked[at:min(stop, end)])) == ","
	if stop >= end || bytes.ContainsAny(src.masked[start:at], "([{,") {
		return []iac.Edit{{Start: at, End: at, Text: ", " + strings.Join(names, is+", ") + is}}, true
	}
	eol := "\n"
	if stop > 0 && src.text[stop-1] == '\r' {
		stop, eol = stop-1, "\r\n"
	}
	text := ""
	for i, name := range names {
		text += eol + string(indent) + name + is
		if comma || i+1 < len(names) {
			text += ","
		}
	}
	edits := []iac.Edit{{Start: stop, End: stop, Text: text}}
	switch {
	case comma:
	case strings.TrimSpace(string(src.masked[at:end])) != "":
		return nil, false // its comma stands on another line
	case stop == at:
		edits[0].Text = "," + text
	default:
		edits = append([]iac.Edit{{Start: at, End: at, Text: ","}}, edits...)
	}
	return edits, true
}

// fill writes properties into an object that has none.
func (src source) fill(p [2]int, names []string, on string) ([]iac.Edit, bool) {
	from, to := p[0]+1, closer(src.masked, p[0])
	if to < 0 || len(bytes.TrimSpace(src.masked[from:to])) > 0 {
		return nil, false
	}
	inside := src.text[from:to]
	lines := bytes.IndexByte(inside, '\n')
	switch {
	case lines < 0 && len(bytes.TrimSpace(inside)) > 0, lines > 0 && len(bytes.TrimSpace(inside[:lines])) > 0:
		return nil, false // a comment
	case lines < 0:
		text := " " + strings.Join(names, ": "+on+", ") + ": " + on
		if len(inside) == 0 {
			text += " "
		}
		return []iac.Edit{{Start: from, End: from, Text: text}}, true
	}
	eol := string(inside[:lines+1])
	eol = strings.TrimLeft(eol, " \t")
	indent := src.step(p[0], inside[lines+1:])
	text := ""
	for _, name := range names {
		text += indent + name + ": " + on + "," + eol
	}
	return []iac.Edit{{Start: from + lines + 1, End: from + lines + 1, Text: text}}, true
}

// step is the indentation of what stands in an object that begins at a place: that of a
// comment in it, or else a step more than its line has.
func (src source) step(at int, rest []byte) string {
	for line := range bytes.Lines(rest) {
		if bytes.HasSuffix(line, []byte("\n")) && len(bytes.TrimSpace(line)) > 0 {
			return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
		}
	}
	one := "  "
	for line := range bytes.Lines(src.masked) {
		if lead := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]; len(lead) > 0 && len(bytes.TrimSpace(line)) > 0 {
			one = string(lead)
			break
		}
	}
	start := bytes.LastIndexByte(src.text[:at], '\n') + 1
	line := src.text[start:at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))]) + one
}
