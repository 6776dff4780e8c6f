package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// Widen plans to make one single-Region trail multi-Region: the named one, or, when
// named is empty, the one after which most is recorded. The choice is total: the same
// Snapshot always gives the same plan. A plan without steps says in Why what there is
// to do instead.
func Widen(s trail.Snapshot, named trail.ARN) Plan {
	if named != "" {
		return widenNamed(s, named)
	}
	now := coverage.Assess(s)
	if now.Verdict == coverage.Recorded && now.Future == coverage.Recorded {
		return nothing(s, trail.Say("why.recorded"))
	}
	candidates := candidates(s)
	if len(candidates) == 0 {
		return nothing(s, whyNoCandidate(s))
	}
	best := slices.MinFunc(candidates, func(a, b candidate) int { return a.compare(b) })
	if best.score <= score(now) {
		return nothing(s, trail.Say("why.no-gain", "trail", best.trail.Name))
	}
	p := widen(s, best.trail)
	p.Why = best.why(candidates)
	return p
}

func widenNamed(s trail.Snapshot, named trail.ARN) Plan {
	t, ok := s.Trail(named)
	if !ok {
		return nothing(s, trail.Say("why.no-such-trail", "trail", string(named)))
	}
	if t.MultiRegion {
		p := nothing(s, trail.Say("why.already", "trail", t.Name))
		p.Trail = t.ARN
		return p
	}
	p := widen(s, t)
	p.Why = trail.Say("why.named", "trail", t.Name)
	return p
}

func nothing(s trail.Snapshot, why trail.Note) Plan {
	return Plan{Account: s.Account, Why: why, Predicted: s}
}

func whyNoCandidate(s trail.Snapshot) trail.Note {
	if len(s.Trails) == 0 {
		return trail.Say("why.no-trail")
	}
	return trail.Say("why.all-multi-region")
}

// Find returns the trail that a person means by its name or ARN. A name that several
// trails have is an error that lists them.
func Find(s trail.Snapshot, nameOrARN string) (trail.ARN, error) {
	var found []string
	for _, t := range s.Trails {
		if string(t.ARN) == nameOrARN {
			return t.ARN, nil
		}
		if t.Name == nameOrARN {
			found = append(found, string(t.ARN))
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("no trail %q was seen in account %s", nameOrARN, s.Account)
	case 1:
		return trail.ARN(found[0]), nil
	default:
		return "", fmt.Errorf("several trails are called %q: %s", nameOrARN, strings.Join(found, ", "))
	}
}

// candidate is a trail that could be widened, with what would come of it.
type candidate struct {
	trail trail.Trail
	score int
}

func candidates(s trail.Snapshot) []candidate {
	var out []candidate
	for _, t := range s.Trails {
		if !t.MultiRegion && t.ARN.Owner() == s.Account {
			out = append(out, candidate{t, score(coverage.Assess(widen(s, t).Predicted))})
		}
	}
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

// compare puts the better candidate first. After what it records decides what leads to
// the smallest change and the best evidence; at last the ARN.
func (c candidate) compare(d candidate) int {
	return cmp.Or(
		cmp.Compare(d.score, c.score),
		better(!controlTower(c.trail), !controlTower(d.trail)),
		better(c.logging(), d.logging()),
		better(c.delivers(), d.delivers()),
		better(c.trail.LogFileValidation, d.trail.LogFileValidation),
		better(c.trail.KMSKeyID != "", d.trail.KMSKeyID != ""),
		better(c.trail.GlobalServiceEvents, d.trail.GlobalServiceEvents),
		better(c.atGlobalRegion(), d.atGlobalRegion()),
		cmp.Compare(c.trail.ARN, d.trail.ARN),
	)
}

func better(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

func (c candidate) logging() bool { return c.trail.Status[c.trail.HomeRegion].Logging }

func (c candidate) delivers() bool { return c.trail.Status[c.trail.HomeRegion].DeliveryError == "" }

func (c candidate) atGlobalRegion() bool {
	return c.trail.HomeRegion == c.trail.HomeRegion.Partition().GlobalRegion()
}

// why says what set the chosen trail apart from the others.
func (c candidate) why(all []candidate) trail.Note {
	if len(all) == 1 {
		return trail.Say("why.only", "trail", c.trail.Name)
	}
	beats := func(f func(candidate) bool) bool {
		return f(c) && !slices.ContainsFunc(all, func(d candidate) bool { return d.trail.ARN != c.trail.ARN && f(d) })
	}
	args := []string{"trail", c.trail.Name, "count", fmt.Sprint(len(all))}
	switch {
	case beats(func(d candidate) bool { return d.score >= c.score }):
		return trail.Say("why.most", args...)
	case beats(candidate.logging):
		return trail.Say("why.logging", args...)
	case beats(func(d candidate) bool { return d.trail.LogFileValidation }):
		return trail.Say("why.validated", args...)
	default:
		return trail.Say("why.first", args...)
	}
}

// widen makes the plan for t, without gates.
func widen(s trail.Snapshot, t trail.Trail) Plan {
	p := Plan{Account: s.Account, Trail: t.ARN, Expect: s.EnabledRegions()}
	p.add(updateStep(t))
	if st, seen := t.Status[t.HomeRegion]; seen && !st.Logging {
		p.add(startStep(t.ARN, t.HomeRegion))
	}
	p.Predicted = Predict(s, p.Steps)
	p.Becomes = consequences(s, t)
	return p
}

func (p *Plan) add(st Step) {
	st.ID = len(p.Steps) + 1
	p.Steps = append(p.Steps, st)
}

// updateStep is the one request that makes a trail multi-Region. Global service events
// are always sent along: AWS refuses a multi-Region trail without them. The way back
// takes them in a call of their own, for the same reason.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
func updateStep(t trail.Trail) Step {
	before := TrailState(t.Settings)
	return Step{
		Call: Call{Action: UpdateTrail, Region: t.HomeRegion, Request: Request{
			Name: string(t.ARN), IsMultiRegionTrail: ptr(true), IncludeGlobalServiceEvents: ptr(true),
		}},
		Before: before,
		After:  before.With(State{IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true}),
		Undo: []Call{
			{
				Action: UpdateTrail, Region: t.HomeRegion,
				Request: Request{Name: string(t.ARN), IsMultiRegionTrail: ptr(false)},
				Want:    State{IsMultiRegionTrail: false},
			},
			{
				Action: UpdateTrail, Region: t.HomeRegion,
				Request: Request{Name: string(t.ARN), IncludeGlobalServiceEvents: ptr(t.GlobalServiceEvents)},
				Want:    State{IncludeGlobalServiceEvents: t.GlobalServiceEvents},
			},
		},
	}
}

func startStep(arn trail.ARN, home trail.Region) Step {
	return Step{
		Call:   Call{Action: StartLogging, Region: home, Request: Request{Name: string(arn)}},
		Before: State{IsLogging: false},
		After:  State{IsLogging: true},
		Undo: []Call{{
			Action: StopLogging, Region: home, Request: Request{Name: string(arn)}, Want: State{IsLogging: false},
		}},
	}
}

func ptr[T any](v T) *T { return &v }
