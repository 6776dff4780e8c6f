package report

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// folded is findings that say the same of several Regions.
type folded struct {
	trail.Finding
	others []string // Regions beside that of the Finding
}

// findings writes what a person can act on, worst first, once for all Regions of
// which it is true. Its drawing stands at account.
func (p *page) findings(all []trail.Finding) {
	if len(all) == 0 {
		return
	}
	p.title(p.say("report.findings"))
	t := table{columns: []column{{}, {least: 20}}}
	for _, f := range p.fold(all) {
		t.add(cell{{p.say("severity." + string(f.Severity)), severityInk(f.Severity)}}, p.finding(f))
	}
	p.table(t)
}

// sober are the findings of an account. Where no trail was seen but some may be hidden,
// none of them advises to change anything: what is hidden may be all that is needed.
func sober(a coverage.Assessment) []trail.Finding {
	out := slices.Clone(a.Findings)
	if len(a.Snapshot.Trails) > 0 || !hidesTrails(a.Snapshot.Gaps) {
		return out
	}
	for i, f := range out {
		if slices.Contains([]string{"no-trail", "region-unrecorded", "global-events", "future-regions", "event-data-store-only"}, f.ID) {
			out[i].Hint = trail.Say("report.hidden")
		}
	}
	return out
}

func (p *page) finding(f folded) cell {
	c := words(p.sameElsewhere(p.note(f.Message), f.others) + " (" + f.ID + ")")
	if hint := p.note(f.Hint); hint != "" {
		c = append(c, para{"→ " + hint, cyan})
	}
	return c
}

// sameElsewhere adds to a sentence the other Regions of which it is true.
func (p *page) sameElsewhere(sentence string, others []string) string {
	switch {
	case len(others) == 0:
		return sentence
	case len(others) <= listedRegions:
		return p.say("report.sameIn", "sentence", sentence, "regions", p.list(others))
	default:
		return p.say("report.sameInMore", "sentence", sentence, "count", strconv.Itoa(len(others)))
	}
}

const listedRegions = 3 // more than these are counted

// fold puts together what differs in the Region only.
func (p *page) fold(all []trail.Finding) []folded {
	var out []folded
	index := map[string]int{}
	for _, f := range worstFindingsFirst(all) {
		key := strings.Join([]string{f.ID, string(f.Severity), string(f.Trail), p.note(anywhere(f.Message)), p.note(f.Hint)}, "\x00")
		i, there := index[key]
		if !there {
			index[key] = len(out)
			out = append(out, folded{Finding: f})
			continue
		}
		out[i].others = append(out[i].others, f.Message.Args[regionArg])
	}
	return out
}

const regionArg = "region" // the placeholder of findings that are about a Region

// anywhere is a Note without its Region.
func anywhere(n trail.Note) trail.Note {
	n.Args = maps.Clone(n.Args)
	delete(n.Args, regionArg)
	return n
}

func worstFindingsFirst(all []trail.Finding) []trail.Finding {
	order := []trail.Severity{trail.Critical, trail.High, trail.Medium, trail.Low, trail.Info}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b trail.Finding) int {
		return slices.Index(order, a.Severity) - slices.Index(order, b.Severity)
	})
	return out
}

func severityInk(s trail.Severity) ink {
	switch s {
	case trail.Critical, trail.High:
		return red
	case trail.Medium:
		return yellow
	default:
		return dim
	}
}
