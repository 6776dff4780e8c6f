package template

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

// checks are what the value of a parameter has to meet. What the template does not
// ask for is nil.
type checks struct {
	pattern              *regexp.Regexp
	patternText          string
	minLength, maxLength *int
	minValue, maxValue   *number
}

// number is a bound with the spelling of the template.
type number struct {
	value float64
	text  string
}

// readParameters reads the declarations of all parameters.
func (t *Template) readParameters(*object) error {
	for _, m := range t.tree.parameters.each() {
		if !alphanumeric.MatchString(m.key) {
			return formatErrorf("Parameter name %s is non alphanumeric.", m.key)
		}
		o, ok := m.value.(*object)
		if !ok {
			return formatErrorf("Every Parameters object must contain a Type member.")
		}
		p, err := readParameter(m.key, o)
		if err != nil {
			return err
		}
		t.Parameters = append(t.Parameters, p)
	}
	return nil
}

func readParameter(name string, o *object) (Parameter, error) {
	p := Parameter{Name: name}
	for _, key := range o.keys() {
		if !slices.Contains(parameterMembers(), key) {
			return p, sentencef("Invalid template parameter property '%s'", key)
		}
	}
	if !o.has("Type") {
		return p, formatErrorf("Every Parameters object must contain a Type member.")
	}
	for key, into := range map[string]*string{
		"Type": &p.Type, "Description": &p.Description, "ConstraintDescription": &p.ConstraintDescription,
		"AllowedPattern": &p.checks.patternText,
	} {
		if err := stringMember(o, key, into); err != nil {
			return p, err
		}
	}
	if !isParameterType(p.Type) {
		return p, formatErrorf("Unrecognized parameter type: %s", p.Type)
	}
	for _, read := range []func(*object) error{p.readDefault, p.readAllowedValues, p.readPattern, p.readBounds} {
		if err := read(o); err != nil {
			return p, err
		}
	}
	return p, nil
}

func parameterMembers() []string {
	return []string{
		"Type", "Description", "ConstraintDescription", "AllowedPattern", "AllowedValues", "Default", "NoEcho",
		"MinLength", "MaxLength", "MinValue", "MaxValue",
	}
}

// stringMember reads a member that is text. A scalar that is not is written as text.
func stringMember(o *object, key string, into *string) error {
	v, ok := o.get(key)
	if !ok {
		return nil
	}
	s, ok := text(v)
	if !ok {
		return formatErrorf("Every %s member must be a string.", key)
	}
	*into = s
	return nil
}

func (p *Parameter) readDefault(o *object) error {
	if noEcho, ok := o.get("NoEcho"); ok {
		s, _ := text(noEcho)
		p.NoEcho = strings.EqualFold(s, "true")
	}
	if !o.has("Default") {
		return nil
	}
	var value string
	if err := stringMember(o, "Default", &value); err != nil {
		return err
	}
	p.Default = &value
	return nil
}

func (p *Parameter) readAllowedValues(o *object) error {
	v, ok := o.get("AllowedValues")
	if !ok {
		return nil
	}
	items, ok := v.([]any)
	if !ok {
		return formatErrorf("Every AllowedValues member must be a list.")
	}
	for _, item := range items {
		s, ok := text(item)
		if !ok {
			return formatErrorf("Every AllowedValues value must be a string.")
		}
		p.AllowedValues = append(p.AllowedValues, s)
	}
	return nil
}

// readPattern compiles AllowedPattern. It is a pattern of Java, which knows forms that
// Go does not, such as (?=…): with one of those, every value is taken.
func (p *Parameter) readPattern(*object) error {
	if p.checks.patternText == "" {
		return nil
	}
	pattern, err := regexp.Compile(`^(?:` + p.checks.patternText + `)$`)
	var wrong *syntax.Error
	if errors.As(err, &wrong) && !onlyJava(wrong.Code) {
		return sentencef("Parameter '%s' AllowedPattern must be a valid regular expression.", p.Name)
	}
	p.checks.pattern = pattern
	return nil
}

// onlyJava says whether a pattern that Go refuses may be one of Java.
func onlyJava(code syntax.ErrorCode) bool {
	return slices.Contains([]syntax.ErrorCode{
		syntax.ErrInvalidPerlOp, syntax.ErrInvalidEscape, syntax.ErrInvalidRepeatOp, syntax.ErrInvalidRepeatSize,
		syntax.ErrInvalidCharRange, syntax.ErrInvalidNamedCapture, syntax.ErrLarge, syntax.ErrNestingDepth,
	}, code)
}

func (p *Parameter) readBounds(o *object) error {
	for _, b := range []struct {
		key    string
		length **int
		value  **number
	}{
		{"MinLength", &p.checks.minLength, nil},
		{"MaxLength", &p.checks.maxLength, nil},
		{"MinValue", nil, &p.checks.minValue},
		{"MaxValue", nil, &p.checks.maxValue},
	} {
		v, ok := o.get(b.key)
		if !ok {
			continue
		}
		s, _ := text(v)
		n, ok := numberOf(s)
		if !ok {
			return formatErrorf("Every %s member must be a number.", b.key)
		}
		if b.value != nil {
			*b.value = &n
			continue
		}
		length, err := strconv.Atoi(s)
		if err != nil {
			return formatErrorf("Every %s member must be a number.", b.key)
		}
		*b.length = &length
	}
	return nil
}

// numberOf reads a number, which may have spaces around it.
func numberOf(s string) (number, bool) {
	s = strings.TrimSpace(s)
	if !yamlFloat.MatchString(s) {
		return number{}, false
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	return number{value, s}, err == nil
}
