package policy_test

import (
	"slices"
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
		"another account's prefix":               {allow(`"Resource":"arn:aws:s3:::b/AWSLogs/999999999999/*"`), no, "Write"},
		"the prefix of one Region":               {allow(`"Resource":"arn:aws:s3:::b/AWSLogs/123456789012/CloudTrail/us-east-1/*"`), no, "Write"},
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

		"resources have a case":                           {allow(`"Resource":"arn:aws:s3:::b/awslogs/*"`), no, "Write"},
		"a known variable in the resource":                {allow(`"Resource":"arn:aws:s3:::b/AWSLogs/${AWS:SourceAccount}/*"`), yes, "Write"},
		"a known variable of another value":               {allow(`"Resource":"arn:aws:s3:::b/${aws:SourceAccount}/*"`), no, "Write"},
		"an unknown variable in the resource":             {allow(`"Resource":"arn:aws:s3:::b/AWSLogs/${aws:SourceOrgID}/*"`), unclear, "Write"},
		"an unknown variable beside what matches":         {allow(`"Resource":["arn:aws:s3:::${aws:SourceOrgID}/*","arn:aws:s3:::b/*"]`), yes, "Write"},
		"an unknown variable, and a condition that fails": {allow(`"Resource":"${aws:SourceOrgID}","Condition":{"StringEquals":{"aws:SourceArn":"x"}}`), no, "Write"},
		"a known variable in NotResource":                 {allow(`"NotResource":"arn:aws:s3:::b/AWSLogs/${aws:SourceAccount}/*"`), no, ""},
		"an unknown variable in NotResource":              {allow(`"NotResource":"arn:aws:s3:::b/${aws:SourceOrgID}/*"`), unclear, "Write"},
		"an absent variable with a default":               {allow(`"Resource":"arn:aws:s3:::b/${aws:SourceVpce, 'AWSLogs'}/*"`), yes, "Write"},
		"an absent variable without one":                  {allow(`"Resource":"arn:aws:s3:::b/${aws:SourceVpce}/*"`), unclear, "Write"},
		"a known variable with a default":                 {allow(`"Resource":"arn:aws:s3:::b/AWSLogs/${aws:SourceAccount, 'x'}/*"`), yes, "Write"},
		"a dollar sign":                                   {condition(`{"StringNotEquals":{"aws:SourceArn":"${$}"}}`), yes, "Write"},
		"a variable that nothing closes":                  {condition(`{"StringEquals":{"aws:SourceArn":"${aws:SourceArn"}}`), no, "Write"},
		"a known variable in a condition":                 {condition(`{"StringLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:${aws:SourceAccount}:trail/*"}}`), yes, "Write"},
		"a known variable in ArnLike":                     {condition(`{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:${aws:SourceAccount}:trail/*"}}`), yes, "Write"},
		"an unknown variable beside a value that matches": {condition(`{"StringEquals":{"aws:SourceArn":["${aws:SourceOrgID}","` + arn + `"]}}`), yes, "Write"},
		"the same, negated":                               {condition(`{"StringNotEquals":{"aws:SourceArn":["${aws:SourceOrgID}","` + arn + `"]}}`), no, "Write"},
		"an unknown variable, negated":                    {condition(`{"StringNotEquals":{"aws:SourceArn":"${aws:SourceOrgID}"}}`), unclear, "Write"},
		"Deny with an unknown variable":                   {allow("") + `,{"Sid":"Maybe","Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::${aws:SourceOrgID}/*"}`, unclear, "Maybe"},

		"any of an absent key":                         {condition(`{"ForAnyValue:StringEquals":{"aws:SourceVpce":"vpce-1"}}`), no, "Write"},
		"any of an absent key, negated":                {condition(`{"ForAnyValue:StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`), no, "Write"},
		"any of an absent key, IfExists":               {condition(`{"ForAnyValue:StringNotEqualsIfExists":{"aws:SourceVpce":"vpce-1"}}`), yes, "Write"},
		"all of an absent key":                         {condition(`{"ForAllValues:StringEquals":{"aws:SourceVpce":"vpce-1"}}`), yes, "Write"},
		"all of an absent key, negated":                {condition(`{"ForAllValues:StringNotEquals":{"aws:SourceVpce":"vpce-1"}}`), yes, "Write"},
		"all of a known key":                           {condition(`{"ForAllValues:StringEquals":{"aws:SourceAccount":"1"}}`), no, "Write"},
		"Null in capitals":                             {condition(`{"Null":{"aws:SourceVpce":"tRuE"}}`), yes, "Write"},
		"Null as a bool":                               {condition(`{"Null":{"aws:SourceVpce":true}}`), yes, "Write"},
		"Null false of an absent key":                  {condition(`{"Null":{"aws:SourceVpce":"false"}}`), no, "Write"},
		"Null false of a key that is there":            {condition(`{"Null":{"aws:SourceArn":"FALSE"}}`), yes, "Write"},
		"Null of both always holds, of a known key":    {condition(`{"Null":{"aws:SourceArn":["true","false"]}}`), yes, "Write"},
		"Null of both always holds, of an absent key":  {condition(`{"Null":{"aws:SourceVpce":["true","false"]}}`), yes, "Write"},
		"Null of no bool":                              {condition(`{"Null":{"aws:SourceVpce":"1"}}`), unclear, "Write"},
		"a condition without values":                   {condition(`{"StringEquals":{"aws:SourceArn":[]}}`), unclear, "Write"},
		"StringEqualsIgnoreCase":                       {condition(`{"StringEqualsIgnoreCase":{"aws:SourceArn":"ARN:AWS:cloudtrail:ap-northeast-1:123456789012:trail/YOUR-trail-name"}}`), yes, "Write"},
		"StringEquals has a case":                      {condition(`{"StringEquals":{"aws:SourceArn":"ARN:AWS:cloudtrail:ap-northeast-1:123456789012:trail/YOUR-trail-name"}}`), no, "Write"},
		"StringEquals has no wildcard":                 {condition(`{"StringEquals":{"aws:SourceArn":"*"}}`), no, "Write"},
		"ArnEquals is ArnLike":                         {condition(`{"ArnEquals":{"aws:SourceArn":"arn:aws:cloudtrail:*:123456789012:trail/your-*"}}`), yes, "Write"},
		"a negated operator with one value that is it": {condition(`{"StringNotEquals":{"aws:SourceArn":["x","` + arn + `"]}}`), no, "Write"},
		"a negated operator with other values":         {condition(`{"StringNotEquals":{"aws:SourceArn":["x","y"]}}`), yes, "Write"},

		"Deny of the old account":                           {allow("") + `,{"Sid":"No","Effect":"Deny","Principal":{"AWS":"859597730677"},"Action":"s3:*","Resource":"*"}`, yes, "Write"},
		"Deny of all but the old account":                   {allow("") + `,{"Sid":"No","Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::859597730677:root"},"Action":"s3:*","Resource":"*"}`, denied, "No"},
		"Deny of all but CloudTrail":                        {allow("") + `,{"Sid":"No","Effect":"Deny","NotPrincipal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":"*"}`, yes, "Write"},
		"Deny of every account":                             {allow("") + `,{"Sid":"No","Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"*"}`, denied, "No"},
		"a service is not named by a wildcard":              {`{"Effect":"Allow","Principal":{"Service":"*"},"Action":"s3:*","Resource":"*"}`, no, ""},
		"nothing allows it, and a Deny may apply":           {`{"Sid":"Maybe","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceOrgID":"o-1"}}}`, no, ""},
		"a condition that fails is nearer than a resource":  {allow(`"Resource":"x"`) + `,{"Sid":"Near","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:SourceArn":"x"}}}`, no, "Near"},
		"and stays so":                                      {condition(`{"StringEquals":{"aws:SourceArn":"x"}}`) + `,{"Sid":"Far","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"x"}`, no, "Write"},
		"a Deny of another resource is not what is missing": {`{"Sid":"No","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"x"}`, no, ""},
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

// The key that is blamed is the first that fails for sure, or the first that is unclear.
func TestBlame(t *testing.T) {
	for name, c := range map[string]struct{ statement, want string }{
		"two fail":                 {condition(`{"StringEquals":{"s3:x-amz-acl":"x","aws:SourceAccount":"x"}}`), "aws:sourceaccount"},
		"one fails, one is hidden": {condition(`{"StringEquals":{"aws:SourceOrgID":"x"},"StringLike":{"aws:SourceArn":"x"}}`), "aws:sourcearn"},
		"two are hidden":           {condition(`{"StringEquals":{"s3:signatureversion":"x","aws:SourceOrgID":"x"}}`), "aws:sourceorgid"},
		"a variable is hidden":     {allow(`"Resource":"arn:aws:s3:::b/${aws:SourceOrgID}*"`), "aws:sourceorgid"},
	} {
		doc, err := policy.Parse(`{"Version":"2012-10-17","Statement":` + c.statement + `}`)
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Judge(put()).Key; got != c.want {
			t.Errorf("%s: %q is blamed, want %q", name, got, c.want)
		}
	}
}

// An Allow of other resources is named with them.
func TestNearMissNamesItsResources(t *testing.T) {
	doc, err := policy.Parse(`{"Statement":` + allow(`"Resource":["x","y"]`) + `}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Judge(put()); !slices.Equal(got.Only, []string{"x", "y"}) {
		t.Errorf("%+v does not name what is allowed", got)
	}
}

// Before version 2012-10-17 policies had no variables.
func TestOldPoliciesHaveNoVariables(t *testing.T) {
	for version, want := range map[string]policy.Decision{"": policy.NotAllowed, "2008-10-17": policy.NotAllowed, "2012-10-17": policy.Allowed} {
		doc, err := policy.Parse(`{"Version":"` + version + `","Statement":` + allow(`"Resource":"arn:aws:s3:::b/AWSLogs/${aws:SourceAccount}/*"`) + `}`)
		if err != nil {
			t.Fatal(err)
		}
		if got := doc.Judge(put()); got.Decision != want {
			t.Errorf("version %q: %+v, want %d", version, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                               "not valid JSON",
		`{"Statement":[{"Effect":"X"}]}`: "statement 1",
		`{"Statement":[{"Effect":"Allow","Condition":{"StringEquals":{"k":{}}}}]}`: "condition value",
		`{"Statement":null}`: "null",
		`{"Statement":[{"Effect":"Allow","NotAction":null}]}`: "null",
		`{"Statement":[{"Effect":"Allow","Principal":5}]}`:    "not valid JSON",
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

// Of several statements that would allow another resource, the nearest is told.
func TestNearestMiss(t *testing.T) {
	put := func(sid, below string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/` + below + `"}`
	}
	doc, err := policy.Parse(`{"Statement":[` + put("Other", "2/*") + "," + put("Near", "1/CloudTrail/eu-west-1/*") + "," + put("Last", "3/*") + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	got := doc.Judge(policy.Request{Service: "cloudtrail.amazonaws.com", Action: "s3:PutObject", Resource: "arn:aws:s3:::logs/AWSLogs/1/CloudTrail/us-east-1/x"})
	if got.Decision != policy.NotAllowed || got.Statement != "Near" {
		t.Errorf("%+v, want Near", got)
	}
}
