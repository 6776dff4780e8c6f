package cli

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// changeFlags are those of the commands that change something.
type changeFlags struct {
	planOnly bool
	yes      bool
	wait     time.Duration
	journal  string
	out      string
}

func (f *changeFlags) define(a *app, fs *pflag.FlagSet) {
	fs.BoolVar(&f.planOnly, "plan", false, a.flagText("plan"))
	fs.StringVar(&f.out, "out", "", a.flagText("out"))
	f.defineRun(a, fs)
}

// defineRun adds the flags that a rollback has as well.
func (f *changeFlags) defineRun(a *app, fs *pflag.FlagSet) {
	fs.BoolVar(&f.yes, "yes", false, a.flagText("yes"))
	fs.DurationVar(&f.wait, "wait", 10*time.Minute, a.flagText("wait"))
	fs.StringVar(&f.journal, "journal", "", a.flagText("journal"))
}

// dir is the folder of journals: --journal, TRAILSPAN_JOURNAL, or the place for state
// of programs in the home of the user.
// https://specifications.freedesktop.org/basedir-spec/latest/
func (f changeFlags) dir(getenv func(string) string) (journal.Dir, error) {
	for _, c := range []struct{ base, below string }{
		{f.journal, ""},
		{getenv("TRAILSPAN_JOURNAL"), ""},
		{getenv("XDG_STATE_HOME"), "trailspan/runs"},
		{getenv("LOCALAPPDATA"), "trailspan/runs"},
		{getenv("HOME"), ".local/state/trailspan/runs"},
	} {
		if c.base != "" {
			return journal.Dir(filepath.Join(c.base, filepath.FromSlash(c.below))), nil
		}
	}
	return "", fail(exitUsage, trail.Say("fail.no-journal-dir"))
}

// newRun names a run by the time, so that names sort, and by chance, so that two that
// begin together differ.
func newRun(now time.Time) string {
	var b [3]byte
	_, _ = rand.Read(b[:]) // never fails
	return now.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(b[:])
}

// change shows a plan, asks, applies it and shows what came of it.
func (a *app) change(ctx context.Context, s *cloud.Session, command string, format report.Format, r report.PlanReport, f changeFlags) error {
	if f.out != "" && len(r.Plan.Steps) > 0 {
		if err := a.savePlan(f.out, r); err != nil {
			return err
		}
	}
	switch {
	case len(r.Plan.Steps) == 0:
		return a.nothingToDo(format, r, f)
	case len(r.Plan.Blocked()) > 0:
		return a.blocked(format, r, f)
	case f.planOnly:
		return errors.Join(a.showPlan(format, r), exit(exitFindings))
	}
	if err := a.confirm(format, r, f); err != nil {
		return err
	}
	return a.applyPlan(ctx, s, command, format, r, f)
}

func (a *app) savePlan(path string, r report.PlanReport) error {
	return a.save(path, func(w io.Writer) error { return report.Plan(w, report.JSON, r, report.Options{}) })
}

func (a *app) showPlan(format report.Format, r report.PlanReport) error {
	return a.show(func(w io.Writer, o report.Options) error { return report.Plan(w, format, r, o) })
}

// nothingToDo ends well only when nothing is missing: there may be no trail to widen
// and yet Regions without one.
func (a *app) nothingToDo(format report.Format, r report.PlanReport, f changeFlags) error {
	if !f.planOnly {
		r.Result = &apply.Result{Status: apply.NothingToDo}
	}
	if err := a.showPlan(format, r); err != nil {
		return err
	}
	return exit(checkExit([]coverage.Assessment{r.Before}, failOnAll()))
}

func (a *app) blocked(format report.Format, r report.PlanReport, f changeFlags) error {
	if !f.planOnly {
		r.Result = &apply.Result{Status: apply.BlockedRun}
	}
	if err := a.showPlan(format, r); err != nil {
		return err
	}
	return fail(exitRefused, trail.Say("fail.blocked", "count", fmt.Sprint(len(r.Plan.Blocked()))))
}

