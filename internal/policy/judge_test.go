package policy_test

import (
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/policy"
)

const (
	arn = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name"
	log = "arn:aws:s3:::b/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/01/31/x.json.gz"
)

func put() policy.Request {
	return policy.Request{
		Service: "cloudtrail.amazonaws.com", Account: "859597730677", Action: "s3:PutObject", Resource: log,
		Context: map[string]string{
			"aws:sourcearn": arn, "aws:sourceaccount": "123456789012", "s3:x-amz-acl": "bucket-owner-full-control",
			"aws:securetransport": "true", "aws:sourcevpce": "", "aws:sourceip": "",
		},
	}
}

// allow is the statement of the AWS user guide, with other members put in its place.
func allow(members string) string {
	if members == "" {
		members = `"Resource":"arn:aws:s3:::b/AWSLogs/123456789012/*"`
	}
	return `{"Sid":"Write","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject",` + members + `}`
}

func condition(c string) string {
	return allow(`"Resource":"*","Condition":` + c)
}

func TestJudge(t *testing.T) {
	yes, no, denied, unclear := policy.Allowed, policy.NotAllowed, policy.Denied, policy.Unclear
	for name, c := range map[string]struct {
		statements string
		want       policy.Decision
		statement  string
	}{
		"the user guide's statement":             {allow(""), yes, "Write"},
		"a statement alone, not in a list":       {allow(""), yes, "Write"},
		"nothing":                                {``, no, ""},
		"another action":                         {`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`, no, ""},
		"actions have no case":                   {`{"Effect":"Allow","Principal":"*","Action":"S3:putobject","Resource":"*"}`, yes, "#1"},
		"wildcard action":                        {`{"Effect":"Allow","Principal":"*","Action":"s3:Put*","Resource":"*"}`, yes, "#1"},
		"NotAction":                              {`{"Effect":"Allow","Principal":"*","NotAction":"s3:Get*","Resource":"*"}`, yes, "#1"},
		"another account's prefix":               {allow(`"Resource":"arn:aws:s3:::b/AWSLogs/999999999999/*"`), no, ""},
		"the prefix of one Region":               {allow(`"Resource":"arn:aws:s3:::b/AWSLogs/123456789012/CloudTrail/us-east-1/*"`), no, ""},
		"NotResource":                            {allow(`"NotResource":"arn:aws:s3:::b/other/*"`), yes, "Write"},
		"one character":                          {allow(`"Resource":"arn:aws:s3:::?/AWSLogs/*"`), yes, "Write"},
		"SourceArn of this trail":                {condition(`{"StringEquals":{"aws:SourceArn":"` + arn + `"}}`), yes, "Write"},
		"SourceArn of another trail":             {condition(`{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/x"}}`), no, "Write"},
		"one of several SourceArns":              {condition(`{"StringEquals":{"AWS:sourcearn":["x","` + arn + `"]}}`), yes, "Write"},
		"ArnLike":                                {condition(`{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:123456789012:trail/*"}}`), yes, "Write"},
		"ArnLike does not reach over a colon":    {condition(`{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:trail/*"}}`), no, "Write"},
		"StringLike does":                        {condition(`{"StringLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:trail/*"}}`), yes, "Write"},
		"SourceAccount as a number":              {condition(`{"StringEquals":{"aws:SourceAccount":123456789012}}`), yes, "Write"},
		"SourceAccount as text":                  {condition(`{"StringEquals":{"aws:SourceAccount":"123456789012"}}`), yes, "Write"},
		"a key nobody knows":                     {condition(`{"StringEquals":{"aws:SourceOrgID":"o-1"}}`), unclear, "Write"},
		"an operator nobody knows":               {condition(`{"BinaryEquals":{"aws:SourceArn":"x"}}`), unclear, "Write"},
		"a policy variable":                      {condition(`{"StringEquals":{"aws:SourceArn":"${aws:PrincipalTag/x}"}}`), unclear, "Write"},
		"absent key, plain operator":             {condition(`{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`), no, "Write"},
		"absent key, IfExists":                   {condition(`{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}}`), yes, "Write"},
		"absent key, Null":                       {condition(`{"Null":{"aws:SourceVpce":"true"}}`), yes, "Write"},
		"absent key, negated operator":           {condition(`{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`), yes, "Write"},
		"explicit Deny wins":                     {allow("") + `,{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`, denied, "No"},
		"Deny of plain HTTP does not concern us": {allow("") + `,{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`, yes, "Write"},
		"Deny outside a VPC catches CloudTrail":  {allow("") + `,{"Sid":"Vpc","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`, denied, "Vpc"},
		"Deny outside addresses catches it too":  {allow("") + `,{"Sid":"Ip","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`, denied, "Ip"},
		"Deny that may apply":                    {allow("") + `,{"Sid":"Maybe","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}}`, unclear, "Maybe"},
		"NotPrincipal of a Deny":                 {allow("") + `,{"Sid":"Not","Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::1:root"},"Action":"s3:*","Resource":"*"}`, denied, "Not"},
		"the old account of the Region":          {`{"Sid":"Old","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::859597730677:root"]},"Action":"s3:PutObject","Resource":"*"}`, yes, "Old"},
		"the old account of another Region":      {`{"Sid":"Old","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::086441151436:root"},"Action":"s3:PutObject","Resource":"*"}`, no, ""},
		"an account without ARN":                 {`{"Sid":"Old","Effect":"Allow","Principal":{"AWS":"859597730677"},"Action":"s3:PutObject","Resource":"*"}`, yes, "Old"},
		"another service":                        {`{"Effect":"Allow","Principal":{"Service":"config.amazonaws.com"},"Action":"s3:PutObject","Resource":"*"}`, no, ""},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := policy.Parse(`{"Version":"2012-10-17","Statement":[` + c.statements + `]}`)
			if err != nil {
				t.Fatal(err)
			}
			if got := doc.Judge(put()); got.Decision != c.want || got.Statement != c.statement {
				t.Errorf("Judge = %+v, want %d by %q", got, c.want, c.statement)
			}
		})
	}
}

