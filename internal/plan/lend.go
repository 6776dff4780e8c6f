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
