package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// group is Regions with the same answer.
type group struct {
	answer coverage.Region // of the first of them
	names  []string
}

func (g group) list() string { return strings.Join(g.names, " ") }

// grouped folds Regions with the same key, worst first; those that are not enabled
// are left out.
func grouped(regions []coverage.Region, key func(coverage.Region) string) []group {
	var out []group
	index := map[string]int{}
	for _, r := range regions {
		if r.Verdict == coverage.Disabled {
			continue
		}
		k := key(r)
		if _, there := index[k]; !there {
			index[k] = len(out)
			out = append(out, group{answer: r})
		}
		out[index[k]].names = append(out[index[k]].names, string(r.Region))
	}
	rank := func(g group) int { return slices.Index(coverage.WorstFirst(), g.answer.Verdict) }
	slices.SortStableFunc(out, func(a, b group) int { return rank(a) - rank(b) })
	return out
}

// regions writes a table of groups of Regions, of global services and of Regions to
// come. Its drawing stands at account.
func (p *page) regions(a coverage.Assessment) {
	p.title(p.say("report.regions"))
	t := table{columns: []column{{}, {least: 29}, {least: 20}}}
	local := make([]coverage.Region, len(a.Regions))
	for i, r := range a.Regions {
		local[i] = withoutGlobal(r)
	}
	for _, g := range grouped(local, func(r coverage.Region) string { return fmt.Sprint(r.LeftOut, r.Verdict, p.answer(a, r)) }) {
		t.add(p.groupVerdict(g), words(g.list()), p.answer(a, g.answer))
	}
	p.globalRow(&t, a)
	t.add(p.verdict(a.Future), words(p.say("report.later")), words(p.say("report.later."+string(a.Future))))
	p.table(t)
	p.disabled(a)
}

// withoutGlobal drops the answer for global services, which has a row of its own,
// from a Region, unless nothing else is missing there.
func withoutGlobal(r coverage.Region) coverage.Region {
	others := slices.DeleteFunc(slices.Clone(r.Cells), func(c coverage.Cell) bool { return c.Class == trail.Global })
	recorded := !slices.ContainsFunc(others, func(c coverage.Cell) bool { return c.State != coverage.Recorded })
	if !recorded || r.Verdict == coverage.Recorded {
		r.Cells = others
	}
	return r
}

// groupVerdict is the verdict of a group, and how many Regions are in it.
func (p *page) groupVerdict(g group) cell {
	m, word := verdictMark(g.answer.Verdict), p.verdictWord(g.answer.Verdict)
	if g.answer.LeftOut {
		m, word = off, p.say("report.leftOut")
	}
	text := m.sign + " " + word
	if len(g.names) > 1 {
		text += " (" + strconv.Itoa(len(g.names)) + ")"
	}
	return cell{{text, m.ink}}
}

// answer says who records a Region, or what is missing there and why.
func (p *page) answer(a coverage.Assessment, r coverage.Region) cell {
	witnesses := p.witnesses(a, r.RecordedBy())
	if r.Verdict == coverage.Recorded || r.LeftOut {
		return words(witnesses)
	}
	c := words(p.say("report.missing", "what", p.missing(r), "why", p.notes(r.Reasons())))
	if witnesses != "" {
		c = append(c, para{p.say("report.rest", "witnesses", witnesses), plainInk})
	}
	return c
}

// witnesses names trails and event data stores with their home Regions.
func (p *page) witnesses(a coverage.Assessment, arns []trail.ARN) string {
	var out []string
	for _, arn := range arns {
		out = append(out, witness(a.Snapshot, arn))
	}
	return strings.Join(out, ", ")
}

func witness(s trail.Snapshot, arn trail.ARN) string {
	name := arn.Name()
	for _, d := range s.EventDataStores {
		if d.ARN == arn {
			name = d.Name
		}
	}
	return name + " (" + string(arn.Region()) + ")"
}

// globalRow adds the row of the global services, when their Region was judged.
func (p *page) globalRow(t *table, a coverage.Assessment) {
	r, _ := a.Region(a.Snapshot.Partition.GlobalRegion())
	for _, c := range r.Cells {
		if c.Class == trail.Global && !r.LeftOut {
			t.add(p.verdict(c.State), words(p.say("report.global")), words(string(r.Region)+": "+p.cellAnswer(a, c)))
		}
	}
}

// cellAnswer says who records a class of events, or why nobody does.
func (p *page) cellAnswer(a coverage.Assessment, c coverage.Cell) string {
	if c.State == coverage.Recorded {
		return p.witnesses(a, c.Witnesses)
	}
	return p.note(c.Reason)
}

// disabled writes one dim line for the Regions that are not enabled, with their names
// where those fit or everything is to be explained.
func (p *page) disabled(a coverage.Assessment) {
	var names []string
	for _, r := range a.Regions {
		if r.Verdict == coverage.Disabled {
			names = append(names, string(r.Region))
		}
	}
	if len(names) == 0 {
		return
	}
	short := off.sign + " " + p.say("report.disabled", "count", strconv.Itoa(len(names)))
	if long := short + ": " + strings.Join(names, " "); p.Explain || columnsOf(long) <= p.Width-tableIndent {
		short = long
	}
	p.text(tableIndent, para{short, dim})
}

// explain writes the answer for each class of events:
//
//	Class by class
//	  ap-northeast-1
//	    read/kms      ✓ recorded      your-trail-name (ap-northeast-1)
//	    read/rdsdata  ✗ not recorded  your-trail-name leaves out rdsdata.amazonaws.com
func (p *page) explain(a coverage.Assessment) {
	p.title(p.say("report.explain"))
	for _, g := range grouped(a.Regions, func(r coverage.Region) string { return fmt.Sprint(r.LeftOut, r.Cells) }) {
		if g.answer.LeftOut {
			continue
		}
		p.text(tableIndent, para{g.list(), bold})
		t := table{indent: 2, columns: []column{{}, {}, {least: 20}}}
		for _, c := range g.answer.Cells {
			t.add(words(string(c.Class)), p.verdict(c.State), words(p.cellAnswer(a, c)))
		}
		p.table(t)
	}
}
