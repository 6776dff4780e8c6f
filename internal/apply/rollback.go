package apply

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// Rollback restores what every step that the run sent has changed, last step first.
// Before it sends anything it makes sure that nobody else has changed what it would
// change, and before each step again. At the end it looks into every other Region until
// none shows the trail any more. Running it again after a crash finishes it. A run that
// changed nothing ends as NothingToDo.
func (e Engine) Rollback(ctx context.Context, in Intent) (Result, error) {
	h, err := e.history()
	if err != nil {
		return Result{Status: Failed}, err
	}
	if !h.changed() {
		return Result{Status: NothingToDo}, e.write(Record{Kind: Reverted, Status: RolledBack})
	}
	touched := touchedSteps(in.Steps, h)
	for _, s := range touched {
		if err := e.drifted(ctx, s, h.steps[s.ID]); err != nil {
			return Result{Status: BlockedRun}, &Error{s, err, h.reverted}
		}
	}
	res := Result{Status: RolledBack}
	for _, s := range touched {
		e.tell(Event{Step: &s})
		stays, err := e.undo(ctx, s, h)
		if err != nil {
			return Result{Status: Failed}, &Error{s, err, true}
		}
		res.Stays = append(res.Stays, stays...)
	}
	res.Regions = e.watch(ctx, in.Trail, shadowed(in, h), lingers, func(*RegionResult) {})
	if !everywhere(res.Regions) {
		res.Status = PartialDone
	}
	if err := ctx.Err(); err != nil {
		return Result{Status: PartialDone, Regions: res.Regions}, err
	}
	return res, e.write(Record{Kind: Reverted, Status: settled(res)})
}

// changed says whether the run has changed something, or may have, even if that was taken
// back since.
func (h history) changed() bool {
	for _, k := range h.steps {
		switch k {
		case Intended, Done, Undoing, Undone, Stays:
			return true
		default:
		}
	}
	return false
}

// Changed says the same of the records of a Journal: what they do not tell of has nothing
// to be taken back.
func Changed(records []Record) bool { return historyOf(records).changed() }

// settled is how a rollback ends in the Journal: what nobody is allowed to look at is
// nothing to come back for.
func settled(res Result) Status {
	if slices.ContainsFunc(res.Regions, func(r RegionResult) bool { return !r.Verified && !r.Denied }) {
		return res.Status
	}
	return RolledBack
}

// shadowed returns the Regions that a rollback leaves without the trail: all but its
// home, when what made it reach them was taken back.
func shadowed(in Intent, h history) []trail.Region {
	taken := slices.ContainsFunc(in.Steps, func(s plan.Step) bool {
		return h.steps[s.ID] == Undone && s.Before[plan.IsMultiRegionTrail] != true && s.After[plan.IsMultiRegionTrail] == true
	})
	if !taken {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(in.Expect), func(r trail.Region) bool { return r == in.Trail.Region() })
}

// touchedSteps returns the steps to undo, the last first: those that were sent, as far
// as they are not undone already.
func touchedSteps(steps []plan.Step, h history) []plan.Step {
	var out []plan.Step
	for _, s := range slices.Backward(steps) {
		switch h.steps[s.ID] {
		case Intended, Done, Undoing:
			out = append(out, s)
		default:
		}
	}
	return out
}

// ToUndo returns the steps that a rollback takes back, the first one first in line, by the
// records of a Journal.
func ToUndo(in Intent, records []Record) []plan.Step {
	return touchedSteps(in.Steps, historyOf(records))
}

// drifted compares what is there with what the run left. Half-way back, only what no
// undoing call touches has to be as it was.
func (e Engine) drifted(ctx context.Context, s plan.Step, k Kind) error {
	if len(s.Undo) == 0 {
		return nil
	}
	now, err := e.Cloud.Look(ctx, s.Call)
	if err != nil {
		return err
	}
	if asLeft(now, s) || now.Equal(s.Before) || k == Undoing && now.EqualBut(s.Before, s.Undo) {
		return nil
	}
	return &DriftError{Want: s.After, Have: now}
}

// asLeft says whether nobody touched what the step left. Of a trail that was made with
// the alias of a key, AWS names the key by its ARN.
func asLeft(now plan.State, s plan.Step) bool {
	if _, named := s.After[plan.KMSKeyID]; len(s.Before) == 0 && !named {
		now = maps.Clone(now)
		delete(now, plan.KMSKeyID)
	}
	return now.Equal(s.After)
}

// undo sends the calls that lead back. Those whose Want is there already are not sent,
// until one is: AWS may couple what the calls after it set to what that one changed.
// At the end everything has to be as it was before the step.
func (e Engine) undo(ctx context.Context, s plan.Step, h history) ([]string, error) {
	begun := h.steps[s.ID] == Undoing
	if err := e.drifted(ctx, s, h.steps[s.ID]); err != nil {
		return nil, err
	}
	for i, c := range s.Undo {
		now, err := e.Cloud.Look(ctx, c)
		if err != nil {
			return nil, err
		}
		if now.Satisfies(c.Want) && (i == 0 || !begun) {
			continue
		}
		if err := e.note(h, Record{Kind: Undoing, Step: s.ID, Call: &c}); err != nil {
			return nil, err
		}
		begun = true
		if err := e.do(ctx, c, c.Want); err != nil {
			if !c.MayStay || !errors.Is(err, ErrRefused) {
				return nil, err
			}
			return []string{err.Error()}, e.note(h, Record{Kind: Stays, Step: s.ID, Error: err.Error()})
		}
	}
	if err := e.restored(ctx, s); err != nil {
		return nil, err
	}
	return nil, e.note(h, Record{Kind: Undone, Step: s.ID})
}

// restored waits until everything is as it was before the step.
func (e Engine) restored(ctx context.Context, s plan.Step) error {
	if len(s.Undo) == 0 {
		return nil
	}
	return e.settle(ctx, s.Call, nil, func(now plan.State) *NotShownError {
		if now.Equal(s.Before) {
			return nil
		}
		return &NotShownError{Want: s.Before, Have: now}
	})
}
