package template

import "slices"

// Resources are those whose condition holds, each after those that it needs; ties are
// in the order of the template.
func (b *Bound) Resources() []Planned {
	planned := slices.Clone(b.planned)
	for i := range planned {
		planned[i].DependsOn = slices.Clone(planned[i].DependsOn)
	}
	return planned
}

// plan finds what each resource needs and puts them in order.
func (b *Bound) plan() error {
	var waiting []Planned
	for _, r := range b.t.Resources {
		o := b.member(b.t.tree.resources, r.LogicalID)
		live, err := b.lives(o)
		if err != nil {
			return err
		}
		if !live {
			continue
		}
		needs, err := b.needs(o)
		if err != nil {
			return err
		}
		waiting = append(waiting, Planned{r, needs})
	}
	b.planned, waiting = inOrder(waiting)
	if len(waiting) > 0 {
		return sentencef("Circular dependency between resources: %s", bracketed(circle(waiting)))
	}
	return nil
}

// member is one resource or output of a section.
func (b *Bound) member(section *object, name string) *object {
	v, _ := section.get(name)
	o, _ := v.(*object)
	return o
}

// lives says whether the condition of a resource or an output holds.
func (b *Bound) lives(o *object) (bool, error) {
	v, ok := o.get("Condition")
	if !ok {
		return true, nil
	}
	name, _ := v.(string)
	return b.condition(name, "")
}

// isLive says the same of a resource by name; false where there is none.
func (b *Bound) isLive(name string) bool {
	o := b.member(b.t.tree.resources, name)
	live, err := b.lives(o)
	return o != nil && live && err == nil
}

// needs are the resources that a resource needs first, in the order of the template.
// That it says so of one that a condition leaves out means nothing.
func (b *Bound) needs(o *object) ([]string, error) {
	said, err := dependsOn(o)
	if err != nil {
		return nil, err
	}
	said = slices.DeleteFunc(said, func(name string) bool { return !b.isLive(name) })
	implied, err := b.mentioned(o, "Resources")
	if err != nil {
		return nil, err
	}
	var needs []string
	for _, r := range b.t.Resources {
		if slices.Contains(said, r.LogicalID) || slices.Contains(implied, r.LogicalID) {
			needs = append(needs, r.LogicalID)
		}
	}
	return needs, nil
}

// mentioned are the resources that what counts of a resource or an output refers to.
// One that a condition leaves out cannot be referred to. Lookups in mappings are tried,
// as CloudFormation does before it makes anything; one with a default cannot fail.
func (b *Bound) mentioned(o *object, block string) ([]string, error) {
	var names []string
	missing := &unresolved{block: block}
	w := walk{
		taken: func(name string) (bool, error) { return b.condition(name, "") },
		visit: func(c call) error {
			if err := b.t.checkForm(c); err != nil {
				return err
			}
			for _, m := range b.t.mentions(c) {
				names = append(names, m.name)
				if !b.isLive(m.name) {
					missing.add(m.name)
				}
			}
			if c.name != "Fn::FindInMap" || len(arguments(c)) != 3 {
				return nil
			}
			_, err := evaluator{b: b}.call(c)
			return err
		},
	}
	for _, m := range o.members {
		if m.key == "DependsOn" || m.key == "Condition" {
			continue
		}
		if err := w.value(m.value); err != nil {
			return nil, err
		}
	}
	return names, missing.err()
}

// inOrder puts resources after those that they need. Those that cannot be are left.
func inOrder(waiting []Planned) (ordered, left []Planned) {
	done := map[string]bool{}
	for len(waiting) > 0 {
		i := slices.IndexFunc(waiting, func(p Planned) bool {
			return !slices.ContainsFunc(p.DependsOn, func(name string) bool { return !done[name] })
		})
		if i < 0 {
			return ordered, waiting
		}
		done[waiting[i].LogicalID] = true
		ordered = append(ordered, waiting[i])
		waiting = slices.Delete(waiting, i, i+1)
	}
	return ordered, nil
}

// circle names those of the resources left that others of them need: the rest only
// waits for the circle.
func circle(left []Planned) []string {
	for {
		before := len(left)
		needed := map[string]bool{}
		for _, p := range left {
			for _, name := range p.DependsOn {
				needed[name] = true
			}
		}
		left = slices.DeleteFunc(left, func(p Planned) bool { return !needed[p.LogicalID] })
		if len(left) == before {
			break
		}
	}
	var names []string
	for _, p := range left {
		names = append(names, p.LogicalID)
	}
	return names
}
