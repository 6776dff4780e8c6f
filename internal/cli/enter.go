package cli

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

// visitor enters accounts from that of the credentials, and lends them the selectors of
// organization trails that it may read and they may not.
type visitor struct {
	session  *cloud.Session
	accounts []cloud.Account
	how      entering
	options  cloud.CollectOptions

	mu   sync.Mutex
	lent map[trail.ARN]func() loan
}

func newVisitor(s *cloud.Session, accounts []cloud.Account, how entering, o cloud.CollectOptions) *visitor {
	return &visitor{session: s, accounts: accounts, how: how, options: o, lent: map[trail.ARN]func() loan{}}
}

// enter assumes the role in an account.
func (v *visitor) enter(ctx context.Context, id trail.AccountID) (*cloud.Session, error) {
	return v.session.Assume(ctx, id, v.how.roleName, v.how.externalID, "trailspan")
}

// look enters an account and looks at it. A role that cannot be assumed is a Gap that
// hides all of the account.
func (v *visitor) look(ctx context.Context, acc cloud.Account) trail.Snapshot {
	in, err := v.enter(ctx, acc.ID)
	if err != nil {
		return trail.Snapshot{
			Account: acc.ID, Name: acc.Name, Partition: v.session.Region().Partition(), Taken: time.Now().UTC(),
			Gaps: []trail.Gap{{Action: assumeRole, Kind: gapKind(err), Error: cause(err)}},
		}
	}
	snapshot := in.Collect(ctx, v.options)
	snapshot.Name = acc.Name
	return v.lend(ctx, snapshot)
}

const assumeRole = "sts:AssumeRole"

// lend fills in the selectors that the account may not read.
func (v *visitor) lend(ctx context.Context, s trail.Snapshot) trail.Snapshot {
	known, failed := map[trail.ARN]*trail.Selectors{}, map[trail.ARN]*trail.Gap{}
	for _, arn := range s.Wanting() {
		l := v.selectors(ctx, arn)
		known[arn], failed[arn] = l.selectors, l.gap
	}
	s = s.Borrow(known)
	s.Gaps = slices.Clone(s.Gaps)
	for i, g := range s.Gaps {
		if why := failed[g.Trail]; g.Action == trail.GetEventSelectors && why != nil {
			s.Gaps[i].Kind, s.Gaps[i].Error = why.Kind, why.Error
		}
	}
	return s
}

// loan is what an account may borrow, or what kept it from being asked for. A gap will
// pass; without one nobody may read the selectors.
type loan struct {
	selectors *trail.Selectors
	gap       *trail.Gap
}

// selectors asks once per trail: as the account of the credentials, which may be the
// management account or a delegated administrator, and else as the owner of the trail,
// when that is one of the accounts to enter. What failed and will pass is asked again for
// the next account.
func (v *visitor) selectors(ctx context.Context, arn trail.ARN) loan {
	v.mu.Lock()
	ask := v.lent[arn]
	if ask == nil {
		ask = sync.OnceValue(func() loan { return v.ask(ctx, arn) })
		v.lent[arn] = ask
	}
	v.mu.Unlock()
	l := ask()
	if l.gap != nil {
		v.mu.Lock()
		delete(v.lent, arn)
		v.mu.Unlock()
	}
	return l
}

func (v *visitor) ask(ctx context.Context, arn trail.ARN) loan {
	found, err := v.session.Selectors(ctx, arn)
	if err == nil {
		return loan{selectors: found}
	}
	owner := arn.Owner()
	if !slices.ContainsFunc(v.accounts, func(acc cloud.Account) bool { return acc.ID == owner }) {
		return noLoan(err)
	}
	in, entering := v.enter(ctx, owner)
	if entering != nil {
		return noLoan(err, entering)
	}
	found, reading := in.Selectors(ctx, arn)
	if reading == nil {
		return loan{selectors: found}
	}
	return noLoan(err, reading)
}

// noLoan: who may not read lends nothing; of what will pass the first is told.
func noLoan(errs ...error) loan {
	for _, err := range errs {
		switch cloud.Explain(err).Kind {
		case cloud.Denied, cloud.NotFound, cloud.Unsupported:
		default:
			g, _ := cloud.GapOf(err)
			g.Kind = gapKind(err)
			return loan{gap: &g}
		}
	}
	return loan{}
}

func gapKind(err error) trail.GapKind {
	switch cloud.Explain(err).Kind {
	case cloud.Denied:
		return trail.Denied
	case cloud.TimedOut:
		return trail.Timeout
	case cloud.Throttled:
		return trail.Throttled
	default:
		return trail.Failed
	}
}
