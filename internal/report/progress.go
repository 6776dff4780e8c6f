package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// Progress is one line of a terminal that tells how far something is:
//
//	[=========>          ]  8/17  ap-northeast-1
//
// Any number of goroutines may use it.
type Progress struct {
	mu    sync.Mutex
	w     io.Writer
	width int
	last  string
}

// NewProgress draws on w, a terminal of width columns. With a width of 0, which is
// that of a w that is no terminal, nothing is ever drawn.
func NewProgress(w io.Writer, width int) *Progress { return &Progress{w: w, width: width} }

// Show draws that done of total are done, and what is at hand. What can not be drawn
// is not worth an error: the work goes on.
func (p *Progress) Show(done, total int, what string) {
	p.draw(progressLine(done, total, what, p.width))
}

// Clear takes the line away, so that other text can be written where it stood.
func (p *Progress) Clear() { p.draw("") }

// draw replaces the line, when that changes it. CSI K erases to the end of the line.
func (p *Progress) draw(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.width <= 0 || line == p.last {
		return
	}
	p.last = line
	_, _ = fmt.Fprintf(p.w, "\r%s\x1b[K", line)
}

const barWidth = 20

// progressLine fits the line into a terminal without reaching its last column, where
// some terminals begin a new line. On narrow ones the bar goes first.
func progressLine(done, total int, what string, width int) string {
	done = max(0, min(done, total))
	line := fmt.Sprintf("%*d/%d", len(fmt.Sprint(total)), done, total)
	if width > barWidth*2 {
		line = bar(done, total) + " " + line
	}
	line += "  " + clean(what)
	return narrow().Truncate(line, max(width-1, 0), "")
}

func bar(done, total int) string {
	full := barWidth
	if total > 0 {
		full = barWidth * done / total
	}
	head := ""
	if full < barWidth {
		head = ">"
	}
	return "[" + strings.Repeat("=", full) + head + strings.Repeat(" ", barWidth-full-len(head)) + "]"
}
