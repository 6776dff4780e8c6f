// Package coverage judges a Snapshot: for every Region and class of management
// events, which trails record it, or the first reason why none does.
//
// A union over all trails decides, as AWS records: one ReadOnly and one WriteOnly
// trail make full coverage, and a trail that leaves KMS out makes a hole only where
// no other fills it. Where a Gap hides the answer the answer is unknown.
//
// It never fails, and it sees nothing but the Snapshot: the same judgement serves
// what was seen in AWS and what a plan predicts.
package coverage

import (
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// Verdict is what is true of a Region or an account.
type Verdict string

// The verdicts of a Region; of an account all but Disabled. An account has the worst
// verdict of its enabled Regions, in the order of WorstFirst.
const (
	Recorded   Verdict = "recorded"   // every class of events has a witness
	Partial    Verdict = "partial"    // some classes have
	Failing    Verdict = "failing"    // selected and logging, but deliveries fail
	Unrecorded Verdict = "unrecorded" // no class has
	Unknown    Verdict = "unknown"    // a Gap hides the answer
	Disabled   Verdict = "disabled"   // the Region is not enabled in the account
)

// WorstFirst is the order in which verdicts of Regions decide that of the account.
func WorstFirst() []Verdict { return []Verdict{Unrecorded, Failing, Partial, Unknown, Recorded} }

// Worse returns the worse of two verdicts; Disabled is never the worse one.
func Worse(a, b Verdict) Verdict {
	for _, v := range WorstFirst() {
		if a == v || b == v {
			return v
		}
	}
	return a
}

// Cell is the answer for one class of events in one Region.
type Cell struct {
	Class trail.Class
	State Verdict // Recorded, Partial (a part of the class), Failing, Unrecorded or Unknown
	// Witnesses are the trails and event data stores that record the class, sorted.
	Witnesses []trail.ARN
	// Reason says why there is none.
	Reason trail.Note
}

// Region is the answer for one Region.
type Region struct {
	Region    trail.Region
	OptStatus trail.OptStatus
	LeftOut   bool
	Verdict   Verdict
	Cells     []Cell // one per class of the Region, in their order; none when Disabled
}

// Missing returns the classes without a witness, in their order. A Region that is
// not enabled has no witness for any.
func (r Region) Missing() []trail.Class {
	if r.Verdict == Disabled {
		return trail.Classes(r.Region)
	}
	var out []trail.Class
	for _, c := range r.Cells {
		if c.State != Recorded {
			out = append(out, c.Class)
		}
	}
	return out
}

// Hole says that some class is certainly not recorded, or not in full, whatever a Gap
// may hide of the others.
func (r Region) Hole() bool {
	return slices.ContainsFunc(r.Cells, func(c Cell) bool { return c.State != Recorded && c.State != Unknown })
}

// RecordedBy returns every witness of the Region, sorted.
func (r Region) RecordedBy() []trail.ARN {
	var out []trail.ARN
	for _, c := range r.Cells {
		out = append(out, c.Witnesses...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Reasons returns why classes are missing, each reason once, in the order of classes.
func (r Region) Reasons() []trail.Note {
	var out []trail.Note
	for _, c := range r.Cells {
		if c.Reason.Key != "" && !slices.ContainsFunc(out, func(n trail.Note) bool { return sameNote(n, c.Reason) }) {
			out = append(out, c.Reason)
		}
	}
	return out
}

func sameNote(a, b trail.Note) bool {
	if a.Key != b.Key || len(a.Args) != len(b.Args) {
		return false
	}
	for k, v := range a.Args {
		if b.Args[k] != v {
			return false
		}
	}
	return true
}

// Assessment is the judgement of one account.
type Assessment struct {
	Snapshot trail.Snapshot // what it rests on
	Verdict  Verdict
	// Future says what will become of Regions that are enabled later: Recorded when
	// healthy multi-Region trails select every class, Unknown when a Gap hides
	// that, else Unrecorded.
	Future   Verdict
	Regions  []Region // sorted by name
	Findings []trail.Finding
}

// Region returns the answer for r.
func (a Assessment) Region(r trail.Region) (Region, bool) {
	i := slices.IndexFunc(a.Regions, func(x Region) bool { return x.Region == r })
	if i < 0 {
		return Region{}, false
	}
	return a.Regions[i], true
}

// Count returns how many Regions have each verdict.
func (a Assessment) Count() map[Verdict]int {
	n := map[Verdict]int{}
	for _, r := range a.Regions {
		n[r.Verdict]++
	}
	return n
}

// Looked returns how many Regions answer calls, and so count.
func (a Assessment) Looked() int { return len(a.Regions) - a.Count()[Disabled] }
