package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// conversion is the plan for many accounts, on its way.
type conversion struct {
	app     *app
	flags   convertFlags
	visitor *visitor
	caller  trail.AccountID
	run     string
	plan    plan.OrganizationPlan
	skipped []report.Skipped
	unseen  bool // an account could not be entered
}

// convertMany plans for every account, asks once, and changes them: the organization
// trail first, then the others side by side. Each account has a run of its own.
func (a *app) convertMany(ctx context.Context, format report.Format, f convertFlags) error {
	s, done, err := a.stage(ctx, 0)
	if err != nil {
		return err
	}
	defer done()
	id, err := a.identify(ctx, s)
	if err != nil {
		return err
	}
	accounts, skipped, err := a.accountsOf(ctx, s, f.entering)
	if err != nil {
		return err
	}
	c := &conversion{
		app: a, flags: f, caller: id.Account, run: newRun(time.Now()), skipped: skipped,
		visitor: newVisitor(s, accounts, f.entering, cloud.CollectOptions{}),
	}
	a.halfWayOrganization(f.changeFlags, id.Account, ids(accounts))
	if err := c.makePlans(ctx); err != nil {
		return err
	}
	if f.planOnly || len(c.intents()) == 0 {
		return c.showPlans(format)
	}
	if err := c.confirm(ctx, format); err != nil {
		return err
	}
	return c.apply(ctx, format)
}

func ids(accounts []cloud.Account) []trail.AccountID {
	out := make([]trail.AccountID, len(accounts))
	for i, acc := range accounts {
		out[i] = acc.ID
	}
	return out
}

// makePlans looks at every account, plans for all together, and evaluates the gates of
// each that is to be changed.
func (c *conversion) makePlans(ctx context.Context) error {
	all, err := c.look(ctx)
	if err != nil {
		return err
	}
	c.plan = plan.WidenOrganization(all, c.caller)
	for i := range c.plan.Accounts {
		p := &c.plan.Accounts[i]
		p.Run = childRun(c.run, p.Account)
	}
	return c.preflight(ctx)
}

// childRun names the run of one account, next to that of all.
func childRun(run string, account trail.AccountID) string { return run + "-" + string(account) }

// look leaves out the accounts that could not be entered: nothing is known of them.
func (c *conversion) look(ctx context.Context) ([]trail.Snapshot, error) {
	var all []trail.Snapshot
	accounts, bar := c.visitor.accounts, c.app.progress()
	defer bar.Clear()
	work := func(ctx context.Context, i int) trail.Snapshot { return c.visitor.look(ctx, accounts[i]) }
	err := inOrder(ctx, len(accounts), c.flags.concurrency, work, func(i int, s trail.Snapshot) error {
		bar.Show(i+1, len(accounts), string(s.Account))
		if len(s.Regions) > 0 {
			all = append(all, s)
			return nil
		}
		c.unseen = true
		c.skipped = append(c.skipped, report.Skipped{Account: accounts[i].ID, Name: s.Name, State: accounts[i].State, Reason: firstGap(s)})
		return nil
	})
	return all, err
}

func firstGap(s trail.Snapshot) string {
	if len(s.Gaps) == 0 {
		return ""
	}
	return s.Gaps[0].Action + ": " + s.Gaps[0].Error
}

// preflight evaluates the gates with what each account shows. An account that cannot be
// entered any more is left out, unless the others count on what is changed in it.
func (c *conversion) preflight(ctx context.Context) error {
	plans := c.plan.Accounts
	lending := newLender(c.visitor, c.caller, plans)
	bar := c.app.progress()
	defer bar.Clear()
	lost := map[trail.AccountID]bool{}
	err := inOrder(ctx, len(plans), c.flags.concurrency, func(ctx context.Context, i int) error {
		return c.gates(ctx, &plans[i], lending)
	}, func(i int, err error) error {
		bar.Show(i+1, len(plans), string(plans[i].Account))
		switch {
		case err == nil || ctx.Err() != nil:
			return err
		case c.plan.Trail != "" && i == 0:
			return asFailure(err)
		}
		p := plans[i]
		lost[p.Account] = true
		c.unseen = true
		c.skipped = append(c.skipped, report.Skipped{Account: p.Account, Name: p.Seen.Name, Reason: "sts:AssumeRole: " + cause(err)})
		return nil
	})
	c.plan.Accounts = slices.DeleteFunc(plans, func(p plan.AccountPlan) bool { return lost[p.Account] })
	return err
}

// gates evaluates those of one account. The error is that it cannot be entered.
func (c *conversion) gates(ctx context.Context, p *plan.AccountPlan, l *lender) error {
	t, ok := p.Basis.Trail(p.Trail)
	if !ok || len(p.Steps) == 0 {
		return nil
	}
	in, err := c.visitor.enter(ctx, p.Account)
	if err != nil {
		return err
	}
	e := l.lend(ctx, in.Evidence(ctx, t), t)
	p.Gates = plan.Preflight(p.Plan, p.Basis, e, c.flags.drift())
	p.Source = plan.SourceOf(t, e.Owner, nil, c.flags.drift())
	return nil
}

// intents are the runs of the accounts that are going to be changed.
func (c *conversion) intents() []apply.Intent {
	var out []apply.Intent
	for _, p := range c.plan.Accounts {
		if len(p.Steps) > 0 && len(p.Blocked()) == 0 {
			out = append(out, apply.Intent{Run: p.Run, Command: "convert", Account: p.Account, Trail: p.Plan.Trail, Steps: p.Steps, Expect: p.Expect})
		}
	}
	return out
}

