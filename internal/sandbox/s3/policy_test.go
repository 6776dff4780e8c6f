package s3

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
)

const documented = `{"Version": "2012-10-17", "Statement": [
 {"Sid": "AWSCloudTrailAclCheck20150319", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::logs"},
 {"Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/AWSLogs/111111111111/*",
  "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}]}`

func TestPolicyIsKeptCompact(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	_, err := c.GetBucketPolicy(t.Context(), &sdk.GetBucketPolicyInput{Bucket: aws.String("logs")})
	wantCode(t, err, "NoSuchBucketPolicy")
	_, err = c.PutBucketPolicy(t.Context(), &sdk.PutBucketPolicyInput{Bucket: aws.String("logs"), Policy: aws.String(documented)})
	must(t, err)
	out, err := c.GetBucketPolicy(t.Context(), &sdk.GetBucketPolicyInput{Bucket: aws.String("logs")})
	must(t, err)
	if info, _ := s.store.Bucket("logs"); strings.ContainsAny(*out.Policy, " \n") || info.Policy != *out.Policy {
		t.Errorf("policy %s, and the store knows %s", *out.Policy, info.Policy)
	}
	status, err := c.GetBucketPolicyStatus(t.Context(), &sdk.GetBucketPolicyStatusInput{Bucket: aws.String("logs")})
	must(t, err)
	if aws.ToBool(status.PolicyStatus.IsPublic) {
		t.Error("a policy for a service is not public")
	}
	_, err = c.DeleteBucketPolicy(t.Context(), &sdk.DeleteBucketPolicyInput{Bucket: aws.String("logs")})
	must(t, err)
	_, err = c.GetBucketPolicyStatus(t.Context(), &sdk.GetBucketPolicyStatusInput{Bucket: aws.String("logs")})
	wantCode(t, err, "NoSuchBucketPolicy")
}

// policyOf is a policy of one statement; "" leaves an element out.
func policyOf(effect, principal, action, resource string) string {
	var elements []string
	for _, e := range []struct{ name, value string }{{"Effect", effect}, {"Principal", principal}, {"Action", action}, {"Resource", resource}} {
		if e.value != "" {
			elements = append(elements, `"`+e.name+`":`+e.value)
		}
	}
	return `{"Version":"2012-10-17","Statement":{` + strings.Join(elements, ",") + `}}`
}

func TestMalformedPolicies(t *testing.T) {
	const allow, someone, reading, objects = `"Allow"`, `{"AWS":"222222222222"}`, `"s3:GetObject"`, `"arn:aws:s3:::logs/*"`
	for _, tc := range []struct{ doc, sentence, why string }{
		{policyOf(allow, someone, reading, objects), "", "a sound one"},
		{documented, "", "that of the user guide"},
		{"hello", "Policies must be valid JSON and the first byte must be '{'", "no JSON"},
		{" {}", "Policies must be valid JSON and the first byte must be '{'", "a space first"},
		{"{", "This policy contains invalid Json", "half of one"},
		{"{}", "Missing required field Statement", "nothing in it"},
		{`{"Statement":[]}`, "Could not parse the policy: Statement is empty!", "no statement"},
		{`{"Version":"2020-01-01","Statement":[{}]}`, "The policy must contain a valid version string", "no such version"},
		{`{"Statements":[]}`, "Unknown field Statements", "a word that is none"},
		{`{"Statement":[{"Effekt":"Allow"}]}`, "Unknown field Effekt", "a word that is none, inside"},
		{`{"Statement":[{"Effect":{}}]}`, "Invalid policy syntax.", "not a text"},
		{policyOf("", someone, reading, objects), "Missing required field Effect", "no effect"},
		{policyOf(`"Permit"`, someone, reading, objects), "Invalid effect: Permit", "no such effect"},
		{policyOf(allow, "", reading, objects), "Missing required field Principal", "no principal"},
		{policyOf(allow, someone, "", objects), "Missing required field Action", "no action"},
		{policyOf(allow, someone, reading, ""), "Missing required field Resource", "no resource"},
		{policyOf(allow, `"everyone"`, reading, objects), "Invalid principal in policy", "a star is the only text"},
		{policyOf(allow, `{"AWS":"bob"}`, reading, objects), "Invalid principal in policy", "neither account nor ARN"},
		{policyOf(allow, `{"AWS":"arn:aws:iam::123:user/bob"}`, reading, objects), "Invalid principal in policy", "a short account"},
		{policyOf(allow, `{"Service":"cloudtrail"}`, reading, objects), "Invalid principal in policy", "half of a service"},
		{policyOf(allow, `{"Robot":"x"}`, reading, objects), "Invalid principal in policy", "no such kind"},
		{policyOf(allow, `{}`, reading, objects), "Invalid principal in policy", "nobody"},
		{policyOf(allow, someone, `"ec2:RunInstances"`, objects), "Policy has invalid action", "of another service"},
		{policyOf(allow, someone, `"GetObject"`, objects), "Policy has invalid action", "without a service"},
		{policyOf(allow, someone, reading, `"*"`), "Policy has invalid resource", "a star is no ARN"},
		{policyOf(allow, someone, reading, `"arn:aws:s3:::other/*"`), "Policy has invalid resource", "another bucket"},
		{policyOf(allow, someone, reading, `"arn:aws:s3:::log*"`), "", "a wildcard that can be this bucket"},
		{policyOf(allow, someone, reading, `"arn:aws:s3:::logs"`), "Action does not apply to any resource(s) in statement", "an object's action on a bucket"},
		{policyOf(allow, someone, `"s3:ListBucket"`, objects), "Action does not apply to any resource(s) in statement", "a bucket's action on objects"},
		{policyOf(allow, someone, `["s3:ListBucket","s3:GetObject"]`, `["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]`), "", "each action has its resource"},
		{`{"Statement":[{"Sid":"a","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::logs"},{"Sid":"a","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::logs"}]}`, "Statement IDs (SID) in a single policy must be unique.", "a Sid twice"},
		{`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::logs","Condition":{"StringKindaLike":{"aws:userid":"x"}}}]}`, "Invalid policy syntax.", "an operator that is none"},
	} {
		f := checkPolicy([]byte(tc.doc), "arn:aws:s3:::logs")
		got := ""
		if f != nil {
			got = f.message
		}
		if got != tc.sentence {
			t.Errorf("%s: %s\n got %q\nwant %q", tc.why, tc.doc, got, tc.sentence)
		}
	}
	long := checkPolicy([]byte("{"+strings.Repeat(" ", maxPolicy)+"}"), "arn:aws:s3:::logs")
	wantText(t, "more than 20 KB", long.code, "PolicyTooLarge")
}

