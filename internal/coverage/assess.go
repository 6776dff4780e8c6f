package coverage

import (
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// Assess judges a Snapshot.
func Assess(s trail.Snapshot) Assessment {
	a := Assessment{Snapshot: s, Verdict: Recorded, Future: future(s)}
	for _, v := range s.Regions {
		r := judge(s, v)
		a.Regions = append(a.Regions, r)
		a.Verdict = Worse(a.Verdict, r.Verdict)
	}
	if _, hidden := s.Gap("", trail.ListRegions, ""); hidden || a.Looked() == 0 {
		a.Verdict = Worse(a.Verdict, Unknown) // there may be Regions that nobody told us of
	}
	a.Findings = findings(a)
	return a
}

// judge answers for one Region.
func judge(s trail.Snapshot, v trail.RegionView) Region {
	r := Region{Region: v.Region, OptStatus: v.OptStatus, LeftOut: v.LeftOut}
	if !v.OptStatus.Usable() {
		r.Verdict = Disabled
		return r
	}
	for _, c := range trail.Classes(v.Region) {
		if c == trail.Global {
			r.Cells = append(r.Cells, globalCell(s, v))
			continue
		}
		r.Cells = append(r.Cells, cell(s, v, question{class: c}))
	}
	r.Verdict = sum(r.Cells)
	return r
}

// sum makes the verdict of a Region of its cells.
func sum(cells []Cell) Verdict {
	n := map[Verdict]int{}
	for _, c := range cells {
		n[c.State]++
	}
	switch {
	case n[Recorded] == len(cells):
		return Recorded
	case n[Unknown] > 0:
		return Unknown
	case n[Recorded]+n[Partial] > 0:
		return Partial
	case n[Failing] > 0:
		return Failing
	default:
		return Unrecorded
	}
}

// question is what a trail is asked: does it record the class, of the events of global
// services or of all others?
type question struct {
	class  trail.Class
	global bool
}

// cell asks every trail and event data store about one class of events in one Region,
// and keeps the strongest answer.
func cell(s trail.Snapshot, v trail.RegionView, q question) Cell {
	if v.LeftOut {
		return Cell{Class: q.class, State: Unknown, Reason: trail.Say("reason.left-out")}
	}
	best := noTrail(s, v)
	out := Cell{Class: q.class}
	for _, t := range s.Trails {
		best = stronger(best, out.hear(t.ARN, testify(s, t, v, q)))
	}
	for _, d := range s.EventDataStores {
		best = stronger(best, out.hear(d.ARN, testifyStore(d, v.Region, q.class)))
	}
	out.State = best.state()
	if out.State != Recorded {
		out.Reason = best.reason
	}
	return out
}

// globalCell answers for the events of global services: they are recorded when trails
// that include them record both reads and writes of the other services.
func globalCell(s trail.Snapshot, v trail.RegionView) Cell {
	reads := cell(s, v, question{trail.ReadOther, true})
	writes := cell(s, v, question{trail.WriteOther, true})
	out := Cell{Class: trail.Global, State: reads.State, Reason: reads.Reason}
	switch {
	case reads.State == Recorded && writes.State == Recorded:
		out.Witnesses = slices.Concat(reads.Witnesses, writes.Witnesses)
		slices.Sort(out.Witnesses)
		out.Witnesses = slices.Compact(out.Witnesses)
	case reads.State == Unknown || writes.State == reads.State:
	case writes.State == Unknown:
		out.State, out.Reason = Unknown, writes.Reason
	case reads.State == Recorded:
		out.State, out.Reason = Partial, writes.Reason
	case writes.State == Recorded:
		out.State = Partial
	default:
		out.State = Worse(reads.State, writes.State)
	}
	return out
}

// noTrail is the answer of a Region in which no trail says anything: unrecorded, or
// unknown where trails could not be listed, for one may live there. Event data stores
// that could not be listed hide nothing: the question is for trails first, published
// checks count nothing else, and the Gap is reported beside the verdict.
func noTrail(s trail.Snapshot, v trail.RegionView) testimony {
	if g, ok := s.Gap(v.Region, trail.DescribeTrails, ""); ok {
		return testimony{hidden, because(g)}
	}
	for _, g := range s.Gaps {
		if g.Action == trail.GetEventDataStore { // it exists, and may record anything
			return testimony{hidden, because(g)}
		}
	}
	return testimony{unreached, trail.Say("reason.no-trail")}
}

// hear adds a witness to the cell, and passes the testimony on.
func (c *Cell) hear(arn trail.ARN, t testimony) testimony {
	if t.strength == witnessed {
		c.Witnesses = append(c.Witnesses, arn)
	}
	return t
}

// future says whether healthy multi-Region trails select all that happens in a Region
// that does not exist yet. An event data store is not counted: AWS does not say that
// one takes in new Regions by itself.
func future(s trail.Snapshot) Verdict {
	if !anyLooked(s) {
		return Unknown
	}
	worst := Recorded
	for _, c := range trail.AccessClasses() {
		best := testimony{strength: unreached}
		for _, t := range s.Trails {
			if t.MultiRegion {
				best = stronger(best, testifyHome(s, t, question{class: c}))
			}
		}
		switch best.state() {
		case Recorded:
		case Unknown:
			worst = Worse(worst, Unknown)
		default:
			return Unrecorded
		}
	}
	return worst
}

// allLooked says whether the trails of every Region were listed, so that none can be
// hidden.
func allLooked(s trail.Snapshot) bool {
	if _, gap := s.Gap("", trail.ListRegions, ""); gap || len(s.Regions) == 0 {
		return false
	}
	for _, v := range s.Regions {
		_, gap := s.Gap(v.Region, trail.DescribeTrails, "")
		if v.OptStatus.Usable() && (v.LeftOut || gap) {
			return false
		}
	}
	return true
}

// anyLooked says whether the trails of at least one Region were listed. Every
// multi-Region trail shows itself in each.
func anyLooked(s trail.Snapshot) bool {
	for _, v := range s.Regions {
		_, gap := s.Gap(v.Region, trail.DescribeTrails, "")
		if v.OptStatus.Usable() && !v.LeftOut && !gap {
			return true
		}
	}
	return false
}
