package cfn

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

type sortOf int

const (
	text sortOf = iota
	several
	nothing // AWS::NoValue
	unseen  // it is not in sight
	wrong   // CloudFormation would refuse it
)

// val is what an expression gives in a world.
type val struct {
	is   sortOf
	s    string
	list []val
	by   []string // what decides, of an unseen one
}

func literal(s string) val       { return val{s: s} }
func dependsOn(by ...string) val { return val{is: unseen, by: by} }

// other marks a text that is like none that the template speaks of.
const other = iac.Mark

func (v val) vague() bool { return v.is == text && strings.Contains(v.s, other) }

// composed says whether a text was put together with one that nobody knows.
func (v val) composed() bool {
	whole := strings.HasPrefix(v.s, other) && strings.HasSuffix(v.s, other) && strings.Count(v.s, other) == 2
	return v.vague() && !whole
}

// boolean reads a text as CloudFormation does.
func (v val) boolean() (yes, ok bool) {
	if v.is != text {
		return false, false
	}
	yes = strings.EqualFold(v.s, "true")
	return yes, yes || strings.EqualFold(v.s, "false")
}

// world has a value for each name that decides.
type world struct {
	t      *template
	values map[string]val
	steps  *int
}

// tooMuch stands for what would take too long to find out.
const tooMuch = "…"

// deepestCall bounds expressions and conditions that lead to themselves.
const deepestCall = 60

func (w world) eval(n *node, depth int) val {
	*w.steps--
	switch {
	case n == nil || n.null:
		return val{is: nothing}
	case *w.steps < 0 || depth > deepestCall:
		return dependsOn(tooMuch)
	}
	if fn, arg := n.call(); fn != "" {
		return w.call(fn, arg, depth+1)
	}
	switch n.shape {
	case scalar:
		return w.scalar(n, depth)
	case list:
		out := val{is: several}
		for _, c := range n.vals {
			if *w.steps < 0 {
				return dependsOn(tooMuch)
			}
			out.list = append(out.list, w.eval(c, depth+1))
		}
		return out
	default:
		return val{is: wrong}
	}
}

func (w world) scalar(n *node, depth int) val {
	switch {
	case isFilled(n.value):
		return dependsOn(n.value)
	case strings.Contains(n.value, "${") && w.t.page.kind == Serverless:
		return w.serverless(n.value, depth)
	case strings.Contains(n.value, "${"):
		return dependsOn(n.value)
	}
	return literal(n.value)
}

func (w world) call(fn string, arg *node, depth int) val {
	switch fn {
	case "Fn::GetAtt":
		return w.attribute(arg)
	case "Ref":
		return w.ref(arg.text())
	case "Fn::Sub":
		return w.sub(arg, depth)
	case "Condition":
		return w.condition(arg.text(), depth)
	}
	if arg.shape != list || arg.fn != "" {
		return w.plainCall(fn, arg)
	}
	a := arg.vals
	switch {
	case fn == "Fn::If" && len(a) == 3:
		return w.choose(w.condition(a[0].text(), depth), a[1], a[2], depth)
	case fn == "Fn::Equals" && len(a) == 2:
		return equal(w.eval(a[0], depth), w.eval(a[1], depth))
	case fn == "Fn::And", fn == "Fn::Or":
		return w.join(fn == "Fn::Or", a, depth)
	case fn == "Fn::Not" && len(a) == 1:
		return not(w.eval(a[0], depth))
	case fn == "Fn::FindInMap" && len(a) >= 3:
		return w.findInMap(a, depth)
	case fn == "Fn::Select" && len(a) == 2:
		return selected(w.eval(a[0], depth), w.eval(a[1], depth))
	case fn == "Fn::Join" && len(a) == 2:
		return joined(w.eval(a[0], depth), w.eval(a[1], depth))
	case len(a) == 2 && (fn == "Fn::Contains" || fn == "Fn::EachMemberIn" || fn == "Fn::EachMemberEquals"):
		return members(fn, w.eval(a[0], depth), w.eval(a[1], depth))
	case fn == "Fn::Split" && len(a) == 2:
		return split(w.eval(a[0], depth), w.eval(a[1], depth))
	}
	return w.plainCall(fn, arg)
}

// plainCall names a function that needs what is not in sight.
func (w world) plainCall(fn string, arg *node) val {
	name := arg.text()
	switch {
	case fn == "Fn::Transform":
		name = arg.of("Name").text()
	case name == "" && arg.shape == list && len(arg.vals) > 0:
		name = arg.vals[0].text()
	case fn == "Fn::ImportValue":
		name = arg.source()
	}
	return dependsOn(strings.TrimSpace(fn + " " + name))
}

// attribute is Logs.Arn, or [Logs, Arn], where a world knows it.
func (w world) attribute(arg *node) val {
	name := arg.text()
	if arg.shape == list && len(arg.vals) == 2 {
		name = arg.vals[0].text() + "." + arg.vals[1].text()
	}
	if v, ok := w.values[name]; ok && strings.Contains(name, ".") {
		return v
	}
	return w.plainCall("Fn::GetAtt", arg)
}

func (w world) ref(name string) val {
	if name == "AWS::NoValue" {
		return val{is: nothing}
	}
	if v, ok := w.values[name]; ok {
		return v
	}
	return dependsOn(name)
}

