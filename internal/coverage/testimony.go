package coverage

import (
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// strength orders what trails can say of a class of events in a Region. The
// strongest testimony decides; what is stronger is also what is better to tell.
type strength int

const (
	unreached  strength = iota // no trail is there
	silent                     // one is there but does not log
	unselected                 // it logs but its selectors leave the class out
	failing                    // it selects the class but deliveries fail
	partly                     // it records a part of the class
	hidden                     // a Gap hides whether it records
	witnessed                  // it records the class
)

// testimony is what one trail says of one class of events in one Region.
type testimony struct {
	strength strength
	reason   trail.Note
}

func stronger(a, b testimony) testimony {
	if b.strength > a.strength {
		return b
	}
	return a
}

func (t testimony) state() Verdict {
	switch t.strength {
	case witnessed:
		return Recorded
	case hidden:
		return Unknown
	case partly:
		return Partial
	case failing:
		return Failing
	default:
		return Unrecorded
	}
}

// testify puts the question to trail t in the Region of v.
func testify(s trail.Snapshot, t trail.Trail, v trail.RegionView, q question) testimony {
	if !t.MultiRegion && t.HomeRegion != v.Region {
		return testimony{strength: unreached, reason: trail.Say("reason.no-trail")}
	}
	if homeDisabled(s, t) {
		return testimony{silent, trail.Say("reason.home-disabled", "trail", t.Name, "region", string(t.HomeRegion))}
	}
	st, seen := t.Status[v.Region]
	if !seen && !slices.Contains(v.Visible, t.ARN) {
		if g, ok := s.Gap(v.Region, trail.DescribeTrails, ""); ok {
			return testimony{hidden, because(g)}
		}
		return testimony{silent, trail.Say("reason.no-shadow", "trail", t.Name)}
	}
	return testifyStatus(s, t, v.Region, st, seen, q)
}

// homeDisabled says that t is an organization trail whose home is an opt-in Region that
// this account has not enabled: CloudTrail then takes nothing from the account.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
func homeDisabled(s trail.Snapshot, t trail.Trail) bool {
	v, known := s.View(t.HomeRegion)
	return t.Organization && known && !v.OptStatus.Usable()
}

// testifyHome puts the question to t in its home Region, or, where that was not looked
// at, in the first Region that was: what it would do in any Region to come.
func testifyHome(s trail.Snapshot, t trail.Trail, q question) testimony {
	if homeDisabled(s, t) {
		return testimony{strength: silent}
	}
	r := t.HomeRegion
	st, seen := t.Status[r]
	if _, gap := s.Gap(r, trail.GetTrailStatus, t.ARN); !seen && !gap {
		for _, v := range s.Regions {
			if other, ok := t.Status[v.Region]; ok {
				r, st, seen = v.Region, other, true
				break
			}
		}
	}
	return testifyStatus(s, t, r, st, seen, q)
}

// testifyStatus judges a trail that is in Region r. What is certain comes first: a
// trail that does not log records nothing, whatever its selectors may be.
func testifyStatus(s trail.Snapshot, t trail.Trail, r trail.Region, st trail.Status, seen bool, q question) testimony {
	if seen && !st.Logging {
		return testimony{silent, trail.Say("reason.not-logging", "trail", t.Name)}
	}
	if q.global && !t.GlobalServiceEvents {
		return testimony{unselected, trail.Say("reason.no-global-events", "trail", t.Name)}
	}
	selection := trail.Fully
	if t.Selectors != nil {
		selection = t.Selectors.Selects(q.class)
	}
	switch {
	case selection == trail.No:
		return testimony{unselected, unselectedBecause(t, q.class)}
	case !seen:
		return testimony{hidden, hiddenBecause(s, r, trail.GetTrailStatus, t.ARN)}
	case t.Selectors == nil:
		return testimony{hidden, hiddenBecause(s, t.HomeRegion, trail.GetEventSelectors, t.ARN)}
	case st.DeliveryError != "":
		return testimony{failing, trail.Say("reason.delivery-error", "trail", t.Name, "error", st.DeliveryError)}
	case selection == trail.Partly:
		return testimony{partly, trail.Say("reason.narrowed", "trail", t.Name)}
	default:
		return testimony{strength: witnessed}
	}
}

// unselectedBecause says in the words of an operator what the selectors leave out.
func unselectedBecause(t trail.Trail, c trail.Class) trail.Note {
	all := func(list ...trail.Class) bool {
		return !slices.ContainsFunc(list, func(c trail.Class) bool { return t.Selectors.Selects(c) != trail.No })
	}
	switch {
	case all(trail.AccessClasses()...):
		return trail.Say("reason.no-management-events", "trail", t.Name)
	case isRead(c) && all(trail.ReadKMS, trail.ReadRDSData, trail.ReadOther):
		return trail.Say("reason.write-only", "trail", t.Name)
	case !isRead(c) && all(trail.WriteKMS, trail.WriteRDSData, trail.WriteOther):
		return trail.Say("reason.read-only", "trail", t.Name)
	case c == trail.ReadKMS || c == trail.WriteKMS:
		return trail.Say("reason.excludes", "trail", t.Name, "source", "kms.amazonaws.com")
	case c == trail.ReadRDSData || c == trail.WriteRDSData:
		return trail.Say("reason.excludes", "trail", t.Name, "source", "rdsdata.amazonaws.com")
	default:
		return trail.Say("reason.unselected", "trail", t.Name, "class", string(c))
	}
}

func isRead(c trail.Class) bool {
	return c == trail.ReadKMS || c == trail.ReadRDSData || c == trail.ReadOther
}

// testifyStore asks an event data store. One that is not ENABLED takes nothing in.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake.html
func testifyStore(d trail.EventDataStore, r trail.Region, c trail.Class) testimony {
	if !d.MultiRegion && d.HomeRegion != r {
		return testimony{strength: unreached, reason: trail.Say("reason.no-trail")}
	}
	if d.Status != "ENABLED" {
		return testimony{silent, trail.Say("reason.store-stopped", "store", d.Name, "status", d.Status)}
	}
	if d.Selectors == nil {
		return testimony{hidden, trail.Say("reason.not-looked", "action", trail.GetEventDataStore)}
	}
	switch d.Selectors.Selects(c) {
	case trail.Fully:
		return testimony{strength: witnessed}
	case trail.Partly:
		return testimony{partly, trail.Say("reason.store-narrowed", "store", d.Name)}
	default:
		return testimony{unselected, trail.Say("reason.store-unselected", "store", d.Name)}
	}
}

// hiddenBecause finds the Gap that hides an answer about one trail.
func hiddenBecause(s trail.Snapshot, r trail.Region, action string, arn trail.ARN) trail.Note {
	if g, ok := s.Gap(r, action, arn); ok {
		return because(g)
	}
	for _, g := range s.Gaps {
		if g.Action == action && g.Trail == arn {
			return because(g)
		}
	}
	return trail.Say("reason.not-looked", "action", action)
}

func because(g trail.Gap) trail.Note {
	return trail.Say("reason.gap-"+string(g.Kind), "action", g.Action)
}
