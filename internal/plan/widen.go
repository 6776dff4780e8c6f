package plan

import (
	"fmt"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// Widen plans to make one trail record every Region: the named one, or, when named is
// empty, the one after which most is recorded. A single-Region trail is made
// multi-Region; a multi-Region trail that is stopped has only to be started. The choice
// is total: the same Snapshot always gives the same plan. A plan without steps says in
// Why what there is to do instead.
func Widen(s trail.Snapshot, named trail.ARN) Plan {
	if named != "" {
		return widenNamed(s, named)
	}
	now := coverage.Assess(s)
	if now.Verdict == coverage.Recorded && now.Future == coverage.Recorded {
		return nothing(s, trail.Say("why.recorded"))
	}
	candidates := candidates(s) // the best first
	switch {
	case len(candidates) == 0:
		return nothing(s, whyNoCandidate(s))
	case candidates[0].score <= score(now):
		return widenFailing(s, candidates, score(now))
	}
	p := widen(s, candidates[0].trail)
	p.Why = whyFirst(candidates)
	return p
}

// widenFailing plans for the best trail that would gain if its deliveries did not fail
// now, so that the gates say what to mend first.
func widenFailing(s trail.Snapshot, all []candidate, now int) Plan {
	for _, c := range all {
		if c.failing() && c.mended(s) > now {
			p := widen(s, c.trail)
			p.Why = trail.Say("why.mend-first", "trail", c.trail.Name)
			return p
		}
	}
	return nothing(s, whyNoGain(all))
}

func widenNamed(s trail.Snapshot, named trail.ARN) Plan {
	t, ok := s.Trail(named)
	if !ok {
		return nothing(s, trail.Say("why.no-such-trail", "trail", string(named)))
	}
	if t.MultiRegion && !starts(t) {
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

// widen makes the plan for t, without gates.
func widen(s trail.Snapshot, t trail.Trail) Plan {
	p := Plan{Account: s.Account, Trail: t.ARN, Expect: s.EnabledRegions()}
	if !t.MultiRegion {
		p.add(updateStep(t))
	}
	if stopped(t) {
		p.add(startStep(t.ARN, t.HomeRegion))
	}
	p.Predicted = Predict(s, p.Steps)
	p.Becomes = consequences(s, t)
	return p
}

// stopped says whether t is known not to log.
func stopped(t trail.Trail) bool {
	st, seen := t.Status[t.HomeRegion]
	return seen && !st.Logging
}

// starts says whether t is a multi-Region trail that has only to be started.
func starts(t trail.Trail) bool { return t.MultiRegion && stopped(t) }

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
