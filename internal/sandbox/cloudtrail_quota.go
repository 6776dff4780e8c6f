package sandbox

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// trailQuota is how many trails an account may have in a Region. It cannot be raised,
// and a multi-Region trail takes a place in every Region.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const trailQuota = 5

// checkQuota makes sure that a trail of the account finds a free place in each of
// the Regions in which it does not exist yet.
func (s *Sandbox) checkQuota(owner *account, arn string, regions []string) error {
	for _, region := range regions {
		if s.trailsWithout(owner, arn, region) >= trailQuota {
			return wire.Errorf("MaximumNumberOfTrailsExceededException", "User: %s already has %d trails in %s.", owner.ID, trailQuota, region)
		}
	}
	return nil
}

// trailsWithout counts the trails of an account in a Region: its own, shadows and
// organization trails, but not the given one. It counts by the truth of the home
// Regions, however long a change needs to be seen elsewhere.
func (s *Sandbox) trailsWithout(viewer *account, arn, region string) int {
	n := 0
	for _, owner := range s.ownersFor(viewer) {
		for _, t := range owner.Trails {
			if t.ARN != arn && s.reaches(sight{t, owner, viewer, region}) {
				n++
			}
		}
	}
	return n
}

// regionsToCover are those in which a trail will exist.
func (s *Sandbox) regionsToCover(owner *account, t *trailRecord) []string {
	if t.IsMultiRegionTrail {
		return owner.enabledRegions(s.now())
	}
	return []string{t.HomeRegion}
}

// checkSameName refuses a multi-Region trail while another Region has a trail of its
// own with that name, if the switch says so. Between single-Region trails the same
// name is no conflict.
func (s *Sandbox) checkSameName(owner *account, t *trailRecord) error {
	if s.w.Switches.SameNameConversion != "reject" || !t.IsMultiRegionTrail {
		return nil
	}
	for _, other := range owner.Trails {
		if other.Name == t.Name && other.ARN != t.ARN {
			return nameTaken(t.Name, owner)
		}
	}
	return nil
}

func nameTaken(name string, owner *account) error {
	return wire.Errorf("TrailAlreadyExistsException", "Trail %s already exists for customer: %s", name, owner.ID)
}
