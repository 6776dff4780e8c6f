package report

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// para is a paragraph in one ink.
type para struct {
	text string
	ink  ink
}

// cell is what stands in one column of one row: paragraphs below each other.
type cell []para

func words(text string) cell { return cell{{text, plainInk}} }

// column of a table. One whose least is 0 is as wide as what stands in it; another
// may be as narrow as least, and is wrapped. A head is broken at its spaces only; one
// between Japanese characters is nothing else than such a place.
type column struct {
	head  string
	least int
}

// name is the head on one line.
func (c column) name() string {
	var b strings.Builder
	var last rune
	for word := range strings.FieldsSeq(c.head) {
		first, _ := utf8.DecodeRuneInString(word)
		if b.Len() > 0 && (runeColumns(last) < 2 || runeColumns(first) < 2) {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		last, _ = utf8.DecodeLastRuneInString(word)
	}
	return b.String()
}

// table is drawn in columns where the page is wide enough, and else row by row.
type table struct {
	columns []column
	rows    [][]cell
	indent  int // beyond that of every table
}

func (t *table) add(cells ...cell) { t.rows = append(t.rows, cells) }

const (
	tableIndent = 2
	stackIndent = 4
	columnGap   = 2
)

// table writes t.
func (p *page) table(t table) {
	switch p.form {
	case markdownForm:
		p.grid(t)
		return
	case htmlForm:
		p.sheet(t)
		return
	}
	indent := tableIndent + t.indent
	widths, fits := t.layout(p.Width - indent)
	if !fits {
		p.stack(t)
		return
	}
	if t.headed() {
		p.row(indent, t.heads(widths), widths)
	}
	for _, r := range t.rows {
		p.row(indent, r, widths)
	}
}

func (t table) headed() bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.head != "" })
}

// heads breaks heads at their spaces where they do not fit.
func (t table) heads(widths []int) []cell {
	var out []cell
	for i, c := range t.columns {
		h := cell{{c.name(), dim}}
		if columnsOf(c.name()) > widths[i] {
			h = nil
			for _, word := range strings.Fields(c.head) {
				h = append(h, para{word, dim})
			}
		}
		out = append(out, h)
	}
	return out
}

// layout divides width among the columns. It fails when there is too little for the
// least of each.
func (t table) layout(width int) ([]int, bool) {
	widths, natural := t.least(), t.natural()
	spare := width - columnGap*(len(widths)-1)
	for _, w := range widths {
		spare -= w
	}
	if spare < 0 {
		return nil, false
	}
	for grown := true; grown && spare > 0; {
		grown = false
		for i := range widths {
			if widths[i] < natural[i] && spare > 0 {
				widths[i]++
				spare--
				grown = true
			}
		}
	}
	return t.lower(widths), true
}

// lower moves columns between those that are wrapped, as long as the table gets lower.
func (t table) lower(widths []int) []int {
	if wrapped := slices.DeleteFunc(slices.Clone(t.columns), func(c column) bool { return c.least == 0 }); len(wrapped) < 2 {
		return widths
	}
	best, height := widths, t.height(widths)
	for from, c := range t.columns {
		for to, d := range t.columns {
			if from == to || c.least == 0 || d.least == 0 {
				continue
			}
			for moved := slices.Clone(best); height > len(t.rows) && moved[from] > c.least; {
				moved[from]--
				moved[to]++
				if h := t.height(moved); h < height {
					best, height = slices.Clone(moved), h
				}
			}
		}
	}
	return best
}

// height is how many lines the rows take.
func (t table) height(widths []int) int {
	sum := 0
	for _, r := range t.rows {
		highest := 0
		for i, c := range r {
			highest = max(highest, len(c.lines(widths[i])))
		}
		sum += highest
	}
	return sum
}

// least returns the narrowest width of each column.
func (t table) least() []int {
	out := t.natural()
	for i, c := range t.columns {
		if c.least > 0 {
			out[i] = min(out[i], c.least)
		}
	}
	return out
}

// natural returns the width at which nothing is wrapped but the heads, at spaces and
// dashes.
func (t table) natural() []int {
	out := make([]int, len(t.columns))
	for i, c := range t.columns {
		for _, word := range strings.FieldsFunc(c.head, func(r rune) bool { return r == ' ' || r == '-' }) {
			out[i] = max(out[i], columnsOf(word))
		}
		for _, r := range t.rows {
			for _, x := range r[i] {
				out[i] = max(out[i], columnsOf(clean(x.text)))
			}
		}
	}
	return out
}

// row writes one row; its height is that of its highest cell.
func (p *page) row(indent int, cells []cell, widths []int) {
	columns := make([][]para, len(cells))
	height := 0
	for i, c := range cells {
		columns[i] = c.lines(widths[i])
		height = max(height, len(columns[i]))
	}
	for n := range height {
		p.rowLine(indent, columns, widths, n)
	}
}

func (c cell) lines(width int) []para {
	var out []para
	for _, x := range c {
		for _, line := range wrap(x.text, max(width, 1)) {
			out = append(out, para{line, x.ink})
		}
	}
	return out
}

// rowLine writes line n of a row. Space is written only before something.
func (p *page) rowLine(indent int, columns [][]para, widths []int, n int) {
	space := indent
	for i, lines := range columns {
		used := 0
		if n < len(lines) && lines[n].text != "" {
			used = columnsOf(lines[n].text)
			p.buf.WriteString(strings.Repeat(" ", space) + p.paint(lines[n].ink, lines[n].text))
			space = 0
		}
		space += widths[i] - used + columnGap
	}
	p.blank()
}

// stack writes the rows of a table below each other, for narrow pages.
func (p *page) stack(t table) {
	for _, r := range t.rows {
		if t.headed() {
			p.labeled(t, r)
		} else {
			p.unlabeled(t, r)
		}
	}
}

// labeled writes the first cell, and below it the others with the heads of their
// columns.
func (p *page) labeled(t table, r []cell) {
	p.text(tableIndent, r[0]...)
	var facts []string
	for i := 1; i < len(r); i++ {
		if s := r[i].String(); s != "" {
			facts = append(facts, t.columns[i].name()+": "+s)
		}
	}
	p.flow(stackIndent, facts)
}

// flow writes facts beside each other, and breaks lines between them where it can.
func (p *page) flow(indent int, facts []string) {
	line := ""
	for _, f := range facts {
		switch joined := line + ", " + f; {
		case line == "":
			line = f
		case columnsOf(clean(joined)) < p.Width-indent: // a comma may follow
			line = joined
		default:
			p.text(indent, para{line + ",", plainInk})
			line = f
		}
	}
	p.text(indent, para{line, plainInk})
}

// unlabeled writes the cells of fixed width on a line, and the others below it.
func (p *page) unlabeled(t table, r []cell) {
	var lead []string
	for i, c := range r {
		if s := c.String(); t.columns[i].least == 0 && s != "" {
			lead = append(lead, s)
		}
	}
	p.text(tableIndent, para{strings.Join(lead, "  "), leadInk(r)})
	for i, c := range r {
		if t.columns[i].least > 0 && c.String() != "" {
			p.text(stackIndent, c...)
		}
	}
}

// leadInk is the ink of the first cell.
func leadInk(r []cell) ink {
	if len(r) == 0 || len(r[0]) == 0 {
		return plainInk
	}
	return r[0][0].ink
}

func (c cell) String() string {
	var out []string
	for _, x := range c {
		if x.text != "" {
			out = append(out, x.text)
		}
	}
	return strings.Join(out, " ")
}
