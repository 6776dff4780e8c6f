package cli

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

type checkFlags struct {
	org                  bool
	accounts             []string
	roleName, externalID string
	only, exclude        []string
	from, save           string
	failOn               []string
	concurrency          int
	timeout              time.Duration
}

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	c := a.command("check", "check")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := f.entering(c.Flags()); err != nil {
			return err
		}
		return a.check(c.Context(), f)
	}
	fs := c.Flags()
	fs.BoolVar(&f.org, "org", false, a.flagText("org"))
	fs.StringSliceVar(&f.accounts, "accounts", nil, a.flagText("accounts"))
	fs.StringVar(&f.roleName, "role-name", "OrganizationAccountAccessRole", a.flagText("role-name"))
	fs.StringVar(&f.externalID, "external-id", "", a.flagText("external-id"))
	fs.StringSliceVar(&f.only, "regions", nil, a.flagText("regions"))
	fs.StringSliceVar(&f.exclude, "exclude-regions", nil, a.flagText("exclude-regions"))
	fs.StringVar(&f.from, "from", "", a.flagText("from"))
	fs.StringVar(&f.save, "save", "", a.flagText("save"))
	fs.StringSliceVar(&f.failOn, "fail-on", failOnAll(), a.flagText("fail-on"))
	fs.IntVar(&f.concurrency, "concurrency", 8, a.flagText("concurrency"))
	fs.DurationVar(&f.timeout, "timeout", cloud.DefaultTimeout, a.flagText("timeout"))
	return c
}

// failOnAll are the values of --fail-on: verdicts, and "future" for Regions to come.
func failOnAll() []string { return []string{"unrecorded", "failing", "partial", "future", "unknown"} }

func (a *app) check(ctx context.Context, f checkFlags) error {
	format, err := a.formatOf(report.Text, report.JSON, report.CSV)
	if err != nil {
		return err
	}
	if err := f.valid(); err != nil {
		return err
	}
	snapshots, err := a.snapshots(ctx, f)
	if err != nil {
		return err
	}
	if err := f.named(snapshots); err != nil {
		return err
	}
	if f.save != "" {
		if err := a.saveSnapshots(f.save, snapshots); err != nil {
			return err
		}
	}
	r := report.CheckReport{GeneratedAt: time.Now().UTC(), Accounts: assessAll(snapshots)}
	if err := a.show(func(w io.Writer, o report.Options) error { return report.Check(w, format, r, o) }); err != nil {
		return err
	}
	return exit(checkExit(r.Accounts, f.failOn))
}

// entering refuses a flag that says how to enter accounts when none is entered.
func (f checkFlags) entering(flags *pflag.FlagSet) error {
	for _, name := range []string{"role-name", "external-id"} {
		if flags.Changed(name) && !f.org && len(f.accounts) == 0 {
			return fail(exitUsage, trail.Say("fail.no-accounts", "flag", name))
		}
	}
	return nil
}

func (f checkFlags) valid() error {
	if err := positive("concurrency", f.concurrency, strconv.Itoa(f.concurrency)); err != nil {
		return err
	}
	if err := patient("timeout", f.timeout); err != nil {
		return err
	}
	for _, v := range f.failOn {
		if v != "none" && !slices.Contains(failOnAll(), v) {
			return fail(exitUsage, trail.Say("fail.fail-on", "value", v, "offered", strings.Join(append(failOnAll(), "none"), ", ")))
		}
	}
	if f.from != "" && (f.org || len(f.accounts) > 0 || len(f.only) > 0 || len(f.exclude) > 0) {
		return fail(exitUsage, trail.Say("fail.from"))
	}
	if f.org && len(f.accounts) > 0 {
		return fail(exitUsage, trail.Say("fail.org-accounts"))
	}
	return nil
}

// named makes sure that the Regions of the flags exist: a misspelled one would leave out
// more than was meant, or less.
func (f checkFlags) named(snapshots []trail.Snapshot) error {
	for _, r := range slices.Concat(f.only, f.exclude) {
		known := func(s trail.Snapshot) bool {
			_, ok := s.View(trail.Region(r))
			return ok || len(s.Regions) == 0
		}
		if !slices.ContainsFunc(snapshots, known) {
			return fail(exitUsage, trail.Say("fail.unknown-region", "region", r))
		}
	}
	return nil
}

