package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/trailspan/trailspan/internal/control"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// sums are what all accounts of a check come to.
type sums struct {
	regions  summaryJSON
	settled  int // accounts
	future   map[coverage.Verdict]int
	gaps     int
	gapped   int // accounts with gaps
	findings map[findingKind]*findingSum
	controls map[string]*controlSum
}

type findingKind struct {
	severity trail.Severity
	id       string
}

type findingSum struct{ findings, accounts int }

// controlSum counts accounts by what a published check says of them.
type controlSum struct {
	status  map[control.Status]int
	differs int
}

func newSums() sums {
	return sums{future: map[coverage.Verdict]int{}, findings: map[findingKind]*findingSum{}, controls: map[string]*controlSum{}}
}

func (s *sums) add(a coverage.Assessment) {
	s.regions.add(a)
	s.future[a.Future]++
	if settled(a) {
		s.settled++
	}
	if n := len(a.Snapshot.Gaps); n > 0 {
		s.gaps += n
		s.gapped++
	}
	s.addFindings(a)
	for _, r := range control.Evaluate(a) {
		c, there := s.controls[r.ID]
		if !there {
			c = &controlSum{status: map[control.Status]int{}}
			s.controls[r.ID] = c
		}
		c.status[r.Status]++
		if len(r.Differences) > 0 {
			c.differs++
		}
	}
}

func (s *sums) addFindings(a coverage.Assessment) {
	seen := map[findingKind]bool{}
	for _, f := range a.Findings {
		k := findingKind{f.Severity, f.ID}
		x, there := s.findings[k]
		if !there {
			x = &findingSum{}
			s.findings[k] = x
		}
		x.findings++
		if !seen[k] {
			seen[k] = true
			x.accounts++
		}
	}
}

// findingRow is a kind of finding, over all accounts.
type findingRow struct {
	Class, Severity, ID, Page string
	Accounts, Findings        int
}

// findingRows are the kinds of findings, worst first.
func (p *page) findingRows(s sums) []findingRow {
	order := []trail.Severity{trail.Critical, trail.High, trail.Medium, trail.Low, trail.Info}
	var kinds []findingKind
	for k := range s.findings {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, func(a, b findingKind) int {
		return cmp.Or(slices.Index(order, a.severity)-slices.Index(order, b.severity), s.findings[b].accounts-s.findings[a].accounts, cmp.Compare(a.id, b.id))
	})
	return each(kinds, func(k findingKind) findingRow {
		x := s.findings[k]
		return findingRow{
			Class: para{"", severityInk(k.severity)}.Class(), Severity: p.say("severity." + string(k.severity)), ID: k.id, Page: findingPage(k.id),
			Accounts: x.accounts, Findings: x.findings,
		}
	})
}

// controlRow is what a published check will say: of one account, or of how many.
type controlRow struct {
	ID, Title string
	Sources   []string
	Says      []controlSays
	Differs   string
}

type controlSays struct{ Class, Sign, Word string }

func (p *page) controlRows(s sums) []controlRow {
	var out []controlRow
	for _, c := range control.All() {
		x, there := s.controls[c.ID]
		if !there {
			continue
		}
		row := controlRow{ID: c.ID, Title: p.say("control.title." + c.ID), Sources: c.Sources, Differs: p.say("html.differs.no")}
		for _, status := range []control.Status{control.Fail, control.Warn, control.Unknown, control.Pass} {
			if n := x.status[status]; n > 0 {
				row.Says = append(row.Says, p.controlSays(status, n, s.regions.Accounts))
			}
		}
		switch {
		case x.differs > 0 && s.regions.Accounts == 1:
			row.Differs = p.say("html.differs.yes")
		case x.differs > 0:
			row.Differs = p.say("html.in-accounts", "count", strconv.Itoa(x.differs))
		}
		out = append(out, row)
	}
	return out
}

func (p *page) controlSays(status control.Status, n, all int) controlSays {
	m, word := controlMark(status), p.say("control.status."+string(status))
	if all > 1 {
		word = p.say("html.tile", "verdict", word, "count", strconv.Itoa(n))
	}
	return controlSays{para{"", m.ink}.Class(), m.sign, word}
}
