package apply

import (
	"context"
	"fmt"

	"github.com/trailspan/trailspan/internal/plan"
)

// Run applies the steps that the Journal does not show as done, and verifies every
// Region. Running it again after a crash, at whatever point, finishes the run. The
// error is an *Error when a step stopped it; the Result says how far it came.
func (e Engine) Run(ctx context.Context, in Intent) (Result, error) {
	past, err := e.begin(in)
	if err != nil {
		return Result{Status: Failed}, err
	}
	for _, s := range in.Steps {
		if past.steps[s.ID] == Done {
			continue
		}
		if err := ctx.Err(); err != nil {
			return Result{Status: Failed}, &Error{s, err}
		}
		e.tell(Event{Step: &s})
		if err := e.step(ctx, s); err != nil {
			return Result{Status: Failed}, &Error{s, err}
		}
	}
	return e.finish(ctx, in)
}

// history is what the Journal already tells.
type history struct {
	steps    map[int]Kind
	begun    bool
	reverted bool
}

func (e Engine) history() (history, error) {
	records, err := e.Journal.Records()
	if err != nil {
		return history{}, fmt.Errorf("reading the journal: %w", err)
	}
	h := history{steps: map[int]Kind{}}
	for _, r := range records {
		h.begun = h.begun || r.Kind == Planned
		h.reverted = h.reverted || r.Kind == Reverted || r.Kind == Undoing
		if r.Step != 0 {
			h.steps[r.Step] = r.Kind
		}
	}
	return h, nil
}

// ErrReverted says that a run was rolled back, in whole or in part: it cannot go on.
var ErrReverted = fmt.Errorf("the run was rolled back")

// begin writes the plan down before anything else happens.
func (e Engine) begin(in Intent) (history, error) {
	h, err := e.history()
	switch {
	case err != nil:
		return h, err
	case h.reverted:
		return h, ErrReverted
	case h.begun:
		return h, nil
	}
	return h, e.write(Record{Kind: Planned, Intent: &in})
}

// step looks, writes down, does, and looks again.
func (e Engine) step(ctx context.Context, s plan.Step) error {
	now, err := e.Cloud.Look(ctx, s.Call)
	if err != nil {
		return err
	}
	if !now.Satisfies(s.After) {
		if !now.Equal(s.Before) {
			return &DriftError{Want: s.Before, Have: now}
		}
		if err := e.write(Record{Kind: Intended, Step: s.ID, Call: &s.Call}); err != nil {
			return err
		}
		if err := e.do(ctx, s.Call, s.After); err != nil {
			return err
		}
	}
	return e.write(Record{Kind: Done, Step: s.ID})
}

// do sends a call and waits until what it wants is there. A call that was begun is
// finished even when the user wants to stop; only the waiting ends then. When the
// answer got lost, what is there decides.
func (e Engine) do(ctx context.Context, c plan.Call, want plan.State) error {
	finish := context.WithoutCancel(ctx)
	sent := e.Cloud.Do(finish, c)
	deadline := e.Clock.Now().Add(e.Wait)
	for pause := firstPause; ; pause = longer(pause) {
		now, err := e.Cloud.Look(finish, c)
		switch {
		case err == nil && now.Satisfies(want):
			return nil
		case sent != nil:
			return sent
		case !e.Clock.Now().Add(pause).Before(deadline):
			if err != nil {
				return err
			}
			return &DriftError{Want: want, Have: now}
		}
		if err := e.Clock.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// finish verifies and writes the end.
func (e Engine) finish(ctx context.Context, in Intent) (Result, error) {
	res := Result{Status: Converted}
	if in.Command == "create" {
		res.Status = Created
	}
	res.Regions = e.verify(ctx, in)
	for _, r := range res.Regions {
		if !r.Verified {
			res.Status = PartialDone
		}
	}
	if err := ctx.Err(); err != nil {
		return Result{Status: PartialDone, Regions: res.Regions}, err
	}
	return res, e.write(Record{Kind: Finished, Status: res.Status})
}
