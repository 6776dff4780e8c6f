package cli

import (
	"context"
	"errors"
	"sync"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/console"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// desk is what the console looks with, plans with and changes with: the same that the
// command line does.
type desk struct {
	app     *app // which writes nothing
	loud    *app
	visitor *visitor
	flags   consoleFlags
	dir     journal.Dir

	mu       sync.Mutex
	entered  map[trail.AccountID]*cloud.Session
	underway int
	stopped  *failure // how a run ended that was not let to its end
}

// openDesk finds the accounts: those of the flags, that of the credentials first.
func (a *app) openDesk(ctx context.Context, f consoleFlags, dir journal.Dir) (*desk, func(), error) {
	s, done, err := a.stage(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	accounts, err := a.consoleAccounts(ctx, s, f)
	if err != nil {
		done()
		return nil, nil, err
	}
	silent := *a
	silent.shared.quiet = true
	return &desk{
		app: &silent, loud: a, visitor: newVisitor(s, accounts, f.entering, cloud.CollectOptions{}), flags: f, dir: dir,
		entered: map[trail.AccountID]*cloud.Session{},
	}, done, nil
}

func (a *app) consoleAccounts(ctx context.Context, s *cloud.Session, f consoleFlags) ([]cloud.Account, error) {
	id, err := a.identify(ctx, s)
	if err != nil {
		return nil, err
	}
	own := cloud.Account{ID: id.Account}
	if !f.many() {
		return []cloud.Account{own}, nil
	}
	all, _, err := a.accountsOf(ctx, s, f.entering)
	if err != nil {
		return nil, err
	}
	var others []cloud.Account
	for _, acc := range all {
		if acc.ID == own.ID {
			own = acc
		} else {
			others = append(others, acc)
		}
	}
	return append([]cloud.Account{own}, others...), nil
}

// Accounts returns those there are.
func (d *desk) Accounts() []console.Account {
	out := make([]console.Account, len(d.visitor.accounts))
	for i, acc := range d.visitor.accounts {
		out[i] = console.Account{ID: acc.ID, Name: acc.Name}
	}
	return out
}

// Look looks at an account, as check does.
func (d *desk) Look(ctx context.Context, id trail.AccountID) (trail.Snapshot, error) {
	return d.visitor.look(ctx, d.account(id)), nil
}

func (d *desk) account(id trail.AccountID) cloud.Account {
	for _, acc := range d.visitor.accounts {
		if acc.ID == id {
			return acc
		}
	}
	return cloud.Account{ID: id}
}

// session enters an account, once.
func (d *desk) session(ctx context.Context, id trail.AccountID) (*cloud.Session, error) {
	d.mu.Lock()
	s := d.entered[id]
	d.mu.Unlock()
	if s != nil {
		return s, nil
	}
	s, err := d.visitor.enter(ctx, id)
	if err != nil {
		return nil, troubleOf(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entered[id] = s
	return s, nil
}

// Owner asks who manages a trail.
func (d *desk) Owner(ctx context.Context, id trail.AccountID, t trail.Trail) (plan.Owner, error) {
	s, err := d.session(ctx, id)
	if err != nil {
		return plan.Owner{}, err
	}
	return s.Owner(ctx, t), nil
}

// Search searches event history.
func (d *desk) Search(ctx context.Context, id trail.AccountID, regions []trail.Region, q console.Search) ([]console.Found, error) {
	s, err := d.session(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []console.Found
	for _, p := range s.Events(ctx, regions, cloud.EventQuery(q)) {
		f := console.Found{Region: p.Region, Read: p.Read, Whole: p.Whole, Gap: p.Gap}
		for _, e := range p.Events {
			f.Events = append(f.Events, console.Event{
				ID: e.ID, Time: e.Time, Region: p.Region, Name: e.Name, Source: e.Source, User: e.User,
				AccessKey: e.AccessKey, Address: e.Address, Error: e.Error, ReadOnly: e.ReadOnly,
			})
		}
		out = append(out, f)
	}
	return out, ctx.Err()
}

// Checks words published checks as check --explain does.
func (d *desk) Checks(s *say.Speaker, a coverage.Assessment) console.Checks {
	list, agreeing, all := report.PublishedChecks(s, a)
	out := console.Checks{List: []console.Check{}, Agreeing: agreeing, All: all}
	for _, c := range list {
		out.List = append(out.List, console.Check{Status: string(c.Status), IDs: c.IDs, Reason: c.Reason, Differs: append([]string{}, c.Differences...)})
	}
	return out
}

// Plan plans as convert does.
func (d *desk) Plan(ctx context.Context, id trail.AccountID, arn trail.ARN, c console.Costing) (plan.Plan, error) {
	p, _, err := d.widen(ctx, id, convertFlags{changeFlags: d.run(), trail: string(arn), cost: c == console.WithForecast}, nil)
	return p, err
}

// run are the flags of a run, whose journal is in the folder of the desk.
func (d *desk) run() changeFlags {
	return changeFlags{wait: d.flags.run.wait, journal: string(d.dir)}
}

// widen looks at the account anew, and plans.
func (d *desk) widen(ctx context.Context, id trail.AccountID, f convertFlags, saved *plan.Plan) (plan.Plan, *cloud.Session, error) {
	s, err := d.session(ctx, id)
	if err != nil {
		return plan.Plan{}, nil, err
	}
	snapshot, err := d.Look(ctx, id)
	if err != nil {
		return plan.Plan{}, nil, err
	}
	p, err := d.app.widen(ctx, s, snapshot, f, saved)
	if err != nil {
		return p, s, troubleOf(err)
	}
	return p, s, nil
}

// troubleOf is an error in the words of the console.
func troubleOf(err error) error {
	var known *console.TroubleError
	if errors.As(err, &known) {
		return err
	}
	f := asFailure(err)
	kind := console.Failed
	switch {
	case f.code == exitRefused || errors.Is(err, context.Canceled):
		kind = console.Refused
	case f.message.Key == "fail.no-run" || f.message.Key == "fail.no-trail":
		kind = console.Missing
	case f.code == exitUsage:
		kind = console.Invalid
	}
	return &console.TroubleError{Kind: kind, Message: f.message, Hint: f.hint}
}

// shelf is the folder of journals.
type shelf struct{ *desk }

// Runs returns all runs, oldest first.
func (s shelf) Runs() ([]console.Run, error) {
	all, err := s.dir.Runs()
	if err != nil {
		return nil, troubleOf(unreadable(string(s.dir), err))
	}
	states := statesOf(all)
	out := make([]console.Run, len(all))
	for i, r := range all {
		out[i] = s.of(r, states)
	}
	return out, nil
}

// Run returns one run.
func (s shelf) Run(name string) (console.Run, error) {
	all, err := s.Runs()
	if err != nil {
		return console.Run{}, err
	}
	for _, r := range all {
		if r.Name == name {
			return r, nil
		}
	}
	return console.Run{}, &console.TroubleError{Kind: console.Missing, Message: trail.Say("console.missing.run", "run", name)}
}

func (s shelf) of(r journal.Run, states map[string]journal.State) console.Run {
	out := console.Run{Name: r.Name, Records: r.Records, State: string(r.State())}
	if r.Err != nil {
		out.Error = r.Err.Error()
		return out
	}
	in, ok := intentOf(r)
	if !ok {
		return out
	}
	if in.Group != nil {
		out.State = string(groupState(r, states))
	}
	out.Way, out.On = s.wayOf(out.State, in), s.wayOn(out.State, in)
	return out
}
