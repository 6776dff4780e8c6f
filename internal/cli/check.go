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
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

type checkFlags struct {
	entering
	only, exclude []string
	from, save    string
	checkpoint    string
	failOn        []string
	timeout       time.Duration
	explain       bool
	push          bool
}

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	c := a.command("check", "check")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := f.needed(c.Flags(), "checkpoint"); err != nil {
			return err
		}
		return a.check(c.Context(), f)
	}
	fs := c.Flags()
	f.define(a, fs)
	fs.StringSliceVar(&f.only, "regions", nil, a.flagText("regions"))
	fs.StringSliceVar(&f.exclude, "exclude-regions", nil, a.flagText("exclude-regions"))
	fs.StringVar(&f.from, "from", "", a.flagText("from"))
	fs.StringVar(&f.save, "save", "", a.flagText("save"))
	fs.StringVar(&f.checkpoint, "checkpoint", "", a.flagText("checkpoint"))
	fs.StringSliceVar(&f.failOn, "fail-on", failOnAll(), a.flagText("fail-on"))
	fs.DurationVar(&f.timeout, "timeout", cloud.DefaultTimeout, a.flagText("timeout"))
	fs.BoolVar(&f.explain, "explain", false, a.flagText("explain"))
	fs.BoolVar(&f.push, "push-securityhub", false, a.flagText("push-securityhub"))
	return c
}

// failOnAll are the values of --fail-on: verdicts, and "future" for Regions to come.
func failOnAll() []string { return []string{"unrecorded", "failing", "partial", "future", "unknown"} }

func (a *app) check(ctx context.Context, f checkFlags) error {
	format, err := a.formatOf(report.CheckFormats()...)
	if err != nil {
		return err
	}
	if err := f.valid(); err != nil {
		return err
	}
	if f.from != "" && a.shared.sandbox {
		return fail(exitUsage, trail.Say("fail.from"))
	}
	looks, err := a.looks(ctx, f)
	if err != nil {
		return err
	}
	defer looks.close()
	code := exitDone
	err = a.show(func(w io.Writer, o report.Options) error {
		o.Explain = f.explain
		code, err = a.judge(w, format, o, looks, f)
		return err
	})
	unsent := looks.outbox.end(a)
	if err != nil {
		return err
	}
	if unsent != nil {
		return unsent
	}
	return exit(code)
}

// looks are the accounts that a check is about, one after the other.
type looks struct {
	count   int
	skipped []report.Skipped
	entered *report.Entered // nil when none is
	each    func(show func(trail.Snapshot) error) error
	outbox  *outbox
	close   func()
}

// judge shows the accounts as they come, writes the file of --save, and returns the
// exit code.
func (a *app) judge(w io.Writer, format report.Format, o report.Options, l looks, f checkFlags) (int, error) {
	o.Entered = l.entered
	o.Maker.Region = cmp.Or(l.outbox.maker.Region, o.Maker.Region)
	stream, err := report.NewCheckStream(w, format, l.outbox.at, l.count, o)
	if err != nil {
		return exitFailed, err
	}
	saved, err := newSaver(f.save)
	if err != nil {
		return exitFailed, err
	}
	defer saved.drop()
	var seen []trail.AccountID
	code, named := exitDone, false
	err = l.each(func(s trail.Snapshot) error {
		seen = append(seen, s.Account)
		if !named && len(s.Regions) > 0 {
			named = true
			if err := f.named(s); err != nil {
				return err
			}
		}
		if err := saved.add(s); err != nil {
			return err
		}
		assessed := coverage.Assess(s)
		code = worse(code, checkExit([]coverage.Assessment{assessed}, f.failOn))
		return stream.Add(assessed)
	})
	if err != nil {
		return exitFailed, err
	}
	if err := saved.commit(); err != nil {
		return exitFailed, err
	}
	switch {
	case l.entered != nil:
		a.halfWayOrganization(changeFlags{}, l.entered.Caller, seen)
	case f.from == "":
		a.halfWay(changeFlags{}, seen...)
	}
	return code, stream.End(l.skipped)
}

func (f checkFlags) valid() error {
	if err := f.entering.valid(); err != nil {
		return err
	}
	if err := patient("timeout", f.timeout); err != nil {
		return err
	}
	for _, v := range f.failOn {
		if v != "none" && !slices.Contains(failOnAll(), v) {
			return fail(exitUsage, trail.Say("fail.fail-on", "value", v, "offered", strings.Join(append(failOnAll(), "none"), ", "))).meant(v, append(failOnAll(), "none"))
		}
	}
	if f.from != "" && (f.many() || len(f.only) > 0 || len(f.exclude) > 0) {
		return fail(exitUsage, trail.Say("fail.from"))
	}
	if f.from != "" && f.push {
		return fail(exitUsage, trail.Say("fail.push-from"))
	}
	return nil
}