func (w world) condition(name string, depth int) val {
	if name == "" {
		return dependsOn("Fn::If")
	}
	c := w.t.root.of("Conditions").of(name)
	if c == nil {
		return dependsOn(name)
	}
	return w.eval(c, depth+1)
}

func (w world) choose(c val, yes, no *node, depth int) val {
	if c.is == unseen {
		a, b := w.eval(yes, depth), w.eval(no, depth)
		if a.is == text && b.is == text && a.s == b.s && !a.vague() {
			return a
		}
		return c
	}
	b, ok := c.boolean()
	switch {
	case !ok:
		return val{is: wrong}
	case b:
		return w.eval(yes, depth)
	default:
		return w.eval(no, depth)
	}
}

func truth(b bool) val { return literal(strconv.FormatBool(b)) }

func equal(a, b val) val {
	switch {
	case a.is == unseen || b.is == unseen:
		return dependsOn(slices.Concat(a.by, b.by)...)
	case a.is != text || b.is != text:
		return val{is: wrong}
	case a.composed() || b.composed():
		return dependsOn(names(a.s + b.s)...)
	}
	return truth(a.s == b.s)
}

// names of the vague texts that a text was put together with.
func names(s string) (out []string) {
	for i, part := range strings.Split(s, other) {
		if i%2 == 1 {
			out = append(out, part)
		}
	}
	return out
}

func not(v val) val {
	b, ok := v.boolean()
	switch {
	case v.is == unseen:
		return v
	case !ok:
		return val{is: wrong}
	}
	return truth(!b)
}

// join is Fn::Or, or Fn::And: one that decides is enough.
func (w world) join(or bool, args []*node, depth int) val {
	out := truth(!or)
	for _, a := range args {
		v := w.eval(a, depth)
		b, ok := v.boolean()
		switch {
		case ok && b == or:
			return v
		case v.is == unseen:
			out = dependsOn(slices.Concat(out.by, v.by)...)
		case !ok:
			return val{is: wrong}
		}
	}
	return out
}

func (w world) findInMap(a []*node, depth int) val {
	m := w.t.root.of("Mappings")
	for _, key := range a[:3] {
		k := w.eval(key, depth)
		switch {
		case k.is == unseen:
			return k
		case k.is != text:
			return val{is: wrong}
		case k.composed():
			return dependsOn(names(k.s)...)
		}
		next := m.of(k.s)
		if next == nil {
			return w.notInMap(m, a, depth)
		}
		m = next
	}
	return w.eval(m, depth)
}

func (w world) notInMap(m *node, a []*node, depth int) val {
	if m.of("Fn::Transform") != nil {
		return dependsOn("Fn::Transform")
	}
	if len(a) > 3 {
		if d := a[3].of("DefaultValue"); d != nil {
			return w.eval(d, depth)
		}
	}
	return val{is: wrong}
}

func selected(index, from val) val {
	if index.is == unseen || from.is == unseen {
		return dependsOn(slices.Concat(index.by, from.by)...)
	}
	i, err := strconv.Atoi(index.s)
	if err != nil || from.is != several || i < 0 || i >= len(from.list) {
		return val{is: wrong}
	}
	return from.list[i]
}

func joined(by, parts val) val {
	if parts.is == unseen {
		return parts
	}
	var all []string
	for _, p := range parts.list {
		if p.is == unseen {
			return p
		}
		if p.is != text {
			return val{is: wrong}
		}
		all = append(all, p.s)
	}
	if parts.is != several || by.is != text {
		return val{is: wrong}
	}
	return bounded(strings.Join(all, by.s))
}

func split(by, from val) val {
	switch {
	case from.is == unseen:
		return from
	case from.vague():
		return dependsOn(names(from.s)...)
	case from.is != text || by.is != text || by.s == "":
		return val{is: wrong}
	}
	out := val{is: several}
	for _, s := range strings.Split(from.s, by.s) {
		out.list = append(out.list, literal(s))
	}
	return out
}

// bounded refuses texts that grow beyond what any name or flag needs.
func bounded(s string) val {
	if len(s) > 1<<14 {
		return dependsOn(tooMuch)
	}
	return literal(s)
}

// sub fills the ${names} of a text.
func (w world) sub(arg *node, depth int) val {
	own := (*node)(nil)
	if arg.shape == list && arg.fn == "" && len(arg.vals) == 2 {
		arg, own = arg.vals[0], arg.vals[1]
	}
	if arg.shape != scalar || arg.fn != "" {
		return dependsOn("Fn::Sub")
	}
	if isFilled(arg.value) {
		return dependsOn(arg.value)
	}
	var out strings.Builder
	rest := arg.value
	for {
		before, after, found := strings.Cut(rest, "${")
		out.WriteString(before)
		name, tail, closed := strings.Cut(after, "}")
		if !found || !closed {
			return bounded(out.String())
		}
		rest = tail
		if strings.HasPrefix(name, "!") {
			out.WriteString("${" + name[1:] + "}")
			continue
		}
		v := w.subName(strings.TrimSpace(name), own, depth)
		if v.is != text {
			return v
		}
		out.WriteString(v.s)
	}
}

func (w world) subName(name string, own *node, depth int) val {
	if v := own.of(name); v != nil {
		return w.eval(v, depth)
	}
	return w.ref(name)
}
