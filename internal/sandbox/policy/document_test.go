package policy_test

import (
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
)

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ doc, want string }{
		{``, "policy is not a JSON object: EOF"},
		{`null`, "policy is not a JSON object: it is null"},
		{`[]`, "policy is not a JSON object: json: cannot unmarshal array"},
		{`{} {}`, "policy is not a JSON object: there is text after it"},
		{`{"Version":"2012-10-17"}`, "policy has no statements"},
		{`{"Statement":[]}`, "policy has no statements"},
		{`{"Version":"2020-01-01","Statement":[]}`, `version "2020-01-01" is neither "2012-10-17" nor "2008-10-17"`},
		{`{"statement":[]}`, `unknown element "statement"`},
		{`{"Statement":["x"]}`, "statement 1: it is not a JSON object"},
		{`{"Statement":[{}]}`, "statement 1: effect is missing"},
		{statement(`"Effect":"allow"`), `statement 1: effect "allow" is neither Allow nor Deny`},
		{statement(`"Sid":7`), `statement 1: sid 7 is not a string`},
		{statement(`"Conditions":{}`), `statement 1: unknown element "Conditions"`},
		{`{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`, "statement 1: Principal is missing"},
		{`{"Statement":{"Effect":"Deny","Principal":"*","Resource":"*"}}`, "statement 1: Action is missing"},
		{`{"Statement":{"Effect":"Deny","Principal":"*","Action":"*"}}`, "statement 1: Resource is missing"},
		{statement(`"Action":"s3:*"`, `"NotAction":"s3:*"`), "statement 1: Action and NotAction exclude each other"},
		{statement(`"Action":[]`), "statement 1: action is empty"},
		{statement(`"Action":"PutObject"`), `statement 1: action "PutObject" has no service before a colon`},
		{statement(`"Action":{}`), `statement 1: action {} is not a string`},
		{statement(`"Resource":"logs"`), `statement 1: resource "logs" is not an ARN`},
		{statement(`"Principal":"me"`), `statement 1: principal "me" is neither "*" nor an object`},
		{statement(`"Principal":{}`), `statement 1: principal is neither "*" nor an object`},
		{statement(`"Principal":{"Aws":"*"}`), `statement 1: principal: unknown element "Aws"`},
		{statement(`"Principal":{"AWS":"me"}`), `statement 1: principal "me" is neither an account nor an ARN`},
		{statement(`"Principal":{"Service":[]}`), `statement 1: principal is empty`},
		{statement(`"Condition":[]`), `statement 1: condition is not an object`},
		{statement(`"Condition":{"StringEquals":"x"}`), `statement 1: condition StringEquals is not an object`},
		{statement(`"Condition":{"StringEqual":{"a":"b"}}`), `statement 1: unknown condition operator "StringEqual"`},
		{statement(`"Condition":{"ForSome:StringEquals":{"a":"b"}}`), `statement 1: unknown condition operator "ForSome:StringEquals"`},
		{statement(`"Condition":{"NullIfExists":{"a":"true"}}`), `statement 1: unknown condition operator "NullIfExists"`},
		{statement(`"Condition":{"Numeric":{"a":"1"}}`), `statement 1: unknown condition operator "Numeric"`},
		{statement(`"Condition":{"StringEquals":{"a":{}}}`), `statement 1: condition StringEquals of a: {} is not a string`},
		{statement(`"Condition":{"NumericEquals":{"a":"x"}}`), `statement 1: condition NumericEquals of a: value "x" is not a number`},
		{statement(`"Condition":{"DateEquals":{"a":"x"}}`), `statement 1: condition DateEquals of a: value "x" is not a date`},
		{statement(`"Condition":{"Bool":{"a":"x"}}`), `statement 1: condition Bool of a: value "x" is not true or false`},
		{statement(`"Condition":{"Null":{"a":"x"}}`), `statement 1: condition Null of a: value "x" is not true or false`},
		{statement(`"Condition":{"BinaryEquals":{"a":"?"}}`), `statement 1: condition BinaryEquals of a: value "?" is not base64`},
		{statement(`"Condition":{"IpAddress":{"a":"10.0.0.0/40"}}`), `statement 1: condition IpAddress of a: value "10.0.0.0/40" is not an IP address or network`},
	} {
		got, err := policy.Evaluate(c.doc, service())
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("policy %s:\ngot error %v, want %s", c.doc, err, c.want)
		}
		if got != policy.Implicit {
			t.Errorf("policy %s: a broken policy decides %v", c.doc, got)
		}
	}
}

func FuzzEvaluate(f *testing.F) {
	f.Add(documented, "arn:aws:s3:::logs/x", trail)
	f.Add(statement(`"NotPrincipal":{"AWS":"*"}`), "a", "*")
	f.Add(statement(`"Resource":"arn:${aws:SourceArn}:${*}*?"`), "arn", "${x}")
	f.Add(statement(`"Condition":{"ForAnyValue:DateLessThanIfExists":{"aws:SourceArn":["2026-01-01",1]}}`), "", "")
	f.Add(statement(`"Condition":{"IpAddress":{"aws:SourceArn":"::/0"},"NumericEquals":{"a":"NaN"}}`), "", "")
	f.Fuzz(func(t *testing.T, doc, resource, source string) {
		r := service()
		r.Resource, r.Context["aws:SourceArn"] = resource, []string{source}
		before, err := policy.Evaluate(doc, r)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" || before != policy.Implicit {
				t.Fatalf("error %q with decision %v", err, before)
			}
			return
		}
		again, _ := policy.Evaluate(doc, r)
		if again != before {
			t.Fatalf("first %v, then %v", before, again)
		}
	})
}

// Whatever else a policy says, a statement that denies everything decides.
func FuzzDenyWins(f *testing.F) {
	f.Add(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`)
	f.Fuzz(func(t *testing.T, other string) {
		deny := `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`
		got, err := policy.Evaluate(`{"Statement":[`+other+`,`+deny+`]}`, service())
		if err == nil && got != policy.Deny {
			t.Fatalf("statement %s: %v", other, got)
		}
	})
}