func assessAll(snapshots []trail.Snapshot) []coverage.Assessment {
	trail.ShareSelectors(snapshots)
	out := make([]coverage.Assessment, len(snapshots))
	for i, s := range snapshots {
		out[i] = coverage.Assess(s)
	}
	return out
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

// snapshots are read from a file, or collected from every account, in the order asked for.
func (a *app) snapshots(ctx context.Context, f checkFlags) ([]trail.Snapshot, error) {
	if f.from != "" {
		return a.loadSnapshots(f.from)
	}
	o, err := f.collectOptions()
	if err != nil {
		return nil, err
	}
	ids, err := accountIDs(f.accounts)
	if err != nil {
		return nil, err
	}
	session, done, err := a.stage(ctx, f.timeout)
	if err != nil {
		return nil, err
	}
	defer done()
	if !f.org && len(ids) == 0 {
		return a.one(ctx, session, o)
	}
	if _, err := a.identify(ctx, session); err != nil {
		return nil, err
	}
	accounts, err := a.accounts(ctx, session, f.org, ids)
	if err != nil {
		return nil, err
	}
	return a.many(ctx, session, accounts, f, o)
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

// accounts are those of the list, or all active ones of the organization. An account
// that is closing or suspended cannot be entered.
func (a *app) accounts(ctx context.Context, s *cloud.Session, org bool, ids []trail.AccountID) ([]cloud.Account, error) {
	if !org {
		out := make([]cloud.Account, len(ids))
		for i, id := range ids {
			out[i] = cloud.Account{ID: id}
		}
		return out, nil
	}
	all, err := s.Accounts(ctx)
	if err != nil {
		return nil, unlisted(err)
	}
	var out []cloud.Account
	for _, acc := range all {
		if acc.State == "ACTIVE" {
			out = append(out, acc)
			continue
		}
		a.note("cli.account-skipped", "account", string(acc.ID), "state", acc.State)
	}
	return out, nil
}

// unlisted: only the management account of an organization, and its delegated
// administrators, may list its accounts.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
func unlisted(err error) *failure {
	f := trouble(err)
	switch p := cloud.Explain(err); {
	case p.Code == "AWSOrganizationsNotInUseException":
		return fail(exitFailed, trail.Say("fail.no-organization"))
	case p.Kind == cloud.Denied:
		f.hint = trail.Say("fail.member")
	}
	return f
}

// many looks at accounts side by side, at most --concurrency at a time.
func (a *app) many(ctx context.Context, s *cloud.Session, accounts []cloud.Account, f checkFlags, o cloud.CollectOptions) ([]trail.Snapshot, error) {
	out := make([]trail.Snapshot, len(accounts))
	slots := make(chan struct{}, f.concurrency)
	bar := a.progress()
	var all sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i, acc := range accounts {
		slots <- struct{}{}
		all.Go(func() {
			out[i] = enter(ctx, s, acc, f, o)
			mu.Lock()
			defer mu.Unlock()
			done++
			bar.Show(done, len(accounts), string(acc.ID))
			<-slots
		})
	}
	all.Wait()
	bar.Clear()
	return out, ctx.Err()
}

// enter assumes the role in an account and looks at it. A role that cannot be assumed
// is a Gap that hides all of the account.
func enter(ctx context.Context, s *cloud.Session, acc cloud.Account, f checkFlags, o cloud.CollectOptions) trail.Snapshot {
	in, err := s.Assume(ctx, acc.ID, f.roleName, f.externalID, "trailspan")
	if err != nil {
		return trail.Snapshot{
			Account: acc.ID, Name: acc.Name, Partition: s.Region().Partition(), Taken: time.Now().UTC(),
			Gaps: []trail.Gap{{Action: "sts:AssumeRole", Kind: gapKind(err), Error: cause(err)}},
		}
	}
	snapshot := in.Collect(ctx, o)
	snapshot.Name = acc.Name
	return snapshot
}

func gapKind(err error) trail.GapKind {
	switch cloud.Explain(err).Kind {
	case cloud.Denied, cloud.Rejected, cloud.Expired:
		return trail.Denied
	case cloud.TimedOut:
		return trail.Timeout
	case cloud.Throttled:
		return trail.Throttled
	default:
		return trail.Failed
	}
}
