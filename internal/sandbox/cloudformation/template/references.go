package template

// checkReferences checks every function of the template, and that each name that one
// mentions is there. What is absent because of a condition is for Bind.
func (t *Template) checkReferences(*object) error {
	if t.foreign() {
		return nil
	}
	for _, check := range []func() error{t.checkConditions, t.checkRules, t.checkResourceReferences, t.checkOutputReferences} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// unresolved gathers the names of a block that are not there.
type unresolved struct {
	block string
	names []string
	known map[string]bool
}

func (u *unresolved) add(name string) {
	if u.known == nil {
		u.known = map[string]bool{}
	}
	if !u.known[name] {
		u.known[name] = true
		u.names = append(u.names, name)
	}
}

func (u *unresolved) err() error {
	if u.names == nil {
		return nil
	}
	return formatErrorf("Unresolved resource dependencies %s in the %s block of the template", bracketed(u.names), u.block)
}

func (t *Template) checkResourceReferences() error {
	missing := &unresolved{block: "Resources"}
	for _, m := range t.tree.resources.members {
		o := m.value.(*object)
		if err := t.checkBlock(o, missing); err != nil {
			return err
		}
		names, err := dependsOn(o)
		if err != nil {
			return err
		}
		for _, name := range names {
			if !t.tree.resources.has(name) {
				missing.add(name)
			}
		}
	}
	return missing.err()
}

func (t *Template) checkOutputReferences() error {
	missing := &unresolved{block: "Outputs"}
	for _, m := range t.tree.outputs.each() {
		if err := t.checkBlock(m.value.(*object), missing); err != nil {
			return err
		}
	}
	return missing.err()
}

// checkBlock checks one resource or output.
func (t *Template) checkBlock(o *object, missing *unresolved) error {
	if name, ok := o.get("Condition"); ok && !t.tree.conditions.has(name.(string)) {
		return formatErrorf("Unresolved condition dependency %s in the %s block of the template", name, missing.block)
	}
	w := walk{visit: func(c call) error { return t.checkCall(c, missing) }}
	for _, m := range o.members {
		if m.key == "DependsOn" || m.key == "Condition" {
			continue
		}
		if err := w.value(m.value); err != nil {
			return err
		}
	}
	return nil
}

// checkCall checks one function of a resource or an output.
func (t *Template) checkCall(c call, missing *unresolved) error {
	if err := t.checkForm(c); err != nil {
		return err
	}
	if c.name == "Fn::If" {
		if name := arguments(c)[0].(string); !t.tree.conditions.has(name) {
			return errNoCondition(name)
		}
	}
	for _, m := range t.mentions(c) {
		switch {
		case t.tree.resources.has(m.name):
		case m.by == "Fn::GetAtt":
			return errNoResource(m.name)
		case m.attribute != "":
			return errNoAttribute(m.name, m.attribute)
		default:
			missing.add(m.name)
		}
	}
	return nil
}

func errNoCondition(name string) error {
	return templateErrorf("unresolved condition dependency %s in Fn::If", name)
}

func errNoResource(name string) error {
	return templateErrorf("instance of Fn::GetAtt references undefined resource %s", name)
}

func errNoAttribute(name, attribute string) error {
	return templateErrorf("instance of Fn::Sub references invalid resource attribute %s.%s", name, attribute)
}

// conditionErr is about names in a block that there are no resources for yet.
func (u *unresolved) conditionErr() error {
	if u.names == nil {
		return nil
	}
	return formatErrorf("Unresolved dependencies %s. Cannot reference resources in the %s block of the template", bracketed(u.names), u.block)
}

// checkConditions checks the section Conditions.
func (t *Template) checkConditions() error {
	missing := &unresolved{block: "Conditions"}
	for _, m := range t.tree.conditions.each() {
		if err := t.checkCondition(m.value, missing); err != nil {
			return err
		}
	}
	return missing.conditionErr()
}

// checkCondition checks a condition, or what a rule asserts. Conditions know no members
// of lists, and rules no conditions.
func (t *Template) checkCondition(v any, missing *unresolved) error {
	c, ok := conditionOf(v)
	forRule := missing.block == "Rules"
	switch {
	case !ok, isMembership(c.name) && !forRule, c.name == "Condition" && forRule:
		return errNotBoolean(missing.block)
	case c.name == "Condition":
		return t.checkConditionName(c)
	}
	if err := t.checkForm(c); err != nil {
		return err
	}
	if c.name == "Fn::Equals" || isMembership(c.name) {
		w := walk{visit: func(c call) error { return t.checkConditionCall(c, missing) }}
		return w.value(c.argument)
	}
	for _, operand := range arguments(c) {
		if err := t.checkCondition(operand, missing); err != nil {
			return err
		}
	}
	return nil
}

func errNotBoolean(block string) error {
	return formatErrorf("%s can only be boolean operations on parameters and other conditions", block)
}

func (t *Template) checkConditionName(c call) error {
	name, ok := c.argument.(string)
	switch {
	case !ok:
		return templateErrorf("All Conditions must be of type string")
	case !t.tree.conditions.has(name):
		return formatErrorf("Unresolved condition dependency %s in the Conditions block of the template", name)
	}
	return nil
}

// checkConditionCall checks one function of what a condition compares.
func (t *Template) checkConditionCall(c call, missing *unresolved) error {
	if err := t.checkForm(c); err != nil {
		return err
	}
	for _, m := range t.mentions(c) {
		missing.add(m.name)
	}
	if c.name == "Fn::If" {
		if name := arguments(c)[0].(string); !t.tree.conditions.has(name) {
			return errNoCondition(name)
		}
	}
	return nil
}
