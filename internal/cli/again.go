package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// resume goes on with a run that stopped, once whoever asked for it agrees to what is
// left to do.
func (a *app) resume(ctx context.Context, format report.Format, f convertFlags) error {
	if f.isGroup(a, f.resume) {
		return a.resumeGroup(ctx, format, f)
	}
	return a.again(ctx, f.resume, f.changeFlags, func(w work) error {
		if err := a.remind(w, f.yes); err != nil {
			return err
		}
		if err := a.ask(ctx, f.yes, trail.Say("cli.ask.resume", "run", f.resume)); err != nil {
			return err
		}
		res, err := a.engine(w.session, w.journal, f.changeFlags).Run(ctx, w.intent)
		proof, err := a.after(ctx, w, f.changeFlags, err)
		r := a.afterwards(ctx, w)
		r.Proof = proof
		return a.outcome(format, r, res, err)
	})
}

// remind lists the calls that the journal does not show as done. Those that are not
// needed any more are not sent.
func (a *app) remind(w work, yes bool) error {
	steps, err := left(w)
	if err != nil {
		return err
	}
	tell := a.teller(yes)
	tell("cli.resume.head", "run", w.intent.Run, "trail", string(w.intent.Trail))
	for _, s := range steps {
		tell("cli.resume.call", "action", s.Action, "region", string(s.Region), "request", asJSON(s.Request))
	}
	tell("cli.resume.verify")
	return nil
}

// left are the steps that the journal does not show as done; apply.ErrReverted when the
// run is on its way back.
func left(w work) ([]plan.Step, error) {
	records, err := w.journal.Records()
	if err != nil {
		return nil, err
	}
	done := map[int]bool{}
	for _, r := range records {
		done[r.Step] = r.Kind == apply.Done || r.Kind == apply.Found
		if slices.Contains([]apply.Kind{apply.Undoing, apply.Undone, apply.Stays, apply.Reverted}, r.Kind) {
			return nil, apply.ErrReverted
		}
	}
	return slices.DeleteFunc(slices.Clone(w.intent.Steps), func(s plan.Step) bool { return done[s.ID] }), nil
}

// afterwards is the report of a run whose plan was made earlier: before is not known
// any more, and after is what is there now.
func (a *app) afterwards(ctx context.Context, w work) report.PlanReport {
	now := w.session.Collect(ctx, cloud.CollectOptions{})
	p := planOf(w.intent)
	p.Predicted = now
	return report.PlanReport{Plan: p, Before: coverage.Assess(now), After: coverage.Assess(now)}
}

// planOf is a plan as its journal tells it.
func planOf(in apply.Intent) plan.Plan {
	return plan.Plan{
		Account: in.Account, Run: in.Run, Trail: in.Trail, Why: trail.Say("why.journal", "run", in.Run),
		Steps: in.Steps, Expect: in.Expect,
	}
}

// work is a run taken up again.
type work struct {
	session *cloud.Session
	journal keeper
	intent  apply.Intent
}

// again opens the journal of a run, makes sure that the credentials are of the same
// account, locks it, and lets do go on.
func (a *app) again(ctx context.Context, run string, f changeFlags, do func(work) error) error {
	return a.takeUp(ctx, run, f, lockChange, do)
}

// lockChange refuses a run that was begun to prove: it has nothing to go on with or to
// take back.
func lockChange(dir journal.Dir, in apply.Intent) (func(), error) {
	if in.Command == prove.Command {
		return nil, fail(exitRefused, trail.Say("fail.prove-run", "run", in.Run))
	}
	return lock(dir, lockOf(in))
}

