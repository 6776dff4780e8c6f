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

// A key is lent by its account and how a bucket encrypts by the owner of the bucket:
// whatever one of them could not see either stays hidden.
func TestBorrowKey(t *testing.T) {
	gap := func(action string) trail.Gap {
		return trail.Gap{Region: "eu-west-1", Action: action, Kind: trail.Denied, Error: "AccessDenied: " + action}
	}
	describe, policy, encryption := gap("kms:DescribeKey"), gap("kms:GetKeyPolicy"), gap("s3:GetEncryptionConfiguration")
	const arn = "arn:aws:kms:eu-west-1:999999999999:key/1"
	hidden := plan.Key{ID: arn, Region: "eu-west-1", Gaps: []trail.Gap{describe, policy, encryption}}
	theirs := plan.Key{ID: arn, Region: "eu-west-1", State: "Enabled", Policy: "{}"}
	for name, c := range map[string]struct {
		own, lent plan.Key
		want      plan.Key
	}{
		"all of it":                   {hidden, theirs, plan.Key{ID: arn, State: "Enabled", Policy: "{}", Gaps: []trail.Gap{encryption}}},
		"the owner may not describe":  {hidden, plan.Key{ID: arn, Policy: "{}", Gaps: []trail.Gap{describe}}, plan.Key{ID: arn, Policy: "{}", Gaps: []trail.Gap{describe, encryption}}},
		"nor read the policy":         {hidden, plan.Key{ID: arn, State: "Disabled", Gaps: []trail.Gap{policy}}, plan.Key{ID: arn, State: "Disabled", Gaps: []trail.Gap{policy, encryption}}},
		"there is none":               {hidden, plan.Key{ID: arn, Missing: true}, plan.Key{ID: arn, Missing: true, Gaps: []trail.Gap{encryption}}},
		"nobody was asked":            {hidden, plan.Key{}, hidden},
		"what it saw itself it keeps": {plan.Key{ID: arn, State: "Disabled", Gaps: []trail.Gap{policy}}, theirs, plan.Key{ID: arn, State: "Disabled", Policy: "{}"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := plan.Evidence{Key: &c.own, Gaps: append([]trail.Gap{organizationDenied}, c.own.Gaps...)}
			got := e.BorrowKey(c.lent)
			k := *got.Key
			if k.ID != c.want.ID || k.State != c.want.State || k.Policy != c.want.Policy || k.Missing != c.want.Missing || !slices.Equal(k.Gaps, c.want.Gaps) {
				t.Errorf("%+v, want %+v", k, c.want)
			}
			if want := append([]trail.Gap{organizationDenied}, c.want.Gaps...); !slices.Equal(got.Gaps, want) {
				t.Errorf("the plan tells of %v, want %v", got.Gaps, want)
			}
			if !slices.Equal(e.Key.Gaps, c.own.Gaps) {
				t.Error("the evidence of the account itself was changed")
			}
		})
	}
	e := plan.Evidence{Key: &hidden, Gaps: []trail.Gap{policy, encryption}}.BorrowEncryption(true)
	if !e.Key.BucketKey || e.WantsEncryption() || !slices.Equal(e.Gaps, []trail.Gap{policy}) {
		t.Errorf("how the bucket encrypts was not lent: %+v", e.Key)
	}
	if e := (plan.Evidence{Key: &theirs}).BorrowEncryption(true); e.Key.BucketKey {
		t.Error("what the account saw itself was changed")
	}
	if e := (plan.Evidence{}).BorrowKey(theirs).BorrowEncryption(true); e.Key != nil {
		t.Error("a trail without a key has one")
	}
}
