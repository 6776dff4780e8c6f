package plan_test

import (
	"slices"
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
		"trails could not be counted":    {withGap(healthy(), "us-east-1"), plan.Evidence{}, "", "quota", plan.UnknownGate, "cloudtrail:DescribeTrails"},
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
		"the prefix of one Region":    {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("CloudTrail/eu-west-1/*"))}, "", "bucket-policy", plan.Block, "Write allows s3:PutObject only on arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/eu-west-1/*"},
		"SourceArn of another trail":  {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceArn":"x"}}`))}, "", "bucket-policy", plan.Block, "Write (aws:sourcearn)"},
		"a condition nobody can know": {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceOrgPaths":"o-1/r/*"}}`))}, "", "bucket-policy", plan.Warn, "aws:sourceorgpaths"},
		"an explicit Deny":            {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*"), `{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"}`)}, "", "bucket-policy", plan.Block, "No"},
		"accounts of all Regions of today": {healthy(), plan.Evidence{Bucket: bucket(
			`{"Sid":"Old","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::216624486486:root","arn:aws:iam::859597730677:root","arn:aws:iam::086441151436:root"]},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}`,
		)}, "", "bucket-policy", plan.Warn, "Old"},
		"accounts of some Regions": {healthy(), plan.Evidence{Bucket: bucket(
			`{"Sid":"Old","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::859597730677:root"]},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}`,
		)}, "", "bucket-policy", plan.Block, "no statement"},
		"only ACLs may be read":           {healthy(), plan.Evidence{Bucket: bucket(aclCheck)}, "", "bucket-policy", plan.Block, "no statement allows s3:PutObject"},
		"ACLs may not be read":            {healthy(), plan.Evidence{Bucket: bucket(write("*"))}, "", "bucket-policy", plan.Block, "no statement allows s3:GetBucketAcl"},
		"what allows is not what refuses": {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("CloudTrail/eu-west-1/*"))}, "", "bucket-policy", plan.Block, "!Acl"},
		"SourceAccount":                   {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceAccount":"123456789012"}}`))}, "", "bucket-policy", plan.Pass, "Acl"},
		"a Deny outside addresses":        {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*"), `{"Sid":"Ip","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`)}, "", "bucket-policy", plan.Block, "Ip"},
		"reading the ACL sets none":       {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*"), `{"Sid":"Own","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"s3:x-amz-acl":"bucket-owner-full-control"},"Null":{"s3:x-amz-acl":"false"}}}`)}, "", "bucket-policy", plan.Pass, "Acl"},
		"names of log files":              {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("CloudTrail/*/123456789012_CloudTrail_*_????????T????Z_*.json.gz"))}, "", "bucket-policy", plan.Pass, "Acl"},
		"names of digests":                {snapshot(single("abc", "eu-west-1", validated)), plan.Evidence{Bucket: bucket(aclCheck, write("CloudTrail/*"), write("CloudTrail-Digest/*/123456789012_CloudTrail-Digest_*_abc_eu-west-1_????????T??????Z.json.gz"))}, "", "bucket-policy", plan.Pass, "Acl"},
		"below the key prefix":            {snapshot(single("abc", "eu-west-1", prefixed)), plan.Evidence{Bucket: bucket(aclCheck, strings.Replace(write("*"), "logs/AWS", "logs/p/AWS", 1))}, "", "bucket-policy", plan.Pass, "Acl"},
		"beside the key prefix":           {snapshot(single("abc", "eu-west-1", prefixed)), plan.Evidence{Bucket: bucket(aclCheck, write("*"))}, "", "bucket-policy", plan.Block, "only on arn:aws:s3:::logs/AWSLogs"},
		"of a new partition":              {european(), plan.Evidence{Bucket: europeanBucket()}, "", "bucket-policy", plan.Pass, "Acl"},
		"Requester Pays is hidden":        {healthy(), plan.Evidence{Bucket: bucket(), Gaps: []trail.Gap{payerDenied}}, "", "bucket-policy", plan.UnknownGate, "AccessDenied: payer"},
		"and the policy is not sure":      {healthy(), plan.Evidence{Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceOrgPaths":"o-1/r/*"}}`)), Gaps: []trail.Gap{payerDenied}}, "", "bucket-policy", plan.Warn, "AccessDenied: payer"},
		"and the policy refuses":          {healthy(), plan.Evidence{Bucket: bucket(aclCheck), Gaps: []trail.Gap{payerDenied}}, "", "bucket-policy", plan.Block, "no statement"},
		"a Gap of something else":         {healthy(), plan.Evidence{Bucket: bucket(), Gaps: []trail.Gap{organizationDenied}}, "", "bucket-policy", plan.Pass, "Acl"},

		"organization trail":                 {organization(), plan.Evidence{Organization: org, Bucket: bucket(aclCheck, write("*"), members("*"))}, "", "bucket-policy", plan.Pass, "Acl"},
		"organization trail, own files only": {organization(), plan.Evidence{Organization: org, Bucket: bucket(aclCheck, write("*"))}, "", "bucket-policy", plan.Block, "Write allows s3:PutObject only on"},
		"organization trail, not members":    {organization(), plan.Evidence{Organization: org, Bucket: bucket(aclCheck, write("*"), members("123456789012/*"))}, "", "bucket-policy", plan.Block, "only on"},
		"organization trail, not its owner":  {organization(), plan.Evidence{Organization: org, Bucket: bucket(aclCheck, write("*"), members("000000000000/*"))}, "", "bucket-policy", plan.Block, "only on"},
		"the organization is hidden":         {organization(), plan.Evidence{Gaps: []trail.Gap{organizationDenied}, Bucket: bucket(aclCheck, write("*"), members("*"))}, "", "bucket-policy", plan.UnknownGate, "AccessDenied: organization"},
		"the organization is not there":      {organization(), plan.Evidence{Bucket: bucket(aclCheck, write("*"), members("*"))}, "", "bucket-policy", plan.UnknownGate, ""},
		"hidden, but the policy refuses":     {organization(), plan.Evidence{Gaps: []trail.Gap{organizationDenied}, Bucket: bucket(aclCheck)}, "", "bucket-policy", plan.Block, "no statement allows s3:PutObject; organizations:DescribeOrganization: AccessDenied"},
		"organization trail of the account":  {organization(), plan.Evidence{}, "", "organization", plan.Warn, "123456789012"},
		"organization trail of another":      {foreign(), plan.Evidence{}, "", "organization", plan.Block, "999999999999"},

		"the same name may be hidden":      {withGap(healthy(), "us-east-1"), plan.Evidence{}, "", "same-name", plan.UnknownGate, "cloudtrail:DescribeTrails"},
		"the same name may be left out":    {leftOut(healthy(), "us-east-1"), plan.Evidence{}, "", "same-name", plan.UnknownGate, "cloudtrail:DescribeTrails"},
		"no other has the name":            {healthy(), plan.Evidence{}, "", "same-name", plan.Pass, "abc"},
		"a disabled Region hides no trail": {withGap(healthy(), "af-south-1"), plan.Evidence{}, "", "same-name", plan.Pass, "abc"},
		"five trails in a disabled Region": {fullDisabled(), plan.Evidence{}, "", "quota", plan.Pass, "1/5"},
		"five trails, this one among them": {fullWithThis(), plan.Evidence{}, "", "quota", plan.Pass, "5/5"},
		"trails of a Region were left out": {leftOut(healthy(), "us-east-1"), plan.Evidence{}, "", "quota", plan.UnknownGate, "cloudtrail:DescribeTrails"},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan.Widen(c.s, c.s.Trails[len(c.s.Trails)-1].ARN)
			if name == "the same name elsewhere" {
				p = plan.Widen(c.s, arnOf("abc", "eu-west-1"))
			}
			g := gateOf(t, plan.Preflight(p, c.s, c.e, c.drift), c.gate)
			without, is := strings.CutPrefix(c.evidence, "!")
			if g.Status != c.want || strings.Contains(evidenceOf(g), without) == is {
				t.Errorf("gate %s is %s by %q, want %s by %q", g.ID, g.Status, evidenceOf(g), c.want, c.evidence)
			}
		})
	}
}

// evidenceOf is what a gate rests on, with its sentences as the catalog has them in English.
func evidenceOf(g plan.Gate) string {
	var out []string
	for _, n := range g.Details {
		switch n.Key {
		case "evidence.no-statement":
			out = append(out, "no statement allows "+n.Args["action"])
		case "evidence.only-on":
			out = append(out, n.Args["statement"]+" allows "+n.Args["action"]+" only on "+n.Args["resources"])
		default:
			out = append(out, n.Key)
		}
	}
	return strings.TrimPrefix(strings.Join(out, ", ")+"; "+g.Evidence, "; ")
}

func gateOf(t *testing.T, gates []plan.Gate, id string) plan.Gate {
	t.Helper()
	i := slices.IndexFunc(gates, func(g plan.Gate) bool { return g.ID == id })
	if i < 0 {
		t.Fatalf("there is no gate %s", id)
	}
	return gates[i]
}

// The Regions that were not seen stand in the message, once.
func TestUnseenRegionsAreNamed(t *testing.T) {
	s := leftOut(withGap(snapshot(single("abc", "eu-west-1")), "us-east-1"), "ap-northeast-1")
	gates := plan.Preflight(plan.Widen(s, arnOf("abc", "eu-west-1")), s, plan.Evidence{}, "")
	for _, id := range []string{"quota", "same-name"} {
		g := gateOf(t, gates, id)
		if g.Message.Args["regions"] != "ap-northeast-1, us-east-1" || strings.Contains(g.Evidence, "us-east-1") {
			t.Errorf("%s says %v by %q", id, g.Message, g.Evidence)
		}
	}
}

var (
	payerDenied        = trail.Gap{Action: "s3:GetBucketRequestPayment", Kind: trail.Denied, Error: "AccessDenied: payer"}
	organizationDenied = trail.Gap{Action: "organizations:DescribeOrganization", Kind: trail.Denied, Error: "AccessDenied: organization"}
	org                = &plan.Organization{ID: "o-abc", ManagementAccount: me}
)

// members allows to put below AWSLogs/ORGANIZATION/.
func members(below string) string {
	return strings.Replace(write(below), "123456789012/", "o-abc/", 1)
}

func validated(t *trail.Trail) { t.LogFileValidation = true }

func prefixed(t *trail.Trail) { t.KeyPrefix = "p" }

func organization() trail.Snapshot {
	return snapshot(single("abc", "eu-west-1", func(t *trail.Trail) { t.Organization, t.LogFileValidation = true, true }))
}

func foreign() trail.Snapshot { return snapshot(single("abc", "eu-west-1", ofAnother)) }

func ofAnother(t *trail.Trail) {
	t.ARN, t.Organization = "arn:aws:cloudtrail:eu-west-1:999999999999:trail/abc", true
}

// european is an account of a partition whose Regions nobody told us of.
func european() trail.Snapshot {
	return snapshot(single("abc", "eu-west-1", func(t *trail.Trail) { t.ARN = "arn:aws-eusc:cloudtrail:eu-west-1:123456789012:trail/abc" }))
}

func europeanBucket() plan.Bucket {
	b := bucket()
	b.Policy = strings.ReplaceAll(b.Policy, "arn:aws:", "arn:aws-eusc:")
	return b
}

func leftOut(s trail.Snapshot, r trail.Region) trail.Snapshot {
	for i := range s.Regions {
		s.Regions[i].LeftOut = s.Regions[i].LeftOut || s.Regions[i].Region == r
	}
	return s
}

func fullDisabled() trail.Snapshot {
	s := snapshot(single("abc", "eu-west-1"))
	for _, n := range []string{"t-1", "t-2", "t-3", "t-4", "t-5"} {
		s.Regions[len(s.Regions)-1].Visible = append(s.Regions[len(s.Regions)-1].Visible, arnOf(n, "af-south-1"))
	}
	return s
}

func fullWithThis() trail.Snapshot {
	return snapshot(single("t-1", "eu-west-1"), single("t-2", "eu-west-1"), single("t-3", "eu-west-1"), single("t-4", "eu-west-1"), single("abc", "eu-west-1"))
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
