package cloud_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	keyID       = "12345678-1234-1234-1234-123456789012"
	aroundWorld = `
accounts:
  - id: "123456789012"
    trails:
      - {name: full, homeRegion: ap-northeast-1, bucket: here, kmsKeyId: alias/logs, snsTopic: news, logGroupArn: "arn:aws:logs:ap-northeast-1:123456789012:log-group:trail:*", logRoleArn: "arn:aws:iam::123456789012:role/x/trail"}
      - {name: bare, homeRegion: ap-northeast-1, bucket: here}
keys: [{id: 12345678-1234-1234-1234-123456789012, region: ap-northeast-1, aliases: [alias/logs], policy: documented}]
buckets: [{name: here, region: ap-northeast-1, policy: documented}]
`
)

func fullTrail() trail.Trail {
	t := aTrail("full", "here")
	t.KMSKeyID = "arn:aws:kms:ap-northeast-1:123456789012:key/" + keyID
	t.SNSTopicARN = "arn:aws:sns:ap-northeast-1:123456789012:news"
	t.LogGroupARN = "arn:aws:logs:ap-northeast-1:123456789012:log-group:trail:*"
	t.LogRoleARN = "arn:aws:iam::123456789012:role/x/trail"
	return t
}

// furnish gives the world what no world file can say.
func furnish(t *testing.T, url string) {
	t.Helper()
	cfg := aws.Config{
		Region: string(tokyo), BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(production, "x", ""),
	}
	ctx := t.Context()
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	roles := iam.NewFromConfig(cfg)
	made, err := roles.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("more"), PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"arn:aws:logs:*:*:a+b"}]}`),
	})
	must(made, err)
	must(roles.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("trail"), PolicyArn: made.Policy.Arn}))
	must(roles.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("bounded"), PermissionsBoundary: made.Policy.Arn,
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	}))
	must(cloudwatchlogs.NewFromConfig(cfg).PutMetricFilter(ctx, &cloudwatchlogs.PutMetricFilterInput{
		LogGroupName: aws.String("trail"), FilterName: aws.String("changes"), FilterPattern: aws.String("{ $.eventName = UpdateTrail }"),
		MetricTransformations: []logtypes.MetricTransformation{{MetricName: aws.String("Changes"), MetricNamespace: aws.String("CIS"), MetricValue: aws.String("1")}},
	}))
	must(s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }).PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
		Bucket: aws.String("here"), ServerSideEncryptionConfiguration: &s3types.ServerSideEncryptionConfiguration{Rules: []s3types.ServerSideEncryptionRule{{
			ApplyServerSideEncryptionByDefault: &s3types.ServerSideEncryptionByDefault{SSEAlgorithm: s3types.ServerSideEncryptionAwsKms}, BucketKeyEnabled: aws.Bool(true),
		}}},
	}))
	must(sns.NewFromConfig(cfg).SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{
		TopicArn: aws.String("arn:aws:sns:ap-northeast-1:123456789012:news"), AttributeName: aws.String("KmsMasterKeyId"), AttributeValue: aws.String("alias/logs"),
	}))
}

func TestEvidenceAroundATrail(t *testing.T) {
	t.Parallel()
	url := world(t, aroundWorld)
	furnish(t, url)
	s, l := session(t, url, production, tokyo, time.Minute)
	e := s.Evidence(t.Context(), fullTrail())
	if len(e.Gaps) != 0 {
		t.Fatalf("Gaps %v", e.Gaps)
	}
	if k := e.Key; k.State != "Enabled" || k.Region != tokyo || k.Policy == "" || !k.BucketKey || k.Missing {
		t.Errorf("key %+v", k)
	}
	// The alias of the key of the topic is asked for, and the policy by the ARN.
	if p := e.Topic; p.Policy == "" || p.KeyID != "alias/logs" || p.Key == nil || p.Key.ID != e.Key.ID || p.Key.Policy != e.Key.Policy || p.Key.BucketKey {
		t.Errorf("topic %+v, its key %+v", p, p.Key)
	}
	g := e.LogGroup
	if g.Missing || len(g.Filters) != 1 || g.Filters[0].Name != "changes" || g.Filters[0].Pattern != "{ $.eventName = UpdateTrail }" {
		t.Errorf("log group %+v", g)
	}
	const more = "arn:aws:iam::123456789012:policy/more"
	if r := g.Role; r.Missing || r.Trust == "" || r.Trust[0] != '{' || r.Boundary != "" || len(r.Policies) != 2 || r.Policies["cloudtrail"] == "" ||
		r.Policies[more] != `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"arn:aws:logs:*:*:a+b"}]}` {
		t.Errorf("role %+v", r)
	}
	bounded := fullTrail()
	bounded.LogRoleARN = "arn:aws:iam::123456789012:role/bounded"
	if r := s.Evidence(t.Context(), bounded).LogGroup.Role; r.Boundary != more || r.Policies == nil || len(r.Policies) != 0 {
		t.Errorf("role %+v", r)
	}
	if e := s.Evidence(t.Context(), aTrail("bare", "here")); e.Key != nil || e.Topic != nil || e.LogGroup != nil {
		t.Errorf("of a bare trail there is %+v", e)
	}
	allowed(t, l, "convert")
}

// allowed makes sure that the policy for a task has what was called.
func allowed(t *testing.T, l *line, task string) {
	t.Helper()
	var actions []string
	for _, s := range cloud.PolicyFor(task).Statement {
		actions = append(actions, s.Action...)
	}
	for _, c := range l.calls("") {
		if !slices.Contains(actions, c.action) && c.action[:3] != "s3:" && c.action != "sts:GetCallerIdentity" {
			t.Errorf("%s is not allowed %s", task, c.action)
		}
	}
}

func TestEvidenceAroundIsMissingOrHidden(t *testing.T) {
	t.Parallel()
	url := world(t, aroundWorld)
	s, l := session(t, url, production, tokyo, time.Minute)
	gone := fullTrail()
	gone.KMSKeyID, gone.SNSTopicARN = "arn:aws:kms:ap-northeast-1:123456789012:key/00000000-0000-0000-0000-000000000000", "arn:aws:sns:ap-northeast-1:123456789012:old"
	gone.LogGroupARN, gone.LogRoleARN = "arn:aws:logs:ap-northeast-1:123456789012:log-group:trai:*", "arn:aws:iam::123456789012:role/old" // "trail" begins with "trai"
	e := s.Evidence(t.Context(), gone)
	if !e.Key.Missing || !e.Topic.Missing || !e.LogGroup.Missing || !e.LogGroup.Role.Missing || len(e.Gaps) != 0 {
		t.Errorf("key %+v, topic %+v, log group %+v, Gaps %v", e.Key, e.Topic, e.LogGroup, e.Gaps)
	}
	for _, action := range []string{"kms:DescribeKey", "kms:GetKeyPolicy", "sns:GetTopicAttributes", "logs:DescribeLogGroups", "logs:DescribeMetricFilters", "iam:GetRole"} {
		l.add(rule{action: action, answer: says("AccessDenied", "no")})
	}
	e = s.Evidence(t.Context(), fullTrail())
	var hidden []string
	for _, g := range e.Gaps {
		hidden = append(hidden, g.Action)
	}
	slices.Sort(hidden)
	if want := []string{"iam:GetRole", "kms:DescribeKey", "kms:GetKeyPolicy", "logs:DescribeLogGroups", "logs:DescribeMetricFilters", "sns:GetTopicAttributes"}; !slices.Equal(hidden, want) {
		t.Errorf("hidden are %v", hidden)
	}
}

// Policies of roles are hidden one by one.
func TestEvidenceOfRolePolicies(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:GetPolicy", "iam:GetPolicyVersion"} {
		t.Run(action, func(t *testing.T) {
			url := world(t, aroundWorld)
			furnish(t, url)
			s, l := session(t, url, production, tokyo, time.Minute)
			l.add(rule{action: action, answer: says("AccessDenied", "no")})
			if e := s.Evidence(t.Context(), fullTrail()); len(e.LogGroup.Gaps) != 1 || e.LogGroup.Gaps[0].Action != action || e.LogGroup.Gaps[0].Kind != trail.Denied {
				t.Errorf("Gaps %v", e.LogGroup.Gaps)
			}
		})
	}
}

func TestEvidenceOfMembership(t *testing.T) {
	t.Parallel()
	const members = `
