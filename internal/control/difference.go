package control

import (
	"slices"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// Difference is where a check says one thing and coverage another, and why.
type Difference struct {
	Kind DifferenceKind
	// Regions are where, sorted; none stands for Regions that are enabled later.
	Regions []trail.Region
	// Missing are the classes that are not recorded in some of Regions, in their order,
	// where the check passes.
	Missing []trail.Class
	// Why is what coverage knows of the first of Regions: the reason for a hole, or who
	// records.
	Why trail.Note
	// Because is what the check does not look at; the zero Note where its own reason
	// says all.
	Because trail.Note
}

// DifferenceKind says who says what.
type DifferenceKind string

// The kinds of Difference.
const (
	PassesHole    DifferenceKind = "passes-hole"    // it passes although events are not recorded
	PassesUnknown DifferenceKind = "passes-unknown" // it passes although nobody knows
	PassesLater   DifferenceKind = "passes-later"   // it passes although Regions to come will be dark
	FailsRecorded DifferenceKind = "fails-recorded" // it fails although all is recorded
	FailsUnknown  DifferenceKind = "fails-unknown"  // it fails although nobody knows
)

// differences compares what a check says with a, Region by Region where the check
// does so.
func (c Control) differences(r Result, a coverage.Assessment) []Difference {
	passing, failing := c.sides(r, a.Regions)
	out := c.passes(passing)
	if r.Status == Pass && len(out) == 0 && a.Future == coverage.Unrecorded && !c.looksAt(Later) {
		out = append(out, Difference{Kind: PassesLater, Because: trail.Say("control.blind.later")})
	}
	return append(out, c.fails(failing, a)...)
}

// sides returns the Regions that a check passes and those that it does not. One answer
// for all Regions fails none of them for nothing where there is a hole in any.
func (c Control) sides(r Result, all []coverage.Region) (passing, failing []coverage.Region) {
	switch {
	case c.scope == regions:
		return where(all, r, Pass), where(all, r, Fail, Warn)
	case r.Status == Pass:
		return all, nil
	case r.Status == Unknown || slices.ContainsFunc(all, coverage.Region.Hole):
		return nil, nil
	default:
		return nil, all
	}
}

// where returns the Regions in which a check has one of some statuses.
func where(all []coverage.Region, r Result, statuses ...Status) []coverage.Region {
	return slices.DeleteFunc(slices.Clone(all), func(x coverage.Region) bool {
		return !slices.ContainsFunc(r.Regions, func(y RegionResult) bool {
			return y.Region == x.Region && slices.Contains(statuses, y.Status)
		})
	})
}

// passes are the differences in Regions where a check passes: one for each Aspect that
// makes a hole, or else one for what is not known.
func (c Control) passes(all []coverage.Region) []Difference {
	var holes, unseen []Difference
	for _, r := range all {
		for _, cell := range r.Cells {
			switch cell.State {
			case coverage.Recorded:
			case coverage.Unknown:
				unseen = merge(unseen, Difference{Kind: PassesUnknown, Regions: []trail.Region{r.Region}, Why: cell.Reason})
			default:
				holes = merge(holes, Difference{
					Kind: PassesHole, Regions: []trail.Region{r.Region}, Missing: []trail.Class{cell.Class},
					Why: cell.Reason, Because: c.blind(cell.Reason),
				})
			}
		}
	}
	for i := range holes {
		slices.SortFunc(holes[i].Missing, inOrder)
	}
	if len(holes) > 0 {
		return holes
	}
	return unseen
}

// inOrder is the order of classes in reports.
func inOrder(a, b trail.Class) int {
	all := append(trail.AccessClasses(), trail.Global)
	return slices.Index(all, a) - slices.Index(all, b)
}

// merge adds d to all: to one with the same Because, or as one more.
func merge(all []Difference, d Difference) []Difference {
	i := slices.IndexFunc(all, func(x Difference) bool { return x.Because.Key == d.Because.Key })
	if i < 0 {
		return append(all, d)
	}
	if x := &all[i]; !slices.Contains(x.Regions, d.Regions[0]) {
		x.Regions = append(x.Regions, d.Regions[0])
	}
	for _, class := range d.Missing {
		if !slices.Contains(all[i].Missing, class) {
			all[i].Missing = append(all[i].Missing, class)
		}
	}
	return all
}

// blind says why a check does not mind a hole: it does not look at what makes it, it
// looks in one place only, or it is content with what it finds.
func (c Control) blind(reason trail.Note) trail.Note {
	a := aspectOf(reason)
	switch {
	case !c.looksAt(a):
		return trail.Say("control.blind." + string(a))
	case c.scope != regions && (a == Logging || a == Delivery):
		return trail.Say("control.blind.elsewhere")
	default:
		return trail.Say("control.blind.content")
	}
}

// aspectOf returns what a reason of coverage is about.
func aspectOf(reason trail.Note) Aspect {
	switch reason.Key {
	case "reason.not-logging":
		return Logging
	case "reason.delivery-error":
		return Delivery
	case "reason.no-management-events":
		return Management
	case "reason.read-only", "reason.write-only":
		return Access
	case "reason.excludes", "reason.unselected":
		return Sources
	case "reason.narrowed":
		return Narrowing
	case "reason.no-global-events":
		return Globals
	case "reason.no-shadow", "reason.home-disabled":
		return Presence
	default:
		return Reach
	}
}

// fails are the differences in Regions where a check does not pass: those that are
// recorded all the same, or else those of which nobody knows.
func (c Control) fails(all []coverage.Region, a coverage.Assessment) []Difference {
	var recorded []coverage.Region
	var unseen []Difference
	for _, r := range all {
		switch {
		case r.Verdict == coverage.Recorded:
			recorded = append(recorded, r)
		case r.Verdict == coverage.Unknown && !r.Hole():
			unseen = merge(unseen, Difference{Kind: FailsUnknown, Regions: []trail.Region{r.Region}, Why: r.Reasons()[0]})
		}
	}
	if len(recorded) == 0 || len(unseen) > 0 && c.scope != regions {
		return unseen
	}
	d := Difference{Kind: FailsRecorded}
	for _, r := range recorded {
		d.Regions = append(d.Regions, r.Region)
	}
	d.Why, d.Because = c.recordedBy(recorded, a)
	return append([]Difference{d}, unseen...)
}
