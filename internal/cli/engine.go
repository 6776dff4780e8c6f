package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

func (a *app) engine(s *cloud.Session, j apply.Journal, f changeFlags) apply.Engine {
	bar := a.progress()
	return apply.Engine{
		Cloud: door{s.ForChange()}, Journal: j, Clock: machineClock{}, Wait: f.wait,
		Listen: func(ev apply.Event) {
			switch {
			case ev.Step != nil:
				bar.Clear()
				a.verbose("cli.verbose.step", "action", ev.Step.Action, "region", string(ev.Step.Region))
			case ev.Done == ev.Total:
				bar.Clear()
			default:
				bar.Show(ev.Done, ev.Total, a.speaker.Say("cli.progress.verify", "region", string(ev.Region)))
			}
		},
	}
}

// door lets the engine into AWS, and tells it which errors will not pass.
type door struct{ *cloud.Session }

// Do sends a call. What AWS answered with a code it did not carry out.
func (d door) Do(ctx context.Context, c plan.Call) error {
	err := d.Session.Do(ctx, c)
	if p := cloud.Explain(err); err != nil && p.Code != "" {
		return &refused{err}
	}
	return err
}

// refused is an error that is apply.ErrRefused, and says what it said before.
type refused struct{ error }

// Is makes it apply.ErrRefused.
func (r *refused) Is(target error) bool { return target == apply.ErrRefused }

// Unwrap returns what AWS said.
func (r *refused) Unwrap() error { return r.error }

// Look looks at what a call changes.
func (d door) Look(ctx context.Context, c plan.Call) (plan.State, error) {
	now, err := d.Session.Look(ctx, c)
	return now, expired(err)
}

// expired marks an error of credentials that are over.
func expired(err error) error {
	if cloud.Explain(err).Kind == cloud.Expired {
		return fmt.Errorf("%w: %w", apply.ErrExpired, err)
	}
	return err
}

// Sight looks into a Region.
func (d door) Sight(ctx context.Context, r trail.Region, arn trail.ARN) (bool, trail.Status, error) {
	visible, st, err := d.Session.Sight(ctx, r, arn)
	if err != nil {
		p := cloud.Explain(err)
		if p.Kind == cloud.Denied || p.Kind == cloud.Rejected {
			err = fmt.Errorf("%w: %s", apply.ErrDenied, p.Message)
		}
	}
	return visible, st, expired(err)
}

// machineClock is the clock of the machine.
type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }

func (machineClock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// keeper is the journal of a run whose errors can be told from those of AWS.
type keeper struct {
	*journal.File
	dir journal.Dir
}

// Append fails with a *journalError.
func (k keeper) Append(r apply.Record) error {
	err := k.File.Append(r)
	if err != nil {
		return &journalError{err, k.dir, k.touched()}
	}
	return nil
}

// touched says whether the run may have sent something: before it does, it says so in
// its journal.
func (k keeper) touched() bool {
	records, _ := k.Records() // never fails
	return slices.ContainsFunc(records, func(r apply.Record) bool {
		return r.Kind == apply.Intended || r.Kind == apply.Undoing
	})
}

// journalError says that the journal cannot be written.
type journalError struct {
	err     error
	dir     journal.Dir
	touched bool
}

func (e *journalError) Error() string { return e.err.Error() }

// failure: what was not announced was not sent.
func (e *journalError) failure() *failure {
	if !e.touched {
		return journalFailure(e.dir, e.err)
	}
	return fail(exitStopped, trail.Say("fail.journal-full", "dir", string(e.dir), "error", reason(e.err)))
}
