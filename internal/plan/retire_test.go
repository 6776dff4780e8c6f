package plan_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

var taken = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func delivered(t *trail.Trail) {
	for r, st := range t.Status {
		st.LatestDelivery = taken.Add(-time.Minute)
		t.Status[r] = st
	}
}

// A trail is stopped only when nothing is lost with it.
func TestRetireDecides(t *testing.T) {
	data := func(t *trail.Trail) {
		t.Selectors = &trail.Selectors{Basic: []trail.EventSelector{{
			ReadWriteType: "All", IncludeManagementEvents: true, DataResources: []trail.DataResource{{Type: "AWS::S3::Object", Values: []string{"arn:aws:s3"}}},
		}}}
	}
	network := func(t *trail.Trail) {
		t.Selectors = &trail.Selectors{Advanced: []trail.AdvancedEventSelector{
			{FieldSelectors: []trail.FieldSelector{{Field: "eventCategory", Equals: []string{"Management"}}}},
			{FieldSelectors: []trail.FieldSelector{{Field: "eventCategory", Equals: []string{"NetworkActivity"}}}},
		}}
	}
	dataOnly := func(t *trail.Trail) {
		t.Selectors = &trail.Selectors{Basic: []trail.EventSelector{{ReadWriteType: "All"}}}
	}
	gap := &trail.Gap{Action: "cloudformation:DescribeStackResources", Error: "AccessDenied"}
	for name, c := range map[string]struct {
		other trail.Trail
		owner plan.Owner
		drift plan.Drift
		want  string // the reason
	}{
		"a copy":                         {single("old", "eu-west-1"), plan.Owner{}, "", "retire.duplicate"},
		"less than a copy":               {single("old", "eu-west-1", noKMS), plan.Owner{}, "", "retire.duplicate"},
		"a multi-Region copy":            {single("old", "eu-west-1", multi), plan.Owner{}, "", "retire.duplicate"},
		"that delivered from everywhere": {single("old", "eu-west-1", multi, delivered), plan.Owner{}, "", "retire.not-delivered"},
		"data events":                    {single("old", "eu-west-1", data), plan.Owner{}, "", "retire.lost-events"},
		"network activity":               {single("old", "eu-west-1", network), plan.Owner{}, "", "retire.lost-events"},
		"Insights":                       {single("old", "eu-west-1", func(t *trail.Trail) { t.InsightSelectors = true }), plan.Owner{}, "", "retire.lost-insights"},
		"CloudWatch Logs":                {single("old", "eu-west-1", func(t *trail.Trail) { t.LogGroupARN = "arn:x" }), plan.Owner{}, "", "retire.lost-logs"},
		"SNS":                            {single("old", "eu-west-1", func(t *trail.Trail) { t.SNSTopicARN = "arn:x" }), plan.Owner{}, "", "retire.lost-sns"},
		"validation":                     {single("old", "eu-west-1", validated), plan.Owner{}, "", "retire.lost-validation"},
		"a key":                          {single("old", "eu-west-1", encrypted), plan.Owner{}, "", "retire.lost-key"},
		"into another bucket":            {single("old", "eu-west-1", func(t *trail.Trail) { t.Bucket = "archive" }), plan.Owner{}, "", "retire.lost-place"},
		"under another prefix":           {single("old", "eu-west-1", func(t *trail.Trail) { t.KeyPrefix = "p" }), plan.Owner{}, "", "retire.lost-place"},
		"no management events":           {single("old", "eu-west-1", dataOnly), plan.Owner{}, "", "retire.nothing-recorded"},
		"of another account":             {single("old", "eu-west-1", ofAnother), plan.Owner{}, "", "retire.not-owned"},
		"of the organization":            {single("old", "eu-west-1", func(t *trail.Trail) { t.Organization = true }), plan.Owner{}, "", "retire.organization"},
		"stopped":                        {single("old", "eu-west-1", stopped), plan.Owner{}, "", "retire.stopped"},
		"selectors unseen":               {single("old", "eu-west-1", func(t *trail.Trail) { t.Selectors = nil }), plan.Owner{}, "", "retire.unseen"},
		"status unseen":                  {single("old", "eu-west-1", func(t *trail.Trail) { t.Status = nil }), plan.Owner{}, "", "retire.unseen"},
		"home Region disabled":           {single("old", "af-south-1"), plan.Owner{}, "", "retire.home-region"},
		"a stack's":                      {single("old", "eu-west-1"), plan.Owner{Stack: "audit"}, "", "retire.managed"},
		"a stack's, drift allowed":       {single("old", "eu-west-1"), plan.Owner{Stack: "audit"}, plan.AllowDrift, "retire.duplicate"},
		"Control Tower's":                {single("aws-controltower-x", "eu-west-1"), plan.Owner{}, plan.AllowDrift, "retire.control-tower"},
		"whose, nobody could ask":        {single("old", "eu-west-1"), plan.Owner{Gap: gap}, "", "retire.unknown-owner"},
		"a tag is a hint":                {single("old", "eu-west-1"), plan.Owner{Tags: []plan.Tag{{Key: "terraform", Value: "true"}}}, "", "retire.duplicate"},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(single("main", "us-east-1", multi), c.other)
			s.Taken = taken
			keeper, ok := plan.Keeper(s, arnOf("main", "us-east-1"))
			if !ok {
				t.Fatal("main is no keeper")
			}
			p := plan.Retire(s, keeper, plan.RetireEvidence{Owners: map[trail.ARN]plan.Owner{c.other.ARN: c.owner}}, c.drift)
			if len(p.Others) != 1 || p.Others[0].Reasons[0].Key != c.want {
				t.Fatalf("%+v; want %s", p.Others, c.want)
			}
			stops := c.want == "retire.duplicate"
			if (len(p.Steps) == 1) != stops || (p.Others[0].Decision == plan.Stop) != stops {
				t.Errorf("%+v: steps %+v", p.Others, p.Steps)
			}
			if a := coverage.Assess(p.Predicted); a.Verdict != coverage.Recorded {
				t.Errorf("afterwards the account is %s", a.Verdict)
			}
		})
	}
}

