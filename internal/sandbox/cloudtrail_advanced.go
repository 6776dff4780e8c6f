package sandbox

import (
	"slices"
	"strings"
)

// The limits of advanced event selectors.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
const (
	maxAdvancedSelectors = 500
	maxConditions        = 500 // values, in all selectors together
	maxConditionLength   = 2048
)

// A fieldRule returns the fields that selectors of a category may have, with a check of
// their conditions where any will not do. nil: no such category.
type fieldRule func(category string) map[string]func(fieldSelector) bool

// checkAdvancedSelectors checks the advanced event selectors of a trail.
func checkAdvancedSelectors(selectors []advancedEventSelector) error {
	return checkSelectors(selectors, "trail", fieldsOf)
}

// checkSelectors checks the advanced event selectors of a trail or event data store.
func checkSelectors(selectors []advancedEventSelector, of string, fields fieldRule) error {
	if len(selectors) < 1 || len(selectors) > maxAdvancedSelectors {
		return invalidSelectors("Specify between 1 and %d selectors for your %s.", maxAdvancedSelectors, of)
	}
	conditions := 0
	for _, a := range selectors {
		if err := a.check(fields); err != nil {
			return err
		}
		for _, f := range a.FieldSelectors {
			conditions += len(f.conditions())
		}
	}
	if conditions > maxConditions {
		return invalidSelectors("Specify at most %d conditions for your %s.", maxConditions, of)
	}
	return nil
}

func (a advancedEventSelector) check(fields fieldRule) error {
	seen := map[string]bool{}
	for _, f := range a.FieldSelectors {
		if seen[f.Field] {
			return invalidSelectors("The field %s is specified more than once.", f.Field)
		}
		seen[f.Field] = true
		if err := f.checkConditions(); err != nil {
			return err
		}
	}
	category := a.field("eventCategory")
	if len(category.conditions()) == 0 {
		return missingField("eventCategory")
	}
	if len(category.Equals) != 1 || len(category.conditions()) != 1 {
		return invalidSelectors("The eventCategory field value is not valid.")
	}
	return a.checkCategory(category.Equals[0], fields)
}

func missingField(name string) error {
	return invalidSelectors("The following fields are required: [%s].", name)
}

// checkCategory holds the fields of a selector against what its category knows, and
// requires the field that each category but Management needs.
func (a advancedEventSelector) checkCategory(category string, fields fieldRule) error {
	known := fields(category)
	if known == nil {
		return invalidSelectors("The eventCategory field value is not valid.")
	}
	for _, f := range a.FieldSelectors {
		check, ok := known[f.Field]
		if !ok {
			return invalidSelectors("The field %s is not valid for the event category %s.", f.Field, category)
		}
		if check != nil && !check(f) {
			return invalidSelectors("The %s field value is not valid.", f.Field)
		}
	}
	required := map[string]string{"Data": "resources.type", "NetworkActivity": "eventSource"}[category]
	if required != "" && len(a.field(required).Equals) == 0 {
		return missingField(required)
	}
	return nil
}

// fieldsOf is the fieldRule of trails.
func fieldsOf(category string) map[string]func(fieldSelector) bool {
	switch category {
	case "Management":
		return map[string]func(fieldSelector) bool{
			"eventCategory": nil, "readOnly": fieldSelector.isBool, "eventSource": fieldSelector.excludesSources,
		}
	case "Data":
		return map[string]func(fieldSelector) bool{
			"eventCategory": nil, "resources.type": fieldSelector.isResourceType, "resources.ARN": nil,
			"readOnly": fieldSelector.isBool, "eventName": nil, "eventSource": nil, "eventType": nil,
			"sessionCredentialFromConsole": fieldSelector.isBool, "userIdentity.arn": nil,
		}
	case "NetworkActivity":
		return map[string]func(fieldSelector) bool{
			"eventCategory": nil, "eventSource": fieldSelector.isOne, "eventName": nil, "vpcEndpointId": nil,
			"errorCode": func(f fieldSelector) bool { return f.isOne() && f.Equals[0] == "VpceAccessDenied" },
		}
	}
	return nil
}

// field returns the conditions on a field, none if it is not there.
func (a advancedEventSelector) field(name string) fieldSelector {
	for _, f := range a.FieldSelectors {
		if f.Field == name {
			return f
		}
	}
	return fieldSelector{Field: name}
}

// conditions returns the values of all operators of a field.
func (f fieldSelector) conditions() []string {
	return slices.Concat(f.Equals, f.StartsWith, f.EndsWith, f.NotEquals, f.NotStartsWith, f.NotEndsWith)
}

func (f fieldSelector) checkConditions() error {
	all := f.conditions()
	if len(all) == 0 {
		return invalidSelectors("The field %s has no conditions.", f.Field)
	}
	for _, v := range all {
		if len(v) < 1 || len(v) > maxConditionLength {
			return invalidSelectors("The %s field value is not valid.", f.Field)
		}
	}
	return nil
}

// isOne: Equals one value, and no other operator.
func (f fieldSelector) isOne() bool { return len(f.Equals) == 1 && len(f.conditions()) == 1 }

// isBool: Equals true, false or both.
func (f fieldSelector) isBool() bool {
	return len(f.Equals) == len(f.conditions()) &&
		!slices.ContainsFunc(f.Equals, func(v string) bool { return v != "true" && v != "false" })
}

// excludesSources: NotEquals of services whose management events can be left out.
func (f fieldSelector) excludesSources() bool {
	return len(f.NotEquals) == len(f.conditions()) &&
		!slices.ContainsFunc(f.NotEquals, func(v string) bool { return !excludableSource(v) })
}

// isResourceType: Equals one type of resource. Which types there are grows by the
// month; only what does not look like one is refused.
func (f fieldSelector) isResourceType() bool {
	return f.isOne() && strings.HasPrefix(f.Equals[0], "AWS::") && strings.Count(f.Equals[0], "::") == 2
}
