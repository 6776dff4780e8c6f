package sandbox

// describeStackCall leaves the values of parameters out of a record: CloudFormation logs
// their keys only.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-api-logging-cloudtrail.html
func describeStackCall(x *exchange, r *record) {
	in, ok := r.RequestParameters.(map[string]any)
	if x.call.Service != "cloudformation" || !ok {
		return
	}
	parameters, _ := in["parameters"].([]any)
	for _, p := range parameters {
		if parameter, ok := p.(map[string]any); ok {
			delete(parameter, "parameterValue")
		}
	}
}
