package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	prove    bool
}

func (f *changeFlags) define(a *app, fs *pflag.FlagSet) {
	fs.BoolVar(&f.planOnly, "plan", false, a.flagText("plan"))
	fs.StringVar(&f.out, "out", "", a.flagText("out"))
	fs.BoolVar(&f.prove, "prove", false, a.flagText("prove"))
	f.defineRun(a, fs)
}

// defineRun adds the flags that a rollback has as well.
func (f *changeFlags) defineRun(a *app, fs *pflag.FlagSet) {
	fs.BoolVar(&f.yes, "yes", false, a.flagText("yes"))
	fs.DurationVar(&f.wait, "wait", 10*time.Minute, a.flagText("wait"))
	fs.StringVar(&f.journal, "journal", "", a.flagText("journal"))
}

// formats are those in which a command shows what it changes. A page is for a plan that
// is shown and not applied; of what came of one, `trailspan report` makes a page.
func (f changeFlags) formats() []report.Format {
	if f.planOnly {
		return []report.Format{report.Text, report.JSON, report.HTML}
	}
	return []report.Format{report.Text, report.JSON}
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

// alone says whether the command has a sandbox of its own, which ends with it.
func (a *app) alone() bool { return a.shared.sandbox && a.embedded == nil }

// journals is the folder of journals. That of a command with a sandbox of its own ends
// with it, too, unless somebody said where to keep it.
func (a *app) journals(f changeFlags) (journal.Dir, error) {
	if !a.alone() || f.journal != "" || a.env.Getenv("TRAILSPAN_JOURNAL") != "" {
		return f.dir(a.env.Getenv)
	}
	if a.passing == "" {
		dir, err := os.MkdirTemp("", "trailspan-")
		if err != nil {
			return "", fail(exitFailed, trail.Say("fail.write", "file", os.TempDir(), "error", reason(err)))
		}
		a.passing = dir
	}
	return journal.Dir(a.passing), nil
}

// forget removes the journals of a sandbox that has ended.
func (a *app) forget() {
	if a.passing != "" {
		_ = os.RemoveAll(a.passing)
	}
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
	if err := a.savePlan(f.out, r); err != nil {
		return err
	}
	r.SavedAs = f.out
	switch {
	case len(r.Plan.Steps) == 0:
		return a.nothingToDo(format, r, f)
	case len(r.Plan.Blocked()) > 0:
		return a.blocked(format, r, f)
	case f.planOnly:
		if err := a.showPlan(format, r); err != nil {
			return err
		}
		return exit(exitFindings)
	}
	if err := a.confirm(ctx, format, r, f); err != nil {
		return err
	}
	return a.applyPlan(ctx, s, command, format, r, f)
}

// savePlan writes the plan for --plan-file. One without steps is not worth a file.
func (a *app) savePlan(path string, r report.PlanReport) error {
	switch {
	case path == "":
		return nil
	case len(r.Plan.Steps) == 0:
		a.note("cli.no-plan", "file", path)
		return nil
	}
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
	if f.prove {
		a.note("cli.prove.nothing")
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

// confirm shows the plan to whoever has to agree, and asks. What machines read stays
// apart from it: a plan that standard output is not for goes to standard error.
func (a *app) confirm(ctx context.Context, format report.Format, r report.PlanReport, f changeFlags) error {
	if format == report.Text || !f.yes {
		w := a.env.Stdout
		if a.shared.output != "" || format != report.Text {
			w = a.env.Stderr
		}
		r.Applying = true
		err := a.print(w, func(w io.Writer, o report.Options) error {
			if err := report.Plan(w, report.Text, r, o); err != nil {
				return err
			}
			_, err := fmt.Fprintln(w)
			return err
		})
		if err != nil {
			return err
		}
	}
	return a.ask(ctx, f.yes, trail.Say("cli.ask.apply"))
}

// applyPlan journals and applies a plan that was agreed to.
func (a *app) applyPlan(ctx context.Context, s *cloud.Session, command string, format report.Format, r report.PlanReport, f changeFlags) error {
	p := r.Plan
	in := apply.Intent{Run: p.Run, Command: command, Account: p.Account, Trail: p.Trail, Steps: p.Steps, Expect: p.Expect}
	dir, err := a.journals(f)
	if err != nil {
		return err
	}
	j, release, err := begin(dir, in)
	if err != nil {
		return err
	}
	defer release()
	res, err := a.engine(s, j, f).Run(ctx, in)
	r.Proof, err = a.after(ctx, work{s, j, in}, f, err)
	return a.outcome(format, r, res, err)
}

// begin keeps other runs away from the account, and makes the journal of a new one.
func begin(dir journal.Dir, in apply.Intent) (keeper, func(), error) {
	unlock, err := lock(dir, in.Account)
	if err != nil {
		return keeper{}, nil, err
	}
	j, err := dir.Create(in.Run)
	if err == nil {
		return keeper{j, dir}, closing(j, unlock), nil
	}
	unlock()
	if errors.Is(err, fs.ErrExist) {
		return keeper{}, nil, fail(exitRefused, trail.Say("fail.ran", "run", in.Run))
	}
	return keeper{}, nil, journalFailure(dir, err)
}

// closing closes a journal and lets go of its account.
func closing(j io.Closer, unlock func()) func() {
	return func() {
		_ = j.Close() // every line is synced
		unlock()
	}
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
func journalFailure(dir journal.Dir, err error) *failure {
	return fail(exitFailed, trail.Say("fail.journal", "dir", string(dir), "error", reason(err)))
}
