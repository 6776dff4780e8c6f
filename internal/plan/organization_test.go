package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// ofAll makes a trail of the account me one of its organization.
func ofAll(t *trail.Trail) { t.Organization = true }

// as is what another account sees.
func as(id trail.AccountID, s trail.Snapshot) trail.Snapshot {
	s.Account = id
	return s
}

// own is a trail of another account.
func own(id trail.AccountID) func(*trail.Trail) {
	return func(t *trail.Trail) { t.ARN = trail.ARN(strings.Replace(string(t.ARN), string(me), string(id), 1)) }
}

// TestWidenOrganization shows what is chosen for an organization: nothing, its trail,
// or the trails of its accounts.
func TestWidenOrganization(t *testing.T) {
	const a, b trail.AccountID = "222222222222", "333333333333"
	org := single("org", "us-east-1", ofAll)
	mine := single("mine", "eu-west-1", own(a))
	for name, tt := range map[string]struct {
		all    []trail.Snapshot
		acting trail.AccountID
		why    string
		want   string // account=trail of a change, or the reason
	}{
		"a healthy organization trail": {
			[]trail.Snapshot{snapshot(single("org", "us-east-1", ofAll, multi)), as(a, snapshot(single("org", "us-east-1", ofAll, multi)))},
			me,
			"why.organization.healthy", "123456789012:why.recorded 222222222222:why.recorded",
		},
		"one of a single Region, and a member with a trail of its own": {
			[]trail.Snapshot{as(a, snapshot(org, mine)), snapshot(org)},
			me,
			"why.organization.widen", "123456789012=org 222222222222:why.covered",
		},
		"by the account of the credentials, when the owner was not entered": {
			[]trail.Snapshot{as(a, snapshot(org)), as(b, snapshot(org))},
			b,
			"why.organization.widen", "333333333333=org 222222222222:why.covered",
		},
		"by the owner, when the account of the credentials is a delegated administrator": {
			[]trail.Snapshot{as(a, snapshot(org)), as(b, snapshot(org)), snapshot(org)},
			b,
			"why.organization.widen", "123456789012=org 222222222222:why.covered 333333333333:why.covered",
		},
		"by nobody, when neither was": {
			[]trail.Snapshot{as(a, snapshot(org, mine))},
			b,
			"why.organization.each", "222222222222=mine",
		},
		"a member that the trail does not reach is widened by itself": {
			[]trail.Snapshot{snapshot(org), as(a, snapshot(mine))},
			me,
			"why.organization.widen", "123456789012=org 222222222222=mine",
		},
		"a stopped one is started": {
			[]trail.Snapshot{snapshot(single("org", "us-east-1", ofAll, stopped))},
			me,
			"why.organization.widen", "123456789012=org",
		},
		"no organization trail, and an account without any": {
			[]trail.Snapshot{snapshot(single("abc", "us-east-1")), as(a, snapshot())},
			me,
			"why.organization.each", "123456789012=abc 222222222222:why.no-trail-yet",
		},
		"nothing at all": {[]trail.Snapshot{as(a, snapshot())}, me, "why.organization.nothing", "222222222222:why.no-trail-yet"},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan.WidenOrganization(tt.all, tt.acting)
			var got []string
			for _, x := range p.Accounts {
				if len(x.Steps) > 0 {
					got = append(got, fmt.Sprintf("%s=%s", x.Account, x.Plan.Trail.Name()))
				} else {
					got = append(got, fmt.Sprintf("%s:%s", x.Account, x.Why.Key))
				}
			}
			if p.Why.Key != tt.why || strings.Join(got, " ") != tt.want {
				t.Errorf("%s: %v, want %s: %s", p.Why.Key, got, tt.why, tt.want)
			}
		})
	}
}
