package sandbox

import (
	"cmp"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type getSelectorsInput struct{ TrailName string }

type putEventSelectorsInput struct {
	TrailName              string
	EventSelectors         *[]eventSelectorInput
	AdvancedEventSelectors *[]advancedEventSelector
}

// eventSelectors is the answer of GetEventSelectors and PutEventSelectors: selectors
// of the one kind or of the other.
type eventSelectors struct {
	TrailARN               string
	EventSelectors         []eventSelector         `json:",omitempty"`
	AdvancedEventSelectors []advancedEventSelector `json:",omitempty"`
}

// getEventSelectors tells which events a trail records. Whether a member account may
// ask of an organization trail is a matter of dispute: the user guide says yes, tools
// have met refusals. A switch decides.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
func (s *Sandbox) getEventSelectors(c *wire.Call, in getSelectorsInput) (eventSelectors, error) {
	v, err := s.resolveSelectors(c, in.TrailName)
	if err != nil {
		return eventSelectors{}, err
	}
	return s.selectorsOf(v.trailRecord), nil
}

func (s *Sandbox) resolveSelectors(c *wire.Call, name string) (sight, error) {
	v, err := s.resolve(c, name, reading)
	if err != nil {
		return sight{}, err
	}
	member := v.owner != v.viewer && !s.isDelegatedAdmin(c.Account)
	if member && s.w.Switches.MemberSelectors == "deny" {
		return sight{}, accessDenied()
	}
	return v, nil
}

// selectorsOf shows the selectors of a trail. AWS sorts the fields of advanced
// selectors by name.
func (s *Sandbox) selectorsOf(t *trailRecord) eventSelectors {
	out := eventSelectors{TrailARN: t.ARN}
	for _, e := range t.EventSelectors {
		out.EventSelectors = append(out.EventSelectors, e.withLists())
	}
	for _, a := range t.AdvancedEventSelectors {
		a.FieldSelectors = slices.Clone(a.FieldSelectors)
		slices.SortStableFunc(a.FieldSelectors, func(x, y fieldSelector) int { return cmp.Compare(x.Field, y.Field) })
		out.AdvancedEventSelectors = append(out.AdvancedEventSelectors, a)
	}
	if len(out.EventSelectors) > 0 || len(out.AdvancedEventSelectors) > 0 {
		return out
	}
	if s.w.Switches.DefaultSelectors == "advanced" {
		out.AdvancedEventSelectors = []advancedEventSelector{defaultAdvancedSelector()}
	} else {
		out.EventSelectors = []eventSelector{defaultSelector()}
	}
	return out
}

// defaultSelector is what a trail has whose selectors were never put.
func defaultSelector() eventSelector {
	return eventSelector{ReadWriteType: "All", IncludeManagementEvents: true}.withLists()
}

// defaultAdvancedSelector is the same as the user guide shows it of late.
func defaultAdvancedSelector() advancedEventSelector {
	return advancedEventSelector{
		Name:           "Management events selector",
		FieldSelectors: []fieldSelector{{Field: "eventCategory", Equals: []string{"Management"}}},
	}
}

// withLists makes lists that are not there empty ones, as AWS shows them.
func (e eventSelector) withLists() eventSelector {
	if e.DataResources == nil {
		e.DataResources = []dataResource{}
	}
	if e.ExcludeManagementEventSources == nil {
		e.ExcludeManagementEventSources = []string{}
	}
	e.DataResources = slices.Clone(e.DataResources)
	for i, r := range e.DataResources {
		if r.Values == nil {
			e.DataResources[i].Values = []string{}
		}
	}
	return e
}

// putEventSelectors replaces all selectors of a trail, of either kind. The answer
// repeats them as they were given.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
func (s *Sandbox) putEventSelectors(c *wire.Call, in putEventSelectorsInput) (eventSelectors, error) {
	v, err := s.resolve(c, in.TrailName, changing)
	if err != nil {
		return eventSelectors{}, err
	}
	basic, advanced, err := in.selectors()
	if err != nil {
		return eventSelectors{}, err
	}
	s.remember(v.owner, v.ARN)
	v.EventSelectors, v.AdvancedEventSelectors = basic, advanced
	v.CustomEventSelectors = v.hasCustomSelectors()
	return eventSelectors{TrailARN: v.ARN, EventSelectors: basic, AdvancedEventSelectors: advanced}, nil
}

// selectors checks the selectors of a request, which must be of one kind.
func (in putEventSelectorsInput) selectors() ([]eventSelector, []advancedEventSelector, error) {
	switch {
	case in.EventSelectors != nil && in.AdvancedEventSelectors != nil:
		return nil, nil, invalidSelectors("You can select events by using either EventSelectors or AdvancedEventSelectors, but not both.")
	case in.AdvancedEventSelectors != nil:
		return nil, *in.AdvancedEventSelectors, checkAdvancedSelectors(*in.AdvancedEventSelectors)
	}
	basic, err := checkBasicSelectors(value(in.EventSelectors))
	return basic, nil, err
}

func invalidSelectors(format string, args ...any) error {
	return wire.Errorf("InvalidEventSelectorsException", format, args...)
}

// hasCustomSelectors says whether selectors other than the default were ever put.
func (t *trailRecord) hasCustomSelectors() bool {
	switch {
	case t.CustomEventSelectors, len(t.AdvancedEventSelectors) > 0, len(t.EventSelectors) > 1:
		return true
	case len(t.EventSelectors) == 0:
		return false
	}
	e := t.EventSelectors[0]
	return e.ReadWriteType != "All" || !e.IncludeManagementEvents || len(e.DataResources)+len(e.ExcludeManagementEventSources) > 0
}
