package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// candidate is a trail that could be widened or started, with what would come of it.
type candidate struct {
	trail trail.Trail
	score int
	room  bool // no Region is known to be full
}

// candidates returns the trails that could be widened or started, the best first.
func candidates(s trail.Snapshot) []candidate {
	var out []candidate
	for _, t := range s.Trails {
		if (!t.MultiRegion || starts(t)) && t.ARN.Owner() == s.Account {
			out = append(out, candidate{
				trail: t,
				score: score(coverage.Assess(widen(s, t).Predicted)),
				room:  quotaGate(s, t.ARN).Status != Block,
			})
		}
	}
	slices.SortFunc(out, candidate.compare)
	return out
}

// score counts what is recorded: classes over all Regions, and the Regions to come
// as one more.
func score(a coverage.Assessment) int {
	n := 0
	for _, r := range a.Regions {
		for _, c := range r.Cells {
			if c.State == coverage.Recorded {
				n++
			}
		}
	}
	if a.Future == coverage.Recorded {
		n++
	}
	return n
}

// A rank is one of the things that set a candidate before another: the greater value
// does. The key says that it was this one.
type rank struct {
	key string
	of  func(candidate) int
}

// ranks come in the order in which they count. After what a candidate records (which is
// nothing while it cannot deliver) decides whether it has only to be started, then
// whether it can be widened, then what leads to the smallest change and the best evidence.
// Where all are equal, the ARN decides.
func ranks() []rank {
	return []rank{
		{"why.most", func(c candidate) int { return c.score }},
		{"why.start", having(func(c candidate) bool { return starts(c.trail) })},
		{"why.room", having(func(c candidate) bool { return c.room })},
		{"why.not-control-tower", having(func(c candidate) bool { return !controlTower(c.trail) })},
		{"why.logging", having(func(c candidate) bool { return c.trail.Status[c.trail.HomeRegion].Logging })},
		{"why.validated", having(func(c candidate) bool { return c.trail.LogFileValidation })},
		{"why.encrypted", having(func(c candidate) bool { return c.trail.KMSKeyID != "" })},
		{"why.global", having(func(c candidate) bool { return c.trail.GlobalServiceEvents })},
		{"why.global-region", having(candidate.atGlobalRegion)},
	}
}

func having(f func(candidate) bool) func(candidate) int {
	return func(c candidate) int {
		if f(c) {
			return 1
		}
		return 0
	}
}

// failing says whether the trail logs, but cannot deliver now.
func (c candidate) failing() bool {
	st := c.trail.Status[c.trail.HomeRegion]
	return st.Logging && st.DeliveryError != ""
}

// mended is what the score would be if the trail could deliver.
func (c candidate) mended(s trail.Snapshot) int {
	after := Predict(s, widen(s, c.trail).Steps)
	t := find(&after, c.trail.ARN)
	for r, st := range t.Status {
		st.DeliveryError = ""
		t.Status[r] = st
	}
	return score(coverage.Assess(after))
}

func (c candidate) atGlobalRegion() bool {
	return c.trail.HomeRegion == c.trail.HomeRegion.Partition().GlobalRegion()
}

// compare puts the better candidate first, and never finds two equal.
func (c candidate) compare(d candidate) int {
	for _, r := range ranks() {
		if n := cmp.Compare(r.of(d), r.of(c)); n != 0 {
			return n
		}
	}
	return cmp.Compare(c.trail.ARN, d.trail.ARN)
}

// whyFirst says what set the first candidate before the second, and how many were equal
// until then.
func whyFirst(all []candidate) trail.Note {
	best, equal := all[0], all
	if len(all) == 1 && starts(best.trail) {
		return trail.Say("why.only-start", "trail", best.trail.Name)
	}
	if len(all) == 1 {
		return trail.Say("why.only", "trail", best.trail.Name)
	}
	for _, r := range ranks() {
		if r.of(best) != r.of(all[1]) {
			return trail.Say(r.key, "trail", best.trail.Name, "count", fmt.Sprint(len(equal)))
		}
		equal = slices.DeleteFunc(slices.Clone(equal), func(c candidate) bool { return r.of(c) != r.of(best) })
	}
	return trail.Say("why.first", "trail", best.trail.Name, "count", fmt.Sprint(len(equal)))
}

// whyNoCandidate never says that there is none where one may be hidden.
func whyNoCandidate(s trail.Snapshot) trail.Note {
	unseen := hiddenRegions(s)
	others := slices.IndexFunc(s.Trails, func(t trail.Trail) bool { return !t.MultiRegion })
	switch {
	case unseen != "":
		return trail.Say("why.hidden", "regions", unseen)
	case len(s.Trails) == 0:
		return trail.Say("why.no-trail")
	case others >= 0:
		return trail.Say("why.not-owned", "trail", s.Trails[others].Name, "owner", string(s.Trails[others].ARN.Owner()))
	default:
		return trail.Say("why.all-multi-region")
	}
}

// whyNoGain: where the selectors or the status of a trail were not seen, widening it
// may record more nevertheless.
func whyNoGain(all []candidate) trail.Note {
	for _, c := range all {
		if action := hidden(c.trail); action != "" {
			return trail.Say("why.no-gain-unseen", "trail", c.trail.Name, "action", action)
		}
	}
	if starts(all[0].trail) {
		return trail.Say("why.no-gain-start", "trail", all[0].trail.Name)
	}
	return trail.Say("why.no-gain", "trail", all[0].trail.Name)
}

// hidden returns the action that did not tell what a trail records, or "".
func hidden(t trail.Trail) string {
	_, seen := t.Status[t.HomeRegion]
	switch {
	case t.Selectors == nil:
		return trail.GetEventSelectors
	case !seen:
		return trail.GetTrailStatus
	default:
		return ""
	}
}
