package template

import "slices"

// Rules say what has to hold of the values of parameters together. The templates of CDK
// have one, about the version of its bootstrap stack.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html

// checkRules checks the form of the section Rules.
func (t *Template) checkRules() error {
	missing := &unresolved{block: "Rules"}
	for _, m := range t.tree.rules.each() {
		rule, ok := m.value.(*object)
		if !ok {
			return formatErrorf("Every Rules member must be a map.")
		}
		if err := t.checkRule(m.key, rule, missing); err != nil {
			return err
		}
	}
	return missing.conditionErr()
}

func (t *Template) checkRule(name string, rule *object, missing *unresolved) error {
	if unknown := rule.unknownKeys("RuleCondition", "Assertions"); len(unknown) > 0 {
		return sentencef("Invalid template rule property or properties %s", bracketed(unknown))
	}
	if when, ok := rule.get("RuleCondition"); ok {
		if err := t.checkCondition(when, missing); err != nil {
			return err
		}
	}
	assertions, ok := assertionsOf(rule)
	if !ok {
		return formatErrorf("Rule %s must contain a list of Assertions", name)
	}
	for _, a := range assertions {
		if assert, _ := a.get("Assert"); assert != nil {
			if err := t.checkCondition(assert, missing); err != nil {
				return err
			}
			continue
		}
		return formatErrorf("Every Assertions member of rule %s must contain an Assert object", name)
	}
	return nil
}

func assertionsOf(rule *object) (assertions []*object, ok bool) {
	v, _ := rule.get("Assertions")
	items, ok := v.([]any)
	for _, item := range items {
		o, isObject := item.(*object)
		if !isObject {
			return nil, false
		}
		assertions = append(assertions, o)
	}
	return assertions, ok && len(items) > 0
}

// obeyRules checks the values of the parameters against every rule.
func (b *Bound) obeyRules() error {
	for _, m := range b.t.tree.rules.each() {
		rule, _ := m.value.(*object)
		if err := (evaluator{b: b}).obey(m.key, rule); err != nil {
			return err
		}
	}
	return nil
}

func (e evaluator) obey(name string, rule *object) error {
	if when, ok := rule.get("RuleCondition"); ok {
		applies, err := e.holds(when)
		if err != nil || !applies {
			return err
		}
	}
	assertions, _ := assertionsOf(rule)
	for _, a := range assertions {
		assert, _ := a.get("Assert")
		holds, err := e.holds(assert)
		if err != nil {
			return err
		}
		if holds {
			continue
		}
		description, _ := a.get("AssertDescription")
		if s, ok := text(description); ok {
			return sentencef("%s", s)
		}
		return sentencef("Assertion of rule %s failed", name)
	}
	return nil
}

// membership decides a function about the members of a list.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html
func (e evaluator) membership(c call) (bool, error) {
	v, err := e.value(arguments(c)[0])
	if err != nil {
		return false, err
	}
	wanted, err := e.value(arguments(c)[1])
	if err != nil {
		return false, err
	}
	items, ok := list(v)
	if !ok {
		return false, errMembership(c.name)
	}
	equals := func(item any) bool { return same(item, wanted) }
	switch c.name {
	case "Fn::Contains":
		return slices.ContainsFunc(items, equals), nil
	case "Fn::EachMemberEquals":
		return !slices.ContainsFunc(items, func(item any) bool { return !equals(item) }), nil
	}
	among, ok := list(wanted)
	if !ok {
		return false, errMembership(c.name)
	}
	return !slices.ContainsFunc(items, func(item any) bool {
		return !slices.ContainsFunc(among, func(other any) bool { return same(item, other) })
	}), nil
}

func errMembership(name string) error {
	return templateErrorf("every %s object requires two parameters, the first of which is a list of strings.", name)
}

// refAll are the values of all parameters of a type.
func (e evaluator) refAll(kind string) any {
	items := []any{}
	for _, p := range e.b.t.Parameters {
		if p.Type != kind {
			continue
		}
		if many, ok := list(e.b.resolved[p.Name]); ok {
			items = append(items, many...)
		} else {
			items = append(items, e.b.resolved[p.Name])
		}
	}
	return items
}
