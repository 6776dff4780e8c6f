package template

import "slices"

// readResources checks the outer form of every resource and lists them.
func (t *Template) readResources(*object) error {
	if len(t.tree.resources.each()) == 0 {
		return formatErrorf("At least one Resources member must be defined.")
	}
	for _, m := range t.tree.resources.members {
		r, err := t.readResource(m)
		if err != nil {
			return err
		}
		t.Resources = append(t.Resources, r)
	}
	return nil
}

func (t *Template) readResource(m member) (Resource, error) {
	r := Resource{LogicalID: m.key}
	if !alphanumeric.MatchString(m.key) {
		return r, formatErrorf("Resource name %s is non alphanumeric.", m.key)
	}
	o, ok := m.value.(*object)
	if !ok {
		return r, formatErrorf("[/Resources/%s] resource definition is malformed", m.key)
	}
	if t.tree.parameters.has(m.key) {
		return r, templateErrorf("all resources and parameters must have unique names. Common name(s):[%s]", m.key)
	}
	if err := t.checkResourceMembers(m.key, o); err != nil {
		return r, err
	}
	kind, _ := o.get("Type")
	r.Type = kind.(string)
	var err error
	if r.DeletionPolicy, err = t.policy(m.key, o, "DeletionPolicy", "Delete", "Retain", "RetainExceptOnCreate", "Snapshot"); err != nil {
		return r, err
	}
	r.UpdateReplacePolicy, err = t.policy(m.key, o, "UpdateReplacePolicy", "Delete", "Retain", "Snapshot")
	return r, err
}

func (t *Template) checkResourceMembers(id string, o *object) error {
	if kind, ok := o.get("Type"); !ok {
		return formatErrorf("[/Resources/%s] Every Resources object must contain a Type member.", id)
	} else if _, ok := kind.(string); !ok {
		return formatErrorf("[/Resources/%s/Type] must be a string.", id)
	}
	known := []string{
		"Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy", "UpdateReplacePolicy",
		"CreationPolicy", "UpdatePolicy", "Description",
	}
	if t.foreign() {
		known = append(known, "Connectors", "IgnoreGlobals", "Fn::Transform")
	}
	if unknown := o.unknownKeys(known...); len(unknown) > 0 {
		return sentencef("Invalid template resource property '%s'", unknown[0])
	}
	if p, ok := o.get("Properties"); ok {
		if _, ok := p.(*object); !ok {
			return formatErrorf("[/Resources/%s/Properties] Every Properties member must be a map.", id)
		}
	}
	if c, ok := o.get("Condition"); ok {
		if _, ok := c.(string); !ok {
			return formatErrorf("Every Condition member must be a string.")
		}
	}
	_, err := dependsOn(o)
	return err
}

// dependsOn returns the names that a resource says it depends on.
func dependsOn(resource *object) ([]string, error) {
	v, ok := resource.get("DependsOn")
	if !ok {
		return nil, nil
	}
	items, isList := v.([]any)
	if !isList {
		items = []any{v}
	}
	var names []string
	for _, item := range items {
		name, ok := item.(string)
		if !ok {
			return nil, formatErrorf("Every DependsOn value must be a string.")
		}
		names = append(names, name)
	}
	return names, nil
}

// policy returns what a resource says is done to it when it leaves the stack.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
func (t *Template) policy(id string, o *object, name string, allowed ...string) (string, error) {
	v, ok := o.get(name)
	if !ok {
		return "", nil
	}
	policy, ok := v.(string)
	switch {
	case !ok:
		return "", formatErrorf("Every %s member must be a string.", name)
	case !slices.Contains(allowed, policy):
		return "", formatErrorf("Unrecognized %s %s for resource %s", name, policy, id)
	}
	return policy, nil
}

// checkOutputs checks the outer form of every output.
func (t *Template) checkOutputs(*object) error {
	for _, m := range t.tree.outputs.each() {
		if !alphanumeric.MatchString(m.key) {
			return formatErrorf("Output name %s is non alphanumeric.", m.key)
		}
		o, ok := m.value.(*object)
		if !ok {
			return formatErrorf("[/Outputs/%s] output definition is malformed", m.key)
		}
		if err := checkOutput(o); err != nil {
			return err
		}
	}
	return nil
}

func checkOutput(o *object) error {
	v, ok := o.get("Value")
	if !ok {
		return formatErrorf("Every Outputs member must contain a Value object")
	}
	if unknown := o.unknownKeys("Value", "Description", "Export", "Condition"); len(unknown) > 0 {
		return sentencef("Invalid output property or properties %s", bracketed(unknown))
	}
	switch v := v.(type) {
	case []any:
		return formatErrorf("The Value field of every Outputs member must evaluate to a String and not a List.")
	case *object:
		if _, ok := functionOf(v); !ok {
			return formatErrorf("The Value field of every Outputs member must evaluate to a String and not a Map.")
		}
	}
	for _, name := range []string{"Description", "Condition"} {
		if v, ok := o.get(name); ok {
			if _, ok := v.(string); !ok {
				return formatErrorf("Every %s member must be a string.", name)
			}
		}
	}
	return checkExport(o)
}

func checkExport(output *object) error {
	v, ok := output.get("Export")
	if !ok {
		return nil
	}
	o, ok := v.(*object)
	if !ok || !o.has("Name") || len(o.members) != 1 {
		return formatErrorf("Every Export member must contain a Name object")
	}
	return nil
}
