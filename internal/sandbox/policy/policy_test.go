package policy_test

import (
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
)

const (
	bucket = "arn:aws:s3:::logs"
	object = "arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/us-east-1/a.json.gz"
	trail  = "arn:aws:cloudtrail:us-east-1:123456789012:trail/main"
)

// service is a delivery by CloudTrail.
func service() policy.Request {
	return policy.Request{
		Principal: policy.Principal{Service: "cloudtrail.amazonaws.com"},
		Action:    "s3:PutObject",
		Resource:  object,
		Context: map[string][]string{
			"aws:SourceArn":     {trail},
			"aws:SourceAccount": {"123456789012"},
			"s3:x-amz-acl":      {"bucket-owner-full-control"},
		},
	}
}

// statement completes the given elements to a policy of one statement that would
// otherwise allow everything to everyone.
func statement(elements ...string) string {
	given := strings.Join(elements, ",")
	for name, fallback := range map[string]string{"Effect": `"Allow"`, "Principal": `"*"`, "Action": `"s3:*"`, "Resource": `"*"`} {
		if !strings.Contains(given, `"`+name+`":`) && !strings.Contains(given, `"Not`+name+`":`) {
			elements = append(elements, `"`+name+`":`+fallback)
		}
	}
	return `{"Version":"2012-10-17","Statement":{` + strings.Join(elements, ",") + `}}`
}

func expect(t *testing.T, doc string, r policy.Request, want policy.Decision) {
	t.Helper()
	got, err := policy.Evaluate(doc, r)
	if err != nil {
		t.Fatalf("policy %s: %v", doc, err)
	}
	if got != want {
		t.Errorf("policy %s:\ngot %v, want %v", doc, got, want)
	}
}

// The policy of the user guide.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
const documented = `{"Version":"2012-10-17","Statement":[
 {"Sid":"AWSCloudTrailAclCheck20150319","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl",
  "Resource":"arn:aws:s3:::logs","Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main"}}},
 {"Sid":"AWSCloudTrailWrite20150319","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject",
  "Resource":"arn:aws:s3:::logs/AWSLogs/123456789012/*","Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control",
  "aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main"}}}]}`

func TestDocumentedBucketPolicy(t *testing.T) {
	for _, c := range []struct {
		why    string
		change func(*policy.Request)
		want   policy.Decision
	}{
		{"a log file may be written", func(*policy.Request) {}, policy.Allow},
		{"the ACL may be read", func(r *policy.Request) { r.Action, r.Resource = "s3:GetBucketAcl", bucket }, policy.Allow},
		{"another trail is not meant", func(r *policy.Request) { r.Context["aws:SourceArn"] = []string{trail + "2"} }, policy.Implicit},
		{"without the canned ACL it does not match", func(r *policy.Request) { delete(r.Context, "s3:x-amz-acl") }, policy.Implicit},
		{"another account's prefix is not meant", func(r *policy.Request) {
			r.Resource = "arn:aws:s3:::logs/AWSLogs/210987654321/CloudTrail/us-east-1/a.json.gz"
		}, policy.Implicit},
		{"another service is not meant", func(r *policy.Request) { r.Principal.Service = "config.amazonaws.com" }, policy.Implicit},
		{"the account itself is not meant", func(r *policy.Request) { r.Principal = policy.Principal{AWS: "123456789012"} }, policy.Implicit},
		{"reading is not allowed", func(r *policy.Request) { r.Action = "s3:GetObject" }, policy.Implicit},
	} {
		r := service()
		c.change(&r)
		t.Run(c.why, func(t *testing.T) { expect(t, documented, r, c.want) })
	}
}

func TestDenyWins(t *testing.T) {
	deny := `{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/*/CloudTrail/eu-west-1/*"}`
	doc := strings.Replace(documented, `"Statement":[`, `"Statement":[`+deny+",", 1)
	expect(t, doc, service(), policy.Allow)
	r := service()
	r.Resource = "arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/eu-west-1/a.json.gz"
	expect(t, doc, r, policy.Deny)
}

