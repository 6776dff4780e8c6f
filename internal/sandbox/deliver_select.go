package sandbox

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// takes says whether a trail delivers an event: any of its selectors must match. Of
// global services it takes events only if it says so; they are recorded in one Region.
// What happened before StartLogging, by the second that the event has, is not for it.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
func (t *trailRecord) takes(e *entry) bool {
	if e.Time.Before(t.StartLogging.Truncate(time.Second)) || e.Global && !t.IncludeGlobalServiceEvents {
		return false
	}
	if len(t.AdvancedEventSelectors) > 0 {
		return slices.ContainsFunc(t.AdvancedEventSelectors, func(a advancedEventSelector) bool { return a.matches(e) })
	}
	if len(t.EventSelectors) == 0 {
		return e.Management
	}
	return slices.ContainsFunc(t.EventSelectors, func(b eventSelector) bool { return b.matches(e) })
}

// matches says whether a basic selector selects an event.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
func (e eventSelector) matches(of *entry) bool {
	if e.ReadWriteType == "ReadOnly" && !of.ReadOnly || e.ReadWriteType == "WriteOnly" && of.ReadOnly {
		return false
	}
	if of.Management {
		return e.IncludeManagementEvents && !slices.Contains(e.ExcludeManagementEventSources, of.EventSource)
	}
	return slices.ContainsFunc(e.DataResources, func(r dataResource) bool { return r.matches(of) })
}

// matches says whether a data event is about the resource. A value that ends at the
// service means all resources; of S3 objects, any value is the beginning of an ARN.
func (r dataResource) matches(e *entry) bool {
	for _, of := range e.Resources {
		if of.Type != r.Type {
			continue
		}
		for _, v := range r.Values {
			whole := r.Type != "AWS::S3::Object" && strings.Count(v, ":") > 2
			if of.Name == v || !whole && strings.HasPrefix(of.Name, v) {
				return true
			}
		}
	}
	return false
}

// matches says whether an advanced selector selects an event: all its fields must.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
func (a advancedEventSelector) matches(e *entry) bool {
	kind := a.field("resources.type").Equals
	return !slices.ContainsFunc(a.FieldSelectors, func(f fieldSelector) bool { return !f.matches(valuesOf(e, f.Field, kind)) })
}

// matches holds values against a field: some must be among what the operators name,
// if they name any, and none among what they exclude.
func (f fieldSelector) matches(values []string) bool {
	is := func(list []string, how func(value, pattern string) bool) bool {
		return slices.ContainsFunc(values, func(v string) bool {
			return slices.ContainsFunc(list, func(p string) bool { return how(v, p) })
		})
	}
	same := func(value, pattern string) bool { return value == pattern }
	if is(f.NotEquals, same) || is(f.NotStartsWith, strings.HasPrefix) || is(f.NotEndsWith, strings.HasSuffix) {
		return false
	}
	named := len(f.Equals) + len(f.StartsWith) + len(f.EndsWith)
	return named == 0 || is(f.Equals, same) || is(f.StartsWith, strings.HasPrefix) || is(f.EndsWith, strings.HasSuffix)
}

// valuesOf returns what an event has in a field of advanced selectors; kind is the
// type of the resources that the selector is about.
func valuesOf(e *entry, field string, kind []string) []string {
	switch field {
	case "eventCategory":
		if e.Management {
			return []string{"Management"}
		}
		return []string{"Data"}
	case "readOnly":
		return []string{strconv.FormatBool(e.ReadOnly)}
	case "eventSource":
		return []string{e.EventSource}
	case "eventName":
		return []string{e.EventName}
	case "resources.type", "resources.ARN":
		return resourcesOf(e, field, kind)
	}
	return rareValues(e, field)
}

func resourcesOf(e *entry, field string, kind []string) []string {
	var values []string
	for _, r := range e.Resources {
		switch {
		case field == "resources.type":
			values = append(values, r.Type)
		case len(kind) == 0 || slices.Contains(kind, r.Type):
			values = append(values, r.Name)
		}
	}
	return values
}

// rareValues reads fields that only the record itself has.
func rareValues(e *entry, field string) []string {
	var record struct {
		EventType                    string `json:"eventType"`
		SessionCredentialFromConsole string `json:"sessionCredentialFromConsole"`
		UserIdentity                 struct {
			ARN string `json:"arn"`
		} `json:"userIdentity"`
	}
	if json.Unmarshal(e.Text, &record) != nil {
		return nil
	}
	switch field {
	case "eventType":
		return []string{record.EventType}
	case "userIdentity.arn":
		return []string{record.UserIdentity.ARN}
	case "sessionCredentialFromConsole":
		if record.SessionCredentialFromConsole == "" {
			return []string{"false"}
		}
		return []string{record.SessionCredentialFromConsole}
	}
	return nil
}
