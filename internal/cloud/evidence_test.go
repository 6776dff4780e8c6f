package cloud_test

import (
	"slices"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const evidenceWorld = `
organization: {id: o-exampleorgid, managementAccount: "111111111111"}
accounts:
  - id: "123456789012"
    trails:
      - {name: owned, homeRegion: ap-northeast-1, bucket: here}
      - {name: free, homeRegion: ap-northeast-1, bucket: there}
    stacks: [{name: audit, region: ap-northeast-1, trails: [owned]}]
  - {id: "111111111111"}
  - {id: "999999999999", member: false}
buckets:
  - {name: here, region: ap-northeast-1, policy: documented}
  - {name: there, region: eu-central-1, policy: documented}
  - {name: bare, region: us-east-1, policy: none}
  - {name: foreign, account: "999999999999", region: us-east-1, policy: none}
`

func aTrail(name, bucket string) trail.Trail {
	return trail.Trail{
		ARN: trail.ARN("arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/" + name), Name: name, HomeRegion: tokyo,
		Settings: trail.Settings{Bucket: bucket},
	}
}

func TestEvidenceOfBuckets(t *testing.T) {
	t.Parallel()
	policyDenied := rule{action: "s3:GET?policy", answer: says("AccessDenied", "Access Denied")}
	for _, c := range []struct {
		name, bucket string
		rules        []rule
		want         plan.Bucket
		policy       bool
		gap          string // its action
	}{
		{"in the home Region", "here", nil, plan.Bucket{Exists: true, Region: tokyo}, true, ""},
		{"in another Region", "there", nil, plan.Bucket{Exists: true, Region: "eu-central-1"}, true, ""},
		{"without a policy", "bare", nil, plan.Bucket{Exists: true, Region: "us-east-1"}, false, ""},
		{"not there", "nowhere", nil, plan.Bucket{}, false, ""},
		{"of another account", "foreign", nil, plan.Bucket{Exists: true, Elsewhere: true, Region: "us-east-1"}, false, "s3:GetBucketPolicy"},
		{
			"whoever may not list may still read the policy", "here",
			[]rule{{action: "s3:HEAD?", answer: says("AccessDenied", "Access Denied")}},
			plan.Bucket{Exists: true},
			true, "",
		},
		{"whoever may not read it", "here", []rule{policyDenied}, plan.Bucket{Exists: true, Elsewhere: true, Region: tokyo}, false, "s3:GetBucketPolicy"},
		{
			"who pays", "here",
			[]rule{{action: "s3:GET?requestPayment", answer: answers("<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>")}},
			plan.Bucket{Exists: true, Region: tokyo, RequesterPays: true},
			true, "",
		},
		{"silence", "here", []rule{{action: "s3:HEAD?", answer: hangs}}, plan.Bucket{}, false, "s3:ListBucket"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, l := session(t, world(t, evidenceWorld), production, tokyo, 2*time.Second)
			l.add(c.rules...)
			got := s.Evidence(t.Context(), aTrail("free", c.bucket))
			if c.gap == "" && (got.Bucket.Gap != nil || len(got.Gaps) != 0) || c.gap != "" && (got.Bucket.Gap == nil || got.Bucket.Gap.Action != c.gap || !slices.Contains(got.Gaps, *got.Bucket.Gap)) {
				t.Errorf("Gap %v, all %v; want %q", got.Bucket.Gap, got.Gaps, c.gap)
			}
			if (got.Bucket.Policy != "") != c.policy {
				t.Errorf("policy %q", got.Bucket.Policy)
			}
			c.want.Name, c.want.Policy, c.want.Gap = c.bucket, got.Bucket.Policy, got.Bucket.Gap
			if got.Bucket != c.want {
				t.Errorf("bucket\n %+v; want\n %+v", got.Bucket, c.want)
			}
		})
	}
}

func TestEvidenceOfOwnerAndOrganization(t *testing.T) {
	t.Parallel()
	s, l := open(t, evidenceWorld)
	got := s.Evidence(t.Context(), aTrail("owned", "here"))
	if got.Owner.Stack != "audit" || got.Organization == nil || *got.Organization != (plan.Organization{ID: "o-exampleorgid", ManagementAccount: management}) {
		t.Errorf("owner %+v, organization %+v", got.Owner, got.Organization)
	}
	if got := s.Evidence(t.Context(), aTrail("free", "here")); got.Owner.Stack+got.Owner.Resource != "" || len(got.Owner.Tags) != 0 || len(got.Gaps) != 0 {
		t.Errorf("owner %+v, Gaps %v", got.Owner, got.Gaps)
	}
	l.add(rule{action: "cloudformation:DescribeStackResources", answer: says("AccessDenied", "no")},
		rule{action: "organizations:DescribeOrganization", answer: says("AccessDeniedException", "no")})
	got = s.Evidence(t.Context(), aTrail("owned", "here"))
	if got.Owner.Gap == nil || got.Owner.Gap.Kind != trail.Denied || got.Organization != nil || len(got.Gaps) != 2 {
		t.Errorf("owner %+v, organization %+v, Gaps %v", got.Owner, got.Organization, got.Gaps)
	}
	alone, _ := session(t, world(t, ""), production, tokyo, time.Minute)
	if got := alone.Evidence(t.Context(), aTrail("your-trail-name", "your-bucket-name")); got.Organization != nil || len(got.Gaps) != 0 {
		t.Errorf("organization %+v, Gaps %v; want none of both", got.Organization, got.Gaps)
	}
}
