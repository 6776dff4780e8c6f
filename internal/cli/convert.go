package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

type convertFlags struct {
	changeFlags
	entering
	ownerFlags
	trail, planFile, resume  string
	allowDrift, retire, cost bool
}

func (a *app) convertCommand() *cobra.Command {
	var f convertFlags
	c := a.command("convert", "convert")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := f.needed(c.Flags(), "concurrency"); err != nil {
			return err
		}
		return a.convert(c.Context(), f)
	}
	fs := c.Flags()
	f.changeFlags.define(a, fs)
	f.entering.define(a, fs)
	f.ownerFlags.define(a, fs)
	fs.StringVar(&f.trail, "trail", "", a.flagText("trail"))
	fs.StringVar(&f.planFile, "plan-file", "", a.flagText("plan-file"))
	fs.StringVar(&f.resume, "resume", "", a.flagText("resume"))
	fs.BoolVar(&f.allowDrift, "allow-drift", false, a.flagText("allow-drift"))
	fs.BoolVar(&f.retire, "retire", false, a.flagText("retire"))
	fs.BoolVar(&f.cost, "cost", false, a.flagText("cost"))
	return c
}

func (f convertFlags) valid() error {
	if err := f.entering.valid(); err != nil {
		return err
	}
	switch {
	case f.many() && f.prove:
		return fail(exitUsage, trail.Say("fail.many-prove"))
	case f.many() && f.ofOnePlan() != "":
		return fail(exitUsage, trail.Say("fail.many-flags", "flag", f.ofOnePlan()))
	case f.resume != "" && (f.trail != "" || f.planFile != "" || f.planOnly || f.out != ""):
		return fail(exitUsage, trail.Say("fail.resume-flags"))
	case f.resume != "" && (f.retire || f.cost || f.source != "" || f.terraformState != ""):
		return fail(exitUsage, trail.Say("fail.resume-plan-flags"))
	case f.planFile != "" && (f.trail != "" || f.out != ""):
		return fail(exitUsage, trail.Say("fail.plan-file-flags"))
	default:
		return patient("wait", f.wait)
	}
}

// ofOnePlan names a flag that is about the plan of one account; "" when there is none.
func (f convertFlags) ofOnePlan() string {
	for _, x := range []struct {
		given bool
		name  string
	}{
		{f.trail != "", "trail"},
		{f.planFile != "", "plan-file"},
		{f.out != "", "out"},
		{f.resume != "", "resume"},
		{f.retire, "retire"},
		{f.cost, "cost"},
		{f.source != "", "source"},
		{f.terraformState != "", "terraform-state"},
	} {
		if x.given {
			return x.name
		}
	}
	return ""
}

func (a *app) convert(ctx context.Context, f convertFlags) error {
	format, err := a.formatOf(f.formats()...)
	if err != nil {
		return err
	}
	if err := f.valid(); err != nil {
		return err
	}
	switch {
	case f.resume != "":
		return a.resume(ctx, format, f)
	case f.many():
		return a.convertMany(ctx, format, f)
	}
	if err := f.read(); err != nil {
		return err
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
	a.halfWay(f.changeFlags, snapshot[0].Account)
	p, err := a.widen(ctx, s, snapshot[0], f, saved)
	if err != nil {
		return err
	}
	r := report.PlanReport{Plan: p, Before: coverage.Assess(snapshot[0]), After: coverage.Assess(p.Predicted), AllowDrift: f.allowDrift}
	if stops(p.Steps) {
		return a.change(ctx, s, "retire", format, r, f.changeFlags)
	}
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
	p, retiring := a.choose(ctx, s, snapshot, f, named, saved)
	p.Run = newRun(time.Now())
	if saved != nil {
		if !sameSteps(p.Steps, saved.Steps) {
			return plan.Plan{}, stale(snapshot, *saved)
		}
		if err := f.ran(a.env.Getenv, saved.Run); err != nil {
			return plan.Plan{}, err
		}
		p.Run = saved.Run
	}
	if t, ok := snapshot.Trail(p.Trail); ok && len(p.Steps) > 0 && !retiring {
		e := s.Evidence(ctx, t)
		e.Owner = f.known(t, e.Owner)
		p.Gates = plan.Preflight(p, snapshot, e, f.drift())
		if p.Source, err = f.where(t, e.Owner, f.drift()); err != nil {
			return p, err
		}
		f.patch(ctx, &p, t)
	}
	if f.cost {
		if err := a.forecast(ctx, s, snapshot, &p); err != nil {
			return p, err
		}
	}
	return p, ctx.Err()
}

// stale says why a saved plan does not fit any more: what it counted on, and what is there.
func stale(s trail.Snapshot, saved plan.Plan) error {
	var diffs []string
	for _, step := range saved.Steps {
		t, ok := s.Trail(trail.ARN(step.Request.Name))
		now := plan.TrailState(t.Settings)
		if step.Action != plan.UpdateTrail {
			now = plan.State{plan.IsLogging: t.Status[t.HomeRegion].Logging}
		}
		if diff := plan.Diff(step.Before, now); ok && diff != "" {
			diffs = append(diffs, diff)
		}
	}
	if len(diffs) == 0 {
		return fail(exitRefused, trail.Say("fail.plan-stale", "trail", string(saved.Trail)))
	}
	return fail(exitRefused, trail.Say("fail.plan-moved", "trail", string(saved.Trail), "diff", strings.Join(diffs, "; ")))
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
		return "", notFound(s, f.trail)
	}
	return arn, nil
}

// notFound says why a name means no trail: nobody has it, or several do.
func notFound(s trail.Snapshot, name string) error {
	var found []string
	for _, t := range s.Trails {
		if t.Name == name {
			found = append(found, string(t.ARN))
		}
	}
	if len(found) == 0 {
		var names []string
		for _, t := range s.Trails {
			names = append(names, t.Name)
		}
		return fail(exitUsage, trail.Say("fail.no-trail", "trail", name, "account", string(s.Account))).meant(name, names)
	}
	return fail(exitUsage, trail.Say("fail.many-trails", "trail", name, "arns", strings.Join(found, ", ")))
}

// ran refuses a plan whose run there is already.
func (f convertFlags) ran(getenv func(string) string, run string) error {
	dir, err := f.dir(getenv)
	if err != nil {
		return err
	}
	if _, err := dir.Peek(run); errors.Is(err, journal.ErrNoRun) {
		return nil
	}
	return fail(exitRefused, trail.Say("fail.ran", "run", run))
}

// sameSteps compares as JSON: the saved steps have been through it.
func sameSteps(a, b []plan.Step) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
