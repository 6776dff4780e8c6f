package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// context holds the condition keys of a request by their names in lower case.
type context map[string][]string

func newContext(m map[string][]string) context {
	c := make(context, len(m))
	for k, v := range m {
		c[strings.ToLower(k)] = v
	}
	return c
}

func (c context) values(key string) []string { return c[strings.ToLower(key)] }

// condition is one key of one operator of a Condition element.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type condition struct {
	operator operator
	set      setOperator
	ifExists bool
	key      string
	values   []string
}

// setOperator says how a key of several values is compared.
type setOperator string

const (
	single       setOperator = ""
	forAllValues setOperator = "ForAllValues"
	forAnyValue  setOperator = "ForAnyValue"
)

func (s *statement) parseConditions(m map[string]json.RawMessage) error {
	if m["Condition"] == nil {
		return nil
	}
	operators, err := object(m["Condition"])
	if err != nil {
		return errors.New("condition is not an object")
	}
	for _, name := range slices.Sorted(maps.Keys(operators)) {
		proto, err := parseOperator(name)
		if err != nil {
			return err
		}
		if err := s.addConditions(proto, name, operators[name]); err != nil {
			return err
		}
	}
	return nil
}

// parseOperator reads a name such as ForAnyValue:StringLikeIfExists.
func parseOperator(name string) (condition, error) {
	var c condition
	rest := name
	if set, after, ok := strings.Cut(name, ":"); ok {
		c.set, rest = setOperator(set), after
		if c.set != forAllValues && c.set != forAnyValue {
			return c, fmt.Errorf("unknown condition operator %q", name)
		}
	}
	rest, c.ifExists = strings.CutSuffix(rest, "IfExists")
	var ok bool
	if c.operator, ok = operatorNamed(rest); !ok || c.ifExists && c.operator.kind == kindNull {
		return c, fmt.Errorf("unknown condition operator %q", name)
	}
	return c, nil
}

// addConditions reads the keys and values of one operator.
func (s *statement) addConditions(proto condition, name string, raw json.RawMessage) error {
	keys, err := object(raw)
	if err != nil {
		return fmt.Errorf("condition %s is not an object", name)
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		c := proto
		c.key = key
		if c.values, err = scalars(keys[key]); err != nil {
			return fmt.Errorf("condition %s of %s: %w", name, key, err)
		}
		if err := c.check(s.variables); err != nil {
			return fmt.Errorf("condition %s of %s: %w", name, key, err)
		}
		s.conditions = append(s.conditions, c)
	}
	return nil
}

// check refuses values that the operator cannot compare with anything.
func (c condition) check(variables bool) error {
	for _, v := range c.values {
		if variables && strings.Contains(v, "${") {
			continue
		}
		if !c.operator.kind.accepts(v) {
			return fmt.Errorf("value %q is not %s", v, c.operator.kind.article())
		}
	}
	return nil
}

// holds says whether a request satisfies the condition. An absent key satisfies
// negated operators, those with IfExists, and ForAllValues; no others.
func (c condition) holds(s *statement, ctx context) bool {
	have := ctx.values(c.key)
	if c.operator.kind == kindNull {
		return c.holdsNull(len(have) == 0)
	}
	want := c.expandedValues(s, ctx)
	satisfied := func(v string) bool { return c.operator.any(want, v) != c.operator.negated }
	switch {
	case len(have) == 0 && c.ifExists:
		return true
	case c.set == forAllValues:
		return !slices.ContainsFunc(have, func(v string) bool { return !satisfied(v) })
	case c.set == forAnyValue:
		return slices.ContainsFunc(have, satisfied)
	case c.operator.negated:
		return !slices.ContainsFunc(have, func(v string) bool { return !satisfied(v) })
	}
	return slices.ContainsFunc(have, satisfied)
}

// holdsNull judges Null, which asks whether a key is absent.
func (c condition) holdsNull(absent bool) bool {
	return slices.ContainsFunc(c.values, func(v string) bool {
		return strings.EqualFold(v, "true") == absent
	})
}

func (c condition) expandedValues(s *statement, ctx context) []string {
	out := make([]string, 0, len(c.values))
	for _, v := range c.values {
		if v, ok := s.expand(v, ctx); ok {
			out = append(out, v)
		}
	}
	return out
}
