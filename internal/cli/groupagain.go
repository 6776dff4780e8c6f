package cli

import (
	"context"
	"strconv"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// isGroup says whether a run is one of many accounts.
func (f changeFlags) isGroup(a *app, run string) bool {
	dir, err := a.journals(f)
	if err != nil {
		return false
	}
	in, err := dir.Peek(run)
	return err == nil && in.Group != nil
}

// openGroup takes a group up again, with the credentials that it began with.
func (a *app) openGroup(ctx context.Context, run string, f changeFlags, do func(*group) error) error {
	return a.again(ctx, run, f, func(w work) error {
		how := entering{roleName: w.intent.Group.RoleName, externalID: w.intent.Group.ExternalID, concurrency: sideBySide}
		return do(&group{
			app: a, dir: w.journal.dir, in: w.intent, journal: w.journal, flags: f,
			visitor: newVisitor(w.session, nil, how, cloud.CollectOptions{}), release: func() {},
		})
	})
}

// resumeGroup goes on with the accounts that did not come to their end.
func (a *app) resumeGroup(ctx context.Context, format report.Format, f convertFlags) error {
	if f.prove {
		return fail(exitUsage, trail.Say("fail.prove-group-resume", "run", f.resume))
	}
	return a.openGroup(ctx, f.resume, f.changeFlags, func(g *group) error {
		states, err := g.states()
		if err != nil {
			return err
		}
		if g.returning() {
			return apply.ErrReverted
		}
		jobs := g.jobs(func(s journal.State) bool {
			return s == journal.Verified || s == journal.RollingBack || s == journal.RolledBack
		}, states)
		g.leave(states, f.yes)
		if len(jobs) == 0 {
			return g.nothingLeft(states)
		}
		if err := g.remind("cli.resume.organization", jobs, f.yes); err != nil {
			return err
		}
		if err := a.ask(ctx, f.yes, trail.Say("cli.ask.resume", "run", f.resume)); err != nil {
			return err
		}
		head := report.OrganizationHead{Run: g.in.Run, Why: trail.Say("why.journal", "run", g.in.Run)}
		code, err := g.show(ctx, format, head, jobs, nil, g.run)
		if err != nil {
			return err
		}
		return exit(code)
	})
}

// leave tells of accounts whose runs were taken back by their own names: a run of many
// does not undo what somebody wanted.
func (g *group) leave(states map[string]journal.State, yes bool) {
	tell := g.app.teller(yes)
	for _, in := range g.in.Group.Runs {
		switch states[in.Run] {
		case journal.RolledBack:
			tell("cli.resume.left-back", "account", string(in.Account), "run", in.Run)
		case journal.RollingBack:
			tell("cli.resume.left-returning", "account", string(in.Account), "run", in.Run)
		default:
		}
	}
}

// nothingLeft ends a run of which every account came to its end, or is on its way back by
// itself.
func (g *group) nothingLeft(states map[string]journal.State) error {
	g.app.note("cli.resume.nothing")
	for _, in := range g.in.Group.Runs {
		if states[in.Run] == journal.RollingBack {
			return exit(exitStopped)
		}
	}
	return nil
}

// rollbackGroup takes back what was changed in any account; an organization trail is
// the last.
func (a *app) rollbackGroup(ctx context.Context, format report.Format, run string, f changeFlags) error {
	return a.openGroup(ctx, run, f, func(g *group) error {
		states, err := g.states()
		if err != nil {
			return err
		}
		jobs := g.jobs(func(s journal.State) bool { return s == "" || s == journal.RolledBack }, states)
		if len(jobs) == 0 {
			a.note("cli.rollback.nothing")
			return g.note(apply.Record{Kind: apply.Reverted})
		}
		if err := g.remind("cli.rollback.organization", jobs, f.yes); err != nil {
			return err
		}
		if err := a.ask(ctx, f.yes, trail.Say("cli.ask.rollback", "run", run)); err != nil {
			return err
		}
		if err := g.note(apply.Record{Kind: apply.Undoing}); err != nil {
			return err
		}
		for i := range jobs {
			jobs[i].first = jobs[i].intent.Trail != g.in.Trail
		}
		head := report.OrganizationHead{Run: run, Why: trail.Say("why.journal", "run", run), Returning: true}
		code, err := g.show(ctx, format, head, jobs, nil, g.undo)
		if err != nil {
			return err
		}
		if code == exitDone {
			return g.note(apply.Record{Kind: apply.Reverted})
		}
		return exit(code)
	})
}

// undo rolls the run of an account back.
func (g *group) undo(ctx context.Context, j job) done {
	untouched := false
	d := g.enter(ctx, j, func(e apply.Engine) (apply.Result, error) {
		res, err := e.Rollback(ctx, j.intent)
		if why := notBack(res, err, j.intent.Run); why != nil {
			untouched, err = !changed(err), why
		}
		return res, err
	})
	d.report.Returning = true
	d.report.Untouched = d.report.Untouched || untouched
	return d
}

// states are how far the runs of the group have come; one that was not begun has none.
func (g *group) states() (map[string]journal.State, error) {
	runs, err := g.dir.Runs()
	if err != nil {
		return nil, unreadable(string(g.dir), err)
	}
	return statesOf(runs), nil
}

// returning says that the group was rolled back, in whole or in part.
func (g *group) returning() bool {
	records, _ := g.journal.Records() // never fails
	return isReturning(records)
}

func isReturning(records []apply.Record) bool {
	for _, r := range records {
		if r.Kind == apply.Undoing || r.Kind == apply.Reverted {
			return true
		}
	}
	return false
}

// jobs are the runs of the group but those that are in a state of the past.
func (g *group) jobs(past func(journal.State) bool, states map[string]journal.State) []job {
	var out []job
	for _, in := range g.in.Group.Runs {
		if past(states[in.Run]) {
			continue
		}
		out = append(out, job{intent: in, first: in.Trail == g.in.Trail, report: func(ctx context.Context, s *cloud.Session, in apply.Intent) report.AccountReport {
			if s == nil {
				return report.AccountReport{PlanReport: report.PlanReport{Plan: planOf(in)}}
			}
			return report.AccountReport{PlanReport: g.app.afterwards(ctx, work{session: s, intent: in})}
		}})
	}
	return out
}

// remind lists the calls of the accounts that are taken up.
func (g *group) remind(key string, jobs []job, yes bool) error {
	tell := g.app.teller(yes)
	tell(key, "run", g.in.Run, "count", strconv.Itoa(len(jobs)), "all", strconv.Itoa(len(g.in.Group.Runs)))
	for _, j := range jobs {
		tell("cli.organization.account", "account", string(j.intent.Account), "trail", string(j.intent.Trail), "run", j.intent.Run)
	}
	return nil
}

// groupState is how far a group has come, by the states of its runs.
func groupState(r journal.Run, states map[string]journal.State) journal.State {
	count := map[journal.State]int{}
	runs := r.Records[0].Intent.Group.Runs
	for _, in := range runs {
		count[states[in.Run]]++
	}
	verified, back := count[journal.Verified], count[journal.RolledBack]
	switch {
	case count[journal.Unreadable] > 0:
		return journal.Unreadable
	case r.Records[len(r.Records)-1].Kind == apply.Reverted, back == len(runs):
		return journal.RolledBack
	case isReturning(r.Records):
		return journal.RollingBack
	case verified == len(runs):
		return journal.Verified
	case verified > 0 && verified+back == len(runs):
		return journal.PartlyBack
	case verified+back+count[journal.HalfWay]+count[journal.RollingBack] > 0:
		return journal.HalfWay
	default:
		return journal.Untouched
	}
}
