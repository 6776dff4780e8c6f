package report

import "github.com/trailspan/trailspan/internal/coverage"

// ink is a color of ANSI terminals (ECMA-48, SGR); "" is that of the terminal.
type ink string

const (
	plainInk ink = ""
	bold     ink = "1"
	dim      ink = "2"
	red      ink = "31"
	green    ink = "32"
	yellow   ink = "33"
	cyan     ink = "36"
)

// on paints text.
func (i ink) on(text string) string {
	if i == plainInk || text == "" {
		return text
	}
	return "\x1b[" + string(i) + "m" + text + "\x1b[0m"
}

// mark is a sign of one column that can be told apart without color, and its ink.
type mark struct {
	sign string
	ink  ink
}

func (m mark) para() para { return para{m.sign, m.ink} }

// The signs are not of ambiguous width, so that they take one column in terminals
// that are set up for Japanese too.
// https://www.unicode.org/reports/tr11/
var (
	good    = mark{"✓", green}
	bad     = mark{"✗", red}
	warning = mark{"!", yellow}
	unknown = mark{"?", yellow}
	partly  = mark{"~", yellow}
	off     = mark{"-", dim}
)

func verdictMark(v coverage.Verdict) mark {
	switch v {
	case coverage.Recorded:
		return good
	case coverage.Partial:
		return partly
	case coverage.Failing:
		return warning
	case coverage.Unrecorded:
		return bad
	case coverage.Disabled:
		return off
	default:
		return unknown
	}
}
