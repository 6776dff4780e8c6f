package report

import (
	"bytes"
	"io"
	"strings"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// page is a text in the making. Nothing is written before it is complete.
type page struct {
	Options
	brief bool // it tells of one account among many
	buf   bytes.Buffer
	// headed says, of Markdown, that the page has its heading.
	headed bool
	blocks []block // of HTML
	level  int     // of a title in HTML
}

const (
	defaultWidth  = 80
	smallestWidth = 20
	endless       = 1 << 20 // nothing is wrapped
)

func newPage(o Options) *page {
	if o.Speaker == nil {
		o.Speaker = say.New(say.English)
	}
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	o.Width = max(o.Width, smallestWidth)
	if o.form != "" {
		o.Width, o.Color = endless, false
	}
	return &page{Options: o, level: 2}
}

func (p *page) writeTo(w io.Writer) error {
	_, err := w.Write(p.buf.Bytes())
	return err
}

func (p *page) say(key string, nameValue ...string) string { return p.Speaker.Say(key, nameValue...) }

func (p *page) note(n trail.Note) string { return p.Speaker.Note(n) }

// notes says several Notes in one line.
func (p *page) notes(all []trail.Note) string {
	var out []string
	for _, n := range all {
		out = append(out, p.note(n))
	}
	return strings.Join(out, "; ")
}

// list says several things one after the other.
func (p *page) list(all []string) string {
	text := ""
	for i, x := range all {
		if i == 0 {
			text = x
		} else {
			text = p.say("report.list", "first", text, "next", x)
		}
	}
	return text
}

func (p *page) paint(i ink, text string) string {
	if !p.Color {
		return text
	}
	return i.on(text)
}

func (p *page) blank() {
	if p.form == "" { // elsewhere, blocks stand apart by themselves
		p.buf.WriteByte('\n')
	}
}

// title begins a section.
func (p *page) title(text string) {
	switch p.form {
	case markdownForm:
		p.heading(3, text)
	case htmlForm:
		p.titled(p.level, text)
	default:
		p.blank()
		p.text(0, para{text, bold})
	}
}

// text writes paragraphs, wrapped and indented.
func (p *page) text(indent int, paras ...para) {
	switch p.form {
	case markdownForm:
		p.paragraphs(indent, paras)
		return
	case htmlForm:
		p.prose(indent, paras)
		return
	}
	for _, x := range paras {
		for _, line := range wrap(x.text, p.Width-indent) {
			p.line(indent, para{line, x.ink})
		}
	}
}

// literally writes a line that is to be copied or compared, and so is not wrapped.
func (p *page) literally(indent int, x para) {
	switch p.form {
	case markdownForm:
		p.code(x.text)
		return
	case htmlForm:
		p.listing(x)
		return
	}
	p.line(indent, para{strings.TrimRight(clean(x.text), " "), x.ink})
}

func (p *page) line(indent int, x para) {
	if p.form == htmlForm {
		p.listing(x)
		return
	}
	if x.text != "" {
		p.buf.WriteString(strings.Repeat(" ", indent))
	}
	p.buf.WriteString(p.paint(x.ink, x.text))
	p.blank()
}
