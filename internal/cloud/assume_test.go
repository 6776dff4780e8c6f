package cloud_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

const management = "111111111111"

func TestAssumeSideBySide(t *testing.T) {
	t.Parallel()
	s, _ := session(t, world(t, organization), management, "us-east-1", 20*time.Second)
	var all sync.WaitGroup
	for _, account := range []trail.AccountID{management, "222222222222", "555555555555"} {
		all.Go(func() {
			member, err := s.Assume(t.Context(), account, "OrganizationAccountAccessRole", "", "")
			if err != nil {
				t.Errorf("%s: %v", account, err)
				return
			}
			id, err := member.Identify(t.Context())
			if err != nil || id.Account != account {
				t.Errorf("%s: is %+v, %v", account, id, err)
			}
			if assumed := strings.Contains(id.ARN, ":assumed-role/OrganizationAccountAccessRole/trailspan"); assumed == (account == management) {
				t.Errorf("%s: is %s; its own account needs no role", account, id.ARN)
			}
			if got := member.Collect(t.Context(), cloud.CollectOptions{}); got.Account != account || len(got.Gaps) != 0 {
				t.Errorf("%s: collected %s, Gaps %v", account, got.Account, got.Gaps)
			}
		})
	}
	all.Wait()
}

func TestAssumeRefused(t *testing.T) {
	t.Parallel()
	s, l := session(t, world(t, organization), management, "us-east-1", 20*time.Second)
	if _, err := s.Assume(t.Context(), "222222222222", "arn:aws:iam::999999999999:role/r", "", ""); err == nil {
		t.Error("a role of another account was assumed")
	}
	l.add(rule{action: "sts:AssumeRole", answer: says("AccessDenied", "User: u is not authorized to perform: sts:AssumeRole")})
	_, err := s.Assume(t.Context(), "222222222222", "r", "", "")
	p := cloud.Explain(err)
	if p.Kind != cloud.Denied || p.Action != "sts:AssumeRole" || p.Code != "AccessDenied" {
		t.Errorf("%v is %+v", err, p)
	}
}

// The ARN of a role names its account, path and partition itself; also in the own account.
func TestAssumeByARN(t *testing.T) {
	t.Parallel()
	s, l := session(t, world(t, organization), management, "us-east-1", 20*time.Second)
	other, err := s.Assume(t.Context(), management, "arn:aws:iam::111111111111:role/path/audit", "external", "me")
	if err != nil {
		t.Fatal(err)
	}
	if id, err := other.Identify(t.Context()); err != nil || !strings.HasSuffix(id.ARN, ":assumed-role/audit/me") {
		t.Errorf("is %+v, %v", id, err)
	}
	if n := len(l.calls("sts:AssumeRole")); n != 1 {
		t.Errorf("assumed %d times", n)
	}
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	url := world(t, organization)
	s, _ := session(t, url, management, "us-east-1", 20*time.Second)
	got, err := s.Accounts(t.Context())
	if err != nil || len(got) != 4 {
		t.Fatalf("%v, %v", got, err)
	}
	for i, want := range []cloud.Account{
		{ID: management, Name: "management", State: "ACTIVE"},
		{ID: "222222222222", Name: "member", State: "ACTIVE"},
		{ID: "333333333333", Name: "gone", State: "SUSPENDED"},
		{ID: "555555555555", Name: "other", State: "ACTIVE"},
	} {
		want.Organization = "o-exampleorgid"
		if got[i] != want {
			t.Errorf("%+v, want %+v", got[i], want)
		}
	}
	member, _ := session(t, url, "222222222222", "us-east-1", 20*time.Second)
	if _, err := member.Accounts(t.Context()); cloud.Explain(err).Kind != cloud.Denied {
		t.Errorf("a member lists accounts: %v", err)
	}
}
