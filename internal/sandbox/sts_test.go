package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// The account of a call comes from its key.
func TestCallerIdentity(t *testing.T) {
	l := newLab(t, together)
	for _, tt := range []struct{ why, key, region, account, arn string }{
		{"a key that is an account ID", member, "eu-west-1", member, "arn:aws:iam::333333333333:user/sandbox"},
		{"any other key is of the default account", "AKIAIOSFODNN7EXAMPLE", "us-east-1", self, "arn:aws:iam::123456789012:user/sandbox"},
		{"a session of real AWS too", "ASIAIOSFODNN7EXAMPLE", "us-east-1", self, "arn:aws:iam::123456789012:user/sandbox"},
		{"an account that the world does not have comes into being", "987654321098", "us-east-1", "987654321098", "arn:aws:iam::987654321098:user/sandbox"},
		{"in the partition of its first call", "555555555555", "cn-north-1", "555555555555", "arn:aws-cn:iam::555555555555:user/sandbox"},
		{"and of GovCloud", "666666666666", "us-gov-west-1", "666666666666", "arn:aws-us-gov:iam::666666666666:user/sandbox"},
	} {
		out, err := l.sts(tt.key, tt.region).GetCallerIdentity(t.Context(), nil)
		if err != nil || *out.Account != tt.account || *out.Arn != tt.arn || len(*out.UserId) != 21 {
			t.Errorf("%s: got %+v, %v", tt.why, out, err)
		}
	}
}

// No account is in two partitions, and no call goes where the account is not.
func TestCallerRefused(t *testing.T) {
	l := newLab(t, together)
	_, err := l.sts("555555555555", "cn-north-1").GetCallerIdentity(t.Context(), nil)
	l.must(err)
	for _, tt := range []struct{ why, key, region, code string }{
		{"China by an account of aws", self, "cn-north-1", "InvalidClientTokenId"},
		{"aws by an account of China", "555555555555", "us-east-1", "InvalidClientTokenId"},
		{"a Region that is not enabled", self, "af-south-1", "InvalidClientTokenId"},
		{"a Region that does not exist", self, "mars-east-1", "SignatureDoesNotMatch"},
	} {
		_, err := l.sts(tt.key, tt.region).GetCallerIdentity(t.Context(), nil)
		t.Log(tt.why)
		l.refused(err, tt.code, "")
	}
	_, err = l.in(self, "cn-north-1").DescribeTrails(t.Context(), nil)
	l.refused(err, "UnrecognizedClientException", "The security token included in the request is invalid.")
}

func TestAssumeRole(t *testing.T) {
	world := strings.Replace(together, `- {id: "333333333333"}`, `- {id: "333333333333", externalId: sesame}
  - {id: "555555555555", state: SUSPENDED}
  - {id: "666666666666", roles: [auditor]}`, 1)
	l := newLab(t, world)
	for _, tt := range []struct{ why, role, externalID, code string }{
		{"a role of a member", "arn:aws:iam::222222222222:role/anything", "", ""},
		{"with a path, which the session leaves out", "arn:aws:iam::222222222222:role/a/b/deep", "", ""},
		{"with the external ID", "arn:aws:iam::333333333333:role/r1", "sesame", ""},
		{"without it", "arn:aws:iam::333333333333:role/r1", "", "AccessDenied"},
		{"with another", "arn:aws:iam::333333333333:role/r1", "please", "AccessDenied"},
		{"a suspended account", "arn:aws:iam::555555555555:role/r1", "", "AccessDenied"},
		{"a role that there is", "arn:aws:iam::666666666666:role/auditor", "", ""},
		{"one that there is not", "arn:aws:iam::666666666666:role/admin", "", "AccessDenied"},
		{"an account that the organization does not have", "arn:aws:iam::777777777777:role/r1", "", "AccessDenied"},
		{"the role that the management account lacks", "arn:aws:iam::111111111111:role/OrganizationAccountAccessRole", "", "AccessDenied"},
		{"another role of it", "arn:aws:iam::111111111111:role/auditor", "", ""},
		{"an account beside the organization", "arn:aws:iam::999999999999:role/r1", "", ""},
		{"another partition", "arn:aws-cn:iam::222222222222:role/r1", "", "AccessDenied"},
		{"a user", "arn:aws:iam::222222222222:user/someone", "", "ValidationError"},
		{"no ARN", "arn:aws:iam::222222222222:role", "", "ValidationError"},
	} {
		in := &sts.AssumeRoleInput{RoleArn: &tt.role, RoleSessionName: ptr("test")}
		if tt.externalID != "" {
			in.ExternalId = &tt.externalID
		}
		out, err := l.sts(management, "us-east-1").AssumeRole(t.Context(), in)
		t.Log(tt.why)
		l.refused(err, tt.code, "")
		if err != nil {
			continue
		}
		parts := strings.Split(tt.role, ":")
		want := "arn:aws:sts::" + parts[4] + ":assumed-role/" + tt.role[strings.LastIndex(tt.role, "/")+1:] + "/test"
		who, err := sts.NewFromConfig(l.as(out.Credentials, "eu-west-1")).GetCallerIdentity(t.Context(), nil)
		if err != nil || *who.Arn != want || *out.AssumedRoleUser.Arn != want || *who.UserId != *out.AssumedRoleUser.AssumedRoleId || *who.Account != parts[4] {
			t.Errorf("%s: the session is %+v, %v; want %s", tt.why, who, err, want)
		}
	}
}

