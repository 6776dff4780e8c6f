package plan

import (
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// bucketActions are the reads whose Gaps hide a bucket.
var bucketActions = [...]string{"s3:ListBucket", "s3:GetBucketLocation", getBucketPolicy, getBucketRequestPayment}

// Borrow returns e with what the owner of the bucket saw of it, and could not see, where
// the account of e may not look. The gates judge it for the account and the trail of e
// all the same.
func (e Evidence) Borrow(b Bucket, gaps []trail.Gap) Evidence {
	if e.Bucket.Gap == nil || b.Gap != nil || !b.Exists || b.Name != e.Bucket.Name {
		return e
	}
	e.Bucket = b
	e.Gaps = slices.DeleteFunc(slices.Clone(e.Gaps), func(g trail.Gap) bool { return slices.Contains(bucketActions[:], g.Action) })
	e.Gaps = append(e.Gaps, gaps...)
	return e
}

// BorrowKey returns e with what the account of the key saw of it, where the account of e
// may not look: nobody else may read the policy of a key.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
func (e Evidence) BorrowKey(k Key) Evidence {
	if e.Key == nil || k.ID == "" {
		return e
	}
	if e.lacksKey(describeKey) && !hides(k, describeKey) {
		e = e.seen(describeKey, func(own *Key) { own.ID, own.State, own.Missing = k.ID, k.State, k.Missing })
	}
	if e.lacksKey(getKeyPolicy) && !hides(k, getKeyPolicy) {
		e = e.seen(getKeyPolicy, func(own *Key) { own.ID, own.Policy, own.Missing = k.ID, k.Policy, k.Missing })
	}
	return e
}

// BorrowEncryption returns e with how the bucket encrypts, as its owner saw it, where the
// account of e may not look.
func (e Evidence) BorrowEncryption(bucketKey bool) Evidence {
	if !e.lacksKey(getBucketEncryption) {
		return e
	}
	return e.seen(getBucketEncryption, func(own *Key) { own.BucketKey = bucketKey })
}

// WantsKey says whether something of the key of the trail, and WantsEncryption whether
// how the bucket encrypts, is hidden from the account of e.
func (e Evidence) WantsKey() bool { return e.lacksKey(describeKey) || e.lacksKey(getKeyPolicy) }

// WantsEncryption is told beside WantsKey.
func (e Evidence) WantsEncryption() bool { return e.lacksKey(getBucketEncryption) }

func (e Evidence) lacksKey(action string) bool { return e.Key != nil && hides(*e.Key, action) }

func hides(k Key, action string) bool {
	_, hidden := gapOf(k.Gaps, action)
	return hidden
}

// seen takes the Gap of an action back, which the key has, and lets learn fill it.
func (e Evidence) seen(action string, learn func(*Key)) Evidence {
	own := *e.Key
	gap, _ := gapOf(own.Gaps, action)
	own.Gaps, e.Gaps = without(own.Gaps, gap), without(e.Gaps, gap)
	learn(&own)
	e.Key = &own
	return e
}

// without leaves out the first Gap that is x: the key of a topic may have one like it.
func without(gaps []trail.Gap, x trail.Gap) []trail.Gap {
	if i := slices.Index(gaps, x); i >= 0 {
		return slices.Delete(slices.Clone(gaps), i, i+1)
	}
	return gaps
}

// Shared returns the buckets that trails of more than one account deliver to, sorted.
func Shared(all []trail.Snapshot) []string {
	owners := map[string]map[AccountID]bool{}
	for _, s := range all {
		for _, t := range s.Trails {
			if owners[t.Bucket] == nil {
				owners[t.Bucket] = map[AccountID]bool{}
			}
			owners[t.Bucket][t.ARN.Owner()] = true
		}
	}
	var out []string
	for bucket, of := range owners {
		if len(of) > 1 {
			out = append(out, bucket)
		}
	}
	slices.Sort(out)
	return out
}
