package report

import (
	"strings"
)

// block is a part of a page of HTML; what kind it is tells which of its fields count.
type block struct {
	Kind   string // heading, text, code, table or answer
	Level  int    // of a heading, 2 to 5
	Text   string // of a heading
	Paras  []para // of a text, or the lines of code
	Table  sheet
	Answer answer
}

// sheet is a table of HTML. Without Heads, the first cell is the head of its row.
type sheet struct {
	Heads []string
	Rows  [][]cell
}

// Said is the text of x as a page shows it.
func (x para) Said() string { return strings.TrimRight(clean(x.text), " ") }

// Line is x with the spaces and tabs that it begins with.
func (x para) Line() string { return strings.TrimRight(verbatim(x.text), " ") }

// Class is what a style sheet calls the ink of x.
func (x para) Class() string {
	switch x.ink {
	case bold:
		return "strong"
	case dim:
		return "quiet"
	case red:
		return "bad"
	case green:
		return "good"
	case yellow:
		return "warning"
	case cyan:
		return "hint"
	default:
		return ""
	}
}

// titled begins a section.
func (p *page) titled(level int, text string) {
	p.blocks = append(p.blocks, block{Kind: "heading", Level: level, Text: clean(text)})
}

// prose writes paragraphs. The first of a page that has no heading is its heading.
func (p *page) prose(indent int, paras []para) {
	for _, x := range paras {
		switch {
		case strings.TrimSpace(x.text) == "":
		case indent == 0 && x.ink != plainInk && !p.headed:
			p.headed = true
			p.titled(p.level-1, x.text)
		default:
			p.blocks = append(p.blocks, block{Kind: "text", Paras: []para{x}})
		}
	}
}

// listing writes a line of what is to be copied or compared; lines that follow each
// other are one listing.
func (p *page) listing(x para) {
	if last := len(p.blocks) - 1; last >= 0 && p.blocks[last].Kind == "code" {
		p.blocks[last].Paras = append(p.blocks[last].Paras, x)
		return
	}
	p.blocks = append(p.blocks, block{Kind: "code", Paras: []para{x}})
}

// sheet writes a table.
func (p *page) sheet(t table) {
	if len(t.rows) == 0 {
		return
	}
	s := sheet{Rows: t.rows}
	if t.headed() {
		s.Heads = each(t.columns, func(c column) string { return c.head })
	}
	p.blocks = append(p.blocks, block{Kind: "table", Table: s})
}
