package policy_test

import (
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
)

func TestParseIdentity(t *testing.T) {
	const group = "arn:aws:logs:us-east-1:123456789012:log-group:trail:log-stream:s"
	const version = `{"Version":"2012-10-17","Statement":`
	for _, c := range []struct {
		why, doc string
		want     policy.Decision
		unsound  string
	}{
		{"allowed to whoever has it", version + `{"Effect":"Allow","Action":"logs:Put*","Resource":"*"}}`, policy.Allow, ""},
		{"a deny outweighs", version + `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"logs:PutLogEvents","Resource":"` + group + `"}]}`, policy.Deny, ""},
		{"another resource", version + `{"Effect":"Allow","Action":"*","Resource":"` + group + `x"}}`, policy.Implicit, ""},
		{"all but one resource", version + `{"Effect":"Allow","Action":"*","NotResource":"` + group + `"}}`, policy.Implicit, ""},
		{"a principal has no place", version + `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`, policy.Implicit, "statement 1: Principal has no place in this kind of policy"},
		{"nor has an excluded one", version + `{"Effect":"Allow","NotPrincipal":"*","Action":"*","Resource":"*"}}`, policy.Implicit, "statement 1: NotPrincipal has no place in this kind of policy"},
		{"a resource must be there", version + `{"Effect":"Allow","Action":"*"}}`, policy.Implicit, "statement 1: Resource is missing"},
	} {
		t.Run(c.why, func(t *testing.T) {
			p, err := policy.ParseIdentity(c.doc)
			judge(t, p, err, policy.Request{Action: "logs:PutLogEvents", Resource: group}, c.want, c.unsound)
		})
	}
}

func TestParseTrust(t *testing.T) {
	const version = `{"Version":"2012-10-17","Statement":`
	const service = `"Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole"`
	for _, c := range []struct {
		why, doc string
		want     policy.Decision
		unsound  string
	}{
		{"the service is trusted", version + `{"Effect":"Allow",` + service + `}}`, policy.Allow, ""},
		{"another is", version + `{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`, policy.Implicit, ""},
		{"an account is no service", version + `{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}`, policy.Implicit, ""},
		{"conditions hold", version + `{"Effect":"Allow",` + service + `,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}}`, policy.Allow, ""},
		{"conditions do not hold", version + `{"Effect":"Allow",` + service + `,"Condition":{"StringEquals":{"aws:SourceAccount":"999999999999"}}}}`, policy.Implicit, ""},
		{"a resource has no place", version + `{"Effect":"Allow",` + service + `,"Resource":"*"}}`, policy.Implicit, "statement 1: Resource has no place in this kind of policy"},
		{"a principal must be there", version + `{"Effect":"Allow","Action":"sts:AssumeRole"}}`, policy.Implicit, "statement 1: Principal is missing"},
	} {
		t.Run(c.why, func(t *testing.T) {
			p, err := policy.ParseTrust(c.doc)
			judge(t, p, err, policy.Request{
				Principal: policy.Principal{Service: "cloudtrail.amazonaws.com"}, Action: "sts:AssumeRole",
				Resource: "arn:aws:iam::123456789012:role/trail", Context: map[string][]string{"aws:SourceAccount": {"123456789012"}},
			}, c.want, c.unsound)
		})
	}
}

func judge(t *testing.T, p *policy.Policy, err error, r policy.Request, want policy.Decision, unsound string) {
	t.Helper()
	if unsound != "" {
		if err == nil || err.Error() != unsound {
			t.Errorf("got error %v, want %s", err, unsound)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Evaluate(r); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
