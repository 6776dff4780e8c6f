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
	lent map[trail.ARN]func() *trail.Selectors
}

func newVisitor(s *cloud.Session, accounts []cloud.Account, how entering, o cloud.CollectOptions) *visitor {
	return &visitor{session: s, accounts: accounts, how: how, options: o, lent: map[trail.ARN]func() *trail.Selectors{}}
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
	known := map[trail.ARN]*trail.Selectors{}
	for _, arn := range s.Wanting() {
		if found := v.selectors(ctx, arn); found != nil {
			known[arn] = found
		}
	}
	return s.Borrow(known)
}

// selectors asks once per trail: as the account of the credentials, which may be the
// management account or a delegated administrator, and else as the owner of the trail,
// when that is one of the accounts to enter. Nil: nobody may read them.
func (v *visitor) selectors(ctx context.Context, arn trail.ARN) *trail.Selectors {
	v.mu.Lock()
	ask := v.lent[arn]
	if ask == nil {
		ask = sync.OnceValue(func() *trail.Selectors { return v.ask(ctx, arn) })
		v.lent[arn] = ask
	}
	v.mu.Unlock()
	return ask()
}

func (v *visitor) ask(ctx context.Context, arn trail.ARN) *trail.Selectors {
	found, err := v.session.Selectors(ctx, arn)
	if err == nil {
		return found
	}
	owner := arn.Owner()
	if !slices.ContainsFunc(v.accounts, func(acc cloud.Account) bool { return acc.ID == owner }) {
		return nil
	}
	in, err := v.enter(ctx, owner)
	if err != nil {
		return nil
	}
	found, _ = in.Selectors(ctx, arn) // who may not read lends nothing
	return found
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
