package report

import (
	"fmt"
	"io"
	"strings"
)

// ManPage is a Manual as a page for man(1), in section 1.
type ManPage struct {
	Name, Short, Version string // trailspan-check, "which Regions are …", 0.1.0
	// NameTitle and AboutTitle stand above the sections that a Manual has no titles for.
	NameTitle, AboutTitle string
	Manual                Manual
}

// Man writes a page in the language of man(7), which man, groff and mandoc read:
//
//	.TH TRAILSPAN\-RUNS 1 "" "trailspan 0.1.0" "trailspan"
//	.SH NAME
//	trailspan\-runs \- list journals of past runs
//	…
//
// It has no date, so that the same program writes the same page.
// https://man7.org/linux/man-pages/man7/groff_man.7.html
func Man(w io.Writer, p ManPage) error {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"trailspan %s\" \"trailspan\"\n", roff(strings.ToUpper(p.Name)), roff(p.Version))
	b.WriteString(".nh\n.ad l\n") // Japanese has no spaces to stretch
	// whatis(1) reads this line: it has no marks to break it at
	fmt.Fprintf(&b, ".SH \"%s\"\n%s \\- %s\n", roff(p.NameTitle), roff(p.Name), roff(p.Short))
	sections := p.Manual.Sections
	if len(sections) > 0 { // how it is called
		manSection(&b, sections[0])
		sections = sections[1:]
	}
	fmt.Fprintf(&b, ".SH \"%s\"\n%s\n", roff(p.AboutTitle), flow(p.Manual.About))
	for _, s := range sections {
		manSection(&b, s)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func manSection(b *strings.Builder, s Section) {
	title := strings.TrimRight(s.Title, ":：")
	fmt.Fprintf(b, ".SH \"%s\"\n", roff(strings.ToUpper(title)))
	if len(s.Lines) > 0 {
		b.WriteString(".nf\n")
		for _, line := range s.Lines {
			b.WriteString(roff(line) + "\n")
		}
		b.WriteString(".fi\n")
	}
	for _, r := range s.Rows {
		fmt.Fprintf(b, ".TP\n\\fB%s\\fR\n%s\n", roff(strings.TrimSpace(r[0])), flow(r[1]))
	}
	if len(s.Items) > 0 {
		b.WriteString(flow(strings.Join(s.Items, ", ")) + "\n")
	}
}

// flow is a text that is broken where wrap would break it: between the characters of
// Japanese too, where roff by itself sees one long word.
func flow(text string) string {
	var b strings.Builder
	for i, p := range pieces(clean(text)) {
		switch {
		case i == 0:
		case p.space:
			b.WriteByte(' ')
		default:
			b.WriteString(`\:`)
		}
		b.WriteString(strings.TrimPrefix(roff(p.text), `\&`))
	}
	if text := b.String(); !strings.HasPrefix(text, ".") && !strings.HasPrefix(text, "'") {
		return text
	}
	return `\&` + b.String()
}

// roff lets a text be nothing but text: no escapes, no hyphens where somebody copies a
// minus, no line that is a request, no end of a quoted argument.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `"`, `\(dq`, "…", `\[u2026]`).Replace(clean(text))
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		return `\&` + text
	}
	return text
}