func (c *conversion) head() report.OrganizationHead {
	return report.OrganizationHead{Run: c.run, Why: c.plan.Why}
}

// isFirst says whether an account changes the organization trail.
func (c *conversion) isFirst(p plan.AccountPlan) bool {
	return c.plan.Trail != "" && p.Plan.Trail == c.plan.Trail
}

// rests says whether an account is planned for as if the organization trail were changed.
func (c *conversion) rests(p plan.AccountPlan) bool {
	_, sees := p.Seen.Trail(c.plan.Trail)
	return sees && !c.isFirst(p)
}

// blockedFirst says that the organization trail is not going to be changed.
func (c *conversion) blockedFirst() bool {
	return slices.ContainsFunc(c.plan.Accounts, func(p plan.AccountPlan) bool { return c.isFirst(p) && len(p.Blocked()) > 0 })
}

// reportOf is the plan of one account as it is shown.
func (c *conversion) reportOf(p plan.AccountPlan) report.AccountReport {
	r := c.predicted(p)
	if c.rests(p) && len(p.Steps) == 0 && c.blockedFirst() {
		return r.Resting(c.plan.Trail)
	}
	return r
}

func (c *conversion) predicted(p plan.AccountPlan) report.AccountReport {
	return report.AccountReport{Name: p.Seen.Name, PlanReport: report.PlanReport{
		Plan: p.Plan, Before: coverage.Assess(p.Seen), After: coverage.Assess(p.Predicted),
	}}
}

// write shows the plans.
func (c *conversion) write(w io.Writer, format report.Format, o report.Options) error {
	stream, err := report.NewOrganizationStream(w, format, c.head(), o)
	if err != nil {
		return err
	}
	for _, p := range c.plan.Accounts {
		r := c.reportOf(p)
		if !c.flags.planOnly && format == report.JSON {
			r.Result = idle(r)
		}
		if err := stream.Add(r); err != nil {
			return err
		}
	}
	return stream.End(c.skipped)
}

// idle is what comes of a plan that is not applied.
func idle(r report.AccountReport) *apply.Result {
	if r.Rests || len(r.Plan.Blocked()) > 0 {
		return &apply.Result{Status: apply.BlockedRun}
	}
	return &apply.Result{Status: apply.NothingToDo}
}

// showPlans ends a command that changes nothing.
func (c *conversion) showPlans(format report.Format) error {
	err := c.app.show(func(w io.Writer, o report.Options) error { return c.write(w, format, o) })
	if err != nil {
		return err
	}
	code := c.idleExit()
	if c.flags.planOnly && len(c.intents()) > 0 {
		code = worse(code, exitFindings)
	}
	return c.end(code)
}

// idleExit is the exit code of all that is not going to be changed.
func (c *conversion) idleExit() int {
	code := exitDone
	if c.unseen {
		code = exitGaps
	}
	for _, p := range c.plan.Accounts {
		switch {
		case len(p.Blocked()) > 0:
			code = worse(code, exitRefused)
		case len(p.Steps) == 0:
			code = worse(code, checkExit([]coverage.Assessment{coverage.Assess(p.Predicted)}, failOnAll()))
		}
	}
	return code
}

// end says in a sentence what kept accounts from being changed.
func (c *conversion) end(code int) error {
	blocked := 0
	for _, p := range c.plan.Accounts {
		if len(p.Blocked()) > 0 {
			blocked++
		}
	}
	if code == exitRefused && blocked > 0 {
		return fail(exitRefused, trail.Say("fail.blocked-accounts", "count", fmt.Sprint(blocked)))
	}
	return exit(code)
}

// confirm shows the plans to whoever has to agree, and asks once for all.
func (c *conversion) confirm(ctx context.Context, format report.Format) error {
	if format == report.Text || !c.flags.yes {
		w := c.app.env.Stdout
		if c.app.shared.output != "" || format != report.Text {
			w = c.app.env.Stderr
		}
		err := c.app.print(w, func(w io.Writer, o report.Options) error {
			if err := c.write(w, report.Text, o); err != nil {
				return err
			}
			_, err := fmt.Fprintln(w)
			return err
		})
		if err != nil {
			return err
		}
	}
	return c.app.ask(ctx, c.flags.yes, trail.Say("cli.ask.organization", "count", fmt.Sprint(len(c.intents()))))
}

// apply writes the plan of all down, and changes account after account.
func (c *conversion) apply(ctx context.Context, format report.Format) error {
	dir, err := c.flags.dir(c.app.env.Getenv)
	if err != nil {
		return err
	}
	in := apply.Intent{
		Run: c.run, Command: "convert", Account: c.caller, Trail: c.plan.Trail,
		Group: &apply.Group{Runs: c.intents(), RoleName: c.flags.roleName, ExternalID: c.flags.externalID},
	}
	g, err := c.app.beginGroup(dir, in, c.visitor, c.flags.changeFlags)
	if err != nil {
		return err
	}
	defer g.close()
	plans := c.plan.Accounts
	jobs := make([]job, len(plans))
	for i, p := range plans {
		jobs[i] = job{
			intent: g.intent(p.Run), idle: len(p.Steps) == 0 || len(p.Blocked()) > 0, first: c.isFirst(p), rests: c.rests(p),
			report: func(context.Context, *cloud.Session, apply.Intent) report.AccountReport { return c.reportOf(p) },
		}
	}
	code, err := g.show(ctx, format, c.head(), jobs, c.skipped, g.run)
	if err != nil {
		return err
	}
	return c.end(worse(code, c.idleExit()))
}
