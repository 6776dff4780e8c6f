package cloudformation

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// A form is the type of a property.
type form int

const (
	textForm form = iota
	booleanForm
	numberForm
	listForm
	objectForm
	freeForm // JSON of any kind, such as a policy
)

// A property is what a resource type says of one of its properties, as in
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
type property struct {
	form     form
	required bool
	fixed    bool       // another value needs another resource
	members  properties // of an object
	items    *property  // of a list
}

type properties map[string]property

func text() property                     { return property{form: textForm} }
func boolean() property                  { return property{form: booleanForm} }
func number() property                   { return property{form: numberForm} }
func free() property                     { return property{form: freeForm} }
func listOf(items property) property     { return property{form: listForm, items: &items} }
func object(members properties) property { return property{form: objectForm, members: members} }

func tagList() property {
	return listOf(object(properties{"Key": text().must(), "Value": text().must()}))
}

// must requires the property; once fixes it when the resource is created.
func (p property) must() property { p.required = true; return p }
func (p property) once() property { p.fixed = true; return p }

// fit brings properties into their types, as far as CloudFormation does: "true" is taken
// for true, 7 for "7". It returns what does not fit, in sentences; that stays as it is, so
// that it counts as a change of the resource.
func (ps properties) fit(values map[string]any) (fitting map[string]any, violations []string) {
	return ps.fitAt("#", values)
}

func (ps properties) fitAt(path string, values map[string]any) (fitting map[string]any, violations []string) {
	fitting = map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p, known := ps[name]
		if !known {
			violations = append(violations, fmt.Sprintf("%s: extraneous key [%s] is not permitted", path, name))
			fitting[name] = values[name]
			continue
		}
		var more []string
		fitting[name], more = p.fitAt(path+"/"+name, values[name])
		violations = append(violations, more...)
	}
	for _, name := range slices.Sorted(maps.Keys(ps)) {
		if _, given := values[name]; ps[name].required && !given {
			violations = append(violations, fmt.Sprintf("%s: required key [%s] not found", path, name))
		}
	}
	return fitting, violations
}

func (p property) fitAt(path string, value any) (fitting any, violations []string) {
	switch v := value.(type) {
	case []any:
		if p.form == listForm {
			return p.fitItems(path, v)
		}
	case map[string]any:
		if p.form == objectForm {
			return p.members.fitAt(path, v)
		}
	default:
		if fitting, ok := p.fitScalar(v); ok {
			return fitting, nil
		}
	}
	if p.form == freeForm {
		return value, nil
	}
	return value, []string{fmt.Sprintf("%s: expected type: %s, found: %s", path, p.form, typeOf(value))}
}

func (p property) fitItems(path string, values []any) (any, []string) {
	list := make([]any, len(values))
	var violations []string
	for i, v := range values {
		var more []string
		list[i], more = p.items.fitAt(path+"/"+strconv.Itoa(i), v)
		violations = append(violations, more...)
	}
	return list, violations
}

func (p property) fitScalar(value any) (any, bool) {
	switch p.form {
	case textForm:
		if value == nil {
			return nil, false
		}
		return fmt.Sprint(value), true
	case booleanForm:
		if b, ok := value.(bool); ok {
			return b, true
		}
		switch value {
		case "true", "True", "TRUE":
			return true, true
		case "false", "False", "FALSE":
			return false, true
		}
	case numberForm:
		if n := json.Number(fmt.Sprint(value)); isNumber(n) {
			return n, true
		}
	default: // no scalar
	}
	return nil, false
}

func isNumber(n json.Number) bool {
	_, err := n.Float64()
	return err == nil
}

// String is the name of a form in CloudFormation's sentences.
func (f form) String() string {
	return map[form]string{textForm: "String", booleanForm: "Boolean", numberForm: "Number", listForm: "JSONArray", objectForm: "JSONObject"}[f]
}

func typeOf(value any) string {
	switch value.(type) {
	case string:
		return "String"
	case bool:
		return "Boolean"
	case []any:
		return "JSONArray"
	case map[string]any:
		return "JSONObject"
	case nil:
		return "Null"
	}
	return "Number"
}
