package plan_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

func wanted() plan.Wanted {
	return plan.Wanted{Account: me, Name: plan.DefaultName, Home: "eu-west-1", Bucket: plan.DefaultBucket(me, "eu-west-1"), Partition: trail.AWS}
}

func actions(p plan.Plan) string {
	var out []string
	for _, s := range p.Steps {
		_, name, _ := strings.Cut(s.Action, ":")
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

func TestMake(t *testing.T) {
	other := `{"Version":"2012-10-17","Statement":[{"Sid":"AWSCloudTrailWrite20150319","Effect":"Allow","Principal":{"AWS":"1"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*"}]}`
	enough, err := plan.Merge("", wanted())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		b    plan.Bucket
		want string
	}{
		"everything is new":           {plan.Bucket{}, "CreateBucket PutBucketPublicAccessBlock PutBucketPolicy CreateTrail StartLogging"},
		"the bucket is there":         {plan.Bucket{Exists: true}, "PutBucketPolicy CreateTrail StartLogging"},
		"its policy allows something": {plan.Bucket{Exists: true, Policy: other}, "PutBucketPolicy CreateTrail StartLogging"},
		"its policy allows enough":    {plan.Bucket{Exists: true, Policy: enough}, "CreateTrail StartLogging"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := plan.Make(snapshot(), wanted(), plan.Evidence{Bucket: c.b})
			if err != nil {
				t.Fatal(err)
			}
			if got := actions(p); got != c.want {
				t.Errorf("steps are %s, want %s", got, c.want)
			}
			if a := coverage.Assess(p.Predicted); a.Verdict != coverage.Recorded || a.Future != coverage.Recorded {
				t.Errorf("afterwards the account is %s, its future %s", a.Verdict, a.Future)
			}
			if len(p.Blocked()) > 0 {
				t.Errorf("blocked: %+v", p.Blocked())
			}
		})
	}
}

// A policy keeps every statement that it has, and statement IDs stay unique.
func TestMergeKeepsStatements(t *testing.T) {
	before := `{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"AWSCloudTrailWrite20150319","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::logs/*"}]}`
	after, err := plan.Merge(before, wanted())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		ID        string `json:"Id"`
		Statement []struct{ Sid, Effect string }
	}
	if err := json.Unmarshal([]byte(after), &doc); err != nil {
		t.Fatal(err)
	}
	sids := map[string]bool{}
	for _, s := range doc.Statement {
		sids[s.Sid] = true
	}
	if doc.ID != "x" || len(doc.Statement) != 3 || doc.Statement[0].Effect != "Deny" || len(sids) != 3 {
		t.Errorf("merged policy is %s", after)
	}
	if again, err := plan.Merge(after, wanted()); err != nil || again != after {
		t.Errorf("merging twice adds more: %s, %v", again, err)
	}
	if _, err := plan.Merge("no JSON", wanted()); err == nil {
		t.Error("a policy that is no JSON was merged")
	}
}

func TestMakeGates(t *testing.T) {
	gates := func(s trail.Snapshot, b plan.Bucket) map[string]plan.GateStatus {
		p, err := plan.Make(s, wanted(), plan.Evidence{Bucket: b})
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]plan.GateStatus{}
		for _, g := range p.Gates {
			out[g.ID] = g.Status
		}
		return out
	}
	if g := gates(snapshot(single(plan.DefaultName, "eu-west-1")), plan.Bucket{}); g["trail-name"] != plan.Block || g["convert-instead"] != plan.Warn {
		t.Errorf("a trail of that name: %v", g)
	}
	for name, c := range map[string]struct {
		b    plan.Bucket
		gate string
		want plan.GateStatus
	}{
		"a new bucket":                      {plan.Bucket{}, "bucket", plan.Pass},
		"its policy":                        {plan.Bucket{}, "bucket-policy", plan.Pass},
		"a bucket that is there":            {plan.Bucket{Exists: true}, "bucket", plan.Warn},
		"a bucket of somebody else":         {plan.Bucket{Exists: true, Elsewhere: true, Gap: unread}, "bucket", plan.Block},
		"its policy was not read":           {plan.Bucket{Exists: true, Gap: unread}, "bucket", plan.Block},
		"whether it is there is not known":  {plan.Bucket{Gap: unread}, "bucket", plan.Block},
		"nothing is judged that was hidden": {plan.Bucket{Gap: unread}, "bucket-policy", ""},
		"Requester Pays":                    {plan.Bucket{Exists: true, RequesterPays: true}, "bucket-policy", plan.Block},
		"a Deny that stays":                 {holding(`{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"}`), "bucket-policy", plan.Block},
		"a Deny for one Region":             {holding(`{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*/us-east-1/*"}`), "bucket-policy", plan.Block},
		"a Deny that may apply":             {holding(`{"Sid":"May","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*","Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}}`), "bucket-policy", plan.Warn},
		"a Deny of something else":          {holding(`{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"*"}`), "bucket-policy", plan.Pass},
	} {
		if got := gates(snapshot(), c.b)[c.gate]; got != c.want {
			t.Errorf("%s: gate %s is %q, want %q", name, c.gate, got, c.want)
		}
	}
	if p, err := plan.Make(snapshot(single("abc", "eu-west-1", multi)), wanted(), plan.Evidence{}); err != nil || len(p.Steps) != 0 {
		t.Errorf("a recorded account still gets %s, %v", actions(p), err)
	}
}

var unread = &trail.Gap{Action: "s3:ListBucket", Kind: trail.Timeout, Error: "timed out"}

