package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// lender lets accounts whose trails deliver to the bucket of another, under the key of
// another, judge their policies: each is read once, in the name of whoever may.
type lender struct {
	visitor  *visitor
	caller   trail.AccountID   // of the credentials
	accounts []trail.AccountID // that could be entered
	shared   []string          // buckets that trails of several accounts deliver to

	buckets   asked[bucketLoan]
	encrypted asked[*bool]
	keys      asked[plan.Key]
}

// asked remembers answers by what was asked for.
type asked[T any] struct {
	mu      sync.Mutex
	answers map[string]func() T
}

// once asks, unless that was asked before.
func (a *asked[T]) once(name string, ask func() T) T {
	a.mu.Lock()
	answer := a.answers[name]
	if answer == nil {
		if a.answers == nil {
			a.answers = map[string]func() T{}
		}
		answer = sync.OnceValue(ask)
		a.answers[name] = answer
	}
	a.mu.Unlock()
	return answer()
}

// bucketLoan is what was seen of a bucket, and by whom; nothing when nobody may read its
// policy.
type bucketLoan struct {
	bucket plan.Bucket
	gaps   []trail.Gap
	by     *cloud.Session
}

func newLender(v *visitor, caller trail.AccountID, plans []plan.AccountPlan) *lender {
	l := &lender{visitor: v, caller: caller}
	var seen []trail.Snapshot
	for _, p := range plans {
		seen = append(seen, p.Seen)
		l.accounts = append(l.accounts, p.Account)
	}
	l.shared = plan.Shared(seen)
	return l
}

// lend fills in the bucket of t and its key where the account of e may not look at them.
func (l *lender) lend(ctx context.Context, e plan.Evidence, t trail.Trail) plan.Evidence {
	if e.Bucket.Gap != nil {
		loan := l.bucket(ctx, t)
		e = e.Borrow(loan.bucket, loan.gaps)
	}
	if e.WantsEncryption() {
		if bucketKey := l.encryption(ctx, t); bucketKey != nil {
			e = e.BorrowEncryption(*bucketKey)
		}
	}
	if e.WantsKey() {
		e = e.BorrowKey(l.keys.once(t.KMSKeyID, func() plan.Key { return l.key(ctx, trail.ARN(t.KMSKeyID)) }))
	}
	return e
}

func (l *lender) bucket(ctx context.Context, t trail.Trail) bucketLoan {
	return l.buckets.once(t.Bucket, func() bucketLoan { return l.ask(ctx, t) })
}

// encryption is how a bucket encrypts, as whoever may read its policy sees it; nil when
// that is not known.
func (l *lender) encryption(ctx context.Context, t trail.Trail) *bool {
	loan := l.bucket(ctx, t)
	if loan.by == nil || loan.bucket.Gap != nil || !loan.bucket.Exists {
		return nil
	}
	return l.encrypted.once(t.Bucket, func() *bool {
		bucketKey, err := loan.by.BucketKey(ctx, t.Bucket, cmp.Or(loan.bucket.Region, t.HomeRegion))
		if err != nil {
			return nil
		}
		return &bucketKey
	})
}

// key looks as the account that the ARN of the key names, when that is the one of the
// credentials or can be entered.
func (l *lender) key(ctx context.Context, arn trail.ARN) plan.Key {
	owner := arn.Owner()
	if owner != l.caller && !slices.Contains(l.accounts, owner) {
		return plan.Key{}
	}
	in, err := l.visitor.enter(ctx, owner)
	if err != nil {
		return plan.Key{}
	}
	return in.Key(ctx, arn)
}

// ask looks as the account of the credentials, and then, for a bucket that accounts have
// in common, as each of those to enter, until one may. Its owner need not be the owner of
// a trail: often it is an account for logs alone.
func (l *lender) ask(ctx context.Context, t trail.Trail) bucketLoan {
	loan := bucketLoan{by: l.visitor.session}
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
	return bucketLoan{b, gaps, in}
}
