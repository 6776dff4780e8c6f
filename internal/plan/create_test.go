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
			p, err := plan.Make(snapshot(), wanted(), c.b)
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
		p, err := plan.Make(s, wanted(), b)
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
	if g := gates(snapshot(), plan.Bucket{Exists: true, Elsewhere: true}); g["bucket"] != plan.Block {
		t.Errorf("a bucket of somebody else: %v", g)
	}
	if p, err := plan.Make(snapshot(single("abc", "eu-west-1", multi)), wanted(), plan.Bucket{}); err != nil || len(p.Steps) != 0 {
		t.Errorf("a recorded account still gets %s, %v", actions(p), err)
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
	if got := plan.Diff(before, after); got != "a is false, not true; c is new, not <nil>" {
		t.Errorf("Diff says %q", got)
	}
	if !(plan.State{}).Satisfies(nil) || before.Satisfies(nil) {
		t.Error("an empty want must want nothing there")
	}
	if !after.EqualBut(before, []plan.Call{{Want: plan.State{"a": true, "c": ""}}}) || after.EqualBut(before, []plan.Call{{Want: plan.State{"a": true}}}) {
		t.Error("EqualBut does not leave out just what the calls bring about")
	}
}