func TestLegacyIsToldApart(t *testing.T) {
	doc, err := policy.Parse(`{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::859597730677:root"},"Action":"*","Resource":"*"}}`)
	if err != nil {
		t.Fatal(err)
	}
	if a := doc.Judge(put()); !a.Legacy {
		t.Errorf("%+v does not say that it rests on an account", a)
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                               "not valid JSON",
		`{"Statement":[{"Effect":"X"}]}`: "statement 1",
		`{"Statement":[{"Effect":"Allow","Condition":{"StringEquals":{"k":{}}}}]}`: "condition value",
		`{"Statement":[{"Effect":"Allow","Principal":5}]}`:                         "not valid JSON",
	} {
		if _, err := policy.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%s) = %v, want a word of %q", text, err, want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"*", "", true},
		{"a*c", "abbbc", true},
		{"a*c*", "ac", true},
		{"a?c", "ac", false},
		{"*b", "aab", true},
		{"*ab*", "aaab", true},
		{"a", "ab", false},
		{"a*b*c", "a-c-b", false},
	} {
		if got := policy.Match(c.pattern, c.text); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

// No text makes Parse or Judge panic, and a Deny of everything is never overruled.
func FuzzParse(f *testing.F) {
	f.Add(`{"Statement":[` + allow("") + `]}`)
	f.Add(`{"Statement":{"Effect":"Deny","NotPrincipal":"*","NotAction":[],"Condition":{"ForAllValues:StringLikeIfExists":{"a":["${b}"]}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := policy.Parse(text)
		if err != nil {
			return
		}
		doc.Judge(put())
		deny, err := policy.Parse(`{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}`)
		if err != nil {
			t.Fatal(err)
		}
		doc.Statements = append(doc.Statements, deny.Statements...)
		if got := doc.Judge(put()).Decision; got != policy.Denied {
			t.Errorf("%s overrules a Deny: %d", text, got)
		}
	})
}
