package cloudformation

import "maps"

// trailKind is AWS::CloudTrail::Trail. What its template leaves out is false: a
// multi-Region trail has to say IncludeGlobalServiceEvents.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudtrail-trail.html
func trailKind() kind {
	return kind{
		service: "CloudTrail", properties: trailProperties(), attributes: []string{"Arn", "SnsTopicArn"},
		name: "TrailName", taggable: true, wrapped: true,
		create: createTrail, update: updateTrail, remove: removeTrail,
	}
}

func trailProperties() properties {
	texts := listOf(text())
	return properties{
		"AdvancedEventSelectors": listOf(object(properties{
			"Name": text(),
			"FieldSelectors": listOf(object(properties{
				"Field": text().must(), "Equals": texts, "NotEquals": texts, "StartsWith": texts,
				"NotStartsWith": texts, "EndsWith": texts, "NotEndsWith": texts,
			})).must(),
		})),
		"CloudWatchLogsLogGroupArn": text(),
		"CloudWatchLogsRoleArn":     text(),
		"EnableLogFileValidation":   boolean(),
		"EventSelectors": listOf(object(properties{
			"DataResources":                 listOf(object(properties{"Type": text().must(), "Values": texts})),
			"ExcludeManagementEventSources": texts,
			"IncludeManagementEvents":       boolean(),
			"ReadWriteType":                 text(),
		})),
		"IncludeGlobalServiceEvents": boolean(),
		"InsightSelectors":           listOf(object(properties{"InsightType": text(), "EventCategories": texts})),
		"IsLogging":                  boolean().must(),
		"IsMultiRegionTrail":         boolean(),
		"IsOrganizationTrail":        boolean(),
		"KMSKeyId":                   text(),
		"S3BucketName":               text().must(),
		"S3KeyPrefix":                text(),
		"SnsTopicName":               text(),
		"Tags":                       tagList(),
		"TrailName":                  text().once(),
	}
}

// trailSettings are the properties that CreateTrail and UpdateTrail take.
func trailSettings() map[string]string {
	return map[string]string{
		"CloudWatchLogsLogGroupArn": "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
		"EnableLogFileValidation": "EnableLogFileValidation", "IncludeGlobalServiceEvents": "IncludeGlobalServiceEvents",
		"IsMultiRegionTrail": "IsMultiRegionTrail", "IsOrganizationTrail": "IsOrganizationTrail", "KMSKeyId": "KmsKeyId",
		"S3BucketName": "S3BucketName", "S3KeyPrefix": "S3KeyPrefix", "SnsTopicName": "SnsTopicName",
	}
}

// trailInput is the input of CreateTrail or UpdateTrail: a switch that the template leaves
// out is off.
func trailInput(d *deed) map[string]any {
	input := map[string]any{
		"IncludeGlobalServiceEvents": false, "IsMultiRegionTrail": false,
		"EnableLogFileValidation": false, "IsOrganizationTrail": false,
	}
	maps.Copy(input, d.pick(trailSettings()))
	return input
}

func createTrail(d *deed) error {
	input := trailInput(d)
	name := d.named("TrailName", 128)
	input["Name"] = name
	if tags := d.list("Tags"); len(tags) > 0 {
		input["TagsList"] = tags
	}
	var made trailMade
	if err := d.do("cloudtrail", "CreateTrail", input, &made); err != nil {
		return err
	}
	d.id = name
	d.attributes = made.attributes()
	if err := putSelectors(d); err != nil {
		return err
	}
	if d.is("IsLogging") {
		return d.do("cloudtrail", "StartLogging", trailName{name}, nil)
	}
	return nil
}

type trailName struct{ Name string }

// trailMade is what CreateTrail and UpdateTrail tell of a trail.
type trailMade struct{ TrailARN, SnsTopicARN string }

func (t trailMade) attributes() map[string]any {
	return map[string]any{"Arn": t.TrailARN, "SnsTopicArn": t.SnsTopicARN}
}

// updateTrail changes what changed. A setting that left the template is taken back, but the
// log group stays, which UpdateTrail does not take away by itself.
func updateTrail(d *deed) error {
	if d.changed(keys(trailSettings())...) {
		input := trailInput(d)
		input["Name"] = d.id
		for property, member := range map[string]string{"S3KeyPrefix": "S3KeyPrefix", "SnsTopicName": "SnsTopicName", "KMSKeyId": "KmsKeyId"} {
			if _, given := input[member]; !given && d.old[property] != nil {
				input[member] = ""
			}
		}
		var made trailMade
		if err := d.do("cloudtrail", "UpdateTrail", input, &made); err != nil {
			return err
		}
		d.attributes = made.attributes()
	}
	if err := putSelectors(d); err != nil {
		return err
	}
	if err := retag(d, d.attributes["Arn"]); err != nil {
		return err
	}
	switch {
	case !d.changed("IsLogging"):
		return nil
	case d.is("IsLogging"):
		return d.do("cloudtrail", "StartLogging", trailName{d.id}, nil)
	}
	return d.do("cloudtrail", "StopLogging", trailName{d.id}, nil)
}

// putSelectors puts the selectors that changed; those that left the template become the
// default.
func putSelectors(d *deed) error {
	if d.changed("EventSelectors", "AdvancedEventSelectors") {
		if err := d.do("cloudtrail", "PutEventSelectors", eventSelectors(d), nil); err != nil {
			return err
		}
	}
	if !d.changed("InsightSelectors") {
		return nil
	}
	selectors := d.list("InsightSelectors")
	if selectors == nil {
		selectors = []any{}
	}
	return d.do("cloudtrail", "PutInsightSelectors", map[string]any{"TrailName": d.id, "InsightSelectors": selectors}, nil)
}

func eventSelectors(d *deed) map[string]any {
	input := map[string]any{"TrailName": d.id}
	if advanced := d.list("AdvancedEventSelectors"); len(advanced) > 0 {
		input["AdvancedEventSelectors"] = advanced
	}
	if basic := d.list("EventSelectors"); len(basic) > 0 {
		input["EventSelectors"] = basic
	}
	if len(input) == 1 {
		input["EventSelectors"] = []any{map[string]any{"ReadWriteType": "All", "IncludeManagementEvents": true}}
	}
	return input
}

// retag changes the tags of what CloudTrail knows by an ARN.
func retag(d *deed, id any) error {
	set, lost := d.tagChanges()
	if len(lost) > 0 {
		var list []any
		for _, key := range lost {
			list = append(list, map[string]any{"Key": key})
		}
		if err := d.do("cloudtrail", "RemoveTags", map[string]any{"ResourceId": id, "TagsList": list}, nil); err != nil {
			return err
		}
	}
	if len(set) == 0 {
		return nil
	}
	return d.do("cloudtrail", "AddTags", map[string]any{"ResourceId": id, "TagsList": set}, nil)
}

func removeTrail(d *deed) error {
	return d.do("cloudtrail", "DeleteTrail", trailName{d.id}, nil)
}

func keys(m map[string]string) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	return list
}