func TestMeaningOfPublic(t *testing.T) {
	with := func(principal, condition string) string {
		return `{"Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*","Condition":{` + condition + `}}]}`
	}
	for _, tc := range []struct {
		doc    string
		public bool
		why    string
	}{
		{with(`"*"`, ""), true, "everyone"},
		{with(`{"AWS":["111111111111","*"]}`, ""), true, "everyone, among others"},
		{with(`{"AWS":"222222222222"}`, ""), false, "one account"},
		{with(`{"Service":"cloudtrail.amazonaws.com"}`, ""), false, "one service"},
		{with(`"*"`, `"StringEquals":{"aws:PrincipalOrgID":"o-1"}`), false, "one organization"},
		{with(`"*"`, `"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}`), true, "all but one organization"},
		{with(`"*"`, `"StringLike":{"aws:userid":"AROA*"}`), true, "not a fixed value"},
		{with(`"*"`, `"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:111111111111:trail/*"}`), false, "the account of the ARN is fixed"},
		{with(`"*"`, `"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:*:trail/*"}`), true, "no account is fixed"},
		{with(`"*"`, `"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`), false, "a network"},
		{with(`"*"`, `"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}`), true, "the whole network"},
		{with(`"*"`, `"Bool":{"aws:SecureTransport":"true"}`), true, "says nothing of who"},
		{strings.Replace(with(`"*"`, ""), "Allow", "Deny", 1), false, "it allows nothing"},
		{"", false, "no policy"},
		{"{", false, "no JSON"},
	} {
		if got := policyIsPublic(tc.doc); got != tc.public {
			t.Errorf("%s: %s: public is %v, want %v", tc.why, tc.doc, got, tc.public)
		}
	}
}

func TestPublicPolicyIsBlocked(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	public := `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*"}]}`
	in := &sdk.PutBucketPolicyInput{Bucket: aws.String("logs"), Policy: &public}
	_, err := c.PutBucketPolicy(t.Context(), in)
	wantCode(t, err, "AccessDenied")
	wantText(t, "message", messageOf(err), `User: arn:aws:iam::111111111111:user/sandbox is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::logs" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`)
	_, err = c.DeletePublicAccessBlock(t.Context(), &sdk.DeletePublicAccessBlockInput{Bucket: aws.String("logs")})
	must(t, err)
	_, err = c.PutBucketPolicy(t.Context(), in)
	must(t, err)
	status, err := c.GetBucketPolicyStatus(t.Context(), &sdk.GetBucketPolicyStatusInput{Bucket: aws.String("logs")})
	must(t, err)
	if !aws.ToBool(status.PolicyStatus.IsPublic) {
		t.Error("the policy is public")
	}
}
