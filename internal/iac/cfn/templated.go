package cfn

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// A template may itself be the template of another program: Jinja, Go, ERB. What cannot be
// parsed as it stands is parsed with the lines of that program as comments and with what it
// fills in as words, byte for byte. No trail that one of its lines can change is certain.

// filled is what another program puts in the place of: {{ x }}, {% … %}, <%= x %>.
var filled = regexp.MustCompile(`\{\{[^\n]*?\}\}|\{%[^\n]*?%\}|<%[^\n]*?%>`)

// isFilled says whether a text has such a part. It is that of a dynamic reference too.
func isFilled(s string) bool {
	return (strings.Contains(s, "{{") || strings.Contains(s, "{%") || strings.Contains(s, "<%")) && filled.MatchString(s)
}

// commented is a line of another program that is a comment of YAML, too.
var commented = regexp.MustCompile(`(?m)^[ \t]*#[# \t]*(?:\{%|<%)`)

func hasCommented(text []byte) bool {
	return (bytes.Contains(text, []byte("{%")) || bytes.Contains(text, []byte("<%"))) && !isJSON(text) && commented.Match(text)
}

// opaque is what another program fills in where a mapping, or a key, belongs: "" is nothing.
func opaque(n *node) string {
	switch {
	case n == nil:
	case n.shape == scalar && isFilled(n.value):
		return n.value
	case n.shape == mapping && slices.ContainsFunc(n.keys, func(k *node) bool { return k.shape == mapping }):
		return "{{ … }}" // as YAML reads it
	}
	return ""
}

// parse reads the documents of a page, as they stand or else without what is not YAML in them.
func (p *page) parse() (docs []*node, unreadable string) {
	docs, unreadable = parse(p.text)
	if unreadable == "" && !hasCommented(p.text) || len(p.text) > largest || !isFilled(string(p.text)) {
		return docs, unreadable
	}
	text, controls := iac.WithoutControls(p.text)
	text = filled.ReplaceAllFunc(text, func(found []byte) []byte { return append([]byte("$"), bytes.Repeat([]byte("_"), len(found)-1)...) })
	inner, still := parse(text)
	if still != "" || slices.ContainsFunc(inner, func(d *node) bool { return d.own("Resources") > 1 }) {
		return docs, unreadable
	}
	p.templated, p.controls, p.bare = true, controls, text
	p.measure()
	seen := map[*node]bool{}
	for _, d := range inner {
		p.restore(d, seen)
	}
	return inner, ""
}

// measure cuts the bare text into lines, and notes for each where the next content stands.
func (p *page) measure() {
	p.rows = bytes.Split(p.bare, []byte("\n"))
	p.content = make([]int, len(p.rows)+1)
	p.content[len(p.rows)] = len(p.rows) + 1
	for i := len(p.rows) - 1; i >= 0; i-- {
		p.content[i] = p.content[i+1]
		if isContent(p.rows[i]) {
			p.content[i] = i + 1
		}
	}
}

// restore gives the scalars of a tree back what was put out of the way in them.
func (p *page) restore(n *node, seen map[*node]bool) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	if n.shape == scalar && strings.Contains(n.raw, "$___") {
		n.value = "{{ … }}"
		near := p.bare[min(n.at, len(p.bare)):min(n.at+len(n.raw)+100, len(p.bare))] // behind a tag and a quote
		if at := bytes.Index(near, []byte(n.raw)); at >= 0 && !n.block {
			n.value = string(p.text[n.at+at : n.at+at+len(n.raw)])
		}
		n.raw = n.value
	}
	for _, c := range n.keys {
		p.restore(c, seen)
	}
	for _, c := range n.vals {
		p.restore(c, seen)
	}
}

// filling names what may change everything on a page; "" on one that no other program fills.
func (p page) filling() string {
	switch {
	case len(p.controls) > 0:
		return p.controls[0].Text
	case p.templated:
		return "{{ … }}"
	default:
		return ""
	}
}

// uncertain takes back the answers that a line of another program may change.
func (t *template) uncertain(r resource, scope, global *property) {
	if len(t.page.controls) == 0 {
		return
	}
	by := t.page.controlled(r)
	if by == "" && !scope.literally() {
		by = t.page.filling()
	}
	if by != "" {
		scope.all = answer{by: append(scope.all.by, by)}
		scope.byDefault = scope.all
	}
	if !global.literally() {
		global.all.by = append(global.all.by, t.page.filling())
		global.byDefault = global.all
	}
}

// literally says whether a property is a plain value on the line of its key, or not there.
func (p *property) literally() bool {
	return p.value == nil || p.own && p.value.shape == scalar && p.value.fn == "" && p.value.alias == 0 && p.value.line == p.key.line
}

