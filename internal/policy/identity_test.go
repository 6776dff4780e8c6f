package policy_test

import (
	"testing"

	"github.com/trailspan/trailspan/internal/policy"
)

func TestParseIdentity(t *testing.T) {
	const put = `{"Statement":[{"Sid":"Put","Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:x:a*"}]}`
	ask := policy.Request{Action: "logs:PutLogEvents", Resource: "arn:x:abc"}
	for name, c := range map[string]struct {
		policies  map[string]string
		want      policy.Decision
		statement string
	}{
		"one that allows":                {map[string]string{"a": put}, policy.Allowed, "a/Put"},
		"two are a union":                {map[string]string{"a": `{"Statement":[]}`, "b": put}, policy.Allowed, "b/Put"},
		"a Deny of another wins":         {map[string]string{"a": put, "b": `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`}, policy.Denied, "b/#1"},
		"none":                           {map[string]string{}, policy.NotAllowed, ""},
		"of another resource":            {map[string]string{"a": `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:x:z"}}`}, policy.NotAllowed, "a/#1"},
		"a condition that nobody knows":  {map[string]string{"a": `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:x":"true"}}}}`}, policy.Unclear, "a/#1"},
		"variables by their own version": {map[string]string{"a": put, "b": `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"${aws:x}"}}`}, policy.Unclear, "b/#1"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := policy.ParseIdentity(c.policies)
			if err != nil {
				t.Fatal(err)
			}
			if a := d.Judge(ask); a.Decision != c.want || a.Statement != c.statement {
				t.Errorf("%v by %q, want %v by %q", a.Decision, a.Statement, c.want, c.statement)
			}
		})
	}
	if _, err := policy.ParseIdentity(map[string]string{"a": put, "bad": "{"}); err == nil || err.Error()[:5] != "bad: " {
		t.Errorf("the error is %v", err)
	}
}

func TestParseTrust(t *testing.T) {
	ask := policy.Request{Service: "cloudtrail.amazonaws.com", Action: "sts:AssumeRole", Resource: "arn:aws:iam::1:role/r"}
	for text, want := range map[string]policy.Decision{
		`{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole"}}`: policy.Allowed,
		`{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`:        policy.NotAllowed,
		`{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:TagSession"}}`: policy.NotAllowed,
	} {
		d, err := policy.ParseTrust(text)
		if err != nil {
			t.Fatal(err)
		}
		if a := d.Judge(ask); a.Decision != want {
			t.Errorf("%s: %v, want %v", text, a.Decision, want)
		}
	}
	if _, err := policy.ParseTrust(""); err == nil {
		t.Error("nothing is a trust policy")
	}
}
