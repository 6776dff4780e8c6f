package cloudformation

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
)

// wish is what a resource is to be: its properties, brought into their types and with the
// tags of the stack, and what is wrong with them.
func (p *proposal) wish(r template.Resource, l template.Lookup) (want map[string]any, wrong []string, err error) {
	properties, err := p.bound.Properties(r.LogicalID, l)
	if err != nil {
		return nil, nil, err
	}
	k := kindOf(r.Type)
	want, wrong = k.properties.fit(properties)
	if k.taggable {
		want = tagged(want, p.settings.Tags)
	}
	return want, wrong, nil
}

// shown is the wish as it may be told, where a parameter is NoEcho; nil where none is. What
// cannot be evaluated with stars is not told.
func (p *proposal) shown(r template.Resource, l template.Lookup) map[string]any {
	if !slices.ContainsFunc(p.settings.Parameters, func(parameter Parameter) bool { return parameter.Hidden }) {
		return nil
	}
	masked := *p
	masked.bound = p.bound.Masked(hidden)
	want, _, err := masked.wish(r, l)
	if err != nil {
		return map[string]any{}
	}
	return want
}

// tagged adds the tags of the stack to those of the resource, which come first.
func tagged(properties map[string]any, tags []Tag) map[string]any {
	all := slices.Clone(listIn(properties, "Tags"))
	own := tagKeys(all)
	for _, t := range tags {
		if !slices.Contains(own, t.Key) {
			all = append(all, map[string]any{"Key": t.Key, "Value": t.Value})
		}
	}
	if len(all) > 0 {
		properties = maps.Clone(properties)
		properties["Tags"] = all
	}
	return properties
}

// differences names the properties that differ, in order.
func differences(old, want map[string]any) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(merged(old, want))) {
		if !same(old[name], want[name]) {
			names = append(names, name)
		}
	}
	return names
}

func merged(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, b)
	return all
}

// replaces says whether a change of those properties needs another resource.
func (k kind) replaces(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return k.properties[name].fixed })
}

// A Change is what an update will do to one resource.
type Change struct {
	Action      string // Add, Modify, Remove
	LogicalID   string
	PhysicalID  string
	Type        string
	Replacement string // True, False, Conditional; "" unless Modify
	Scope       []string
	Details     []ChangeDetail
	PolicyAction,
	Before, After string // JSON of the properties
}

// A ChangeDetail is one property that changes.
type ChangeDetail struct {
	Attribute  string // Properties or Tags
	Name       string
	Recreation string // Never, Always
	Dynamic    bool   // what it will be is not known yet
	Was, Will  string
}

// changes compares the stack with the proposal.
func (p *proposal) changes(st *Stack) ([]Change, error) {
	l := newForesight(st, p)
	var list []Change
	for _, r := range p.planned {
		want, _, err := p.wish(r.Resource, l)
		if err != nil {
			return nil, invalid("%s", err)
		}
		have, told := st.resource(r.LogicalID), p.shown(r.Resource, l)
		if told == nil {
			told = want
		}
		switch {
		case !have.exists():
			list = append(list, Change{Action: "Add", LogicalID: r.LogicalID, Type: r.Type, After: propertiesText(told)})
			continue
		case have.Type != r.Type:
			list = append(list, Change{Action: "Modify", LogicalID: r.LogicalID, PhysicalID: have.PhysicalID, Type: r.Type, Replacement: "True", Scope: []string{"Properties"}})
			continue
		}
		names := differences(have.Properties, want)
		if len(names) > 0 {
			change := modification(have, told, names)
			l.new[r.LogicalID] = change.Replacement == "True"
			list = append(list, change)
		} else if have.DeletionPolicy != r.DeletionPolicy || have.UpdateReplacePolicy != r.UpdateReplacePolicy {
			list = append(list, policyChange(have, r.Resource))
		}
	}
	for _, r := range st.Resources {
		planned := slices.ContainsFunc(p.planned, func(other template.Planned) bool { return other.LogicalID == r.LogicalID })
		if !planned && r.exists() {
			list = append(list, Change{
				Action: "Remove", LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type,
				PolicyAction: policyAction(r.DeletionPolicy), Before: propertiesText(r.shown()),
			})
		}
	}
	return list, nil
}

func policyAction(policy string) string {
	if strings.HasPrefix(policy, "Retain") {
		return "Retain"
	}
	return "Delete"
}

// modification tells of properties that change. want are they as they may be told.
func modification(have *Resource, want map[string]any, names []string) Change {
	k, was := kindOf(have.Type), have.shown()
	change := Change{
		Action: "Modify", LogicalID: have.LogicalID, PhysicalID: have.PhysicalID, Type: have.Type, Replacement: "False",
		Before: propertiesText(was), After: propertiesText(want),
	}
	for _, name := range names {
		d := ChangeDetail{Attribute: "Properties", Name: name, Recreation: "Never", Was: valueText(was[name]), Will: valueText(want[name])}
		d.Dynamic = strings.Contains(d.Will, unknownYet)
		if name == "Tags" {
			d.Attribute, d.Name = "Tags", ""
		}
		if k.properties[name].fixed {
			d.Recreation = "Always"
			if !d.Dynamic {
				change.Replacement = "True"
			} else if change.Replacement == "False" {
				change.Replacement = "Conditional"
			}
		}
		if !slices.Contains(change.Scope, d.Attribute) {
			change.Scope = append(change.Scope, d.Attribute)
		}
		change.Details = append(change.Details, d)
	}
	if change.Replacement == "True" {
		change.PolicyAction = "ReplaceAnd" + policyAction(have.UpdateReplacePolicy)
	}
	return change
}

func policyChange(have *Resource, r template.Resource) Change {
	change := Change{Action: "Modify", LogicalID: have.LogicalID, PhysicalID: have.PhysicalID, Type: have.Type, Replacement: "False"}
	add := func(attribute, was, will string) {
		if was != will {
			change.Scope = append(change.Scope, attribute)
			change.Details = append(change.Details, ChangeDetail{Attribute: attribute, Recreation: "Never", Was: was, Will: will})
		}
	}
	add("DeletionPolicy", have.DeletionPolicy, r.DeletionPolicy)
	add("UpdateReplacePolicy", have.UpdateReplacePolicy, r.UpdateReplacePolicy)
	return change
}

// valueText is a value as a change set shows it.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// idle says whether the proposal would change nothing.
func (p *proposal) idle(st *Stack) (bool, error) {
	if len(p.missing) > 0 {
		return false, nil
	}
	list, err := p.changes(st)
	if err != nil || len(list) > 0 {
		return false, err
	}
	outputs, err := p.bound.Outputs(newForesight(st, p))
	if err != nil {
		return false, invalid("%s", err)
	}
	return slices.Equal(outputsOf(outputs), st.Outputs) && slices.Equal(p.settings.Tags, st.Tags) &&
		p.settings.RoleARN == st.RoleARN && slices.Equal(p.settings.NotificationARNs, st.NotificationARNs), nil
}

// outputsOf are the outputs of a template as a stack keeps them.
func outputsOf(outputs []template.Output) []Output {
	var list []Output
	for _, o := range outputs {
		list = append(list, Output{o.Key, o.Value, o.Description, o.ExportName})
	}
	return list
}
