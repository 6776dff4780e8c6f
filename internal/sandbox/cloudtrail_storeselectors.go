package sandbox

// storeFieldsOf is the fieldRule of event data stores, whose selectors may say more of
// management events than those of trails, and which take what no trail does. Of those
// other categories the sandbox has no events.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
func storeFieldsOf(category string) map[string]func(fieldSelector) bool {
	switch category {
	case "Management":
		return map[string]func(fieldSelector) bool{
			"eventCategory": nil, "readOnly": fieldSelector.isBool, "eventSource": nil, "eventName": nil, "eventType": nil,
			"sessionCredentialFromConsole": fieldSelector.isBool, "userIdentity.arn": nil,
		}
	case "ActivityAuditLog", "ConfigurationItem", "Evidence", "Insight":
		return map[string]func(fieldSelector) bool{"eventCategory": nil}
	}
	return fieldsOf(category)
}
