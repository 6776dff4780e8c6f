package cloudformation

import "net/url"

// waitConditionHandle is AWS::CloudFormation::WaitConditionHandle: a URL that nobody
// listens at.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-waitconditionhandle.html
func waitConditionHandle() kind {
	nothing := func(*deed) error { return nil }
	return kind{
		service: "CloudFormation", properties: properties{},
		create: func(d *deed) error {
			d.id = "https://cloudformation-waitcondition-" + d.call.Region + ".s3." + d.call.Region + ".amazonaws.com/" +
				url.PathEscape(d.stack.ID+"/"+d.logicalID)
			return nil
		},
		update: nothing, remove: nothing,
	}
}
