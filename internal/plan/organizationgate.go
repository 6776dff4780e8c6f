package plan

import (
	"fmt"

	"github.com/trailspan/trailspan/internal/trail"
)

// organizationGate: a member account sees an organization trail but cannot change it; the
// management account and a delegated administrator can.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
func organizationGate(s trail.Snapshot, t trail.Trail, e Evidence) Gate {
	const id = "organization"
	owner, members := string(t.ARN.Owner()), 0
	if e.Organization != nil {
		members = e.Organization.Members
	}
	switch {
	case owner != string(s.Account) && (e.Organization == nil || !e.Organization.Delegated):
		return gate(id, Block, owner, "owner", owner)
	case owner != string(s.Account):
		return verdict(id, Warn, "warn-delegated", owner, "owner", owner, "trail", t.Name)
	case t.Organization && members > 0:
		return verdict(id, Warn, "warn-members", fmt.Sprintf("%s: %d", owner, members), "trail", t.Name, "count", fmt.Sprint(members))
	case t.Organization:
		return gate(id, Warn, owner, "trail", t.Name)
	default:
		return gate(id, Pass, owner)
	}
}

// optInHome: what happens to a multi-Region trail whose home Region an account disables,
// or never enabled.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
func optInHome(t trail.Trail) Gate {
	const id = "home-region"
	why := "warn"
	if t.Organization {
		why = "warn-organization"
	}
	return verdict(id, Warn, why, string(t.HomeRegion)+" "+string(trail.Enabled), "region", string(t.HomeRegion), "trail", t.Name)
}

// controlTowerGate: in an account that AWS Control Tower governs, the service control
// policy of an old landing zone denies changes to all trails, not only to its own. A
// member account cannot read it; it does not bind the management account.
// https://docs.aws.amazon.com/controltower/latest/controlreference/mandatory-controls.html
func controlTowerGate(s trail.Snapshot, t trail.Trail, e Evidence) (Gate, bool) {
	if controlTower(t) || e.Organization != nil && e.Organization.ManagementAccount == s.Account {
		return Gate{}, false // the owner gate blocks, or no policy binds the account
	}
	for _, o := range s.Trails {
		if controlTower(o) {
			return verdict("control-tower", UnknownGate, "unknown", string(o.ARN), "trail", t.Name, "tower", o.Name), true
		}
	}
	return Gate{}, false
}
