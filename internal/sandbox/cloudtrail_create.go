package sandbox

import (
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// trailSettings are the members that CreateTrail and UpdateTrail share. A member that
// is absent leaves the setting alone; "" takes it away.
type trailSettings struct {
	Name                       string
	S3BucketName               *string
	S3KeyPrefix                *string
	SnsTopicName               *string
	IncludeGlobalServiceEvents *bool
	IsMultiRegionTrail         *bool
	EnableLogFileValidation    *bool
	CloudWatchLogsLogGroupArn  *string
	CloudWatchLogsRoleArn      *string
	KmsKeyID                   *string `json:"KmsKeyId"`
	IsOrganizationTrail        *bool
}

type createTrailInput struct {
	trailSettings
	TagsList []tag
}

// createTrail makes a trail, which does not log until StartLogging.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
func (s *Sandbox) createTrail(c *wire.Call, in createTrailInput) (trailAnswer, error) {
	if err := checkTrailName(in.Name); err != nil {
		return trailAnswer{}, err
	}
	if err := in.checkCombinations(); err != nil {
		return trailAnswer{}, err
	}
	if value(in.IsOrganizationTrail) {
		if err := s.checkMayOrganize(c); err != nil {
			return trailAnswer{}, err
		}
	}
	if err := checkTags(in.TagsList); err != nil {
		return trailAnswer{}, err
	}
	owner := s.ownerFor(c, value(in.IsOrganizationTrail))
	t := s.newTrail(c, owner, in)
	if err := s.checkPropagated(c, owner, t.ARN); err != nil {
		return trailAnswer{}, err
	}
	if err := s.admitNewTrail(owner, t); err != nil {
		return trailAnswer{}, err
	}
	if err := s.applySettings(c, owner, t, in.trailSettings); err != nil {
		return trailAnswer{}, err
	}
	s.remember(owner, t.ARN)
	owner.Trails[t.ARN] = t
	return t.answer(), nil
}

// newTrail is a trail with the defaults of CreateTrail.
func (s *Sandbox) newTrail(c *wire.Call, owner *account, in createTrailInput) *trailRecord {
	return &trailRecord{
		Name:                       in.Name,
		ARN:                        trailARN(c.Partition, c.Region, owner.ID, in.Name),
		HomeRegion:                 c.Region,
		IncludeGlobalServiceEvents: true,
		IsMultiRegionTrail:         value(in.IsMultiRegionTrail),
		IsOrganizationTrail:        value(in.IsOrganizationTrail),
		Tags:                       in.TagsList,
		Created:                    s.now(),
	}
}

// admitNewTrail looks for another trail of the name and for a free place, in every
// Region where the trail will exist.
func (s *Sandbox) admitNewTrail(owner *account, t *trailRecord) error {
	for _, other := range owner.Trails {
		if other.Name == t.Name && s.reaches(sight{other, owner, owner, t.HomeRegion}) {
			return nameTaken(t.Name, owner)
		}
	}
	if err := s.checkSameName(owner, t); err != nil {
		return err
	}
	return s.checkQuota(owner, t.ARN, s.regionsToCover(owner, t))
}

// checkCombinations refuses settings that exclude each other within one request.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
func (in trailSettings) checkCombinations() error {
	if value(in.IsMultiRegionTrail) && in.IncludeGlobalServiceEvents != nil && !*in.IncludeGlobalServiceEvents {
		return globalEventsRequired()
	}
	const code = "InvalidParameterCombinationException"
	group, role := in.CloudWatchLogsLogGroupArn, in.CloudWatchLogsRoleArn
	halfGiven := (group == nil) != (role == nil) || (value(group) == "") != (value(role) == "")
	switch {
	case halfGiven && value(role) == "":
		return wire.Errorf(code, "You must specify a role ARN as well as a log group.")
	case halfGiven:
		return wire.Errorf(code, "You must specify a log group as well as a role ARN.")
	}
	return nil
}

func globalEventsRequired() error {
	return wire.Errorf("InvalidParameterCombinationException", "Multi-Region trail must include global service events.")
}

// trailAnswer is the answer of CreateTrail and UpdateTrail, in the order of AWS. It
// has no home Region and does not tell of selectors. What was just taken away is
// there as ""; other settings that are not set are left out.
type trailAnswer struct {
	Name                       string
	S3BucketName               string
	S3KeyPrefix                *string `json:",omitempty"`
	SnsTopicName               *string `json:",omitempty"`
	SnsTopicARN                *string `json:",omitempty"`
	IncludeGlobalServiceEvents bool
	IsMultiRegionTrail         bool
	TrailARN                   string
	LogFileValidationEnabled   bool
	CloudWatchLogsLogGroupArn  *string `json:",omitempty"`
	CloudWatchLogsRoleArn      *string `json:",omitempty"`
	KmsKeyID                   string  `json:"KmsKeyId,omitempty"`
	IsOrganizationTrail        bool
}

func (t *trailRecord) answer() trailAnswer {
	return trailAnswer{
		Name:                       t.Name,
		S3BucketName:               t.S3BucketName,
		S3KeyPrefix:                unlessEmpty(t.S3KeyPrefix),
		SnsTopicName:               unlessEmpty(t.SnsTopicName),
		SnsTopicARN:                unlessEmpty(t.SnsTopicARN),
		IncludeGlobalServiceEvents: t.IncludeGlobalServiceEvents,
		IsMultiRegionTrail:         t.IsMultiRegionTrail,
		TrailARN:                   t.ARN,
		LogFileValidationEnabled:   t.LogFileValidationEnabled,
		CloudWatchLogsLogGroupArn:  unlessEmpty(t.CloudWatchLogsLogGroupArn),
		CloudWatchLogsRoleArn:      unlessEmpty(t.CloudWatchLogsRoleArn),
		KmsKeyID:                   t.KmsKeyID,
		IsOrganizationTrail:        t.IsOrganizationTrail,
	}
}

func unlessEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
