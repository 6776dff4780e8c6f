package report

import (
	"io"
	"strings"
)

// Manual is what the help of a command says.
type Manual struct {
	About    string
	Sections []Section
}

// Section of a Manual: lines to copy, then rows of a name and what it means.
type Section struct {
	Title string
	Lines []string
	Rows  [][2]string
}

// Help shows a Manual:
//
//	runs lists what convert and create have done from this machine, and how far …
//
//	Usage:
//	  trailspan runs [FLAG…]
//
//	Flags:
//	      --journal DIR  DIR of the journals; else TRAILSPAN_JOURNAL
//
// A name is never wrapped, nor loses the spaces before it.
func Help(w io.Writer, m Manual, o Options) error {
	p := newPage(o)
	p.text(0, para{m.About, plainInk})
	for _, s := range m.Sections {
		p.title(s.Title)
		for _, line := range s.Lines {
			p.literally(tableIndent, para{line, plainInk})
		}
		p.manualRows(s.Rows)
	}
	return p.writeTo(w)
}

// manualRows gives the names a column of their own, as long as what they mean has room
// enough beside it.
func (p *page) manualRows(rows [][2]string) {
	widest := 0
	for _, r := range rows {
		widest = max(widest, columnsOf(r[0]))
	}
	at := tableIndent + widest + columnGap
	for _, r := range rows {
		if p.Width-at < leastMeaning {
			p.literally(tableIndent, para{r[0], plainInk})
			p.text(min(stackIndent+tableIndent, p.Width/2), para{r[1], plainInk})
			continue
		}
		for i, line := range wrap(r[1], p.Width-at) {
			name := ""
			if i == 0 {
				name = r[0]
			}
			p.literally(tableIndent, para{name + strings.Repeat(" ", widest+columnGap-columnsOf(name)) + line, plainInk})
		}
	}
}

const leastMeaning = 30 // columns
