package plan_test

import (
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

func bucket(statements ...string) plan.Bucket {
	if statements == nil {
		statements = []string{aclCheck, write("*")}
	}
	return plan.Bucket{Name: "logs", Exists: true, Region: "eu-west-1", Policy: `{"Statement":[` + strings.Join(statements, ",") + `]}`}
}

const aclCheck = `{"Sid":"Acl","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::logs"}`

// write allows to put below AWSLogs/ACCOUNT/.
func write(below string, conditions ...string) string {
	c := ""
	if conditions != nil {
		c = `,"Condition":` + conditions[0]
	}
	return `{"Sid":"Write","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/123456789012/` + below + `"` + c + `}`
}

func TestGates(t *testing.T) {
	healthy := func() trail.Snapshot { return snapshot(single("abc", "eu-west-1")) }
	denied := &trail.Gap{Action: "s3:GetBucketPolicy", Kind: trail.Denied, Error: "AccessDenied: no"}
	fullRegion := func() trail.Snapshot {
		var trails []trail.Trail
		for _, n := range []string{"t-1", "t-2", "t-3", "t-4", "t-5"} {
			trails = append(trails, single(n, "us-east-1"))
		}
		return snapshot(append(trails, single("abc", "eu-west-1"))...)
	}
	for name, c := range map[string]struct {
		s        trail.Snapshot
		e        plan.Evidence
		drift    plan.Drift
		gate     string
		want     plan.GateStatus
		evidence string
	}{
		"everything is well":             {healthy(), plan.Evidence{Bucket: bucket()}, "", "bucket-policy", plan.Pass, "Acl"},
		"home Region disabled":           {homeDisabled(), plan.Evidence{Bucket: bucket()}, "", "home-region", plan.Block, "DISABLED"},
		"a stack owns it":                {healthy(), plan.Evidence{Owner: plan.Owner{Stack: "audit"}}, plan.ForbidDrift, "owner", plan.Block, "audit"},
		"a stack owns it, drift allowed": {healthy(), plan.Evidence{Owner: plan.Owner{Stack: "audit"}}, plan.AllowDrift, "owner", plan.Warn, "audit"},
		"owner cannot be asked":          {healthy(), plan.Evidence{Owner: plan.Owner{Gap: denied}}, "", "owner", plan.UnknownGate, "AccessDenied"},
		"Control Tower":                  {snapshot(single("aws-controltower-BaselineCloudTrail", "eu-west-1")), plan.Evidence{}, plan.AllowDrift, "owner", plan.Block, "aws-controltower"},
		"five trails in one Region":      {fullRegion(), plan.Evidence{}, "", "quota", plan.Block, "us-east-1: t-1, t-2, t-3, t-4, t-5"},
		"trails could not be counted":    {withGap(healthy(), "us-east-1"), plan.Evidence{}, "", "quota", plan.UnknownGate, "us-east-1"},
		"the same name elsewhere":        {snapshot(single("abc", "eu-west-1"), single("abc", "us-east-1")), plan.Evidence{}, "", "same-name", plan.Warn, "us-east-1"},
		"no global service events":       {snapshot(single("abc", "eu-west-1", func(t *trail.Trail) { t.GlobalServiceEvents = false })), plan.Evidence{}, "", "global-service-events", plan.Warn, "false"},
		"stopped":                        {snapshot(single("abc", "eu-west-1", stopped)), plan.Evidence{}, "", "logging", plan.Warn, "false"},
		"failing already": {snapshot(single("abc", "eu-west-1", func(t *trail.Trail) {
			t.Status["eu-west-1"] = trail.Status{Logging: true, DeliveryError: "AccessDenied"}
		})), plan.Evidence{}, "", "logging", plan.Block, "AccessDenied"},
		"bucket missing":              {healthy(), plan.Evidence{Bucket: plan.Bucket{Name: "logs"}}, "", "bucket-policy", plan.Block, "NoSuchBucket"},
		"bucket of somebody else":     {healthy(), plan.Evidence{Bucket: plan.Bucket{Exists: true, Elsewhere: true, Gap: denied}}, "", "bucket-policy", plan.UnknownGate, "AccessDenied"},
		"bucket without policy":       {healthy(), plan.Evidence{Bucket: plan.Bucket{Exists: true}}, "", "bucket-policy", plan.Block, "NoSuchBucketPolicy"},
		"Requester Pays":              {healthy(), plan.Evidence{Bucket: plan.Bucket{Exists: true, RequesterPays: true}}, "", "bucket-policy", plan.Block, "Requester"},
		"the prefix of one Region":    {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("CloudTrail/eu-west-1/*"))}, "", "bucket-policy", plan.Block, "no statement"},
		"SourceArn of another trail":  {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceArn":"x"}}`))}, "", "bucket-policy", plan.Block, "Write (aws:sourcearn)"},
		"a condition nobody can know": {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceOrgID":"o-1"}}`))}, "", "bucket-policy", plan.Warn, "aws:sourceorgid"},
		"an explicit Deny":            {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*"), `{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"}`)}, "", "bucket-policy", plan.Block, "No"},
		"accounts of all Regions of today": {healthy(), plan.Evidence{Bucket: bucket(
			`{"Sid":"Old","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::216624486486:root","arn:aws:iam::859597730677:root","arn:aws:iam::086441151436:root"]},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}`,
		)}, "", "bucket-policy", plan.Warn, "Old"},
		"accounts of some Regions": {healthy(), plan.Evidence{Bucket: bucket(
			`{"Sid":"Old","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::859597730677:root"]},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}`,
		)}, "", "bucket-policy", plan.Block, "no statement"},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan.Widen(c.s, c.s.Trails[len(c.s.Trails)-1].ARN)
			if strings.HasPrefix(name, "the same name") {
				p = plan.Widen(c.s, arnOf("abc", "eu-west-1"))
			}
			for _, g := range plan.Preflight(p, c.s, c.e, c.drift) {
				if g.ID == c.gate {
					if g.Status != c.want || !strings.Contains(g.Evidence, c.evidence) {
						t.Errorf("gate %s is %s by %q, want %s by %q", g.ID, g.Status, g.Evidence, c.want, c.evidence)
					}
					return
				}
			}
			t.Errorf("there is no gate %s", c.gate)
		})
	}
}

func homeDisabled() trail.Snapshot {
	s := snapshot(single("abc", "eu-west-1"))
	for i := range s.Regions {
		if s.Regions[i].Region == "eu-west-1" {
			s.Regions[i].OptStatus = trail.Disabled
		}
	}
	return s
}

func withGap(s trail.Snapshot, r trail.Region) trail.Snapshot {
	s.Gaps = append(s.Gaps, trail.Gap{Region: r, Action: trail.DescribeTrails, Kind: trail.Denied})
	return s
}

// The digests have a prefix of their own, which a narrow policy forgets.
func TestDigestsAreAskedForToo(t *testing.T) {
	s := snapshot(single("abc", "eu-west-1", func(t *trail.Trail) { t.LogFileValidation = true }))
	p := plan.Widen(s, "")
	for below, want := range map[string]plan.GateStatus{"CloudTrail/*": plan.Block, "CloudTrail*": plan.Pass} {
		for _, g := range plan.Preflight(p, s, plan.Evidence{Bucket: bucket(aclCheck, write(below))}, "") {
			if g.ID == "bucket-policy" && g.Status != want {
				t.Errorf("with %s the gate is %s, want %s", below, g.Status, want)
			}
		}
	}
}
