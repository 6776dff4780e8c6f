package plan_test

import (
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// The gate says what exactly the policy of a bucket refuses, and who does.
func TestWhatTheBucketRefuses(t *testing.T) {
	deny := func(sid, below string) string {
		return `{` + sid + `"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/123456789012/` + below + `"}`
	}
	named := func(below string) string { return deny(`"Sid":"No",`, below) }
	for name, c := range map[string]struct {
		validated  bool
		statements []string
		want, hint string
		who        string // the statements that deny
	}{
		"no Allow":                                {true, []string{aclCheck}, "dark", "block", ""},
		"digests forgotten":                       {true, []string{aclCheck, write("CloudTrail/*")}, "digests", "block-digests", ""},
		"digests forgotten, none are made":        {false, []string{aclCheck, write("CloudTrail/*")}, "", "", ""},
		"digests of one Region forgotten":         {true, []string{aclCheck, write("CloudTrail/*"), write("CloudTrail-Digest/us-east-1/*")}, "digests", "block-digests", ""},
		"log files forgotten":                     {true, []string{aclCheck, write("CloudTrail-Digest/*")}, "dark", "block", ""},
		"a Deny of all":                           {true, []string{aclCheck, write("*"), named("*")}, "deny", "block-deny", "No"},
		"a Deny of all, by its number":            {true, []string{aclCheck, write("*"), deny("", "*")}, "deny", "block-deny", "#3"},
		"a Deny of one Region":                    {false, []string{aclCheck, write("*"), named("CloudTrail/us-east-1/*")}, "deny", "block-deny", "No"},
		"a Deny of digests":                       {true, []string{aclCheck, write("*"), named("CloudTrail-Digest/*")}, "deny-digests", "block-deny", "No"},
		"two statements deny":                     {false, []string{aclCheck, write("*"), named("CloudTrail/us-east-1/*"), deny("", "CloudTrail/eu-west-1/*")}, "deny", "block-deny", "#4, No"},
		"one Region denied, one not allowed":      {false, []string{aclCheck, write("CloudTrail/eu-west-1/*"), named("CloudTrail/eu-west-1/*")}, "dark", "block", ""},
		"log files of one Region, digests of all": {true, []string{aclCheck, write("CloudTrail/eu-west-1/*")}, "dark", "block", ""},
	} {
		t.Run(name, func(t *testing.T) {
			tr := single("abc", "eu-west-1")
			tr.LogFileValidation = c.validated
			s := snapshot(tr)
			g := gateOf(t, plan.Preflight(plan.Widen(s, tr.ARN), s, plan.Evidence{Bucket: bucket(c.statements...)}, ""), "bucket-policy")
			want, hint := "gate.bucket-policy.block-"+c.want, "gate.bucket-policy."+c.hint+".hint"
			if c.want == "" {
				want, hint = "gate.bucket-policy.pass", ""
			}
			if g.Message.Key != want || g.Hint.Key != hint || g.Message.Args["statements"] != c.who || g.Hint.Args["statements"] != c.who {
				t.Errorf("%v, %v; want %s, %s, denied by %q", g.Message, g.Hint, want, hint, c.who)
			}
		})
	}
}

// Whoever cannot deliver now is told what to mend: the bucket, or the key.
func TestWhatToMendFirst(t *testing.T) {
	for name, c := range map[string]struct{ key, failure, want string }{
		"the bucket refuses":           {"", "AccessDenied", "gate.logging.block.hint"},
		"the bucket is gone":           {"", "NoSuchBucket", "remedy.no-bucket"},
		"the key is disabled":          {"key", "KMS.DisabledException", "remedy.key"},
		"the bucket or its key refuse": {"key", "AccessDenied", "remedy.bucket-or-key"},
	} {
		t.Run(name, func(t *testing.T) {
			tr := single("abc", "eu-west-1", func(t *trail.Trail) {
				t.KMSKeyID = c.key
				t.Status["eu-west-1"] = trail.Status{Logging: true, DeliveryError: c.failure}
			})
			s := snapshot(tr)
			g := gateOf(t, plan.Preflight(plan.Widen(s, tr.ARN), s, plan.Evidence{}, ""), "logging")
			if g.Status != plan.Block || g.Hint.Key != c.want || g.Evidence != c.failure {
				t.Errorf("%s by %q: %v, want %s", g.Status, g.Evidence, g.Hint, c.want)
			}
		})
	}
}