// named makes sure that the Regions of the flags exist: a misspelled one would leave out
// more than was meant, or less. AWS lists the same Regions to every account.
func (f checkFlags) named(s trail.Snapshot) error {
	for _, r := range slices.Concat(f.only, f.exclude) {
		if _, known := s.View(trail.Region(r)); !known {
			return unknownRegion(s, r)
		}
	}
	return nil
}

func unknownRegion(s trail.Snapshot, code string) error {
	var known []string
	for _, v := range s.Regions {
		known = append(known, string(v.Region))
	}
	return fail(exitUsage, trail.Say("fail.unknown-region", "region", code)).meant(code, known)
}

// checkExit is 3 when something is known to be missing, 4 when something is not known,
// as far as --fail-on asks for it.
func checkExit(all []coverage.Assessment, failOn []string) int {
	code := exitDone
	for _, a := range all {
		for _, r := range a.Regions {
			code = worseExit(code, r.Verdict, string(r.Verdict), failOn)
			if r.Verdict == coverage.Unknown && r.Hole() {
				code = worseExit(code, coverage.Partial, string(coverage.Partial), failOn)
			}
		}
		code = worseExit(code, a.Verdict, string(a.Verdict), failOn)
		name := "future"
		if a.Future == coverage.Unknown {
			name = string(coverage.Unknown)
		}
		code = worseExit(code, a.Future, name, failOn)
	}
	return code
}

func worseExit(code int, v coverage.Verdict, name string, failOn []string) int {
	switch {
	case v == coverage.Recorded || v == coverage.Disabled || !slices.Contains(failOn, name) || code == exitFindings:
		return code
	case v == coverage.Unknown:
		return exitGaps
	default:
		return exitFindings
	}
}

// looks finds what there is to look at: the accounts of a file, that of the credentials,
// or those that are entered from it.
func (a *app) looks(ctx context.Context, f checkFlags) (looks, error) {
	if f.from != "" {
		return a.saved(f.from)
	}
	o, err := f.collectOptions()
	if err != nil {
		return looks{}, err
	}
	session, done, err := a.stage(ctx, f.timeout)
	if err != nil {
		return looks{}, err
	}
	var l looks
	out := newOutbox(f.push, session)
	if f.many() {
		l, err = a.entered(ctx, session, f, o, out)
	} else {
		l = a.own(ctx, session, o, out)
	}
	if err != nil {
		done()
		return looks{}, err
	}
	inner := l.close
	l.close = func() { inner(); done() }
	return l, nil
}

// saved are the accounts of a file.
func (a *app) saved(file string) (looks, error) {
	all, err := a.loadSnapshots(file)
	if err != nil {
		return looks{}, err
	}
	trail.ShareSelectors(all)
	each := func(show func(trail.Snapshot) error) error {
		for _, s := range all {
			if err := show(s); err != nil {
				return err
			}
		}
		return nil
	}
	return looks{count: len(all), each: each, outbox: &outbox{at: time.Now()}, close: func() {}}, nil
}

// own is the account of the credentials.
func (a *app) own(ctx context.Context, s *cloud.Session, o cloud.CollectOptions, out *outbox) looks {
	each := func(show func(trail.Snapshot) error) error {
		snapshot, err := a.one(ctx, s, o)
		if err != nil {
			return err
		}
		if err := show(snapshot[0]); err != nil {
			return err
		}
		out.note(a, out.send(ctx, snapshot[0], func() (*cloud.Session, error) { return s, nil }))
		return ctx.Err()
	}
	return looks{count: 1, each: each, outbox: out, close: func() {}}
}

func (f checkFlags) collectOptions() (cloud.CollectOptions, error) {
	only, err := regions(f.only)
	if err != nil {
		return cloud.CollectOptions{}, err
	}
	exclude, err := regions(f.exclude)
	if err != nil {
		return cloud.CollectOptions{}, err
	}
	return cloud.CollectOptions{Only: only, Exclude: exclude, Timeout: f.timeout}, nil
}

// one looks at the account of the credentials. It asks who that is while it looks, to
// save a round, so that bad credentials show afterwards.
func (a *app) one(ctx context.Context, s *cloud.Session, o cloud.CollectOptions) ([]trail.Snapshot, error) {
	bar := a.progress()
	o.Progress = func(done, total int) { bar.Show(done, total, a.speaker.Say("cli.progress.regions")) }
	snapshot := s.Collect(ctx, o)
	bar.Clear()
	_, err := a.identify(ctx, s)
	return []trail.Snapshot{snapshot}, err
}
