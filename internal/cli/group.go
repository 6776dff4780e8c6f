package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync/atomic"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// group is a run of many accounts under way: its journal names the runs of the accounts,
// each of which has a journal of its own.
type group struct {
	app     *app
	dir     journal.Dir
	in      apply.Intent
	journal keeper
	visitor *visitor
	flags   changeFlags
	release func()
	unmade  atomic.Bool // a change that others rest on was not made, or not to its end
}

// job is what a group does with one account.
type job struct {
	intent apply.Intent
	idle   bool // there is nothing to do
	first  bool // before all others
	rests  bool // on what is first
	report func(context.Context, *cloud.Session, apply.Intent) report.AccountReport
}

// beginGroup makes the journal of a group. Nothing is sent before it is on disk.
func (a *app) beginGroup(dir journal.Dir, in apply.Intent, v *visitor, f changeFlags) (*group, error) {
	release, err := lock(dir, lockOf(in))
	if err != nil {
		return nil, err
	}
	j, err := dir.Create(in.Run)
	if err != nil {
		release()
		return nil, journalFailure(dir, err)
	}
	g := &group{app: a, dir: dir, in: in, journal: keeper{j, dir}, visitor: v, flags: f, release: release}
	if err := g.note(apply.Record{Kind: apply.Planned, Intent: &in}); err != nil {
		g.close()
		return nil, asFailure(err)
	}
	return g, nil
}

func (g *group) note(r apply.Record) error {
	r.Time = machineClock{}.Now().UTC()
	return g.journal.Append(r)
}

func (g *group) close() {
	_ = g.journal.Close()
	g.release()
}

// intent returns the run of the group with this name, or nothing.
func (g *group) intent(run string) apply.Intent {
	i := slices.IndexFunc(g.in.Group.Runs, func(in apply.Intent) bool { return in.Run == run })
	if i < 0 {
		return apply.Intent{}
	}
	return g.in.Group.Runs[i]
}

// show does every job and shows what comes of each as they end, in their order: those
// that are first before all others, which go side by side.
func (g *group) show(ctx context.Context, format report.Format, head report.OrganizationHead, jobs []job, skipped []report.Skipped,
	do func(context.Context, job) done,
) (code int, err error) {
	bar := g.app.progress()
	defer bar.Clear()
	err = g.app.show(func(w io.Writer, o report.Options) error {
		stream, err := report.NewOrganizationStream(w, format, head, o)
		if err != nil {
			return err
		}
		shown := 0
		for _, part := range parts(jobs) {
			work := func(ctx context.Context, i int) done { return do(ctx, part[i]) }
			err := inOrder(ctx, len(part), g.visitor.how.concurrency, work, func(i int, d done) error {
				shown++
				bar.Clear()
				bar.Show(shown, len(jobs), string(d.report.Plan.Account))
				code = worse(code, d.code)
				if part[i].first && !made(d) {
					g.unmade.Store(true) // those that look at it are in the part after this one
				}
				if d.hidden {
					return nil
				}
				bar.Clear()
				return stream.Add(d.report)
			})
			if err != nil {
				return err
			}
		}
		return stream.End(skipped)
	})
	if err == nil && code == exitDone {
		return code, nil
	}
	if err != nil {
		f := asFailure(err)
		f.hint = trail.Say("fail.way-on", "run", g.in.Run)
		if head.Returning {
			f.hint = trail.Say("fail.way-back", "run", g.in.Run)
		}
		return code, f
	}
	return code, nil
}

// parts are the jobs that go side by side, one part after the other.
func parts(jobs []job) [][]job {
	isFirst := func(j job) bool { return j.first }
	first := slices.DeleteFunc(slices.Clone(jobs), func(j job) bool { return !isFirst(j) })
	return [][]job{first, slices.DeleteFunc(slices.Clone(jobs), isFirst)}
}

// made says whether what was planned for an account is there.
func made(d done) bool {
	return d.report.Result != nil && (d.report.Result.Status == apply.Converted || d.report.Result.Status == apply.NothingToDo)
}

// done is what came of one account.
type done struct {
	report report.AccountReport
	code   int
	hidden bool // there is nothing to tell
}

// run begins the run of an account, or goes on with it.
func (g *group) run(ctx context.Context, j job) done {
	if j.idle {
		r := j.report(ctx, nil, j.intent)
		if j.rests && g.unmade.Load() {
			r = r.Resting(g.in.Trail)
		}
		r.Result = idle(r)
		return done{report: r}
	}
	return g.enter(ctx, j, func(e apply.Engine) (apply.Result, error) { return e.Run(ctx, j.intent) })
}

// enter opens an account and its journal, and lets do change it.
func (g *group) enter(ctx context.Context, j job, do func(apply.Engine) (apply.Result, error)) done {
	in, err := g.visitor.enter(ctx, j.intent.Account)
	if err != nil {
		return g.over(ctx, j, nil, apply.Result{Status: apply.Failed}, asFailure(err), true)
	}
	release, err := lock(g.dir, j.intent.Account)
	if err != nil {
		return g.over(ctx, j, in, apply.Result{Status: apply.Failed}, err, true)
	}
	defer release()
	file, err := g.open(j.intent.Run)
	if err != nil {
		return g.over(ctx, j, in, apply.Result{Status: apply.Failed}, journalFailure(g.dir, err), true)
	}
	defer file.Close()
	engine := g.app.engine(in, keeper{file, g.dir}, g.flags)
	engine.Listen = nil // there is one line of progress for all accounts
	res, err := do(engine)
	return g.over(ctx, j, in, res, err, err != nil && !changed(err))
}

// open goes on with the journal of an account, or makes it.
func (g *group) open(run string) (*journal.File, error) {
	file, err := g.dir.Open(run)
	if errors.Is(err, journal.ErrNoRun) {
		file, err = g.dir.Create(run)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil, journal.ErrLocked
	}
	return file, err
}

// over tells how the run of an account ended.
func (g *group) over(ctx context.Context, j job, in *cloud.Session, res apply.Result, err error, untouched bool) done {
	r := j.report(ctx, in, j.intent)
	if j.rests && g.unmade.Load() {
		r.After = r.Before
	}
	r.Result, r.Untouched = &res, untouched
	if err == nil {
		return done{report: r, code: resultExit(res)}
	}
	f := asFailure(err)
	r.Problem = f.message
	return done{report: r, code: f.code}
}
