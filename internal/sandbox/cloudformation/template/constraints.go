package template

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// accept says whether a parameter takes a value; of a list, each item has to do.
func (p Parameter) accept(value string) error {
	items := []string{value}
	if isList(p.Type) {
		items = split(value)
	}
	for _, item := range items {
		if wrong := p.violation(item); wrong != "" {
			return p.refusal(wrong)
		}
	}
	return nil
}

// refusal is the sentence for a value that is not taken: the template's own, if it has one.
func (p Parameter) refusal(wrong string) error {
	if p.ConstraintDescription != "" {
		return sentencef("Parameter %s failed to satisfy constraint: %s", p.Name, p.ConstraintDescription)
	}
	return sentencef("Parameter '%s' %s", p.Name, wrong)
}

// violation says what a value has to be and is not, or nothing.
func (p Parameter) violation(value string) string {
	c, length := p.checks, utf8.RuneCountInString(value)
	switch {
	case p.AllowedValues != nil && !slices.Contains(p.AllowedValues, value):
		return "must be one of AllowedValues"
	case p.Type == "Number" || p.Type == "List<Number>":
		return c.numberViolation(value)
	case c.minLength != nil && length < *c.minLength:
		return fmt.Sprintf("must contain at least %d characters", *c.minLength)
	case c.maxLength != nil && length > *c.maxLength:
		return fmt.Sprintf("must contain at most %d characters", *c.maxLength)
	case c.pattern != nil && !c.pattern.MatchString(value):
		return "must match pattern " + c.patternText
	}
	return ""
}

func (c checks) numberViolation(value string) string {
	n, ok := numberOf(value)
	switch {
	case !ok:
		return "must be a number"
	case c.minValue != nil && n.value < c.minValue.value:
		return "must be a number not less than " + c.minValue.text
	case c.maxValue != nil && n.value > c.maxValue.value:
		return "must be a number not greater than " + c.maxValue.text
	}
	return ""
}