// What stays is what records everything everywhere; the choice is total.
func TestKeeper(t *testing.T) {
	for name, c := range map[string]struct {
		trails []trail.Trail
		named  trail.ARN
		want   trail.ARN
	}{
		"none":                    {nil, "", ""},
		"a single-Region trail":   {[]trail.Trail{single("abc", "eu-west-1")}, "", ""},
		"one that leaves KMS out": {[]trail.Trail{single("abc", "eu-west-1", multi, noKMS)}, "", ""},
		"one that is stopped":     {[]trail.Trail{single("abc", "eu-west-1", stopped, multi)}, "", ""},
		"one that fails":          {[]trail.Trail{single("abc", "eu-west-1", failing, multi)}, "", ""},
		"of another account":      {[]trail.Trail{single("abc", "eu-west-1", multi, ofAnother)}, "", ""},
		"the first":               {[]trail.Trail{single("def", "eu-west-1", multi), single("abc", "eu-west-1", multi)}, "", arnOf("abc", "eu-west-1")},
		"the validated one":       {[]trail.Trail{single("abc", "eu-west-1", multi, encrypted), single("def", "eu-west-1", multi, validated)}, "", arnOf("def", "eu-west-1")},
		"the named one":           {[]trail.Trail{single("abc", "eu-west-1", multi), single("def", "eu-west-1", multi)}, arnOf("def", "eu-west-1"), arnOf("def", "eu-west-1")},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := plan.Keeper(snapshot(c.trails...), c.named)
			if got.ARN != c.want || ok != (c.want != "") {
				t.Errorf("%s, want %s", got.ARN, c.want)
			}
		})
	}
	if _, ok := plan.Keeper(leftOut(snapshot(single("abc", "eu-west-1", multi)), "us-east-1"), ""); ok {
		t.Error("a Region was left out, and yet the trail is said to record it")
	}
}

