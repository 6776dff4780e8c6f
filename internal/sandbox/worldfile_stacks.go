package sandbox

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation"
)

func (b *builder) stack(a *account, f *stackFile) error {
	if f.Name.text == "" {
		return errorAt(max(f.Name.line, f.Region.line), "a stack of account %s has no name", a.ID)
	}
	if err := f.Region.checkRegion(a.Partition); err != nil {
		return err
	}
	if b.w.CloudFormation == nil {
		b.w.CloudFormation = &cloudformation.Store{}
	}
	id := "arn:" + a.Partition + ":cloudformation:" + f.Region.text + ":" + a.ID + ":stack/" + f.Name.text + "/" + steadyUUID(a.ID, f.Region.text, f.Name.text)
	if slices.ContainsFunc(b.w.CloudFormation.Stacks, func(s *cloudformation.Stack) bool { return s.ID == id }) {
		return f.Name.errorf("the stack %s comes twice in %s of account %s", f.Name.text, f.Region.text, a.ID)
	}
	var trails []cloudformation.Known
	for _, name := range f.Trails {
		trails = append(trails, cloudformation.Known{
			LogicalID: logicalID(name), PhysicalID: name, Type: "AWS::CloudTrail::Trail",
			Properties: b.trailProperties(a, f.Region.text, name), Attributes: map[string]any{"Arn": trailARN(a.Partition, f.Region.text, a.ID, name)},
		})
	}
	st := cloudformation.Found(cloudformation.Place{ID: id, Name: f.Name.text, Account: a.ID, Region: f.Region.text, Created: b.born}, trails)
	b.w.CloudFormation.Stacks = append(b.w.CloudFormation.Stacks, st)
	return nil
}

// trailProperties are what a template says that makes the trail as the world file has it:
// GetTemplate shows them, and an update changes them. A trail that is not there has only
// its name.
func (b *builder) trailProperties(a *account, region, name string) map[string]any {
	properties := map[string]any{"TrailName": name}
	t := a.Trails[trailARN(a.Partition, region, a.ID, name)]
	if t == nil {
		return properties
	}
	properties["IsLogging"], properties["S3BucketName"] = t.Logging, t.S3BucketName
	for name, on := range map[string]bool{
		"EnableLogFileValidation": t.LogFileValidationEnabled, "IncludeGlobalServiceEvents": t.IncludeGlobalServiceEvents,
		"IsMultiRegionTrail": t.IsMultiRegionTrail, "IsOrganizationTrail": t.IsOrganizationTrail,
	} {
		if on {
			properties[name] = true
		}
	}
	for name, value := range map[string]string{
		"CloudWatchLogsLogGroupArn": t.CloudWatchLogsLogGroupArn, "CloudWatchLogsRoleArn": t.CloudWatchLogsRoleArn,
		"KMSKeyId": t.KmsKeyID, "S3KeyPrefix": t.S3KeyPrefix, "SnsTopicName": t.SnsTopicName,
	} {
		if value != "" {
			properties[name] = value
		}
	}
	return properties
}
