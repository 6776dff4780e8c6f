package plan_test

import (
	"slices"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// A bucket is lent where it could not be read, by whoever could; nothing else is touched.
func TestBorrowBucket(t *testing.T) {
	denied := trail.Gap{Action: "s3:GetBucketPolicy", Kind: trail.Denied, Error: "AccessDenied: no"}
	theirs := plan.Bucket{Name: "logs", Exists: true, Elsewhere: true, Gap: &denied}
	hidden := plan.Evidence{Bucket: theirs, Gaps: []trail.Gap{denied, payerDenied, organizationDenied}}
	mine := plan.Evidence{Bucket: bucket()}
	for name, c := range map[string]struct {
		e    plan.Evidence
		b    plan.Bucket
		want plan.Bucket
		gaps []trail.Gap
	}{
		"read by its owner":          {hidden, bucket(), bucket(), []trail.Gap{organizationDenied}},
		"read by the account itself": {mine, plan.Bucket{Name: "logs", Exists: true, Policy: "other"}, bucket(), nil},
		"nobody may read it":         {hidden, theirs, theirs, hidden.Gaps},
		"nobody was asked":           {hidden, plan.Bucket{}, theirs, hidden.Gaps},
		"another bucket":             {hidden, plan.Bucket{Name: "x", Exists: true}, theirs, hidden.Gaps},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.e.Borrow(c.b, nil)
			if got.Bucket.Policy != c.want.Policy || got.Bucket.Elsewhere != c.want.Elsewhere || !slices.Equal(got.Gaps, c.gaps) {
				t.Errorf("%+v with %v, want %+v with %v", got.Bucket, got.Gaps, c.want, c.gaps)
			}
		})
	}
	if got := hidden.Borrow(bucket(), []trail.Gap{payerDenied}); !slices.Contains(got.Gaps, payerDenied) {
		t.Errorf("what the owner could not see was forgotten: %v", got.Gaps)
	}
}

// A bucket counts as shared when trails of two accounts deliver to it, however often one
// of them is seen.
func TestSharedBuckets(t *testing.T) {
	of := func(owner, bucket string) trail.Trail {
		return trail.Trail{ARN: trail.ARN("arn:aws:cloudtrail:eu-west-1:" + owner + ":trail/abc"), Settings: trail.Settings{Bucket: bucket}}
	}
	all := []trail.Snapshot{
		{Trails: []trail.Trail{of("111111111111", "org"), of("222222222222", "central"), of("222222222222", "own")}},
		{Trails: []trail.Trail{of("111111111111", "org"), of("333333333333", "central"), of("333333333333", "audit")}},
		{Trails: []trail.Trail{of("444444444444", "audit")}},
	}
	if got := plan.Shared(all); !slices.Equal(got, []string{"audit", "central"}) {
		t.Errorf("%v", got)
	}
}
