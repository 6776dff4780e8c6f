package template

// decideConditions decides every condition of the template.
func (b *Bound) decideConditions() error {
	for _, m := range b.t.tree.conditions.each() {
		if _, err := b.condition(m.key, ""); err != nil {
			return err
		}
	}
	return nil
}

// condition says whether a condition holds. by is the condition that asks for it, or "": one
// that asks for itself, be it by others, is an error.
func (b *Bound) condition(name, by string) (bool, error) {
	if holds, ok := b.conditions[name]; ok {
		return holds, nil
	}
	v, ok := b.t.tree.conditions.get(name)
	if !ok {
		return false, errNoCondition(name)
	}
	if b.deciding[name] {
		return false, templateErrorf("Found circular condition dependency between %s and %s", name, by)
	}
	b.deciding[name] = true
	defer delete(b.deciding, name)
	holds, err := evaluator{b: b, by: name}.holds(v)
	if err == nil {
		b.conditions[name] = holds
	}
	return holds, err
}

// holds decides a function that is true or false.
func (e evaluator) holds(v any) (bool, error) {
	c, ok := conditionOf(v)
	if !ok {
		return false, errNotBoolean("Conditions")
	}
	if c.name == "Condition" {
		name, _ := c.argument.(string)
		return e.b.condition(name, e.by)
	}
	if err := e.b.t.checkForm(c); err != nil {
		return false, err
	}
	switch c.name {
	case "Fn::Equals":
		return e.equals(arguments(c))
	case "Fn::Not":
		holds, err := e.holds(arguments(c)[0])
		return !holds, err
	case "Fn::And", "Fn::Or":
		return e.connective(arguments(c), c.name == "Fn::Or")
	}
	return e.membership(c)
}

// connective is the outcome that one operand is enough for, or else the other. All
// operands are decided: an error in any is an error.
func (e evaluator) connective(operands []any, enough bool) (bool, error) {
	outcome := !enough
	for _, o := range operands {
		holds, err := e.holds(o)
		if err != nil {
			return false, err
		}
		if holds == enough {
			outcome = enough
		}
	}
	return outcome, nil
}

// equals compares as text: 1 is the same as "1", and true the same as "true".
func (e evaluator) equals(given []any) (bool, error) {
	left, err := e.value(given[0])
	if err != nil {
		return false, err
	}
	right, err := e.value(given[1])
	if err != nil {
		return false, err
	}
	return same(left, right), nil
}

func same(left, right any) bool {
	a, ok := text(left)
	if ok {
		c, ok := text(right)
		return ok && a == c
	}
	l, err := compact(left)
	if err != nil {
		return false
	}
	r, err := compact(right)
	return err == nil && l == r
}
