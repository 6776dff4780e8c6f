package cloudformation

// logGroupKind is AWS::Logs::LogGroup.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html
func logGroupKind() kind {
	return kind{
		service: "CloudWatchLogs", name: "LogGroupName", taggable: true, attributes: []string{"Arn"},
		properties: properties{
			"KmsKeyId": text().once(), "LogGroupClass": text().once(), "LogGroupName": text().once(),
			"RetentionInDays": number(), "Tags": tagList(),
		},
		create: createLogGroup, update: updateLogGroup,
		remove: func(d *deed) error {
			return d.do("logs", "DeleteLogGroup", map[string]any{"logGroupName": d.id}, nil)
		},
	}
}

func createLogGroup(d *deed) error {
	input := d.pick(map[string]string{"KmsKeyId": "kmsKeyId", "LogGroupClass": "logGroupClass"})
	name := d.named("LogGroupName", 512)
	input["logGroupName"] = name
	if tags := tagMap(d.list("Tags")); len(tags) > 0 {
		input["tags"] = tags
	}
	if err := d.do("logs", "CreateLogGroup", input, nil); err != nil {
		return err
	}
	d.id = name
	d.attributes = map[string]any{"Arn": d.arn("logs", "log-group:"+name+":*")}
	return keepLogs(d)
}

func keepLogs(d *deed) error {
	if !d.changed("RetentionInDays") {
		return nil
	}
	if days, given := d.properties["RetentionInDays"]; given {
		return d.do("logs", "PutRetentionPolicy", map[string]any{"logGroupName": d.id, "retentionInDays": days}, nil)
	}
	return d.do("logs", "DeleteRetentionPolicy", map[string]any{"logGroupName": d.id}, nil)
}

func updateLogGroup(d *deed) error {
	set, lost := d.tagChanges()
	arn := d.arn("logs", "log-group:"+d.id)
	if len(set) > 0 {
		if err := d.do("logs", "TagResource", map[string]any{"resourceArn": arn, "tags": tagMap(set)}, nil); err != nil {
			return err
		}
	}
	if len(lost) > 0 {
		if err := d.do("logs", "UntagResource", map[string]any{"resourceArn": arn, "tagKeys": lost}, nil); err != nil {
			return err
		}
	}
	return keepLogs(d)
}

func tagMap(tags []any) map[string]any {
	all := map[string]any{}
	for _, t := range tags {
		m, _ := t.(map[string]any)
		all[textOf(m, "Key")] = m["Value"]
	}
	return all
}
