package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/console"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// wayOf says how a run in a state can be taken back.
func (d *desk) wayOf(state string, in apply.Intent) console.Way {
	return d.wayFrom(state, in, journal.Verified, journal.HalfWay, journal.RollingBack)
}

// wayOn says how a run in a state can go on.
func (d *desk) wayOn(state string, in apply.Intent) console.Way {
	return d.wayFrom(state, in, journal.HalfWay)
}

// wayFrom is for what starts from some states only.
func (d *desk) wayFrom(state string, in apply.Intent, from ...journal.State) console.Way {
	here := slices.ContainsFunc(d.visitor.accounts, func(acc cloud.Account) bool { return acc.ID == in.Account })
	switch {
	case !slices.Contains(from, journal.State(state)) || in.Command == prove.Command:
		return console.NoWay
	case in.Group != nil || !here:
		return console.LineWay
	default:
		return console.HereWay
	}
}

// Begin makes sure that the plan is still what was shown, as --plan-file does, locks the
// account and makes the journal.
func (d *desk) Begin(ctx context.Context, shown plan.Plan) (console.Work, error) {
	p, s, err := d.widen(ctx, shown.Account, convertFlags{changeFlags: d.run()}, &shown)
	if err != nil {
		return nil, err
	}
	if n := len(p.Blocked()); n > 0 {
		return nil, troubleOf(fail(exitRefused, trail.Say("fail.blocked", "count", fmt.Sprint(n))))
	}
	in := apply.Intent{Run: p.Run, Command: "convert", Account: p.Account, Trail: p.Trail, Steps: p.Steps, Expect: p.Expect}
	j, release, err := begin(d.dir, in)
	if err != nil {
		return nil, troubleOf(err)
	}
	return &deskWork{desk: d, work: work{s, j, in}, release: release, do: apply.Engine.Run}, nil
}

// On opens the journal of a run that stopped half-way, as --resume does.
func (d *desk) On(ctx context.Context, run string) (console.Work, error) {
	w, err := d.takeUp(ctx, run)
	if err != nil {
		return nil, err
	}
	if _, err := left(w.work); err != nil {
		w.release()
		return nil, troubleOf(asFailure(err))
	}
	w.do = apply.Engine.Run
	return w, nil
}

// Back opens the journal of a run again.
func (d *desk) Back(ctx context.Context, run string) (console.Work, error) {
	w, err := d.takeUp(ctx, run)
	if err != nil {
		return nil, err
	}
	w.do, w.returning = apply.Engine.Rollback, true
	return w, nil
}

// takeUp opens the journal of a run of one account that is here.
func (d *desk) takeUp(ctx context.Context, run string) (*deskWork, error) {
	in, err := d.dir.Peek(run)
	if err != nil {
		return nil, troubleOf(journalProblem(err, run))
	}
	if d.wayOf(string(journal.Verified), in) != console.HereWay {
		return nil, &console.TroubleError{Kind: console.Refused, Message: trail.Say("console.refused.account", "account", string(in.Account))}
	}
	s, err := d.session(ctx, in.Account)
	if err != nil {
		return nil, err
	}
	j, release, err := reopen(d.dir, in)
	if err != nil {
		return nil, troubleOf(err)
	}
	return &deskWork{desk: d, work: work{s, j, in}, release: release}, nil
}

// reopen locks what a run needs, and opens its journal to go on with it.
func reopen(dir journal.Dir, in apply.Intent) (keeper, func(), error) {
	unlock, err := lockChange(dir, in)
	if err != nil {
		return keeper{}, nil, err
	}
	j, err := dir.Open(in.Run)
	if err != nil {
		unlock()
		return keeper{}, nil, journalProblem(err, in.Run)
	}
	return keeper{j, dir}, closing(j, unlock), nil
}

// deskWork is a run that the console may let go on.
type deskWork struct {
	desk      *desk
	work      work
	release   func()
	do        func(apply.Engine, context.Context, apply.Intent) (apply.Result, error)
	returning bool
}

// Do applies, or takes back, as the command line does, and tells the console of it.
func (w *deskWork) Do(ctx context.Context, see console.Watch) (apply.Result, error) {
	defer w.release()
	w.desk.count(1)
	defer w.desk.count(-1)
	e := w.desk.app.engine(w.work.session, w.work.journal, w.desk.run())
	e.Cloud, e.Journal, e.Listen = watchedCloud{e.Cloud, see}, watchedJournal{e.Journal, see}, see.Event
	res, err := w.do(e, ctx, w.work.intent)
	if err == nil {
		return res, nil
	}
	f := w.failure(res, err)
	if ctx.Err() != nil && changed(err) {
		w.desk.halt(w.work.intent.Run, f)
	}
	return res, troubleOf(f)
}

// failure says how the run ended, with the way on.
func (w *deskWork) failure(res apply.Result, err error) *failure {
	var drift *apply.DriftError
	if w.returning && errors.As(err, &drift) && res.Status == apply.BlockedRun {
		return drifted(drift, "fail.drift-back")
	}
	r := report.PlanReport{Plan: planOf(w.work.intent), Result: &res, Returning: w.returning}
	f := asFailure(wayOn(err, r))
	if f.code == exitStopped && f.hint.Key == "" {
		f.hint = way(r)
	}
	return f
}

// watchedCloud tells of every look into a Region.
type watchedCloud struct {
	apply.Cloud
	see console.Watch
}

// Sight looks into a Region.
func (c watchedCloud) Sight(ctx context.Context, r trail.Region, arn trail.ARN) (bool, trail.Status, error) {
	visible, st, err := c.Cloud.Sight(ctx, r, arn)
	c.see.Sight(r, visible, err)
	return visible, st, err
}

// watchedJournal tells of every record that is safe.
type watchedJournal struct {
	apply.Journal
	see console.Watch
}

// Append writes a record.
func (j watchedJournal) Append(r apply.Record) error {
	err := j.Journal.Append(r)
	if err == nil {
		j.see.Record(r)
	}
	return err
}

func (d *desk) count(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.underway += n
}

// busy says whether a run is under way.
func (d *desk) busy() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.underway > 0
}

// halt remembers a run that the end of the console stopped.
func (d *desk) halt(run string, f *failure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = &failure{code: exitStopped, message: trail.Say("fail.console-stopped", "run", run), hint: f.hint}
}

// ending is how the console ends: with the run that it stopped, if there is one.
func (d *desk) ending() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stopped == nil {
		return nil
	}
	return d.stopped
}
