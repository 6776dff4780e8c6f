package sandbox

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// trailDescription is a trail as DescribeTrails and GetTrail show it, in the order of
// AWS.
type trailDescription struct {
	Name                       string
	S3BucketName               string
	S3KeyPrefix                string `json:",omitempty"`
	SnsTopicName               string `json:",omitempty"`
	SnsTopicARN                string `json:",omitempty"`
	IncludeGlobalServiceEvents bool
	IsMultiRegionTrail         bool
	HomeRegion                 string
	TrailARN                   string
	LogFileValidationEnabled   bool
	CloudWatchLogsLogGroupArn  string `json:",omitempty"`
	CloudWatchLogsRoleArn      string `json:",omitempty"`
	KmsKeyID                   string `json:"KmsKeyId,omitempty"`
	HasCustomEventSelectors    bool
	HasInsightSelectors        bool
	IsOrganizationTrail        bool
}

func (t *trailRecord) description() trailDescription {
	return trailDescription{
		Name:                       t.Name,
		S3BucketName:               t.S3BucketName,
		S3KeyPrefix:                t.S3KeyPrefix,
		SnsTopicName:               t.SnsTopicName,
		SnsTopicARN:                t.SnsTopicARN,
		IncludeGlobalServiceEvents: t.IncludeGlobalServiceEvents,
		IsMultiRegionTrail:         t.IsMultiRegionTrail,
		HomeRegion:                 t.HomeRegion,
		TrailARN:                   t.ARN,
		LogFileValidationEnabled:   t.LogFileValidationEnabled,
		CloudWatchLogsLogGroupArn:  t.CloudWatchLogsLogGroupArn,
		CloudWatchLogsRoleArn:      t.CloudWatchLogsRoleArn,
		KmsKeyID:                   t.KmsKeyID,
		HasCustomEventSelectors:    t.hasCustomSelectors(),
		HasInsightSelectors:        len(t.InsightSelectors) > 0,
		IsOrganizationTrail:        t.IsOrganizationTrail,
	}
}

type describeTrailsInput struct {
	TrailNameList       []string `json:"trailNameList"`
	IncludeShadowTrails *bool    `json:"includeShadowTrails"`
}

type describeTrailsOutput struct {
	TrailList []trailDescription `json:"trailList"`
}

// describeTrails shows the trails seen from the Region of the call. Names and ARNs
// that are not seen are left out, without an error; a name finds only what is at
// home here and belongs to the caller. Single-Region trails of other Regions are not
// seen since April 2019.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
func (s *Sandbox) describeTrails(c *wire.Call, in describeTrailsInput) (describeTrailsOutput, error) {
	for _, n := range in.TrailNameList {
		if err := checkNameOrARN(n); err != nil {
			return describeTrailsOutput{}, err
		}
	}
	out := describeTrailsOutput{TrailList: []trailDescription{}}
	for _, v := range s.seen(s.accountOf(c.Account, c.Partition), c.Region) {
		if v.shadow() && in.IncludeShadowTrails != nil && !*in.IncludeShadowTrails {
			continue
		}
		if len(in.TrailNameList) == 0 || v.named(in.TrailNameList) {
			out.TrailList = append(out.TrailList, v.description())
		}
	}
	return out, nil
}

func checkNameOrARN(s string) error {
	if isARN(s) {
		_, err := parseTrailARN(s)
		return err
	}
	return checkTrailName(s)
}

// named says whether a list of names and ARNs means what is seen.
func (v sight) named(list []string) bool {
	return slices.Contains(list, v.ARN) || !v.shadow() && slices.Contains(list, v.Name)
}

type getTrailOutput struct{ Trail trailDescription }

// getTrail shows one trail.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html
func (s *Sandbox) getTrail(c *wire.Call, in trailName) (getTrailOutput, error) {
	v, err := s.resolve(c, in.Name, reading)
	if isUnknownTrail(err) {
		err = unknownTrail(in.Name, c) // unlike other operations, without completing a name to an ARN
	}
	if err != nil {
		return getTrailOutput{}, err
	}
	return getTrailOutput{v.description()}, nil
}

type listTrailsInput struct{ NextToken string }

type listTrailsOutput struct{ Trails []trailInfo }

type trailInfo struct {
	TrailARN   string
	Name       string
	HomeRegion string
}

// listTrails lists the trails of the account, of every Region, and the organization
// trails it sees. All fit in one answer, so that no token is ever good; the operation
// has no error of its own for one that is not.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html
func (s *Sandbox) listTrails(c *wire.Call, in listTrailsInput) (listTrailsOutput, error) {
	if in.NextToken != "" {
		return listTrailsOutput{}, wire.Errorf("ValidationException", "The token is not valid.")
	}
	caller := s.accountOf(c.Account, c.Partition)
	out := listTrailsOutput{Trails: []trailInfo{}}
	for _, v := range s.known(caller, c.Region) {
		out.Trails = append(out.Trails, trailInfo{v.ARN, v.Name, v.HomeRegion})
	}
	return out, nil
}
