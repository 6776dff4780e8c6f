package commands

import (
	"bytes"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// A place is where properties can be put into what makes a trail, and how they are written there:
// .isMultiRegionTrail(true) of a builder, IsMultiRegionTrail = true of an object.
type place struct {
	at                     int
	before, between, after string // around the name and the value
	lead, join, tail       string // before the first, between two, behind the last
	capital                bool   // names begin with a capital: setIsMultiRegionTrail
}

// put is the edit that writes properties at a place.
func (p *place) put(names []string, on string) iac.Edit {
	written := make([]string, len(names))
	for i, name := range names {
		if p.capital {
			name = strings.ToUpper(name[:1]) + name[1:]
		}
		written[i] = p.before + name + p.between + on + p.after
	}
	return iac.Edit{Start: p.at, End: p.at, Text: p.lead + strings.Join(written, p.join) + p.tail}
}

// like is true in the letter case of what it replaces.
func like(on string, old []byte) string {
	switch string(old) {
	case "FALSE":
		return strings.ToUpper(on)
	case "False":
		return "True"
	default:
		return on
	}
}

// listed is the place before the first of properties between commas, written as that is.
func (src source) listed(args []argument) *place {
	for _, a := range args {
		if a.sep != "" {
			apart := "," + src.apart(a.at, " ")
			return &place{at: a.at, before: a.mark + a.quote, between: a.quote + a.sep, join: apart, tail: apart}
		}
	}
	return nil
}

// apart is what stands between two things of which the second begins at a place: the end of a line
// and its indentation, if the second begins one.
func (src source) apart(at int, otherwise string) string {
	start := bytes.LastIndexByte(src.text[:at], '\n') + 1
	lead := string(src.text[start:at])
	switch {
	case strings.Trim(lead, " \t") != "" || start == 0:
		return otherwise
	case start > 1 && src.text[start-2] == '\r':
		return "\r\n" + lead
	default:
		return "\n" + lead
	}
}

// filled is the place in empty braces that open at a place; nil if they are not empty.
func (src source) filled(open int, between string) *place {
	end := closer(src.masked, open)
	if end < 0 || len(bytes.Trim(src.text[open+1:end], " \t")) > 0 {
		return nil
	}
	p := &place{at: open + 1, between: between, lead: " ", join: ", "}
	if end == open+1 {
		p.tail = " "
	}
	return p
}
