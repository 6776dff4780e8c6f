package report

import (
	"regexp"
	"strings"
)

// pageForm is how a page is written.
type pageForm string

// The forms beside that of text.
const (
	markdownForm pageForm = "markdown"
	htmlForm     pageForm = "html"
)

// as is the options for a format of pages.
func (o Options) as(f Format) Options {
	switch f {
	case Markdown:
		o.form = markdownForm
	case HTML:
		o.form = htmlForm
	default:
	}
	return o
}

// heading begins a part of a page of Markdown.
// https://github.github.com/gfm/
func (p *page) heading(level int, text string) {
	p.buf.WriteString(strings.Repeat("#", level) + " " + escaped(text) + "\n\n")
}

// paragraphs writes each on its own. The first of a page is its heading.
func (p *page) paragraphs(indent int, paras []para) {
	for _, x := range paras {
		switch {
		case strings.TrimSpace(x.text) == "":
		case indent == 0 && !p.headed:
			p.headed = true
			p.heading(2, x.text)
		default:
			p.buf.WriteString(unlisted(escaped(x.text)) + "\n\n")
		}
	}
}

// code writes a line that is to be copied. A line of ` is fenced by more of them.
func (p *page) code(text string) {
	text = strings.TrimSpace(clean(text))
	if text == "" {
		return
	}
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	p.buf.WriteString(fence + "\n" + text + "\n" + fence + "\n\n")
}

// grid writes a table; one without heads has empty ones.
func (p *page) grid(t table) {
	if len(t.rows) == 0 {
		return
	}
	line := func(cells []string) { p.buf.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(each(t.columns, func(c column) string { return escaped(c.name()) }))
	line(each(t.columns, func(column) string { return "---" }))
	for _, r := range t.rows {
		line(each(r, markdownCell))
	}
	p.buf.WriteString("\n")
}

// markdownCell puts what stands below each other in a cell between line breaks.
func markdownCell(c cell) string {
	var out []string
	for _, x := range c {
		if x.text != "" {
			out = append(out, escaped(x.text))
		}
	}
	return strings.Join(out, "<br>")
}

// escaped is a text that Markdown shows as it is, in a paragraph and in a cell of a table:
// no emphasis, link, HTML or entity comes of it and, where it is shown on GitHub, nobody
// is called by their name.
func escaped(text string) string {
	return strings.NewReplacer(
		"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;",
		"|", "\\|", "~", "\\~", "&", "&amp;", "#", "&#35;", "@", "&#64;",
	).Replace(strings.TrimSpace(clean(text)))
}

// listed is how a list or the line below a heading begins.
var listed = regexp.MustCompile(`^([0-9]*)([-+=.)])`)

// unlisted keeps a paragraph from becoming a list.
func unlisted(text string) string { return listed.ReplaceAllString(text, `$1\$2`) }
