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

// Section of a Manual: lines to copy, then rows of a name and what it means, then items
// that are only named.
type Section struct {
	Title string
	Lines []string
	Rows  [][2]string
	Items []string
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
// A name is never wrapped, nor loses the spaces before it; nor is an item broken:
//
//	More flags:
//	  --endpoint-url URL, --format FORMAT, --lang LANGUAGE, --no-color,
//	  -o/--output FILE
func Help(w io.Writer, m Manual, o Options) error {
	p := newPage(o)
	p.text(0, para{m.About, plainInk})
	for _, s := range m.Sections {
		p.title(s.Title)
		for _, line := range s.Lines {
			p.literally(tableIndent, para{line, plainInk})
		}
		p.manualRows(s.Rows)
		for _, line := range pack(s.Items, p.Width-tableIndent) {
			p.literally(tableIndent, para{line, plainInk})
		}
	}
	return p.writeTo(w)
}

// pack puts as many items into a line as there is room for; an item is wider than its line
// rather than broken.
func pack(items []string, width int) []string {
	var lines []string
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		last := len(lines) - 1
		if last >= 0 && columnsOf(lines[last])+1+columnsOf(item) <= width {
			lines[last] += " " + item
		} else {
			lines = append(lines, item)
		}
	}
	return lines
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
