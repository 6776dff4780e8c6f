package cli

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

type convertFlags struct {
	changeFlags
	trail, planFile, resume string
	allowDrift              bool
}

func (a *app) convertCommand() *cobra.Command {
	var f convertFlags
	c := a.command("convert", "convert")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error { return a.convert(c.Context(), f) }
	fs := c.Flags()
	f.define(a, fs)
	fs.StringVar(&f.trail, "trail", "", a.flagText("trail"))
	fs.StringVar(&f.planFile, "plan-file", "", a.flagText("plan-file"))
	fs.StringVar(&f.resume, "resume", "", a.flagText("resume"))
	fs.BoolVar(&f.allowDrift, "allow-drift", false, a.flagText("allow-drift"))
	return c
}

func (f convertFlags) valid() error {
	switch {
	case f.resume != "" && (f.trail != "" || f.planFile != "" || f.planOnly || f.out != ""):
		return fail(exitUsage, trail.Say("fail.resume-flags"))
	case f.planFile != "" && (f.trail != "" || f.out != ""):
		return fail(exitUsage, trail.Say("fail.plan-file-flags"))
	default:
		return positive("wait", int(f.wait))
	}
}

func (a *app) convert(ctx context.Context, f convertFlags) error {
	format, err := a.formatOf(report.Text, report.JSON)
	if err != nil {
		return err
	}
	if err := f.valid(); err != nil {
		return err
	}
	if f.resume != "" {
		return a.resume(ctx, format, f)
	}
	saved, err := savedPlan(f.planFile)
	if err != nil {
		return err
	}
	s, done, err := a.stage(ctx, 0)
	if err != nil {
		return err
	}
	defer done()
	snapshot, err := a.one(ctx, s, cloud.CollectOptions{})
	if err != nil {
		return err
	}
	p, err := a.widen(ctx, s, snapshot[0], f, saved)
	if err != nil {
		return err
	}
	r := report.PlanReport{Plan: p, Before: coverage.Assess(snapshot[0]), After: coverage.Assess(p.Predicted)}
	return a.change(ctx, s, "convert", format, r, f.changeFlags)
}

// savedPlan reads the file of --plan-file, or nil without one.
func savedPlan(path string) (*plan.Plan, error) {
	if path == "" {
		return nil, nil
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer in.Close()
	p, err := report.ParsePlan(in)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return &p, nil
}

// widen plans, and evaluates the gates. A saved plan runs only when today's plan for the
// same trail has the same steps: it says what was there when it was made.
func (a *app) widen(ctx context.Context, s *cloud.Session, snapshot trail.Snapshot, f convertFlags, saved *plan.Plan) (plan.Plan, error) {
	named, err := f.named(snapshot, saved)
	if err != nil {
		return plan.Plan{}, err
	}
	p := plan.Widen(snapshot, named)
	p.Run = newRun(time.Now())
	if saved != nil {
		if !sameSteps(p.Steps, saved.Steps) {
			return plan.Plan{}, fail(exitRefused, trail.Say("fail.plan-stale", "trail", string(saved.Trail)))
		}
		p.Run = saved.Run
	}
	if t, ok := snapshot.Trail(p.Trail); ok && len(p.Steps) > 0 {
		drift := plan.ForbidDrift
		if f.allowDrift {
			drift = plan.AllowDrift
		}
		p.Gates = plan.Preflight(p, snapshot, s.Evidence(ctx, t), drift)
	}
	return p, ctx.Err()
}

// named finds the trail that the user or the saved plan means; "" leaves the choice open.
func (f convertFlags) named(s trail.Snapshot, saved *plan.Plan) (trail.ARN, error) {
	if saved != nil {
		if saved.Account != s.Account {
			return "", fail(exitRefused, trail.Say("fail.other-account", "want", string(saved.Account), "have", string(s.Account)))
		}
		return saved.Trail, nil
	}
	if f.trail == "" {
		return "", nil
	}
	arn, err := plan.Find(s, f.trail)
	if err != nil {
		return "", fail(exitUsage, trail.Say("fail.no-trail", "error", err.Error()))
	}
	return arn, nil
}

// sameSteps compares as JSON: the saved steps have been through it.
func sameSteps(a, b []plan.Step) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// resume goes on with a run that stopped.
func (a *app) resume(ctx context.Context, format report.Format, f convertFlags) error {
	return a.again(ctx, f.resume, f.changeFlags, func(w work) error {
		res, err := a.engine(w.session, w.journal, f.changeFlags).Run(ctx, w.intent)
		return a.outcome(format, a.afterwards(ctx, w), res, err)
	})
}

// afterwards is the report of a run whose plan was made earlier: before is not known
// any more, and after is what is there now.
func (a *app) afterwards(ctx context.Context, w work) report.PlanReport {
	now := w.session.Collect(ctx, cloud.CollectOptions{})
	in := w.intent
	return report.PlanReport{
		Plan: plan.Plan{
			Account: in.Account, Run: in.Run, Trail: in.Trail, Why: trail.Say("why.journal", "run", in.Run),
			Steps: in.Steps, Expect: in.Expect, Predicted: now,
		},
		Before: coverage.Assess(now), After: coverage.Assess(now),
	}
}

// work is a run taken up again.
type work struct {
	session *cloud.Session
	journal apply.Journal
	intent  apply.Intent
}

// again opens the journal of a run, makes sure that the credentials are of the same
// account, locks it, and lets do go on.
func (a *app) again(ctx context.Context, run string, f changeFlags, do func(work) error) error {
	dir, err := f.dir(a.env.Getenv)
	if err != nil {
		return err
	}
	intent, err := dir.Peek(run)
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
	release, err := lock(dir, id.Account)
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
	return do(work{s, j, in})
}

// journalProblem: a journal that is there but cannot be read is bad input.
func journalProblem(err error, run string) error {
	if f := asFailure(err); f.message.Key == "fail.no-run" {
		return f
	}
	return unreadable(run, err)
}
