package cli

import (
	"context"
	"errors"
	"io"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// outcome shows how a run ended and finds the exit code. A run that changed nothing is
// told by its error alone: nothing was left half-way.
func (a *app) outcome(format report.Format, r report.PlanReport, res apply.Result, err error) error {
	r.Result = &res
	if r.Proof != nil {
		return a.changedAndProved(format, r, err)
	}
	if err != nil && format == report.Text && !changed(err) {
		return wayOn(err, r)
	}
	if shown := a.show(func(w io.Writer, o report.Options) error { return report.Result(w, format, r, o) }); shown != nil {
		return unshown(shown, r)
	}
	if err != nil {
		return wayOn(err, r)
	}
	return exit(resultExit(res))
}

// changed says whether a run that ended with err may have changed something.
func changed(err error) bool {
	var step *apply.Error
	var journal *journalError
	switch {
	case errors.As(err, &step):
		return step.Sent
	case errors.As(err, &journal):
		return journal.touched
	default:
		return !errors.Is(err, apply.ErrReverted)
	}
}

// unshown tells, when its result cannot be shown, what a run has done and the way back.
func unshown(err error, r report.PlanReport) error {
	f := asFailure(err)
	switch r.Result.Status {
	case apply.RolledBack:
		f.hint = trail.Say("fail.unshown.rolled-back", "run", r.Plan.Run)
	case apply.Converted, apply.Created, apply.Retired, apply.PartialDone:
		f.hint = trail.Say("fail.unshown.changed", "run", r.Plan.Run)
		if r.Returning {
			f.hint = trail.Say("fail.unshown.rolled-back", "run", r.Plan.Run)
		}
	case apply.Failed:
		f.hint = way(r)
	case apply.NothingToDo, apply.BlockedRun:
	}
	return f
}

// wayOn tells how a run that was interrupted goes on; of one that failed the report
// tells it.
func wayOn(err error, r report.PlanReport) error {
	f := asFailure(err)
	switch {
	case f.code == exitInterrupted && changed(err):
		f.hint = way(r)
	case f.code == exitStopped && changed(err):
		f.hint = trail.Note{}
	case f.code == exitStopped:
		f.hint = trail.Say("fail.refused.way-on", "run", r.Plan.Run)
	}
	return f
}

// way is where a run goes that is half-way: on or back, and when it is on its way back,
// back.
func way(r report.PlanReport) trail.Note {
	if r.Returning {
		return trail.Say("fail.way-back", "run", r.Plan.Run)
	}
	return trail.Say("fail.way-on", "run", r.Plan.Run)
}

// resultExit is 4 when all that is not verified could not be looked at, and 5 when the
// change has not shown yet: --resume looks again.
func resultExit(res apply.Result) int {
	if res.Status != apply.PartialDone {
		return exitDone
	}
	for _, r := range res.Regions {
		if !r.Verified && !r.Denied {
			return exitStopped
		}
	}
	return exitGaps
}

// notBack is why a rollback of a run was not begun: what it would take back has drifted,
// or cannot be looked at. It is nil when it was, or when that is told in other words.
func notBack(res apply.Result, err error, run string) *failure {
	var drift *apply.DriftError
	var step *apply.Error
	switch {
	case res.Status != apply.BlockedRun:
		return nil
	case errors.As(err, &drift):
		return drifted(drift, "fail.drift-back")
	case errors.As(err, &step) && !step.Sent && !errors.Is(err, context.Canceled):
		return fail(exitFailed, trail.Say("fail.not-back", "run", run, "error", cause(step.Err)))
	default:
		return nil
	}
}

// rolledBack is outcome for a rollback, whose drift is another story.
func (a *app) rolledBack(ctx context.Context, format report.Format, w work, res apply.Result, err error) error {
	if why := notBack(res, err, w.intent.Run); why != nil {
		return why
	}
	r := a.afterwards(ctx, w)
	r.Returning = true
	return a.outcome(format, r, res, err)
}
