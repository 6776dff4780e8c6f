package logs

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type groupName struct {
	LogGroupName string `json:"logGroupName"`
}

type createGroupInput struct {
	groupName
	KmsKeyID  string            `json:"kmsKeyId"`
	Class     string            `json:"logGroupClass"`
	Protected bool              `json:"deletionProtectionEnabled"`
	Tags      map[string]string `json:"tags"`
}

// createLogGroup makes a log group, whose events stay for ever.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
func (o operations) createLogGroup(c *wire.Call, in createGroupInput) (nothing, error) {
	s := o.store()
	if s.place(c.Account, c.Region).Groups[in.LogGroupName] != nil {
		return nothing{}, wire.Errorf("ResourceAlreadyExistsException", "The specified log group already exists")
	}
	if err := checkTags(in.Tags); err != nil {
		return nothing{}, err
	}
	s.add(c.Account, c.Region, &Group{
		Name: in.LogGroupName, ARN: groupARN(c, in.LogGroupName), Created: c.Time, KmsKeyID: in.KmsKeyID,
		Class: cmp.Or(in.Class, "STANDARD"), Protected: in.Protected, Tags: in.Tags,
	})
	return nothing{}, nil
}

func groupARN(c *wire.Call, name string) string {
	return "arn:" + c.Partition + ":logs:" + c.Region + ":" + c.Account + ":log-group:" + name
}

func (o operations) deleteLogGroup(c *wire.Call, in groupName) (nothing, error) {
	s := o.store()
	g, err := s.group(c, in.LogGroupName)
	if err != nil {
		return nothing{}, err
	}
	if g.Protected {
		return nothing{}, wire.Errorf("ValidationException", "The log group %s cannot be deleted because deletion protection is enabled.", g.Name)
	}
	for _, t := range g.Streams {
		s.release(t)
	}
	delete(s.place(c.Account, c.Region).Groups, g.Name)
	return nothing{}, nil
}

type describeGroupsInput struct {
	Prefix      string   `json:"logGroupNamePrefix"`
	Pattern     string   `json:"logGroupNamePattern"`
	Identifiers []string `json:"logGroupIdentifiers"`
	Class       string   `json:"logGroupClass"`
	paging
}

type describeGroupsOutput struct {
	Groups    []groupDetail `json:"logGroups"`
	NextToken string        `json:"nextToken,omitempty"`
}

// A groupDetail is a log group as DescribeLogGroups shows it.
type groupDetail struct {
	Name        string `json:"logGroupName"`
	Created     int64  `json:"creationTime"`
	Retention   int    `json:"retentionInDays,omitempty"`
	Filters     int    `json:"metricFilterCount"`
	ARN         string `json:"arn"`
	StoredBytes int64  `json:"storedBytes"`
	KmsKeyID    string `json:"kmsKeyId,omitempty"`
	Class       string `json:"logGroupClass"`
	BareARN     string `json:"logGroupArn"`
	Protected   bool   `json:"deletionProtectionEnabled"`
}

func (g *Group) detail() groupDetail {
	d := groupDetail{
		Name: g.Name, Created: g.Created.UnixMilli(), Retention: g.Retention, Filters: len(g.Filters), ARN: g.ARN + ":*",
		KmsKeyID: g.KmsKeyID, Class: g.Class, BareARN: g.ARN, Protected: g.Protected,
	}
	for _, t := range g.Streams {
		d.StoredBytes += t.size()
	}
	return d
}

// describeLogGroups lists log groups by name. A pattern is any part of a name, in any case.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
func (o operations) describeLogGroups(c *wire.Call, in describeGroupsInput) (describeGroupsOutput, error) {
	if in.Prefix != "" && in.Pattern != "" {
		return describeGroupsOutput{}, invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	groups := o.store().place(c.Account, c.Region).Groups
	var list []groupDetail
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		if in.selects(groups[name]) {
			list = append(list, groups[name].detail())
		}
	}
	list, next, err := page(in.paging, list)
	return describeGroupsOutput{list, next}, err
}

func (in describeGroupsInput) selects(g *Group) bool {
	named := len(in.Identifiers) == 0 || slices.ContainsFunc(in.Identifiers, func(id string) bool { return id == g.Name || id == g.ARN })
	return named && strings.HasPrefix(g.Name, in.Prefix) && (in.Class == "" || in.Class == g.Class) &&
		strings.Contains(strings.ToLower(g.Name), strings.ToLower(in.Pattern))
}

type retentionInput struct {
	groupName
	Days int `json:"retentionInDays"`
}

// Retentions are the days that one can choose.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
func Retentions() []int {
	return []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
}

func (o operations) putRetentionPolicy(c *wire.Call, in retentionInput) (nothing, error) {
	g, err := o.store().group(c, in.LogGroupName)
	if err != nil {
		return nothing{}, err
	}
	if !slices.Contains(Retentions(), in.Days) {
		var days []string
		for _, d := range Retentions() {
			days = append(days, strconv.Itoa(d))
		}
		return nothing{}, invalid("1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [%s]",
			in.Days, strings.Join(days, ", "))
	}
	g.Retention = in.Days
	return nothing{}, nil
}

func (o operations) deleteRetentionPolicy(c *wire.Call, in groupName) (nothing, error) {
	g, err := o.store().group(c, in.LogGroupName)
	if err == nil {
		g.Retention = 0
	}
	return nothing{}, err
}
