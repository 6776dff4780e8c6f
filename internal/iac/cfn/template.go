package cfn

import (
	"maps"
	"slices"
	"strings"
)

// template is one document: where its Resources are, and what they may speak of.
type template struct {
	page      page
	document  *node
	byDefault bool             // fallbacks count
	root      *node            // has Resources, Parameters, Conditions and Mappings
	loops     map[string][]val // identifiers of Fn::ForEach around the resource
	steps     *int             // that are left
	rules     []rule           // that an answer has to keep
}

func newTemplate(p page, document *node) *template {
	steps := mostStepsAll
	t := &template{page: p, document: document, root: document, steps: &steps}
	inner := document.of("resources")
	switch {
	case document.of("Resources") != nil:
	case inner != nil && inner.shape == mapping:
		t.root, t.page.kind = inner, Serverless
	case inner != nil:
		t.root, t.page.kind = gathered(inner.vals), Serverless
	case isFragment(document):
		t.root = &node{shape: mapping, keys: []*node{{value: "Resources"}}, vals: []*node{document}}
	}
	return t
}

// gathered puts the parts of a serverless.yml, whose resources are a list, together.
func gathered(parts []*node) *node {
	root := &node{shape: mapping}
	for _, section := range []string{"Resources", "Parameters", "Conditions", "Mappings"} {
		all := &node{shape: mapping}
		for _, p := range parts {
			if s := p.of(section); s != nil && s.shape == mapping {
				all.keys = append(all.keys, s.keys...)
				all.vals = append(all.vals, s.vals...)
			}
		}
		root.keys = append(root.keys, &node{value: section})
		root.vals = append(root.vals, all)
	}
	return root
}

// isFragment says whether a document is what another includes: resources without a template.
func isFragment(d *node) bool {
	return d.shape == mapping && slices.ContainsFunc(d.vals, func(n *node) bool {
		p := n.of("Properties")
		return n.of("Type").text() == trailType && p != nil && p.shape == mapping
	})
}

// resource is a trail as the template declares it.
type resource struct {
	key, body *node
	loops     map[string][]val
}

func (t *template) resources() []resource {
	return t.declared(t.root.of("Resources"), trailType, nil, 0)
}

func (t *template) declared(n *node, kind string, loops map[string][]val, depth int) (out []resource) {
	if n == nil || n.shape != mapping || depth > 5 {
		return nil
	}
	for i, k := range n.keys {
		body := n.vals[i]
		if strings.HasPrefix(k.value, "Fn::ForEach::") && body.shape == list && len(body.vals) == 3 {
			inner := maps.Clone(loops)
			if inner == nil {
				inner = map[string][]val{}
			}
			inner[body.vals[0].text()] = items(body.vals[1], k.value)
			out = append(out, t.declared(body.vals[2], kind, inner, depth+1)...)
			continue
		}
		if body.shape == mapping && body.of("Type").text() == kind {
			out = append(out, resource{k, body, loops})
		}
	}
	return out
}

// items are what a loop goes through.
func items(n *node, name string) (out []val) {
	if n.shape != list || n.fn != "" || len(n.vals) == 0 {
		return []val{dependsOn(name)}
	}
	for _, v := range n.vals {
		if v.text() == "" {
			return []val{dependsOn(name)}
		}
		out = append(out, literal(v.value))
	}
	return out
}

// property is what a trail says of one of its settings.
type property struct {
	name           string
	key, value     *node
	own            bool // in the text of the trail itself, not merged into it
	twice          bool
	all, byDefault answer
}

func (t *template) property(r resource, name string) property {
	props := r.body.of("Properties")
	p := property{name: name}
	if fn, arg := props.call(); fn != "" {
		w := world{t: t}
		p.all.by = w.plainCall(fn, arg).by
		p.byDefault = p.all
		return p
	}
	p.key, p.value = props.get(name)
	if p.value == nil {
		p.absent(r.body, props)
		return p
	}
	p.own, p.twice = props.own(name) > 0, props.own(name) > 1
	exists := r.body.of("Condition")
	if p.value.shape == scalar && p.value.fn == "" {
		exists = nil
	}
	p.all, p.byDefault = t.answers(p.value, exists)
	if p.twice {
		p.all.by = append(p.all.by, name)
	}
	p.all.by = append(p.all.by, included(props)...) // whose value wins where both have one is not documented
	return p
}

// included names what puts properties among these that are not in sight.
func included(n *node) (by []string) {
	if n == nil {
		return nil
	}
	for i, k := range n.keys {
		if k.value == "Fn::Transform" {
			by = append(by, strings.TrimSpace("Fn::Transform "+n.vals[i].of("Name").text()))
		}
	}
	return by
}

// absent is false, unless something that is not in sight may say otherwise.
func (p *property) absent(body, props *node) {
	p.all.no = true
	for _, n := range []*node{body, props} {
		if n == nil {
			continue
		}
		p.all.by = append(p.all.by, included(n)...)
		for _, k := range n.keys {
			if strings.HasPrefix(k.value, "Fn::ForEach::") || strings.Contains(k.value, "${") || isFilled(k.value) {
				p.all.by = append(p.all.by, k.value)
			}
		}
		for i, v := range n.vals {
			if by := outOfSight(v); by != "" && n.keys[i].raw == "<<" {
				p.all.by = append(p.all.by, by)
			}
		}
		if by := outOfSight(n); by != "" {
			p.all.by = append(p.all.by, by)
		}
	}
	p.byDefault = p.all
}

// outOfSight is what stands where a mapping belongs, and is one only when it is filled in:
// a variable of a serverless.yml is such a thing. "" is nothing.
func outOfSight(n *node) string {
	if n != nil && n.shape == scalar && strings.Contains(n.value, "${") {
		return n.value
	}
	return opaque(n)
}

// answers asks over all values, and with the defaults.
func (t *template) answers(value, exists *node) (all, byDefault answer) {
	if value.shape == scalar && value.fn == "" && !strings.Contains(value.value, "{") {
		all = t.ask(value, nil, nil)
		return all, all
	}
	condition := t.root.of("Conditions").of(exists.text())
	if condition == nil {
		exists = nil
	}
	in := *t
	in.rules = t.ruling(value, condition)
	vars := in.variables(false, in.spoken(value, condition)...)
	if worlds(vars) > mostWorlds {
		in.rules, exists, condition = nil, nil, nil
		vars = in.variables(false, value)
	}
	all = in.ask(value, exists, vars)
	if all.certain(true) || all.certain(false) {
		return all, all
	}
	in.byDefault = true
	return all, in.ask(value, exists, in.variables(true, in.spoken(value, condition)...))
}

// spoken are expressions and the rules that say which values they may have.
func (t *template) spoken(ns ...*node) []*node {
	for _, r := range t.rules {
		ns = append(ns, r.nodes()...)
	}
	return ns
}

func worlds(vars []variable) int {
	n := 1
	for _, v := range vars {
		if n *= len(v.values); n > mostWorlds {
			break
		}
	}
	return n
}
