package sandbox

import "strings"

// namedResources lists what LookupEvents says that an event was about. It is more than
// the resources of the record: event history knows them from the parameters too.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-supported-resource-types.html
func (r *record) namedResources() []resource {
	var list []resource
	add := func(kind, name string) {
		for _, known := range list {
			if known.Type == kind && known.Name == name {
				return
			}
		}
		if name != "" && !strings.Contains(name, "\x00") {
			list = append(list, resource{kind, name})
		}
	}
	for _, known := range r.resourceARNs() {
		add(known.Type, known.Name)
	}
	for _, p := range resourceParameters() {
		if p.source == "" || p.source == r.EventSource {
			add(p.kind, parameter(r.RequestParameters, p.name))
			add(p.kind, parameter(r.ResponseElements, p.name))
		}
	}
	return list
}

// resourceARNs lists the resources that the record itself names.
func (r *record) resourceARNs() []resource {
	var list []resource
	for _, e := range r.Resources {
		if name := e.ARN + e.ARNPrefix; !strings.Contains(e.Type+name, "\x00") {
			list = append(list, resource{e.Type, name})
		}
	}
	return list
}

// A resourceParameter is a parameter that names a resource.
type resourceParameter struct {
	source string // of the event; "": any
	name   string
	kind   string
}

func resourceParameters() []resourceParameter {
	return []resourceParameter{
		{"cloudtrail.amazonaws.com", "name", "AWS::CloudTrail::Trail"},
		{"cloudtrail.amazonaws.com", "trailName", "AWS::CloudTrail::Trail"},
		{"cloudtrail.amazonaws.com", "trailARN", "AWS::CloudTrail::Trail"},
		{"cloudtrail.amazonaws.com", "s3BucketName", "AWS::S3::Bucket"},
		{"cloudtrail.amazonaws.com", "eventDataStore", "AWS::CloudTrail::EventDataStore"},
		{"cloudtrail.amazonaws.com", "eventDataStoreArn", "AWS::CloudTrail::EventDataStore"},
		{"s3.amazonaws.com", "bucketName", "AWS::S3::Bucket"},
		{"cloudformation.amazonaws.com", "stackName", "AWS::CloudFormation::Stack"},
		{"iam.amazonaws.com", "userName", "AWS::IAM::User"},
		{"iam.amazonaws.com", "roleName", "AWS::IAM::Role"},
		{"iam.amazonaws.com", "policyArn", "AWS::IAM::Policy"},
		{"logs.amazonaws.com", "logGroupName", "AWS::Logs::LogGroup"},
		{"logs.amazonaws.com", "logStreamName", "AWS::Logs::LogStream"},
		{"", "keyId", "AWS::KMS::Key"},
		{"", "topicArn", "AWS::SNS::Topic"},
		{"", "roleArn", "AWS::IAM::Role"},
	}
}

// parameter reads a text among the parameters or elements of a record.
func parameter(elements any, name string) string {
	members, ok := elements.(map[string]any)
	if !ok {
		return ""
	}
	text, _ := members[name].(string)
	return text
}
