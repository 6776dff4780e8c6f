package template

import (
	"slices"
	"strings"
)

// call is one function of the language with what it is given: {"Ref": "Bucket"}.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
type call struct {
	name     string
	argument any
}

// functions are those that every template may call, in the order in which CloudFormation
// lists them.
func functions() []string {
	return []string{
		"Fn::Base64", "Fn::GetAtt", "Fn::GetAZs", "Fn::ImportValue", "Fn::Join", "Fn::Split", "Fn::FindInMap", "Fn::Select", "Ref",
		"Fn::Equals", "Fn::If", "Fn::Not", "Condition", "Fn::And", "Fn::Or", "Fn::Contains", "Fn::EachMemberEquals",
		"Fn::EachMemberIn", "Fn::ValueOf", "Fn::ValueOfAll", "Fn::RefAll", "Fn::Sub", "Fn::Cidr",
	}
}

// extendedFunctions are those that AWS::LanguageExtensions adds.
func extendedFunctions() []string { return []string{"Fn::Length", "Fn::ToJsonString"} }

// isFunction says whether a name is one of a function, with or without extensions.
func isFunction(name string) bool {
	return slices.Contains(functions(), name) || slices.Contains(extendedFunctions(), name) || name == "Fn::Transform"
}

// functionOf returns the function that a mapping calls. A mapping with one member called
// Condition calls none: policies have such. Within conditions, see conditionOf.
func functionOf(o *object) (call, bool) {
	if len(o.members) != 1 {
		return call{}, false
	}
	m := o.members[0]
	return call{m.key, m.value}, m.key == "Ref" || strings.HasPrefix(m.key, "Fn::")
}

// checkForm checks what a function is given, as far as that shows before anything is
// looked up.
func (t *Template) checkForm(c call) error {
	switch {
	case c.name == "Fn::Transform" && t.foreign():
		return nil
	case !isFunction(c.name), c.name == "Fn::Transform", slices.Contains(extendedFunctions(), c.name) && !t.extended():
		return errUnsupported(c.name)
	}
	switch c.name {
	case "Ref":
		if _, ok := c.argument.(string); !ok {
			return templateErrorf("All References must be of type string")
		}
	case "Fn::GetAtt":
		return checkGetAtt(c)
	case "Fn::Sub":
		_, _, err := subArguments(c)
		return err
	case "Fn::Join":
		return checkPair(c, errJoin())
	case "Fn::Split":
		return checkPair(c, errSplit())
	case "Fn::Select":
		return checkPair(c, errSelect())
	case "Fn::FindInMap":
		return t.checkFindInMap(c)
	case "Fn::If":
		return checkIf(c)
	case "Fn::Cidr":
		if n := len(arguments(c)); n != 2 && n != 3 {
			return errCidr()
		}
	case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals":
		return checkBoolean(c)
	case "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn":
		return checkPair(c, errMembership(c.name))
	}
	return nil
}

func errUnsupported(name string) error {
	return templateErrorf("Encountered unsupported function: %s Supported functions are: %s", name, bracketed(functions()))
}

// arguments are what a function is given as a list; none if it is given something else.
func arguments(c call) []any {
	items, _ := c.argument.([]any)
	return items
}

func errJoin() error {
	return templateErrorf("every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined" +
		" or a function that returns a list of strings (such as Fn::GetAZs) to be joined.")
}

func errSplit() error {
	return templateErrorf("every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split" +
		" or a function that returns a string to be split.")
}

func errSelect() error {
	return templateErrorf("Fn::Select requires a list argument with two elements: an integer index and a list")
}

func errFindInMap() error {
	return templateErrorf("every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value")
}

func errGetAtt() error {
	return templateErrorf("every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute")
}

// checkPair checks that a function is given a list of two.
func checkPair(c call, otherwise error) error {
	if len(arguments(c)) != 2 {
		return otherwise
	}
	return nil
}

func checkGetAtt(c call) error {
	_, attribute, ok := attributeOf(c)
	if s, isText := attribute.(string); !ok || isText && s == "" {
		return errGetAtt()
	}
	return nil
}

// attributeOf returns the resource and the attribute that Fn::GetAtt names, in a list or
// in a text with a dot. The attribute may be a function.
func attributeOf(c call) (resource string, attribute any, ok bool) {
	pair := arguments(c)
	if s, isText := c.argument.(string); isText {
		pair, _ = splitAttribute(s).([]any)
	}
	if len(pair) != 2 {
		return "", nil, false
	}
	resource, ok = pair[0].(string)
	switch pair[1].(type) {
	case string, *object:
		return resource, pair[1], ok && resource != ""
	}
	return "", nil, false
}

func (t *Template) checkFindInMap(c call) error {
	given := arguments(c)
	if len(given) == 4 && t.extended() {
		if o, ok := given[3].(*object); ok && o.has("DefaultValue") {
			return nil
		}
	}
	if len(given) != 3 {
		return errFindInMap()
	}
	if name, ok := given[0].(string); ok && !t.tree.mappings.has(name) {
		return errNoMapping(name)
	}
	return nil
}

func errNoMapping(name string) error {
	return templateErrorf("Mapping named '%s' is not present in the 'Mappings' section of template.", name)
}

func checkIf(c call) error {
	given := arguments(c)
	if len(given) == 0 {
		return templateErrorf("Fn::If requires a list argument with the first element being a condition")
	}
	if _, ok := given[0].(string); !ok {
		return templateErrorf("Fn::If requires a list argument with the first element being a condition")
	}
	if len(given) != 3 {
		return templateErrorf("Fn::If requires a list argument with three elements")
	}
	return nil
}

func checkBoolean(c call) error {
	given := arguments(c)
	switch c.name {
	case "Fn::Equals":
		if len(given) != 2 {
			return templateErrorf("every Fn::Equals object requires a list of 2 string parameters.")
		}
		return nil
	case "Fn::Not":
		if len(given) != 1 || !allBoolean(given) {
			return templateErrorf("every Fn::Not object requires one boolean parameter.")
		}
		return nil
	}
	if len(given) < 2 || len(given) > 10 || !allBoolean(given) {
		return templateErrorf("every %s object requires a list of at least 2 and at most 10 boolean parameters.", c.name)
	}
	return nil
}

// allBoolean says whether each is a function that is true or false.
func allBoolean(given []any) bool {
	return !slices.ContainsFunc(given, func(v any) bool { _, ok := conditionOf(v); return !ok })
}

// conditionOf returns the function of a value that is true or false, where conditions
// stand: a comparison, a connective, or {"Condition": name}.
func conditionOf(v any) (call, bool) {
	o, ok := v.(*object)
	if !ok || len(o.members) != 1 {
		return call{}, false
	}
	c := call{o.members[0].key, o.members[0].value}
	return c, slices.Contains([]string{"Condition", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals"}, c.name) || isMembership(c.name)
}

// isMembership says whether a function is about the members of a list, which only rules
// may ask for.
func isMembership(name string) bool {
	return slices.Contains([]string{"Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn"}, name)
}
