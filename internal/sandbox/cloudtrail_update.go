package sandbox

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// updateTrail changes a trail in its home Region. Its ARN, home Region, selectors and
// whether it is logging stay as they are. All is checked before the trail is changed,
// so that a refused update leaves it as it was.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
func (s *Sandbox) updateTrail(c *wire.Call, in trailSettings) (trailAnswer, error) {
	v, err := s.resolve(c, in.Name, changing)
	if err != nil {
		return trailAnswer{}, err
	}
	if err := in.checkCombinations(); err != nil {
		return trailAnswer{}, err
	}
	after := v.clone()
	if err := s.changeReach(c, v, after, in); err != nil {
		return trailAnswer{}, err
	}
	if err := s.applySettings(c, v.owner, after, in); err != nil {
		return trailAnswer{}, err
	}
	s.remember(v.owner, v.ARN)
	*v.trailRecord = *after
	return in.echoCleared(after.answer()), nil
}

// changeReach makes a trail multi-Region or not, and an organization trail or not.
func (s *Sandbox) changeReach(c *wire.Call, v sight, after *trailRecord, in trailSettings) error {
	if err := s.changeOrganization(c, v, after, in.IsOrganizationTrail); err != nil {
		return err
	}
	if in.IsMultiRegionTrail == nil {
		return nil
	}
	after.IsMultiRegionTrail = *in.IsMultiRegionTrail
	switch {
	case !v.IsMultiRegionTrail && after.IsMultiRegionTrail:
		return s.admitWidened(v.owner, after)
	case v.IsMultiRegionTrail && !after.IsMultiRegionTrail && s.w.Switches.NarrowingGlobalEvents == "clear":
		after.IncludeGlobalServiceEvents = false
	}
	return nil
}

// admitWidened looks for room for the shadows of a trail that becomes multi-Region.
// What AWS does when a Region is full, or has a trail of the name, is not documented:
// switches decide.
func (s *Sandbox) admitWidened(owner *account, t *trailRecord) error {
	if err := s.checkSameName(owner, t); err != nil {
		return err
	}
	if s.w.Switches.ConversionQuota == "allow" {
		return nil
	}
	return s.checkQuota(owner, t.ARN, s.regionsToCover(owner, t))
}

// changeOrganization turns a trail into an organization trail or back. Only the
// management account may; whether members have room, or their part of the bucket
// would be written, is not asked.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-an-organizational-trail-prepare.html
func (s *Sandbox) changeOrganization(c *wire.Call, v sight, after *trailRecord, want *bool) error {
	if want == nil || *want == v.IsOrganizationTrail {
		return nil
	}
	if v.owner != v.viewer {
		return wire.Errorf("NotOrganizationMasterAccountException", "Only the management account can convert an organization trail.")
	}
	if *want {
		if err := s.checkMayOrganize(c); err != nil {
			return err
		}
		if s.organizationOf(c.Account).ManagementAccount != c.Account {
			return wire.Errorf("NotOrganizationMasterAccountException", "Only the management account can convert a trail to an organization trail.")
		}
	}
	after.IsOrganizationTrail = *want
	return nil
}

// echoCleared puts "" where the request took a setting away. The KMS key is not
// among them in what AWS was seen to answer.
func (in trailSettings) echoCleared(a trailAnswer) trailAnswer {
	for _, e := range []struct{ asked, answered **string }{
		{&in.S3KeyPrefix, &a.S3KeyPrefix},
		{&in.SnsTopicName, &a.SnsTopicName},
		{&in.SnsTopicName, &a.SnsTopicARN},
		{&in.CloudWatchLogsLogGroupArn, &a.CloudWatchLogsLogGroupArn},
		{&in.CloudWatchLogsRoleArn, &a.CloudWatchLogsRoleArn},
	} {
		if *e.asked != nil && **e.asked == "" {
			*e.answered = *e.asked
		}
	}
	return a
}