// holding is a bucket with a policy of one statement.
func holding(statement string) plan.Bucket {
	return plan.Bucket{Exists: true, Policy: `{"Version":"2012-10-17","Statement":[` + statement + `]}`}
}

// What was not seen is never replaced: no step touches the bucket.
func TestMakeLeavesUnseenBuckets(t *testing.T) {
	for _, b := range []plan.Bucket{{Gap: unread}, {Exists: true, Gap: unread}, {Exists: true, Elsewhere: true, Gap: unread}} {
		p, err := plan.Make(snapshot(), wanted(), plan.Evidence{Bucket: b})
		if err != nil || actions(p) != "CreateTrail StartLogging" || len(p.Blocked()) != 1 {
			t.Errorf("%+v: steps are %s, blocked by %v, %v", b, actions(p), p.Blocked(), err)
		}
	}
}

// The policy of a bucket is put where the bucket is.
func TestPolicyGoesToTheRegionOfTheBucket(t *testing.T) {
	for region, want := range map[trail.Region]trail.Region{"": "eu-west-1", "us-west-2": "us-west-2"} {
		for _, policy := range []string{"", holding(`{"Effect":"Deny"}`).Policy} {
			p, err := plan.Make(snapshot(), wanted(), plan.Evidence{Bucket: plan.Bucket{Exists: true, Region: region, Policy: policy}})
			if err != nil {
				t.Fatal(err)
			}
			if st := p.Steps[0]; st.Action != plan.PutBucketPolicy || st.Region != want || st.Undo[0].Region != want {
				t.Errorf("bucket in %q: %s in %s, undone in %s", region, st.Action, st.Region, st.Undo[0].Region)
			}
		}
	}
}

func TestCheckNames(t *testing.T) {
	for _, c := range []struct{ trail, bucket, key, want string }{
		{"abc", "my-bucket", "", ""},
		{"my.trail_1-x", "my.bucket", "alias/x", ""},
		{"ab", "my-bucket", "", "create.bad-name"},
		{"my-_ns", "my-bucket", "", "create.bad-name"},
		{"-abc", "my-bucket", "", "create.bad-name"},
		{"192.168.5.4", "my-bucket", "", "create.bad-name"},
		{"abc", "My-Bucket", "", "create.bad-bucket"},
		{"abc", "my..bucket", "", "create.bad-bucket"},
		{"abc", "ab", "", "create.bad-bucket"},
		{"abc", "my-bucket", "x\"; rm -rf", "create.bad-key"},
	} {
		note, bad := plan.Wanted{Name: c.trail, Bucket: c.bucket, KMSKeyID: c.key}.Check()
		if bad != (c.want != "") || note.Key != c.want {
			t.Errorf("%+v: %v %v", c, note, bad)
		}
	}
}

func TestTemplates(t *testing.T) {
	for _, w := range []plan.Wanted{{Name: "abc"}, {Name: "abc", Bucket: "my-bucket", KMSKeyID: "alias/x", Home: "eu-west-1"}} {
		for _, kind := range plan.TemplateKinds() {
			var out bytes.Buffer
			if err := plan.Template(&out, kind, w); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), "<no value>") {
				t.Errorf("%s has a hole:\n%s", kind, out.String())
			}
			if kind == "terraform" {
				if _, diags := hclsyntax.ParseConfig(out.Bytes(), "main.tf", hcl.InitialPos); diags.HasErrors() {
					t.Error(diags)
				}
			}
		}
	}
	if err := plan.Template(&bytes.Buffer{}, "pulumi", plan.Wanted{}); err == nil {
		t.Error("an unknown kind of template was written")
	}
}

func TestState(t *testing.T) {
	before := plan.State{"a": true, "b": "x"}
	after := before.With(plan.State{"a": false, "c": "new"})
	if before["a"] != true || !after.Satisfies(plan.State{"a": false}) || after.Satisfies(plan.State{"a": true}) {
		t.Errorf("With made %v of %v", after, before)
	}
	if got := plan.Diff(before, after); got != "a: true → false; c: – → new" {
		t.Errorf("Diff says %q", got)
	}
	if got := plan.Diff(before, nil); got != "Exists: true → false" {
		t.Errorf("Diff says %q of what is gone", got)
	}
	if !(plan.State{}).Satisfies(nil) || before.Satisfies(nil) {
		t.Error("an empty want must want nothing there")
	}
	if !after.EqualBut(before, []plan.Call{{Want: plan.State{"a": true, "c": ""}}}) || after.EqualBut(before, []plan.Call{{Want: plan.State{"a": true}}}) {
		t.Error("EqualBut does not leave out just what the calls bring about")
	}
}

// Who pays for requests decides whether CloudTrail can deliver at all: where that is
// hidden, the bucket is no pass.
func TestMakeWithHiddenPayer(t *testing.T) {
	policy, err := plan.Merge("", wanted())
	if err != nil {
		t.Fatal(err)
	}
	for want, gaps := range map[plan.GateStatus][]trail.Gap{
		plan.Pass:        nil,
		plan.UnknownGate: {{Action: "s3:GetBucketRequestPayment", Kind: trail.Denied, Error: "AccessDenied"}},
	} {
		p, err := plan.Make(snapshot(), wanted(), plan.Evidence{Bucket: plan.Bucket{Exists: true, Policy: policy}, Gaps: gaps})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range p.Gates {
			if g.ID == "bucket-policy" && g.Status != want {
				t.Errorf("the gate is %s, want %s", g.Status, want)
			}
		}
	}
}
