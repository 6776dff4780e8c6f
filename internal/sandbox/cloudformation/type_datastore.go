package cloudformation

import "encoding/json"

// dataStoreKind is AWS::CloudTrail::EventDataStore, whose physical ID is its ARN. One that
// is protected, which it is unless it says otherwise, cannot be deleted with its stack.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudtrail-eventdatastore.html
func dataStoreKind() kind {
	return kind{
		service: "CloudTrail", taggable: true, wrapped: true,
		attributes: []string{"CreatedTimestamp", "EventDataStoreArn", "Status", "UpdatedTimestamp"},
		properties: properties{
			"AdvancedEventSelectors":       trailProperties()["AdvancedEventSelectors"],
			"BillingMode":                  text(),
			"IngestionEnabled":             boolean(),
			"KmsKeyId":                     text(),
			"MultiRegionEnabled":           boolean(),
			"Name":                         text(),
			"OrganizationEnabled":          boolean(),
			"RetentionPeriod":              number(),
			"Tags":                         tagList(),
			"TerminationProtectionEnabled": boolean(),
		},
		create: createDataStore, update: updateDataStore,
		remove: func(d *deed) error { return d.do("cloudtrail", "DeleteEventDataStore", dataStoreID{d.id}, nil) },
	}
}

// dataStoreSettings are the properties that its operations take under the same name.
func dataStoreSettings() map[string]string {
	same := map[string]string{}
	for _, name := range []string{
		"AdvancedEventSelectors", "BillingMode", "KmsKeyId", "MultiRegionEnabled", "Name", "OrganizationEnabled", "RetentionPeriod",
		"TerminationProtectionEnabled",
	} {
		same[name] = name
	}
	return same
}

type dataStoreID struct{ EventDataStore string }

// dataStoreMade is what CreateEventDataStore and UpdateEventDataStore tell.
type dataStoreMade struct {
	EventDataStoreArn, Status          string
	CreatedTimestamp, UpdatedTimestamp json.Number
}

func (m dataStoreMade) attributes() map[string]any {
	return map[string]any{
		"EventDataStoreArn": m.EventDataStoreArn, "Status": m.Status,
		"CreatedTimestamp": m.CreatedTimestamp.String(), "UpdatedTimestamp": m.UpdatedTimestamp.String(),
	}
}

func createDataStore(d *deed) error {
	input := with(d.pick(dataStoreSettings()), "Name", d.named("Name", 128))
	if ingests, given := d.properties["IngestionEnabled"]; given {
		input["StartIngestion"] = ingests
	}
	if tags := d.list("Tags"); len(tags) > 0 {
		input["TagsList"] = tags
	}
	var made dataStoreMade
	if err := d.do("cloudtrail", "CreateEventDataStore", input, &made); err != nil {
		return err
	}
	d.id, d.attributes = made.EventDataStoreArn, made.attributes()
	return nil
}

// updateDataStore changes what changed. A setting that left the template stays as it is.
func updateDataStore(d *deed) error {
	if d.changed(keys(dataStoreSettings())...) {
		var made dataStoreMade
		input := with(d.pick(dataStoreSettings()), "EventDataStore", d.id)
		if err := d.do("cloudtrail", "UpdateEventDataStore", input, &made); err != nil {
			return err
		}
		d.attributes = made.attributes()
	}
	if err := retag(d, d.id); err != nil {
		return err
	}
	ingests, did := unlessFalse(d.properties, "IngestionEnabled"), unlessFalse(d.old, "IngestionEnabled")
	switch {
	case ingests == did:
		return nil
	case ingests:
		return d.do("cloudtrail", "StartEventDataStoreIngestion", dataStoreID{d.id}, nil)
	}
	return d.do("cloudtrail", "StopEventDataStoreIngestion", dataStoreID{d.id}, nil)
}
