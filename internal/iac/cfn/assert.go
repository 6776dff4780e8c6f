package cfn

import "slices"

// rule is a part of the section Rules: with values of the parameters that break one,
// CloudFormation makes no stack.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
type rule struct {
	when    *node // nil: always
	asserts []*node
}

func (r rule) nodes() []*node { return append([]*node{r.when}, r.asserts...) }

// ruling are the rules that speak of what an expression depends on, and those that speak
// of what these speak of.
func (t *template) ruling(ns ...*node) (out []rule) {
	left := t.assertions()
	for found := true; found; {
		found = false
		names := t.survey(ns...).names
		for i, r := range left {
			if t.shares(r, names) {
				out, ns = append(out, r), append(ns, r.nodes()...)
				left = slices.Delete(slices.Clone(left), i, i+1)
				found = true
				break
			}
		}
	}
	return out
}

// mostRules of a template are looked at. CloudFormation takes fewer.
const mostRules = 50

func (t *template) assertions() (out []rule) {
	all := t.root.of("Rules")
	if all == nil || all.shape != mapping {
		return nil
	}
	for _, body := range all.vals[:min(len(all.vals), mostRules)] {
		r := rule{when: body.of("RuleCondition")}
		if list := body.of("Assertions"); list != nil {
			for _, a := range list.vals {
				r.asserts = append(r.asserts, a.of("Assert"))
			}
		}
		out = append(out, r)
	}
	return out
}

func (t *template) shares(r rule, names map[string]bool) bool {
	for name := range t.survey(r.nodes()...).names {
		if names[name] {
			return true
		}
	}
	return false
}

// breaks says whether the values of a world certainly break a rule.
func (w world) breaks(rules []rule) bool {
	return slices.ContainsFunc(rules, func(r rule) bool {
		if r.when != nil && !w.certainly(r.when, true) {
			return false
		}
		return slices.ContainsFunc(r.asserts, func(a *node) bool { return w.certainly(a, false) })
	})
}

func (w world) certainly(n *node, want bool) bool {
	b, ok := w.eval(n, 0).boolean()
	return ok && b == want
}

// members judges the functions of rules about lists: every member of one, or the one
// value, is in the other. "Fn::Contains": [list, value]; "Fn::EachMemberIn": [these, list];
// "Fn::EachMemberEquals": [these, value].
func members(fn string, a, b val) val {
	all, in := a, b
	if fn == "Fn::Contains" {
		all, in = b, a
	}
	if all.is == text {
		all = val{is: several, list: []val{all}}
	}
	if in.is == text {
		in = val{is: several, list: []val{in}}
	}
	switch {
	case all.is == unseen || in.is == unseen:
		return dependsOn(slices.Concat(all.by, in.by)...)
	case all.is != several || in.is != several:
		return val{is: wrong}
	}
	out := truth(true)
	for _, one := range all.list {
		switch v := among(one, in.list); {
		case v.is == unseen:
			out = v
		case v.s != "true":
			return v
		}
	}
	return out
}

func among(one val, list []val) val {
	out := truth(false)
	for _, other := range list {
		switch v := equal(one, other); {
		case v.is == unseen:
			out = v
		case v.s == "true":
			return v
		}
	}
	return out
}
