package cli

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

type createFlags struct {
	changeFlags
	name, bucket, kmsKey, template string
}

func (a *app) createCommand() *cobra.Command {
	var f createFlags
	c := a.command("create", "create")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error { return a.create(c.Context(), f) }
	fs := c.Flags()
	f.define(a, fs)
	fs.StringVar(&f.name, "name", plan.DefaultName, a.flagText("name"))
	fs.StringVar(&f.bucket, "bucket", "", a.flagText("bucket"))
	fs.StringVar(&f.kmsKey, "kms-key", "", a.flagText("kms-key"))
	fs.StringVar(&f.template, "template", "", a.flagText("template"))
	return c
}

func (a *app) create(ctx context.Context, f createFlags) error {
	if f.template != "" {
		return a.template(f)
	}
	format, err := a.formatOf(f.formats()...)
	if err != nil {
		return err
	}
	if err := patient("wait", f.wait); err != nil {
		return err
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
	w := plan.Wanted{
		Account: id.Account, Partition: id.Partition, Home: s.Region(), Name: f.name, KMSKeyID: f.kmsKey,
		Bucket: cmp.Or(f.bucket, plan.DefaultBucket(id.Account, s.Region())),
	}
	if note, bad := w.Check(); bad {
		return fail(exitUsage, note)
	}
	snapshot, err := a.one(ctx, s, cloud.CollectOptions{})
	if err != nil {
		return err
	}
	p, err := a.make(ctx, s, snapshot[0], w)
	if err != nil {
		return err
	}
	r := report.PlanReport{Plan: p, Before: coverage.Assess(snapshot[0]), After: coverage.Assess(p.Predicted)}
	return a.change(ctx, s, "create", format, r, f.changeFlags)
}

func (a *app) make(ctx context.Context, s *cloud.Session, snapshot trail.Snapshot, w plan.Wanted) (plan.Plan, error) {
	e := s.Evidence(ctx, trail.Trail{ARN: w.ARN(), Name: w.Name, HomeRegion: w.Home, Settings: trail.Settings{Bucket: w.Bucket, KMSKeyID: w.KMSKeyID}})
	p, err := plan.Make(snapshot, w, e)
	if err != nil {
		return p, fail(exitRefused, trail.Say("fail.bucket-policy", "bucket", w.Bucket, "error", err.Error()))
	}
	p.Run = newRun(time.Now())
	return p, ctx.Err()
}

// template prints the trail as code. It needs no AWS.
func (a *app) template(f createFlags) error {
	if f.yes || f.planOnly || f.out != "" {
		return fail(exitUsage, trail.Say("fail.template-flags"))
	}
	if _, err := a.formatOf(report.Text); err != nil {
		return err
	}
	if !slices.Contains(plan.TemplateKinds(), f.template) {
		return fail(exitUsage, trail.Say("fail.template", "kind", f.template, "offered", strings.Join(plan.TemplateKinds(), ", "))).meant(f.template, plan.TemplateKinds())
	}
	w := plan.Wanted{Name: f.name, Bucket: f.bucket, KMSKeyID: f.kmsKey, Home: trail.Region(a.shared.region)}
	if note, bad := w.CheckTemplate(); bad {
		return fail(exitUsage, note)
	}
	return a.show(func(out io.Writer, _ report.Options) error { return plan.Template(out, f.template, w) })
}