// mostControls of a page are looked at: with more, nothing is certain.
const mostControls = 2000

// controlled is the line of another program that may change what a resource says of its
// trail; "" is none. Lines around the whole resource say whether it exists, and lines within
// the value of a property nothing of the others.
func (p page) controlled(r resource) string {
	props := r.body.of("Properties")
	first := p.controls[0].Text
	merges := func(n *node) bool { return n != nil && n.own("<<") > 0 }
	if len(p.controls) > mostControls || r.body.flow || r.body.alias > 0 || r.body.own("Properties") > 1 || merges(r.body) || merges(props) || props != nil && (props.flow || props.alias > 0) {
		return first
	}
	column := 1 << 20
	if props != nil && len(props.keys) > 0 {
		column = props.keys[0].column
	}
	s := span{column: column, last: r.key.line}
	rows := p.rows
	end := r.key.line
	for end < len(rows) && (!isContent(rows[end]) || indentOf(rows[end]) >= r.key.column) {
		if end++; isContent(rows[end-1]) {
			s.last = end
		}
	}
	skip, _ := slices.BinarySearchFunc(p.controls, r.key.line, func(c iac.ControlLine, line int) int { return c.Line - line })
	controls := p.controls[skip:]
	for line := r.key.line + 1; line <= end; line++ {
		for len(controls) > 0 && controls[0].Line < line {
			controls = controls[1:]
		}
		if len(controls) > 0 && controls[0].Line == line {
			if !s.passes(controls[0]) {
				return controls[0].Text
			}
		} else if s.open > 0 && line <= s.last && isContent(rows[line-1]) && !s.within(rows[line-1]) {
			return s.text
		}
		if s.over {
			return p.resumed(controls, r.key.column)
		}
	}
	if s.open > 0 {
		return s.text
	}
	return ""
}

// resumed is the line of another program behind which a resource may go on that ended before
// the first of these: another branch, or the end of a block that was open there. "" is none.
func (p page) resumed(controls []iac.ControlLine, column int) string {
	var near []bool // of the blocks that are open: nothing stands between the resource and them
	beside := true
	for i, c := range controls {
		beside = beside && (i == 0 || p.content[controls[i-1].Line] > c.Line)
		if c.Depth > 0 {
			near = append(near, beside)
			continue
		}
		within := len(near) > 0
		if within && near[len(near)-1] && beside && c.Depth == 0 && !c.IsBranch() {
			return c.Text // it puts in what nobody sees
		}
		if next := p.content[c.Line]; (!within || near[len(near)-1]) && next <= len(p.rows) && indentOf(p.rows[next-1]) >= column {
			return c.Text
		}
		if c.Depth < 0 && within {
			near = near[:len(near)-1]
		}
	}
	return ""
}

// isContent says whether a line is more than blanks and a comment.
func isContent(row []byte) bool {
	row = bytes.TrimSpace(row)
	return len(row) > 0 && row[0] != '#'
}

// indentOf is the column, from 0, in which the text of a line begins.
func indentOf(row []byte) int { return len(row) - len(bytes.TrimLeft(row, " ")) }

// span is a walk through the lines of a resource.
type span struct {
	column int    // of the keys of its properties, from 1
	last   int    // its last line
	open   int    // conditions and loops that began in it and are open
	text   string // of the outermost of them
	over   bool   // what follows belongs to something else
}

// plainKey is a line that begins with a key as it is.
var plainKey = regexp.MustCompile(`^ *["']?(\w+)["']?[ \t]*:(?:\s|$)`)

// within says whether a line belongs to a property that is neither of the two.
func (s *span) within(row []byte) bool {
	at := indentOf(row) + 1
	if at != s.column || bytes.HasPrefix(bytes.TrimSpace(row), []byte("- ")) {
		return at >= s.column
	}
	key := plainKey.FindSubmatch(row)
	return key != nil && string(key[1]) != multiRegion && string(key[1]) != globalEvents
}

// passes goes by a line of another program; false: it may change the trail.
func (s *span) passes(c iac.ControlLine) bool {
	if strings.Count(c.Text, "{%")+strings.Count(c.Text, "{{")+strings.Count(c.Text, "<%") != 1 {
		return false
	}
	otherwise := c.IsBranch()
	switch {
	case c.Line > s.last && (c.Depth != 0 || otherwise):
		s.over = s.open == 0
	case c.Depth > 0:
		if s.open++; s.open == 1 {
			s.text = c.Text
		}
		return true
	case c.Depth == 0:
		return otherwise && s.open > 0
	}
	if c.Depth < 0 && s.open > 0 {
		s.open--
		return true
	}
	return s.over
}
