package sandbox

import (
	"errors"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// access is what an operation wants of a trail.
type access int

const (
	reading  access = iota // in every Region where the trail is seen
	changing               // in the home Region only, and never by a member of the organization
)

// resolve finds the trail that a caller means by a name or an ARN.
//
// A bare name means a trail that the caller owns and whose home Region is the Region
// of the call; anything else, shadows among it, needs the ARN.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
func (s *Sandbox) resolve(c *wire.Call, nameOrARN string, a access) (sight, error) {
	v, err := s.find(c, nameOrARN, a)
	if err == nil && a == changing {
		err = s.checkPropagated(c, v.owner, v.ARN)
	}
	return v, err
}

func (s *Sandbox) find(c *wire.Call, nameOrARN string, a access) (sight, error) {
	if isARN(nameOrARN) {
		return s.resolveARN(c, nameOrARN, a)
	}
	if err := checkTrailName(nameOrARN); err != nil {
		return sight{}, err
	}
	caller := s.accountOf(c.Account, c.Partition)
	arn := trailARN(c.Partition, c.Region, c.Account, nameOrARN)
	if t := caller.Trails[arn]; t != nil {
		return sight{t, caller, caller, c.Region}, nil
	}
	if a == changing && s.w.Switches.ShadowMutation == "home-region" {
		for _, v := range s.seen(caller, c.Region) {
			if v.owner == caller && v.Name == nameOrARN {
				return sight{}, wrongHomeRegion(v.trailRecord)
			}
		}
	}
	return sight{}, unknownTrail(arn, c)
}

func (s *Sandbox) resolveARN(c *wire.Call, text string, a access) (sight, error) {
	arn, err := parseTrailARN(text)
	if err != nil {
		return sight{}, err
	}
	owner, err := s.trailOwner(c, arn)
	if err != nil {
		return sight{}, err
	}
	caller := s.accountOf(c.Account, c.Partition)
	if a == changing {
		return s.resolveToChange(c, sight{owner.Trails[text], owner, caller, c.Region}, text)
	}
	v := sight{s.trailIn(owner, text, c.Region), owner, caller, c.Region}
	if v.trailRecord == nil || !s.reaches(v) {
		return sight{}, unknownTrail(text, c)
	}
	return v, nil
}

// trailOwner finds the account in the ARN of a trail, as far as the caller may know it.
func (s *Sandbox) trailOwner(c *wire.Call, arn resourceARN) (*account, error) {
	for _, owner := range s.ownersFor(s.accountOf(c.Account, c.Partition)) {
		if owner.ID == arn.Account {
			return owner, nil
		}
	}
	return nil, wrongAccount(c)
}

// resolveToChange admits the owner and the delegated administrators of an
// organization trail, in the home Region.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
func (s *Sandbox) resolveToChange(c *wire.Call, v sight, arn string) (sight, error) {
	foreign := v.owner != v.viewer
	switch {
	case v.trailRecord == nil || foreign && !v.IsOrganizationTrail:
		return sight{}, unknownTrail(arn, c)
	case foreign && !s.isDelegatedAdmin(v.viewer.ID):
		return sight{}, accessDenied()
	case v.HomeRegion != c.Region:
		return sight{}, wrongHomeRegion(v.trailRecord)
	}
	return v, nil
}

// unknownTrail is what is said of a trail that does not exist or is not to be seen
// from here; a bare name has been completed to an ARN with the Region of the call.
func unknownTrail(nameOrARN string, c *wire.Call) error {
	return wire.Errorf("TrailNotFoundException", "Unknown trail: %s for the user: %s", nameOrARN, c.Account)
}

func isUnknownTrail(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && e.Code == "TrailNotFoundException"
}

// wrongHomeRegion is what is said of a change outside the home Region. The sentence
// is the sandbox's own; that of AWS is not on record.
func wrongHomeRegion(t *trailRecord) error {
	return wire.Errorf("InvalidHomeRegionException", "Trail %s can only be modified from its home region %s.", t.ARN, t.HomeRegion)
}

func wrongAccount(c *wire.Call) error {
	return wire.Errorf("CloudTrailARNInvalidException", "AccountID in ARN is wrong, you can only access resources with AccountID %s.", c.Account)
}

func wrongRegion(c *wire.Call) error {
	return wire.Errorf("CloudTrailARNInvalidException", "Region in ARN is wrong, you can only access resources in region %s.", c.Region)
}

func accessDenied() error {
	return wire.Errorf("AccessDeniedException", "Access Denied: You do not have permission to operate on this resource")
}
