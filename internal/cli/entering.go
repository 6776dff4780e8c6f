package cli

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// entering are the flags that say which accounts to enter, and how.
type entering struct {
	org                      bool
	accounts, units, without []string
	roleName, externalID     string
	concurrency              int
}

func (e *entering) define(a *app, fs *pflag.FlagSet) {
	fs.BoolVar(&e.org, "org", false, a.flagText("org"))
	fs.StringSliceVar(&e.accounts, "accounts", nil, a.flagText("accounts"))
	fs.StringSliceVar(&e.units, "ous", nil, a.flagText("ous"))
	fs.StringSliceVar(&e.without, "exclude-accounts", nil, a.flagText("exclude-accounts"))
	fs.StringVar(&e.roleName, "role-name", awsRole, a.flagText("role-name"))
	fs.StringVar(&e.externalID, "external-id", "", a.flagText("external-id"))
	fs.IntVar(&e.concurrency, "concurrency", sideBySide, a.flagText("concurrency"))
}

// sideBySide is how many accounts are entered at a time when nobody says.
const sideBySide = 8

// many says whether accounts are entered, or only that of the credentials looked at.
func (e entering) many() bool { return e.org || len(e.accounts) > 0 || len(e.units) > 0 }

// needed refuses a flag that is about many accounts when none is entered.
func (e entering) needed(flags *pflag.FlagSet, more ...string) error {
	for _, name := range append([]string{"role-name", "external-id", "exclude-accounts"}, more...) {
		if flags.Changed(name) && !e.many() {
			return fail(exitUsage, trail.Say("fail.no-accounts", "flag", name))
		}
	}
	return nil
}

// unitID is that of an organizational unit, or of a root.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
var unitID = regexp.MustCompile(`^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$`)

func (e entering) valid() error {
	if err := positive("concurrency", e.concurrency, strconv.Itoa(e.concurrency)); err != nil {
		return err
	}
	if len(e.accounts) > 0 && (e.org || len(e.units) > 0) {
		return fail(exitUsage, trail.Say("fail.org-accounts"))
	}
	for _, u := range e.units {
		if !unitID.MatchString(u) {
			return fail(exitUsage, trail.Say("fail.unit", "unit", u))
		}
	}
	for _, list := range [][]string{e.accounts, e.without} {
		if _, err := accountIDs(list); err != nil {
			return err
		}
	}
	return nil
}

// which are the flags that name the accounts, to be named again.
func (e entering) which() string {
	out := "--org"
	switch {
	case len(e.accounts) > 0:
		out = "--accounts " + strings.Join(e.accounts, ",")
	case len(e.units) > 0:
		out = "--ous " + strings.Join(e.units, ",")
	}
	if len(e.without) > 0 {
		out += " --exclude-accounts " + strings.Join(e.without, ",")
	}
	return out
}

// how are the flags that say how accounts are entered, as far as they are not what they
// are anyway.
func (e entering) how() string {
	var out []string
	if e.roleName != awsRole {
		out = append(out, "--role-name "+e.roleName)
	}
	if e.externalID != "" {
		out = append(out, "--external-id "+e.externalID)
	}
	return strings.Join(out, " ")
}

// accountsOf finds the accounts to enter, and those that are passed over because they
// are closing or suspended: no role of theirs can be assumed.
func (a *app) accountsOf(ctx context.Context, s *cloud.Session, e entering) ([]cloud.Account, []report.Skipped, error) {
	all, err := listAccounts(ctx, s, e)
	if err != nil {
		return nil, nil, err
	}
	without, _ := accountIDs(e.without) // valid has looked at them
	for _, id := range without {
		if !slices.ContainsFunc(all, func(acc cloud.Account) bool { return acc.ID == id }) {
			return nil, nil, fail(exitUsage, trail.Say("fail.excluded", "account", string(id)))
		}
	}
	var out []cloud.Account
	var skipped []report.Skipped
	for _, acc := range all {
		switch {
		case slices.Contains(without, acc.ID):
		case acc.State == "ACTIVE" || acc.State == "":
			out = append(out, acc)
		default:
			a.note("cli.account-skipped", "account", string(acc.ID), "state", acc.State)
			skipped = append(skipped, report.Skipped{Account: acc.ID, Name: acc.Name, State: acc.State})
		}
	}
	if len(out) == 0 {
		return nil, nil, fail(exitUsage, trail.Say("fail.nobody"))
	}
	return out, skipped, nil
}

// listAccounts lists the accounts that the flags name, active or not.
func listAccounts(ctx context.Context, s *cloud.Session, e entering) ([]cloud.Account, error) {
	if len(e.accounts) > 0 {
		ids, err := accountIDs(e.accounts)
		out := make([]cloud.Account, len(ids))
		for i, id := range ids {
			out[i] = cloud.Account{ID: id}
		}
		return out, err
	}
	list := s.Accounts
	if len(e.units) > 0 {
		list = func(ctx context.Context) ([]cloud.Account, error) { return s.AccountsIn(ctx, e.units) }
	}
	all, err := list(ctx)
	if err != nil {
		return nil, unlisted(err, e)
	}
	return all, nil
}

// unlisted: only the management account of an organization, and its delegated
// administrators, may list its accounts.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
func unlisted(err error, e entering) *failure {
	f := trouble(err)
	switch p := cloud.Explain(err); {
	case p.Code == "AWSOrganizationsNotInUseException":
		return fail(exitFailed, trail.Say("fail.no-organization"))
	case p.Code == "ParentNotFoundException":
		return fail(exitUsage, trail.Say("fail.no-unit", "units", strings.Join(e.units, ", ")))
	case p.Kind == cloud.Denied:
		f.hint = trail.Say("fail.member")
	}
	return f
}
