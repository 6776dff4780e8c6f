package apply

import (
	"context"
	"slices"

	"github.com/trailspan/trailspan/internal/plan"
)

// Rollback restores what every step that the Journal shows as touched has changed, last
// step first. Before it sends anything it makes sure that nobody else has changed what it
// would change. Running it again after a crash finishes it.
func (e Engine) Rollback(ctx context.Context, in Intent) (Result, error) {
	h, err := e.history()
	if err != nil {
		return Result{Status: Failed}, err
	}
	touched := touchedSteps(in.Steps, h)
	for _, s := range touched {
		if err := e.drifted(ctx, s, h.steps[s.ID]); err != nil {
			return Result{Status: BlockedRun}, &Error{s, err}
		}
	}
	res := Result{Status: RolledBack}
	for _, s := range touched {
		e.tell(Event{Step: &s})
		stays, err := e.undo(ctx, s)
		if err != nil {
			return Result{Status: Failed}, &Error{s, err}
		}
		res.Stays = append(res.Stays, stays...)
	}
	return res, e.write(Record{Kind: Reverted})
}

// touchedSteps returns the steps to undo, the last first.
func touchedSteps(steps []plan.Step, h history) []plan.Step {
	var out []plan.Step
	for _, s := range slices.Backward(steps) {
		if k := h.steps[s.ID]; k != "" && k != Undone && k != Stays {
			out = append(out, s)
		}
	}
	return out
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
	asLeft := now.Equal(s.After)
	if len(s.Before) == 0 { // it was made by the run, with more settings than the step names
		asLeft = now.Satisfies(s.After)
	}
	if asLeft || now.Equal(s.Before) || k == Undoing && now.EqualBut(s.Before, s.Undo) {
		return nil
	}
	return &DriftError{Want: s.After, Have: now}
}

// undo sends the calls that lead back, except those whose Want is there already.
func (e Engine) undo(ctx context.Context, s plan.Step) ([]string, error) {
	for _, c := range s.Undo {
		now, err := e.Cloud.Look(ctx, c)
		if err != nil {
			return nil, err
		}
		if now.Satisfies(c.Want) {
			continue
		}
		if err := e.write(Record{Kind: Undoing, Step: s.ID, Call: &c}); err != nil {
			return nil, err
		}
		if err := e.do(ctx, c, c.Want); err != nil {
			if !c.MayStay {
				return nil, err
			}
			return []string{err.Error()}, e.write(Record{Kind: Stays, Step: s.ID, Error: err.Error()})
		}
	}
	return nil, e.write(Record{Kind: Undone, Step: s.ID})
}
