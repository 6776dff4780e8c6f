package iam_test

import (
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/iam"
	"github.com/trailspan/trailspan/internal/sandbox/policy"
)

const (
	role  = "arn:aws:iam::123456789012:role/deep/trail"
	trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole"}}`
)

func store(inline map[string]string, attached ...string) *iam.Store {
	s := &iam.Store{}
	s.AddRole(role, trust, inline, time.Unix(0, 0))
	s.Role(role).Attached = attached
	return s
}

func TestAssume(t *testing.T) {
	asks := func(service string) policy.Request {
		return policy.Request{Principal: policy.Principal{Service: service}}
	}
	for _, c := range []struct{ why, arn, service, want string }{
		{"whom it trusts", role, "cloudtrail.amazonaws.com", ""},
		{"another", role, "ec2.amazonaws.com", "the trust policy of " + role + " does not allow it"},
		{"a role of another path", "arn:aws:iam::123456789012:role/trail", "cloudtrail.amazonaws.com", "there is no role arn:aws:iam::123456789012:role/trail"},
		{"what is no role", "trail", "cloudtrail.amazonaws.com", "there is no role trail"},
	} {
		err := store(nil).Assume(c.arn, asks(c.service))
		if got := text(err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A deny of any policy outweighs what others allow.
func TestAllows(t *testing.T) {
	const admin = "arn:aws:iam::aws:policy/AdministratorAccess"
	says := func(effect, resource string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Action":"logs:*","Resource":"` + resource + `"}}`
	}
	for _, c := range []struct {
		why  string
		in   *iam.Store
		want bool
	}{
		{"no policies", store(nil), false},
		{"an inline policy", store(map[string]string{"p": says("Allow", "*")}), true},
		{"of another resource", store(map[string]string{"p": says("Allow", "arn:aws:logs:*:*:log-group:other:*")}), false},
		{"a managed policy", store(nil, admin), true},
		{"one that is not there", store(nil, admin+"s"), false},
		{"denied inline", store(map[string]string{"p": says("Deny", "*")}, admin), false},
		{"a policy that cannot be understood", store(map[string]string{"p": "{", "q": says("Allow", "*")}), true},
		{"no role", &iam.Store{}, false},
	} {
		if got := c.in.Allows(role, "logs:PutLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:trail:log-stream:s", nil); got != c.want {
			t.Errorf("%s: got %v", c.why, got)
		}
	}
}
