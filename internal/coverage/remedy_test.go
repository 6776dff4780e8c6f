package coverage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// What mends a delivery depends on the error, and on whether the trail has a key.
func TestRemedy(t *testing.T) {
	const key = "arn:aws:kms:us-east-1:123456789012:key/1"
	for name, c := range map[string]struct{ key, failure, want string }{
		"the bucket is gone":                     {"", "NoSuchBucket", "remedy.no-bucket"},
		"and there is a key":                     {key, "NoSuchBucket", "remedy.no-bucket"},
		"the bucket refuses":                     {"", "AccessDenied", ""},
		"the bucket or the key refuses":          {key, "AccessDenied", "remedy.bucket-or-key"},
		"the key is disabled":                    {key, "KMS.DisabledException", "remedy.key"},
		"the key is about to go":                 {key, "KMS.KMSInvalidStateException", "remedy.key"},
		"the key is gone":                        {key, "KMS.NotFoundException", "remedy.no-key"},
		"the bucket has a key, the trail none":   {"", "KMS.DisabledException", "remedy.key-of-bucket"},
		"S3 is slow":                             {key, "SlowDown", ""},
		"an error that only looks like of a key": {key, "KMSx", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, known := coverage.Remedy(trail.Settings{Bucket: "b", KMSKeyID: c.key}, c.failure)
			if got.Key != c.want || known != (c.want != "") {
				t.Errorf("%q, known %t; want %q", got.Key, known, c.want)
			}
		})
	}
}

// The findings of deliveries that fail, with their hints.
func TestDeliveryFindings(t *testing.T) {
	status := func(st trail.Status, change ...func(*trail.Trail)) *world {
		return newWorld().add("t", home, true, func(t *trail.Trail) {
			st.Logging = true
			t.Status[other] = st
			for _, f := range change {
				f(t)
			}
		})
	}
	encrypted := func(t *trail.Trail) { t.KMSKeyID = "key" }
	unvalidated := func(t *trail.Trail) { t.LogFileValidation = false }
	off := func(t *trail.Trail) { t.Status[other] = trail.Status{DigestError: "AccessDenied"} }
	const digests = "digest-delivery-error finding.digest-delivery-error.hint"
	for name, c := range map[string]struct {
		w    *world
		want string
	}{
		"the bucket refuses":             {status(trail.Status{DeliveryError: "AccessDenied"}), "delivery-error finding.delivery-error.hint, region-failing finding.region-failing.hint"},
		"the bucket is gone":             {status(trail.Status{DeliveryError: "NoSuchBucket"}), "delivery-error remedy.no-bucket, region-failing remedy.no-bucket"},
		"the key is disabled":            {status(trail.Status{DeliveryError: "KMS.DisabledException"}, encrypted), "delivery-error remedy.key, region-failing remedy.key"},
		"digests are refused":            {status(trail.Status{DigestError: "AccessDenied"}), digests},
		"a key does not make it a key's": {status(trail.Status{DigestError: "AccessDenied"}, encrypted), digests},
		"digests alone, of a key":        {status(trail.Status{DigestError: "KMS.DisabledException"}, encrypted), "digest-delivery-error remedy.key"},
		"both fail: one finding":         {status(trail.Status{DigestError: "NoSuchBucket", DeliveryError: "NoSuchBucket"}), "delivery-error remedy.no-bucket, region-failing remedy.no-bucket"},
		"there are no digests any more":  {status(trail.Status{DigestError: "AccessDenied"}, unvalidated), ""},
		"nothing is recorded any more":   {status(trail.Status{}, off), ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := coverage.Assess(c.w.Snapshot)
			var got []string
			for _, f := range a.Findings {
				if strings.Contains(f.ID, "delivery") || f.ID == "region-failing" {
					got = append(got, f.ID+" "+f.Hint.Key)
				}
			}
			slices.Sort(got)
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("%s\nwant %s", s, c.want)
			}
			if strings.HasPrefix(c.want, "digest") && a.Verdict != coverage.Recorded {
				t.Errorf("digests that fail made the account %s", a.Verdict)
			}
		})
	}
}
