package cli

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

type proveFlags struct {
	changeFlags   // of which a proof has --wait and --journal
	trail, resume string
	only          []string
}

func (a *app) proveCommand() *cobra.Command {
	var f proveFlags
	c := a.command("prove", "prove")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error { return a.prove(c.Context(), f) }
	fs := c.Flags()
	fs.StringVar(&f.trail, "trail", "", a.flagText("prove-trail"))
	fs.StringSliceVar(&f.only, "regions", nil, a.flagText("prove-regions"))
	fs.DurationVar(&f.wait, "wait", 15*time.Minute, a.flagText("prove-wait"))
	fs.StringVar(&f.resume, "resume", "", a.flagText("prove-resume"))
	fs.StringVar(&f.journal, "journal", "", a.flagText("journal"))
	return c
}

func (a *app) prove(ctx context.Context, f proveFlags) error {
	format, err := a.formatOf(report.Text, report.JSON)
	if err != nil {
		return err
	}
	only, err := regions(f.only)
	switch {
	case err != nil:
		return err
	case f.resume != "" && (f.trail != "" || len(only) > 0):
		return fail(exitUsage, trail.Say("fail.prove-resume-flags"))
	}
	if err := patient("wait", f.wait); err != nil {
		return err
	}
	if f.resume != "" {
		return a.proveOn(ctx, format, f)
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
	w, err := wantedProof(snapshot[0], f.trail, only)
	if err != nil {
		return err
	}
	return a.proveAnew(ctx, s, format, snapshot[0], w, f.changeFlags)
}

// wantedProof finds the trail and the Regions that the flags name.
func wantedProof(s trail.Snapshot, name string, only []trail.Region) (prove.Wanted, error) {
	w := prove.Wanted{Only: only}
	for _, r := range only {
		if _, known := s.View(r); !known {
			return w, unknownRegion(s, string(r))
		}
	}
	if name == "" {
		return w, nil
	}
	arn, err := plan.Find(s, name)
	if err != nil {
		return w, notFound(s, name)
	}
	w.Trail = arn
	return w, nil
}

// proveAnew begins a run that changes nothing, and only remembers its marks.
func (a *app) proveAnew(ctx context.Context, s *cloud.Session, format report.Format, snapshot trail.Snapshot, w prove.Wanted, f changeFlags) error {
	dir, err := a.journals(f)
	if err != nil {
		return err
	}
	run := newRun(time.Now())
	j, err := dir.Create(run)
	if err != nil {
		return journalFailure(dir, err)
	}
	defer j.Close()
	release, err := dir.LockRun(run)
	if err != nil {
		return journalFailure(dir, err)
	}
	defer func() { _ = release() }()
	p := a.proving(s, keeper{j, dir}, f)
	p.aim(ctx, snapshot, w)
	in := apply.Intent{Run: run, Command: prove.Command, Account: snapshot.Account, Trail: p.trail, Expect: p.expect()}
	if err := p.Journal.Append(apply.Record{Time: p.Clock.Now().UTC(), Kind: apply.Planned, Intent: &in}); err != nil {
		return err
	}
	res, err := p.run(ctx, in)
	return a.proved(format, res, err)
}

// proveOn goes on with the marks of a run, whether it was begun to prove or to change.
func (a *app) proveOn(ctx context.Context, format report.Format, f proveFlags) error {
	if f.isGroup(a, f.resume) {
		return fail(exitUsage, trail.Say("fail.prove-group", "run", f.resume))
	}
	do := func(w work) error {
		snapshot, err := a.one(ctx, w.session, cloud.CollectOptions{})
		if err != nil {
			return err
		}
		p := a.proving(w.session, w.journal, f.changeFlags)
		p.aim(ctx, snapshot[0], wantedBy(w.intent))
		res, err := p.run(ctx, w.intent)
		return a.proved(format, res, err)
	}
	return a.takeUp(ctx, f.resume, f.changeFlags, lockProof, do)
}

// lockProof: a run that was begun to prove keeps nobody from changing the account.
func lockProof(dir journal.Dir, in apply.Intent) (func(), error) {
	if in.Command != prove.Command {
		return lock(dir, in.Account)
	}
	unlock, err := dir.LockRun(in.Run)
	if err != nil {
		return nil, fail(exitRefused, trail.Say("fail.prove-locked", "run", in.Run))
	}
	return func() { _ = unlock() }, nil
}

// wantedBy is what a run set out to prove: of one that is about a trail, that trail and no
// other, also when it is not there any more.
func wantedBy(in apply.Intent) prove.Wanted { return prove.Wanted{Only: in.Expect, Trail: in.Trail} }

// proving is a proof under way.
type proving struct {
	prove.Engine
	session *cloud.Session
	goals   []prove.Goal
	trail   trail.ARN
	why     trail.Note
}

func (a *app) proving(s *cloud.Session, j keeper, f changeFlags) *proving {
	bar := a.progress()
	return &proving{session: s, Engine: prove.Engine{
		Cloud: newLogDoor(s), Journal: j, Clock: machineClock{}, Wait: f.wait,
		Listen: func(ev prove.Event) {
			if ev.Done == ev.Total {
				bar.Clear()
				return
			}
			bar.Show(ev.Done, ev.Total, a.speaker.Say("cli.progress.prove"))
		},
	}}
}

// aim finds where the marks are looked for. The ID of the organization is part of the
// keys of an organization trail only.
func (p *proving) aim(ctx context.Context, s trail.Snapshot, w prove.Wanted) {
	if slices.ContainsFunc(s.Trails, func(t trail.Trail) bool { return t.Organization }) {
		w.Organization, w.NoOrganization = p.session.OrganizationID(ctx)
	}
	p.goals, p.trail, p.why = prove.Aim(s, w)
}

func (p *proving) expect() []trail.Region {
	var out []trail.Region
	for _, g := range p.goals {
		out = append(out, g.Region)
	}
	return out
}

func (p *proving) run(ctx context.Context, in apply.Intent) (prove.Result, error) {
	res, err := p.Run(ctx, in.Run, p.goals)
	res.Account, res.Run, res.Trail, res.Why = in.Account, in.Run, p.trail, p.why
	return res, err
}

// proved shows a proof and finds the exit code. What was sent is in the journal, so that
// whoever interrupts, or waits no longer, can go on.
func (a *app) proved(format report.Format, res prove.Result, err error) error {
	shown := a.show(func(w io.Writer, o report.Options) error { return report.Proof(w, format, res, o) })
	switch {
	case err != nil:
		return proofEnd(err, res.Run)
	case shown != nil:
		return shown
	default:
		return exit(proofExit(res))
	}
}

// proofEnd is how a proof ends that was interrupted, or whose journal is full.
func proofEnd(err error, run string) error {
	f := asFailure(err)
	if f.code == exitInterrupted {
		f.hint = trail.Say("fail.prove-on", "run", run)
	}
	return f
}

// changedAndProved is outcome for a change that is at its end, and was to be proven. What
// is worse decides; what ended the proof early did not end the change.
func (a *app) changedAndProved(format report.Format, r report.PlanReport, err error) error {
	if shown := a.show(func(w io.Writer, o report.Options) error { return report.Result(w, format, r, o) }); shown != nil {
		return unshown(shown, r)
	}
	if err != nil {
		return proofEnd(err, r.Plan.Run)
	}
	return exit(max(resultExit(*r.Result), proofExit(*r.Proof)))
}

func proofExit(res prove.Result) int {
	if res.Proven() {
		return exitDone
	}
	return exitGaps
}

// after proves what a run has changed, when the user wants that and the run has come to
// its end. Its journal has the marks too.
func (a *app) after(ctx context.Context, w work, f changeFlags, err error) (*prove.Result, error) {
	if !f.prove || err != nil {
		return nil, err
	}
	p := a.proving(w.session, w.journal, f)
	now := w.session.Collect(ctx, cloud.CollectOptions{})
	p.aim(ctx, now, wantedBy(w.intent))
	res, err := p.run(ctx, w.intent)
	return &res, err
}