// confirm shows the plan to whoever has to agree, and asks.
func (a *app) confirm(format report.Format, r report.PlanReport, f changeFlags) error {
	if format == report.Text {
		w := a.env.Stdout
		if a.shared.output != "" {
			w = a.env.Stderr
		}
		r.Applying = true
		if err := report.Plan(w, format, r, a.options(w)); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	return a.ask(f.yes, trail.Say("cli.ask.apply"))
}

// ask wants a yes: from --yes, or typed at a terminal. Anything else is a no.
func (a *app) ask(yes bool, question trail.Note) error {
	if yes {
		return nil
	}
	if _, tty := terminal(a.env.Stdin); !tty {
		return fail(exitUsage, trail.Say("fail.no-terminal"))
	}
	fmt.Fprint(a.env.Stderr, a.speaker.Note(question)+" [y/N] ")
	answer, _ := bufio.NewReader(a.env.Stdin).ReadString('\n') // a broken line is a no
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "はい":
		return nil
	default:
		return fail(exitFailed, trail.Say("fail.declined"))
	}
}

// applyPlan journals and applies a plan that was agreed to.
func (a *app) applyPlan(ctx context.Context, s *cloud.Session, command string, format report.Format, r report.PlanReport, f changeFlags) error {
	p := r.Plan
	in := apply.Intent{Run: p.Run, Command: command, Account: p.Account, Trail: p.Trail, Steps: p.Steps, Expect: p.Expect}
	dir, err := f.dir(a.env.Getenv)
	if err != nil {
		return err
	}
	release, err := lock(dir, p.Account)
	if err != nil {
		return err
	}
	defer release()
	j, err := dir.Create(p.Run)
	if err != nil {
		return journalFailure(dir, err)
	}
	defer j.Close()
	res, err := a.engine(s, j, f).Run(ctx, in)
	return a.outcome(format, r, res, err)
}

// lock keeps other runs away from the account.
func lock(dir journal.Dir, account trail.AccountID) (release func(), err error) {
	unlock, err := dir.Lock(account)
	if errors.Is(err, journal.ErrLocked) {
		return nil, err
	}
	if err != nil {
		return nil, journalFailure(dir, err)
	}
	return func() { _ = unlock() }, nil
}

// journalFailure: nothing is changed in AWS before the intent is on disk.
func journalFailure(dir journal.Dir, err error) error {
	return fail(exitFailed, trail.Say("fail.journal", "dir", string(dir), "error", reason(err)))
}

// outcome shows how a run ended and finds the exit code.
func (a *app) outcome(format report.Format, r report.PlanReport, res apply.Result, err error) error {
	r.Result = &res
	if shown := a.show(func(w io.Writer, o report.Options) error { return report.Result(w, format, r, o) }); shown != nil {
		return shown
	}
	if err != nil {
		return wayOn(err, r.Plan.Run)
	}
	return exit(resultExit(res))
}

// wayOn tells how a run that was interrupted goes on; of one that failed the report
// tells it.
func wayOn(err error, run string) error {
	f := asFailure(err)
	switch f.code {
	case exitStopped:
		f.hint = trail.Note{}
	case exitInterrupted:
		f.hint = trail.Say("fail.way-on", "run", run)
	}
	return f
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

func (a *app) engine(s *cloud.Session, j apply.Journal, f changeFlags) apply.Engine {
	bar := a.progress()
	return apply.Engine{
		Cloud: door{s}, Journal: j, Clock: machineClock{}, Wait: f.wait,
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

// Sight looks into a Region.
func (d door) Sight(ctx context.Context, r trail.Region, arn trail.ARN) (bool, trail.Status, error) {
	visible, st, err := d.Session.Sight(ctx, r, arn)
	if err != nil {
		p := cloud.Explain(err)
		if p.Kind == cloud.Denied || p.Kind == cloud.Rejected {
			err = fmt.Errorf("%w: %s", apply.ErrDenied, p.Message)
		}
	}
	return visible, st, err
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