func TestPrincipal(t *testing.T) {
	const session = "arn:aws:sts::123456789012:assumed-role/auditor/me"
	for _, c := range []struct {
		why       string
		principal string
		who       policy.Principal
		want      policy.Decision
	}{
		{"a star is everyone, also services", `"Principal":"*"`, policy.Principal{Service: "cloudtrail.amazonaws.com"}, policy.Allow},
		{"a star is everyone, also the anonymous", `"Principal":"*"`, policy.Principal{}, policy.Allow},
		{"an AWS star is the same as a star", `"Principal":{"AWS":"*"}`, policy.Principal{AWS: "arn:aws:iam::123456789012:user/me"}, policy.Allow},
		{"a root is everyone of its account", `"Principal":{"AWS":["arn:aws:iam::086441151436:root"]}`, policy.Principal{AWS: "086441151436"}, policy.Allow},
		{"a root is everyone of its account, by ARN too", `"Principal":{"AWS":["arn:aws:iam::086441151436:root"]}`, policy.Principal{AWS: "arn:aws:iam::086441151436:role/delivery"}, policy.Allow},
		{"an account ID is the same as its root", `"Principal":{"AWS":"086441151436"}`, policy.Principal{AWS: "arn:aws:iam::086441151436:root"}, policy.Allow},
		{"a root is nobody of another account", `"Principal":{"AWS":"arn:aws:iam::086441151436:root"}`, policy.Principal{AWS: "216624486486"}, policy.Implicit},
		{"an account is no service", `"Principal":{"AWS":"arn:aws:iam::086441151436:root"}`, policy.Principal{Service: "cloudtrail.amazonaws.com"}, policy.Implicit},
		{"a user is itself only", `"Principal":{"AWS":"arn:aws:iam::123456789012:user/me"}`, policy.Principal{AWS: "arn:aws:iam::123456789012:user/me"}, policy.Allow},
		{"a user is not its account", `"Principal":{"AWS":"arn:aws:iam::123456789012:user/me"}`, policy.Principal{AWS: "123456789012"}, policy.Implicit},
		{"a role is its sessions", `"Principal":{"AWS":"arn:aws:iam::123456789012:role/auditor"}`, policy.Principal{AWS: session}, policy.Allow},
		{"another role is not", `"Principal":{"AWS":"arn:aws:iam::123456789012:role/admin"}`, policy.Principal{AWS: session}, policy.Implicit},
		{"one session may be named", `"Principal":{"AWS":"` + session + `"}`, policy.Principal{AWS: session}, policy.Allow},
		{"anonymous is no account", `"Principal":{"AWS":"123456789012"}`, policy.Principal{}, policy.Implicit},
		{"a service among several", `"Principal":{"Service":["config.amazonaws.com","cloudtrail.amazonaws.com"]}`, policy.Principal{Service: "cloudtrail.amazonaws.com"}, policy.Allow},
		{"service names of China are the same services", `"Principal":{"Service":"cloudtrail.amazonaws.com.cn"}`, policy.Principal{Service: "cloudtrail.amazonaws.com"}, policy.Allow},
		{"ARNs of other partitions", `"Principal":{"AWS":"arn:aws-us-gov:iam::608710470296:root"}`, policy.Principal{AWS: "608710470296"}, policy.Allow},
		{"other kinds match nobody", `"Principal":{"Federated":"cognito-identity.amazonaws.com","CanonicalUser":"79a5"}`, policy.Principal{AWS: "123456789012"}, policy.Implicit},
		{"NotPrincipal spares the named", `"NotPrincipal":{"AWS":"123456789012"}`, policy.Principal{AWS: "123456789012"}, policy.Implicit},
		{"NotPrincipal is all others", `"NotPrincipal":{"AWS":"123456789012"}`, policy.Principal{Service: "cloudtrail.amazonaws.com"}, policy.Allow},
	} {
		t.Run(c.why, func(t *testing.T) {
			r := service()
			r.Principal = c.who
			expect(t, statement(c.principal), r, c.want)
		})
	}
}

func TestActionAndResource(t *testing.T) {
	for _, c := range []struct {
		why     string
		element string
		want    policy.Decision
	}{
		{"exact", `"Action":"s3:PutObject"`, policy.Allow},
		{"case does not matter in actions", `"Action":"S3:putobject"`, policy.Allow},
		{"a star at the end", `"Action":"s3:Put*"`, policy.Allow},
		{"a lone star", `"Action":"*"`, policy.Allow},
		{"a question mark is one letter", `"Action":"s3:PutObjec?"`, policy.Allow},
		{"a question mark is not none", `"Action":"s3:PutObject?"`, policy.Implicit},
		{"one of a list", `"Action":["s3:GetObject","s3:PutObject"]`, policy.Allow},
		{"none of a list", `"Action":["s3:GetObject","s3:PutObjectAcl"]`, policy.Implicit},
		{"NotAction of it", `"NotAction":"s3:PutObject"`, policy.Implicit},
		{"NotAction of others", `"NotAction":["s3:Get*","s3:List*"]`, policy.Allow},
		{"a star spans slashes", `"Resource":"arn:aws:s3:::logs/*"`, policy.Allow},
		{"several stars", `"Resource":"arn:aws:s3:::*/AWSLogs/*/CloudTrail/us-east-1/*.gz"`, policy.Allow},
		{"the bucket is not its objects", `"Resource":"arn:aws:s3:::logs"`, policy.Implicit},
		{"case matters in resources", `"Resource":"arn:aws:s3:::LOGS/*"`, policy.Implicit},
		{"another Region's prefix", `"Resource":"arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/eu-west-1/*"`, policy.Implicit},
		{"NotResource of it", `"NotResource":"arn:aws:s3:::logs/*"`, policy.Implicit},
		{"NotResource of others", `"NotResource":"arn:aws:s3:::other/*"`, policy.Allow},
		{"a variable is replaced", `"Resource":"arn:aws:s3:::logs/AWSLogs/${aws:SourceAccount}/*"`, policy.Allow},
		{"a variable without value matches nothing", `"Resource":"arn:aws:s3:::logs/${aws:PrincipalTag/team}*"`, policy.Implicit},
		{"a variable may have a fallback", `"Resource":"arn:aws:s3:::logs/${aws:PrincipalTag/team, 'AWSLogs'}/*"`, policy.Allow},
		{"a star meant literally", `"Resource":"arn:aws:s3:::logs/${*}"`, policy.Implicit},
		{"an open brace is text", `"Resource":"arn:aws:s3:::logs/${aws:SourceAccount*"`, policy.Implicit},
	} {
		t.Run(c.why, func(t *testing.T) { expect(t, statement(c.element), service(), c.want) })
	}
}

func TestOldVersionHasNoVariables(t *testing.T) {
	doc := statement(`"Resource":"arn:aws:s3:::logs/AWSLogs/${aws:SourceAccount}/*"`)
	expect(t, doc, service(), policy.Allow)
	expect(t, strings.Replace(doc, "2012-10-17", "2008-10-17", 1), service(), policy.Implicit)
	expect(t, strings.Replace(doc, `"Version":"2012-10-17",`, "", 1), service(), policy.Implicit)
}

func TestVariableIsNoPattern(t *testing.T) {
	r := service()
	r.Context["aws:SourceAccount"] = []string{"*"}
	expect(t, statement(`"Resource":"arn:aws:s3:::logs/AWSLogs/${aws:SourceAccount}/*"`), r, policy.Implicit)
}
