package cli

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// lender lets accounts whose trails deliver to the bucket of another judge its policy: it
// is read once, in the name of whoever may.
type lender struct {
	visitor  *visitor
	accounts []trail.AccountID // that could be entered
	shared   []string          // buckets that trails of several accounts deliver to

	mu    sync.Mutex
	asked map[string]func() bucketLoan
}

// bucketLoan is what was seen of a bucket; nothing when nobody may read its policy.
type bucketLoan struct {
	bucket plan.Bucket
	gaps   []trail.Gap
}

func newLender(v *visitor, plans []plan.AccountPlan) *lender {
	l := &lender{visitor: v, asked: map[string]func() bucketLoan{}}
	var seen []trail.Snapshot
	for _, p := range plans {
		seen = append(seen, p.Seen)
		l.accounts = append(l.accounts, p.Account)
	}
	l.shared = plan.Shared(seen)
	return l
}

// lend fills in the bucket of t where the account of e may not read its policy.
func (l *lender) lend(ctx context.Context, e plan.Evidence, t trail.Trail) plan.Evidence {
	if e.Bucket.Gap == nil {
		return e
	}
	l.mu.Lock()
	ask := l.asked[t.Bucket]
	if ask == nil {
		ask = sync.OnceValue(func() bucketLoan { return l.ask(ctx, t) })
		l.asked[t.Bucket] = ask
	}
	l.mu.Unlock()
	loan := ask()
	return e.Borrow(loan.bucket, loan.gaps)
}

// ask looks as the account of the credentials, and then, for a bucket that accounts have
// in common, as each of those to enter, until one may. Its owner need not be the owner of
// a trail: often it is an account for logs alone.
func (l *lender) ask(ctx context.Context, t trail.Trail) bucketLoan {
	loan := bucketLoan{}
	loan.bucket, loan.gaps = l.visitor.session.Bucket(ctx, t.Bucket, t.HomeRegion)
	if loan.bucket.Gap == nil || !slices.Contains(l.shared, t.Bucket) {
		return loan
	}
	found := errors.New("the bucket was read")
	_ = inOrder(ctx, len(l.accounts), l.visitor.how.concurrency, func(ctx context.Context, i int) bucketLoan {
		return l.as(ctx, l.accounts[i], t)
	}, func(_ int, x bucketLoan) error {
		if x.bucket.Gap != nil || !x.bucket.Exists {
			return nil
		}
		loan = x
		return found
	})
	return loan
}

// as looks in the name of one account. Of one that cannot be entered nothing is known.
func (l *lender) as(ctx context.Context, id trail.AccountID, t trail.Trail) bucketLoan {
	in, err := l.visitor.enter(ctx, id)
	if err != nil {
		return bucketLoan{}
	}
	b, gaps := in.Bucket(ctx, t.Bucket, t.HomeRegion)
	return bucketLoan{b, gaps}
}
