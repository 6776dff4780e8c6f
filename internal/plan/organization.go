package plan

import (
	"fmt"
	"slices"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// An OrganizationPlan is a plan for many accounts.
type OrganizationPlan struct {
	Why trail.Note
	// Trail is the organization trail that is widened, "" when none is.
	Trail trail.ARN
	// Accounts are the plans of the accounts, in the order of their Snapshots, but that
	// of Trail is first.
	Accounts []AccountPlan
}

// AccountPlan is the plan of one account, and what it was made of: what was seen of the
// account, with Trail as it will be once it is widened.
type AccountPlan struct {
	Plan
	Seen  trail.Snapshot // before anything
	Basis trail.Snapshot
}

// WidenOrganization plans for the accounts of an organization. Where all are recorded
// there is nothing to do; else the single-Region organization trail is widened after
// which most is recorded in all accounts together; and what that leaves unrecorded is
// planned account by account, as Widen does. Acting is the account of the credentials:
// when the management account was not entered, it changes the organization trail as a
// delegated administrator. The choice is total.
func WidenOrganization(all []trail.Snapshot, acting AccountID) OrganizationPlan {
	var p OrganizationPlan
	best, actor := widest(all, acting)
	for _, s := range all {
		switch {
		case best.ARN == "":
			p.Accounts = append(p.Accounts, AccountPlan{widenAlone(s), s, s})
		case s.Account == actor:
			p.Accounts = slices.Insert(p.Accounts, 0, AccountPlan{widenFor(s, best, len(all)), s, s})
		default:
			p.Accounts = append(p.Accounts, coveredBy(s, best))
		}
	}
	p.Trail = best.ARN
	p.Why = whyOrganization(all, p)
	return p
}

// widest returns the organization trail to widen, as the account that can change it
// sees it; none when no account gains by any.
func widest(all []trail.Snapshot, acting AccountID) (best trail.Trail, actor AccountID) {
	most := 0
	for _, s := range all {
		most += score(coverage.Assess(s))
	}
	seen := map[trail.ARN]bool{}
	for _, s := range all {
		for _, t := range s.Trails {
			if !t.Organization || t.MultiRegion || seen[t.ARN] {
				continue
			}
			seen[t.ARN] = true
			a, own, ok := changer(all, t.ARN, acting)
			if !ok {
				continue
			}
			n := 0
			for _, s := range all {
				n += score(coverage.Assess(Predict(s, widen(a, own).Steps)))
			}
			if n > most || n == most && best.ARN != "" && t.ARN < best.ARN {
				most, best, actor = n, own, a.Account
			}
		}
	}
	return best, actor
}

// changer returns the account that can change an organization trail: its owner, or a
// delegated administrator.
func changer(all []trail.Snapshot, arn trail.ARN, acting AccountID) (trail.Snapshot, trail.Trail, bool) {
	for _, id := range []AccountID{arn.Owner(), acting} {
		for _, s := range all {
			if t, ok := s.Trail(arn); ok && s.Account == id {
				return s, t, true
			}
		}
	}
	return trail.Snapshot{}, trail.Trail{}, false
}

func widenFor(s trail.Snapshot, t trail.Trail, accounts int) Plan {
	p := widen(s, t)
	p.Why = trail.Say("why.organization-trail", "trail", t.Name, "count", fmt.Sprint(accounts))
	return p
}

// widenAlone is Widen, with what to do where there is no trail.
func widenAlone(s trail.Snapshot) Plan {
	p := Widen(s, "")
	if p.Why.Key == "why.no-trail" {
		p.Why = trail.Say("why.no-trail-yet")
	}
	return p
}

// coveredBy plans for an account what is left to do once the organization trail t is
// widened.
func coveredBy(s trail.Snapshot, t trail.Trail) AccountPlan {
	basis := Predict(s, widen(s, t).Steps)
	before, after := coverage.Assess(s), coverage.Assess(basis)
	if score(after) == score(before) || after.Verdict != coverage.Recorded || after.Future != coverage.Recorded {
		return AccountPlan{widenAlone(basis), s, basis}
	}
	p := nothing(basis, trail.Say("why.covered", "trail", t.Name))
	for _, o := range s.Trails {
		if o.ARN != t.ARN && recordsManagementEvents(o) {
			p.Becomes = append(p.Becomes, Consequence{o.ARN, secondCopy(o)})
		}
	}
	return AccountPlan{p, s, basis}
}

func whyOrganization(all []trail.Snapshot, p OrganizationPlan) trail.Note {
	steps := slices.ContainsFunc(p.Accounts, func(a AccountPlan) bool { return len(a.Steps) > 0 })
	healthy := healthyEverywhere(all)
	switch {
	case p.Trail != "":
		return trail.Say("why.organization.widen", "trail", p.Trail.Name())
	case healthy != "":
		return trail.Say("why.organization.healthy", "trail", healthy.Name())
	case steps:
		return trail.Say("why.organization.each")
	case allRecorded(all):
		return trail.Say("why.organization.recorded")
	default:
		return trail.Say("why.organization.nothing")
	}
}

func allRecorded(all []trail.Snapshot) bool {
	return !slices.ContainsFunc(all, func(s trail.Snapshot) bool {
		a := coverage.Assess(s)
		return a.Verdict != coverage.Recorded || a.Future != coverage.Recorded
	})
}

// healthyEverywhere returns an organization trail that every account is recorded with.
func healthyEverywhere(all []trail.Snapshot) trail.ARN {
	if len(all) == 0 || !allRecorded(all) {
		return ""
	}
	for _, t := range all[0].Trails {
		everywhere := t.Organization && t.MultiRegion && !slices.ContainsFunc(all, func(s trail.Snapshot) bool {
			_, ok := s.Trail(t.ARN)
			return !ok
		})
		if everywhere {
			return t.ARN
		}
	}
	return ""
}