organization: {id: o-exampleorgid, managementAccount: "111111111111", delegatedAdministrators: ["222222222222"]}
accounts:
  - {id: "111111111111"}
  - {id: "123456789012"}
  - {id: "222222222222"}
  - {id: "333333333333", state: SUSPENDED}
`
	url := world(t, members)
	at := aTrail("abc", "logs")
	at.ARN, at.Organization = "arn:aws:cloudtrail:ap-northeast-1:111111111111:trail/abc", true
	for account, want := range map[string]struct {
		members   int
		delegated bool
		gap       string
	}{
		management:     {2, false, ""},
		"222222222222": {0, true, ""},
		production:     {0, false, "organizations:ListDelegatedAdministrators"},
	} {
		s, l := session(t, url, account, tokyo, time.Minute)
		e := s.Evidence(t.Context(), at)
		gap := ""
		for _, g := range e.Gaps {
			if g.Action != "s3:ListBucket" {
				gap = g.Action
			}
		}
		if e.Organization == nil || e.Organization.Members != want.members || e.Organization.Delegated != want.delegated || gap != want.gap {
			t.Errorf("%s: %+v, Gaps %v", account, e.Organization, e.Gaps)
		}
		allowed(t, l, "convert")
	}
}

// What another account owns is not looked for in this one, which has a log group and a
// role of the same names.
func TestLogGroupOfAnotherAccount(t *testing.T) {
	t.Parallel()
	s, l := open(t, "")
	full := fullTrail()
	full.KMSKeyID, full.SNSTopicARN = "", ""
	full.LogGroupARN, full.LogRoleARN = "arn:aws:logs:ap-northeast-1:999999999999:log-group:trail:*", "arn:aws:iam::999999999999:role/x/trail"
	g := s.Evidence(t.Context(), full).LogGroup
	if g.Missing || g.Role.Missing || len(g.Gaps) != 0 {
		t.Errorf("log group %+v", g)
	}
	for _, action := range []string{"logs:DescribeLogGroups", "logs:DescribeMetricFilters", "iam:GetRole"} {
		if len(l.calls(action)) != 0 {
			t.Errorf("%s was asked", action)
		}
	}
}
