package cloudformation

// logStreamKind is AWS::Logs::LogStream, whose name is one of its log group only.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-logstream.html
func logStreamKind() kind {
	stream := func(d *deed, name string) map[string]any {
		return map[string]any{"logGroupName": d.text("LogGroupName"), "logStreamName": name}
	}
	return kind{
		service:    "CloudWatchLogs",
		properties: properties{"LogGroupName": text().must().once(), "LogStreamName": text().once()},
		create: func(d *deed) error {
			name := d.named("LogStreamName", 512)
			if err := d.do("logs", "CreateLogStream", stream(d, name), nil); err != nil {
				return err
			}
			d.id = name
			return nil
		},
		update: func(*deed) error { return nil },
		remove: func(d *deed) error { return d.do("logs", "DeleteLogStream", stream(d, d.id), nil) },
	}
}