// Without an organization, every account may come into being.
func TestAssumeRoleAnywhere(t *testing.T) {
	l := newLab(t, "")
	out, err := l.sts(self, "us-east-1").AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: ptr("arn:aws:iam::777777777777:role/r"), RoleSessionName: ptr("test")})
	l.must(err)
	trails, err := cloudtrail.NewFromConfig(l.as(out.Credentials, "ap-northeast-1")).DescribeTrails(t.Context(), nil)
	if err != nil || len(trails.TrailList) != 0 {
		t.Errorf("the new account has %v, %v", trails, err)
	}
}

// assumed is a session of a quarter of an hour in the account member.
func (l *lab) assumed() *types.Credentials {
	l.t.Helper()
	out, err := l.sts(management, "us-east-1").AssumeRole(l.t.Context(), &sts.AssumeRoleInput{
		RoleArn: ptr("arn:aws:iam::" + member + ":role/auditor"), RoleSessionName: ptr("test"), DurationSeconds: ptr(int32(900)),
	})
	l.must(err)
	return out.Credentials
}

// Of a session the sandbox knows the secret, so that it checks as AWS does.
func TestSession(t *testing.T) {
	l := newLab(t, together)
	for _, tt := range []struct {
		why    string
		change func(*types.Credentials)
		ct     string // what CloudTrail answers
		query  string // what STS answers
	}{
		{"as issued", func(*types.Credentials) {}, "", ""},
		{"another secret", func(c *types.Credentials) { c.SecretAccessKey = ptr("guess") }, "InvalidSignatureException", "SignatureDoesNotMatch"},
		{"another token", func(c *types.Credentials) { c.SessionToken = ptr("guess") }, "UnrecognizedClientException", "InvalidClientTokenId"},
		{"no token", func(c *types.Credentials) { c.SessionToken = ptr("") }, "UnrecognizedClientException", "InvalidClientTokenId"},
		{"after its time", func(*types.Credentials) { l.advance(15 * time.Minute) }, "ExpiredTokenException", "ExpiredToken"},
		{"after a reset", func(*types.Credentials) { l.post("reset") }, "UnrecognizedClientException", "InvalidClientTokenId"},
	} {
		c := l.assumed()
		tt.change(c)
		_, err := cloudtrail.NewFromConfig(l.as(c, "eu-west-1")).ListTrails(t.Context(), nil)
		t.Log(tt.why)
		l.refused(err, tt.ct, "")
		_, err = sts.NewFromConfig(l.as(c, "eu-west-1")).GetCallerIdentity(t.Context(), nil)
		l.refused(err, tt.query, "")
	}
}

func TestSessionDuration(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	l, _ := serve(t, sandbox.Options{World: []byte(together), Now: func() time.Time { return now }})
	if c := l.assumed(); !c.Expiration.Equal(now.Add(15 * time.Minute)) {
		t.Errorf("a session of 900 s that began %v ends %v", now, c.Expiration)
	}
	chained := sts.NewFromConfig(l.as(l.assumed(), "us-east-1"))
	in := &sts.AssumeRoleInput{RoleArn: ptr("arn:aws:iam::222222222222:role/r"), RoleSessionName: ptr("test"), DurationSeconds: ptr(int32(3601))}
	_, err := chained.AssumeRole(t.Context(), in)
	l.refused(err, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	_, err = l.sts(management, "us-east-1").AssumeRole(t.Context(), in) // not chained
	l.must(err)
}

func TestGetSessionToken(t *testing.T) {
	l := newLab(t, "")
	out, err := l.sts(self, "us-east-1").GetSessionToken(t.Context(), nil)
	l.must(err)
	session := sts.NewFromConfig(l.as(out.Credentials, "us-east-1"))
	who, err := session.GetCallerIdentity(t.Context(), nil)
	if err != nil || *who.Arn != "arn:aws:iam::123456789012:user/sandbox" {
		t.Errorf("got %+v, %v", who, err)
	}
	_, err = session.GetSessionToken(t.Context(), nil)
	l.refused(err, "AccessDenied", "Cannot call GetSessionToken with session credentials")
}
