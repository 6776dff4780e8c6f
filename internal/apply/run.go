package apply

import (
	"context"
	"errors"
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
		if k := past.steps[s.ID]; k == Done || k == Found {
			if err := e.still(ctx, s); err != nil {
				return Result{Status: Failed}, &Error{s, err, past.sent() && !drifts(err)}
			}
			continue
		}
		if err := e.next(ctx, s, past); err != nil {
			return Result{Status: Failed}, &Error{s, err, past.sent()}
		}
	}
	return e.finish(ctx, in)
}

// next takes one step, unless the user wants to stop.
func (e Engine) next(ctx context.Context, s plan.Step, past history) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	e.tell(Event{Step: &s})
	return e.step(ctx, s, past)
}

// still makes sure that what an earlier step of the run has done is there yet.
func (e Engine) still(ctx context.Context, s plan.Step) error {
	now, err := e.Cloud.Look(ctx, s.Call)
	if err == nil && !now.Satisfies(s.After) {
		return &DriftError{Want: s.After, Have: now}
	}
	return err
}

// drifts says whether somebody else has changed something: that keeps a run from going
// on, whatever it has sent before.
func drifts(err error) bool {
	var drift *DriftError
	return errors.As(err, &drift)
}

// history is what the Journal tells, kept up to date while a run goes on.
type history struct {
	steps    map[int]Kind // the last of each step
	begun    bool
	reverted bool
}

// sent says whether a step of the run may have changed something.
func (h history) sent() bool {
	for _, k := range h.steps {
		if k == Intended || k == Done {
			return true
		}
	}
	return false
}

func (e Engine) history() (history, error) {
	records, err := e.Journal.Records()
	if err != nil {
		return history{}, fmt.Errorf("reading the journal: %w", err)
	}
	return historyOf(records), nil
}

func historyOf(records []Record) history {
	h := history{steps: map[int]Kind{}}
	for _, r := range records {
		h.begun = h.begun || r.Kind == Planned
		h.reverted = h.reverted || r.Kind == Reverted || r.Kind == Undoing
		if r.Step != 0 {
			h.steps[r.Step] = r.Kind
		}
	}
	return h
}

// note writes a record of a step, and remembers it.
func (e Engine) note(h history, r Record) error {
	if err := e.write(r); err != nil {
		return err
	}
	h.steps[r.Step] = r.Kind
	return nil
}

// ErrReverted says that a run was rolled back, in whole or in part: it cannot go on.
var ErrReverted = errors.New("the run was rolled back")

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
func (e Engine) step(ctx context.Context, s plan.Step, past history) error {
	now, err := e.Cloud.Look(ctx, s.Call)
	if err != nil {
		return err
	}
	switch {
	case now.Satisfies(s.After) && past.steps[s.ID] == Intended:
		return e.note(past, Record{Kind: Done, Step: s.ID}) // sent before a crash
	case now.Satisfies(s.After) && !made(s):
		return e.note(past, Record{Kind: Found, Step: s.ID})
	case !now.Equal(s.Before):
		return &DriftError{Want: s.Before, Have: now}
	}
	if err := e.needed(ctx, s); err != nil {
		return err
	}
	if err := e.note(past, Record{Kind: Intended, Step: s.ID, Call: &s.Call}); err != nil {
		return err
	}
	err = e.do(ctx, s.Call, s.After)
	if errors.Is(err, ErrRefused) && e.untouched(ctx, s) {
		return errors.Join(err, e.note(past, Record{Kind: Refused, Step: s.ID, Error: err.Error()}))
	}
	if err != nil {
		return err
	}
	return e.note(past, Record{Kind: Done, Step: s.ID})
}

// needed makes sure that what the step counts on is there yet.
func (e Engine) needed(ctx context.Context, s plan.Step) error {
	for _, c := range s.Needs {
		now, err := e.Cloud.Look(ctx, c)
		if err != nil {
			return err
		}
		if !now.Equal(c.Want) {
			return &DriftError{Of: &c, Want: c.Want, Have: now}
		}
	}
	return nil
}

// made says whether the step makes a thing that its way back takes away. One that is
// there already is somebody else's.
func made(s plan.Step) bool { return len(s.Before) == 0 && len(s.Undo) > 0 }

// untouched says whether everything is as it was before the step.
func (e Engine) untouched(ctx context.Context, s plan.Step) bool {
	now, err := e.Cloud.Look(context.WithoutCancel(ctx), s.Call)
	return err == nil && now.Equal(s.Before)
}

// do sends a call and waits until what it wants is there. A call that was begun is
// finished even when the user wants to stop; only the waiting ends then. When the
// answer got lost, what is there decides.
func (e Engine) do(ctx context.Context, c plan.Call, want plan.State) error {
	sent := e.Cloud.Do(context.WithoutCancel(ctx), c)
	return e.settle(ctx, c, sent, func(now plan.State) *NotShownError {
		if now.Satisfies(want) {
			return nil
		}
		return &NotShownError{Want: want, Have: now}
	})
}

// settle looks until there is nothing to wait for, or the wait is over. When the call
// failed there is nothing to wait for either.
func (e Engine) settle(ctx context.Context, c plan.Call, sent error, missing func(plan.State) *NotShownError) error {
	p := e.patience()
	for pause := firstPause; ; pause = longer(pause) {
		now, err := e.Cloud.Look(context.WithoutCancel(ctx), c)
		wait := missing(now)
		switch {
		case err == nil && wait == nil:
			return nil
		case sent != nil:
			return sent
		case errors.Is(err, ErrExpired):
			return err
		case p.over(pause) && err != nil:
			return err
		case p.over(pause):
			return wait
		}
		if err := p.sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// finish verifies and writes the end.
func (e Engine) finish(ctx context.Context, in Intent) (Result, error) {
	res := Result{Status: Converted}
	switch in.Command {
	case "create":
		res.Status = Created
	case "retire":
		res.Status = Retired
	}
	res.Regions = e.verify(ctx, in)
	if !everywhere(res.Regions) {
		res.Status = PartialDone
	}
	if err := ctx.Err(); err != nil {
		return Result{Status: PartialDone, Regions: res.Regions}, err
	}
	return res, e.write(Record{Kind: Finished, Status: res.Status})
}