// Both trails record for a day before one is stopped, and it has to be shown.
func TestOverlapGate(t *testing.T) {
	gap := &trail.Gap{Action: "cloudtrail:LookupEvents", Kind: trail.Denied, Error: "AccessDenied"}
	others := []trail.AccountID{"222222222222"}
	ago := func(d time.Duration) time.Time { return taken.Add(-d) }
	for name, c := range map[string]struct {
		since   plan.Since
		started time.Time
		want    plan.GateStatus
		when    string
	}{
		"no change shows":                        {plan.Since{}, time.Time{}, plan.Pass, ""},
		"changed an hour ago":                    {plan.Since{Changed: ago(time.Hour)}, time.Time{}, plan.Block, "2026-11-23T11:00:00Z"},
		"changed a day ago":                      {plan.Since{Changed: ago(24 * time.Hour)}, time.Time{}, plan.Pass, ""},
		"changed nearly a day ago":               {plan.Since{Changed: ago(24*time.Hour - time.Second)}, time.Time{}, plan.Block, "2026-11-22T12:00:01Z"},
		"started an hour ago":                    {plan.Since{}, ago(time.Hour), plan.Block, "2026-11-23T11:00:00Z"},
		"converted just now, not in history yet": {plan.Since{Run: "r", Verified: ago(time.Minute)}, time.Time{}, plan.Block, "2026-11-23T11:59:00Z"},
		"history is denied":                      {plan.Since{Gap: gap}, time.Time{}, plan.Block, ""},
		"denied, but a run tells":                {plan.Since{Gap: gap, Run: "r", Verified: ago(25 * time.Hour)}, ago(25 * time.Hour), plan.Warn, ""},
		"others can change it":                   {plan.Since{Others: others}, time.Time{}, plan.Block, ""},
		"others can, but a run tells":            {plan.Since{Others: others, Run: "r", Verified: ago(25 * time.Hour)}, time.Time{}, plan.Warn, ""},
		"others can, and the run is young":       {plan.Since{Others: others, Run: "r", Verified: ago(2 * time.Hour)}, time.Time{}, plan.Block, "2026-11-23T10:00:00Z"},
		"denied, and the run is young":           {plan.Since{Gap: gap, Run: "r", Verified: ago(2 * time.Hour)}, time.Time{}, plan.Block, "2026-11-23T10:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			main := single("main", "us-east-1", multi)
			for r, st := range main.Status {
				st.StartedLogging = c.started
				main.Status[r] = st
			}
			s := snapshot(main, single("old", "eu-west-1", validated))
			s.Trails[0].LogFileValidation = true
			s.Taken = taken
			keeper, _ := plan.Keeper(s, "")
			p := plan.Retire(s, keeper, plan.RetireEvidence{Owners: map[trail.ARN]plan.Owner{}, Since: c.since}, "")
			g := gateOf(t, p.Gates, "overlap")
			if g.Status != c.want || g.Message.Args["when"] != c.when {
				t.Errorf("%s %v, want %s %s", g.Status, g.Message, c.want, c.when)
			}
			if d := gateOf(t, p.Gates, "digest-chain"); d.Status != plan.Warn || d.Evidence != "old" {
				t.Errorf("digest-chain is %s by %q", d.Status, d.Evidence)
			}
			if !slices.Equal(p.Expect, s.EnabledRegions()) {
				t.Errorf("only %v are looked at afterwards", p.Expect)
			}
		})
	}
}

// A run that would end with less recorded is blocked, whatever made it.
func TestRetireNeverRecordsLess(t *testing.T) {
	s := snapshot(single("main", "us-east-1", multi), single("old", "eu-west-1"))
	p := plan.Retire(s, s.Trails[1], plan.RetireEvidence{}, "") // the wrong one stays
	if len(p.Steps) != 1 || gateOf(t, p.Gates, "result").Status != plan.Block {
		t.Errorf("%+v by %+v", p.Steps, p.Gates)
	}
}
