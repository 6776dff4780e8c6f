package trail

import (
	"slices"
	"strings"
)

// Selectors say which events a trail records: basic or advanced, never both. When
// an event matches any of them it is recorded, once.
type Selectors struct {
	Basic    []EventSelector         `json:"eventSelectors,omitempty"`
	Advanced []AdvancedEventSelector `json:"advancedEventSelectors,omitempty"`
}

// EventSelector is a basic event selector.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
type EventSelector struct {
	ReadWriteType                 string         `json:"ReadWriteType"` // All, ReadOnly or WriteOnly
	IncludeManagementEvents       bool           `json:"IncludeManagementEvents"`
	DataResources                 []DataResource `json:"DataResources,omitempty"`
	ExcludeManagementEventSources []string       `json:"ExcludeManagementEventSources,omitempty"`
}

// DataResource is a kind of resource whose data events are recorded.
type DataResource struct {
	Type   string   `json:"Type"`
	Values []string `json:"Values"`
}

// AdvancedEventSelector records the events that satisfy all its field selectors.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
type AdvancedEventSelector struct {
	Name           string          `json:"Name,omitempty"`
	FieldSelectors []FieldSelector `json:"FieldSelectors"`
}

// FieldSelector is a condition on one field of an event. Of the values of one
// operator any satisfies it (for the Not operators: none may match); all its
// operators must be satisfied.
type FieldSelector struct {
	Field         string   `json:"Field"`
	Equals        []string `json:"Equals,omitempty"`
	StartsWith    []string `json:"StartsWith,omitempty"`
	EndsWith      []string `json:"EndsWith,omitempty"`
	NotEquals     []string `json:"NotEquals,omitempty"`
	NotStartsWith []string `json:"NotStartsWith,omitempty"`
	NotEndsWith   []string `json:"NotEndsWith,omitempty"`
}

// Selection says how much of a class of events is selected.
type Selection int

// A selector on a field that divides a class (eventName, say) selects it Partly.
const (
	No Selection = iota
	Partly
	Fully
)

// DefaultSelectors are those of a trail whose selectors were never put: all
// management events.
func DefaultSelectors() *Selectors {
	return &Selectors{Basic: []EventSelector{{ReadWriteType: "All", IncludeManagementEvents: true}}}
}

// Selects says how much of a class of events the selectors record: the most that any
// one of them does. It is asked of the six classes of AccessClasses; the events of
// global services are among those of read/other and write/other.
func (s Selectors) Selects(c Class) Selection {
	most := No
	for _, b := range s.Basic {
		most = max(most, b.selects(c))
	}
	for _, a := range s.Advanced {
		most = max(most, a.selects(c))
	}
	return most
}

func (b EventSelector) selects(c Class) Selection {
	access := map[string]string{"ReadOnly": "true", "WriteOnly": "false"}[b.ReadWriteType]
	switch {
	case !b.IncludeManagementEvents,
		access != "" && access != c.readOnly(),
		c.eventSource() != "" && slices.Contains(b.ExcludeManagementEventSources, c.eventSource()):
		return No
	default:
		return Fully
	}
}

func (a AdvancedEventSelector) selects(c Class) Selection {
	if !a.management() {
		return No
	}
	least := Fully
	for _, f := range a.FieldSelectors {
		least = min(least, f.selects(c))
	}
	return least
}

// management says whether the selector is for management events: it must say so.
func (a AdvancedEventSelector) management() bool {
	return slices.ContainsFunc(a.FieldSelectors, func(f FieldSelector) bool {
		return f.Field == "eventCategory" && f.matches("Management")
	})
}

func (f FieldSelector) selects(c Class) Selection {
	switch f.Field {
	case "eventCategory":
		return Fully // judged by management
	case "readOnly":
		return selection(f.matches(c.readOnly()))
	case "eventSource":
		return f.selectsSource(c.eventSource())
	default:
		return Partly // eventName, eventType, userIdentity.arn … cut through every class
	}
}

func (f FieldSelector) selectsSource(source string) Selection {
	if source != "" {
		return selection(f.matches(source))
	}
	if len(f.Equals)+len(f.StartsWith)+len(f.EndsWith) > 0 {
		return f.selectsSomeOther()
	}
	if len(f.NotStartsWith)+len(f.NotEndsWith) > 0 {
		return Partly
	}
	for _, v := range f.NotEquals {
		if v != kmsSource && v != rdsdataSource {
			return Partly
		}
	}
	return Fully
}

// selectsSomeOther judges a selector that names the sources it wants: it has all of
// "the rest" in no case, and some of it unless it names only KMS and the RDS Data API.
func (f FieldSelector) selectsSomeOther() Selection {
	if len(f.StartsWith)+len(f.EndsWith) > 0 {
		return Partly
	}
	for _, v := range f.Equals {
		if v != kmsSource && v != rdsdataSource {
			return Partly
		}
	}
	return No
}

func selection(yes bool) Selection {
	if yes {
		return Fully
	}
	return No
}

// matches says whether the value of a field satisfies every operator that is set.
func (f FieldSelector) matches(v string) bool {
	in := func(list []string, match func(string, string) bool) bool {
		return slices.ContainsFunc(list, func(want string) bool { return match(v, want) })
	}
	equal := func(a, b string) bool { return a == b }
	for _, op := range []struct {
		values []string
		match  func(string, string) bool
		want   bool
	}{
		{f.Equals, equal, true},
		{f.StartsWith, strings.HasPrefix, true},
		{f.EndsWith, strings.HasSuffix, true},
		{f.NotEquals, equal, false},
		{f.NotStartsWith, strings.HasPrefix, false},
		{f.NotEndsWith, strings.HasSuffix, false},
	} {
		if len(op.values) > 0 && in(op.values, op.match) != op.want {
			return false
		}
	}
	return true
}
