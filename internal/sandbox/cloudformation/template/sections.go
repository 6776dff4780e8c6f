package template

import (
	"regexp"
	"slices"
)

// tree is what a template says, section by section. A section that is not there is nil.
type tree struct {
	parameters, mappings, conditions, rules, resources, outputs *object
}

// extensions is the macro that this package knows: it adds functions to the language.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-languageextensions.html
const extensions = "AWS::LanguageExtensions"

// Quotas of one template.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	mostResources   = 500
	mostParameters  = 200
	mostOutputs     = 200
	mostMappings    = 200
	longDescription = 1024
)

var (
	alphanumeric = regexp.MustCompile(`^[a-zA-Z0-9]+$`)
	mappingKey   = regexp.MustCompile(`^[a-zA-Z0-9.-]+$`)
)

// build makes a template of its sections, checking each.
func build(root *object) (*Template, error) {
	t := &Template{tree: &tree{}}
	for _, step := range []func(*object) error{
		t.readHeader, t.readSections, t.readParameters, t.checkMappings, t.readResources, t.checkOutputs, t.checkReferences,
	} {
		if err := step(root); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *Template) readHeader(root *object) error {
	known := []string{
		"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings",
		"Conditions", "Transform", "Hooks", "Resources", "Outputs",
	}
	if root.has("Transform") {
		known = append(known, "Globals")
	}
	if unknown := root.unknownKeys(known...); len(unknown) > 0 {
		return sentencef("Invalid template property or properties %s", bracketed(unknown))
	}
	if v, ok := root.get("AWSTemplateFormatVersion"); ok && v != "2010-09-09" {
		return formatErrorf("Unsupported template format version.")
	}
	if v, ok := root.get("Description"); ok {
		if t.Description, ok = v.(string); !ok {
			return formatErrorf("Every Description member must be a string.")
		}
		if len(t.Description) > longDescription {
			return formatErrorf("'Description' length is greater than %d", longDescription)
		}
	}
	if v, ok := root.get("Metadata"); ok {
		t.Metadata = plain(v)
	}
	return t.readTransform(root)
}

// readTransform lists the macros of the template, and those that its parts call.
func (t *Template) readTransform(root *object) error {
	v, ok := root.get("Transform")
	names, isList := v.([]any)
	if ok && !isList {
		names = []any{v}
	}
	for _, n := range names {
		name, ok := n.(string)
		if o, isObject := n.(*object); isObject {
			called, _ := o.get("Name")
			name, ok = called.(string)
		}
		if !ok {
			return formatErrorf("Every Transform member must be a string.")
		}
		t.Transform = append(t.Transform, name)
	}
	t.addCalledMacros(root)
	return nil
}

func (t *Template) addCalledMacros(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			t.addCalledMacros(item)
		}
	case *object:
		for _, m := range v.members {
			if call, ok := m.value.(*object); ok && m.key == "Fn::Transform" {
				name, _ := call.get("Name")
				if s, ok := name.(string); ok && !slices.Contains(t.Transform, s) {
					t.Transform = append(t.Transform, s)
				}
			}
			t.addCalledMacros(m.value)
		}
	}
}

// extended says whether the template asks for the functions of AWS::LanguageExtensions.
func (t *Template) extended() bool { return slices.Contains(t.Transform, extensions) }

// foreign says whether a macro that this package does not know is yet to rewrite the
// template.
func (t *Template) foreign() bool {
	return slices.ContainsFunc(t.Transform, func(name string) bool { return name != extensions })
}

func (t *Template) readSections(root *object) error {
	for _, s := range []struct {
		name string
		into **object
		most int
		noun string
	}{
		{"Parameters", &t.tree.parameters, mostParameters, "parameters"},
		{"Mappings", &t.tree.mappings, mostMappings, "mappings"},
		{"Conditions", &t.tree.conditions, 0, ""},
		{"Rules", &t.tree.rules, 0, ""},
		{"Resources", &t.tree.resources, mostResources, "resources"},
		{"Outputs", &t.tree.outputs, mostOutputs, "outputs"},
	} {
		v, there := root.get(s.name)
		if !there {
			continue
		}
		o, ok := v.(*object)
		if !ok {
			return formatErrorf("[/%s] %s section must be a map", s.name, s.name)
		}
		if n := len(o.members); s.most > 0 && n > s.most {
			return formatErrorf("Number of %s, %d, is greater than maximum allowed, %d", s.noun, n, s.most)
		}
		*s.into = o
	}
	return nil
}

func (t *Template) checkMappings(*object) error {
	for _, m := range t.tree.mappings.each() {
		if !alphanumeric.MatchString(m.key) {
			return formatErrorf("Mappings element name '%s' must be alphanumeric", m.key)
		}
		if err := checkMapping(m); err != nil {
			return err
		}
	}
	return nil
}

func checkMapping(mapping member) error {
	rows, ok := mapping.value.(*object)
	if !ok {
		return formatErrorf("Every Mappings member %s must be a map", mapping.key)
	}
	for _, row := range rows.members {
		if !mappingKey.MatchString(row.key) {
			return formatErrorf("Mappings element name '%s' must be alphanumeric", row.key)
		}
		cells, ok := row.value.(*object)
		if !ok {
			return formatErrorf("Every Mappings member %s must be a map", row.key)
		}
		for _, cell := range cells.members {
			if !alphanumeric.MatchString(cell.key) {
				return formatErrorf("Mappings attribute name '%s' must contain only alphanumeric characters.", cell.key)
			}
			if !isCell(cell.value) {
				return formatErrorf("Every Mappings attribute must be a String or a List.")
			}
		}
	}
	return nil
}

// isCell says whether a mapping may hold a value: a scalar or a list of scalars.
func isCell(v any) bool {
	items, isList := v.([]any)
	if !isList {
		items = []any{v}
	}
	return !slices.ContainsFunc(items, func(item any) bool { _, ok := text(item); return !ok })
}