// takeUp opens the journal of a run and locks what the run needs for itself.
func (a *app) takeUp(ctx context.Context, run string, f changeFlags, lock func(journal.Dir, apply.Intent) (func(), error), do func(work) error) error {
	dir, err := a.journals(f)
	if err != nil {
		return err
	}
	intent, err := dir.Peek(run)
	if errors.Is(err, journal.ErrNoRun) {
		return noRun(dir, run)
	}
	if err != nil {
		return journalProblem(err, run)
	}
	s, done, err := a.stage(ctx, 0)
	if err != nil {
		return err
	}
	defer done()
	id, err := a.identify(ctx, s)
	if err != nil {
		return err
	}
	if id.Account != intent.Account {
		return fail(exitRefused, trail.Say("fail.other-account", "want", string(intent.Account), "have", string(id.Account)))
	}
	release, err := lock(dir, intent)
	if err != nil {
		return err
	}
	defer release()
	j, err := dir.Open(run)
	if err != nil {
		return journalProblem(err, run)
	}
	defer j.Close()
	in, err := j.Intent()
	if err != nil {
		return journalProblem(err, run)
	}
	return do(work{s, keeper{j, dir}, in})
}

// lockOf is what a run is locked by: the account that it changes or, when it is one of
// many accounts, its own name, as each of those is locked by itself.
func lockOf(in apply.Intent) trail.AccountID {
	if in.Group != nil {
		return trail.AccountID(in.Run)
	}
	return in.Account
}

func noRun(dir journal.Dir, run string) error {
	all, _ := dir.Runs() // what cannot be read is not meant
	var names []string
	for _, r := range all {
		names = append(names, r.Name)
	}
	return fail(exitUsage, trail.Say("fail.no-run")).meant(run, names)
}

// journalProblem: a journal that is there but cannot be read is bad input.
func journalProblem(err error, run string) error {
	if f := asFailure(err); f.message.Key == "fail.no-run" {
		return f
	}
	return unreadable(run, err)
}

// halfWay tells of runs of the accounts that came to no end. Journals that cannot be
// read are a matter of trailspan runs, and an embedded sandbox has no past.
func (a *app) halfWay(f changeFlags, accounts ...trail.AccountID) {
	all, _ := a.past(f)
	for _, r := range all {
		in, ok := intentOf(r)
		if ok && in.Group == nil && slices.Contains(accounts, in.Account) {
			a.unfinished(r.State(), r.Name, "")
		}
	}
}

// halfWayOrganization tells of runs of many accounts that came to no end, and of runs of
// one account that are not among theirs.
func (a *app) halfWayOrganization(f changeFlags, caller trail.AccountID, accounts []trail.AccountID) {
	all, states := a.past(f)
	told := map[string]bool{} // the runs of a run that was told of
	for _, r := range all {
		in, ok := intentOf(r)
		if !ok || in.Group == nil || in.Account != caller && !slices.ContainsFunc(in.Group.Runs, func(x apply.Intent) bool { return slices.Contains(accounts, x.Account) }) {
			continue
		}
		if a.unfinished(groupState(r, states), r.Name, "-group") {
			for _, name := range runsOf(in) {
				told[name] = true
			}
		}
	}
	for _, r := range all {
		in, ok := intentOf(r)
		if ok && in.Group == nil && !told[r.Name] && slices.Contains(accounts, in.Account) {
			a.unfinished(r.State(), r.Name, "")
		}
	}
}

// unfinished tells of a run that is half-way, or on its way back, and says whether it is.
func (a *app) unfinished(s journal.State, run, kind string) bool {
	switch s {
	case journal.HalfWay:
		a.note("cli.half-way"+kind, "run", run)
	case journal.RollingBack:
		a.note("cli.rolling-back"+kind, "run", run)
	default:
		return false
	}
	return true
}

// past are the runs of which there are journals, with their states.
func (a *app) past(f changeFlags) ([]journal.Run, map[string]journal.State) {
	dir, err := a.journals(f)
	if err != nil || a.shared.sandbox || a.embedded != nil {
		return nil, nil
	}
	all, _ := dir.Runs()
	return all, statesOf(all)
}

func intentOf(r journal.Run) (apply.Intent, bool) {
	if len(r.Records) == 0 || r.Records[0].Intent == nil || r.Err != nil {
		return apply.Intent{}, false
	}
	return *r.Records[0].Intent, true
}

func statesOf(all []journal.Run) map[string]journal.State {
	out := map[string]journal.State{}
	for _, r := range all {
		out[r.Name] = r.State()
	}
	return out
}
