package cfn

import (
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// mostWorlds that one question looks at; mostSteps that it takes, and that all
// questions to a template take.
const (
	mostWorlds   = 1 << 14
	mostSteps    = 1 << 17
	mostStepsAll = 1 << 22
)

// answer is what a boolean property is over all worlds.
type answer struct {
	yes, no, wrong bool
	by             []string
}

// certain says whether every world gives the same.
func (a answer) certain(yes bool) bool {
	return len(a.by) == 0 && a.yes == yes && a.no != yes
}

func (a answer) verdict() iac.Verdict {
	switch {
	case a.certain(true):
		return iac.Multi
	case a.certain(false):
		return iac.Single
	default:
		return iac.Unknown
	}
}

// variable is a name with the values that it may have.
type variable struct {
	name   string
	values []val
}

// ask evaluates a property in every world in which the trail exists and no rule is broken. A property that is
// not there is false. With defaults, parameters have no other value than theirs.
func (t *template) ask(n, exists *node, vars []variable) answer {
	var a answer
	if !t.tour(n, exists, vars, &a) {
		a = answer{}
		free := *t
		free.rules = nil
		free.tour(n, nil, vars, &a)
	}
	if a.yes && a.no {
		a.by = append(a.by, t.deciding(n, vars)...)
	}
	slices.Sort(a.by)
	a.by = slices.Compact(a.by)
	return a
}

// tour visits the worlds, and says whether the trail exists in any.
func (t *template) tour(n, exists *node, vars []variable, a *answer) (some bool) {
	steps := min(mostSteps, *t.steps)
	defer func(had int) { *t.steps -= had - steps }(steps)
	choice := make([]int, len(vars))
	for range mostWorlds {
		w := world{t, map[string]val{}, &steps}
		for i, v := range vars {
			w.values[v.name] = v.values[choice[i]]
		}
		if t.exists(w, exists) && !w.breaks(t.rules) {
			some = true
			a.add(w.eval(n, 0))
		}
		if steps < 0 {
			break
		}
		if !next(choice, vars) {
			return some
		}
	}
	a.by = append(a.by, tooMuch)
	for _, v := range vars {
		a.by = append(a.by, v.name)
	}
	return true
}

func (t *template) exists(w world, c *node) bool {
	if c == nil {
		return true
	}
	yes, ok := w.condition(c.text(), 0).boolean()
	return yes || !ok
}

func next(choice []int, vars []variable) bool {
	for i := range choice {
		if choice[i]++; choice[i] < len(vars[i].values) {
			return true
		}
		choice[i] = 0
	}
	return false
}

func (a *answer) add(v val) {
	yes, ok := v.boolean()
	switch {
	case v.is == unseen:
		a.by = append(a.by, v.by...)
		slices.Sort(a.by)
		a.by = slices.Compact(a.by)
	case v.is == nothing:
		a.no = true
	case !ok:
		a.wrong = true
	case yes:
		a.yes = true
	default:
		a.no = true
	}
}

// deciding are the names with several values on which a property itself depends.
func (t *template) deciding(n *node, vars []variable) (out []string) {
	s := t.survey(n)
	for _, v := range vars {
		if s.names[v.name] && len(v.values) > 1 {
			out = append(out, v.name)
		}
	}
	return out
}

// survey is what an expression, and the conditions that it leads to, speak of.
type survey struct {
	t     *template
	names map[string]bool
	texts map[string]bool
	seen  map[*node]bool
}

func (t *template) survey(ns ...*node) survey {
	s := survey{t, map[string]bool{}, map[string]bool{}, map[*node]bool{}}
	for _, n := range ns {
		s.look(n)
	}
	return s
}

var subName = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

func (s survey) look(n *node) {
	if n == nil || s.seen[n] || len(s.seen) > 1<<16 {
		return
	}
	s.seen[n] = true
	fn, arg := n.call()
	if n.shape == scalar && (fn == "" || fn == "Fn::Sub") {
		s.texts[n.value] = true
		for _, m := range subName.FindAllStringSubmatch(n.value, -1) {
			s.names[strings.TrimSpace(m[1])] = true
		}
	}
	switch {
	case fn == "Ref":
		s.names[arg.text()] = true
	case fn == "Condition":
		s.look(s.t.root.of("Conditions").of(arg.text()))
	case fn == "Fn::If" && arg.shape == list && len(arg.vals) > 0:
		s.look(s.t.root.of("Conditions").of(arg.vals[0].text()))
	case fn == "Fn::FindInMap":
		s.mappings(s.t.root.of("Mappings"))
	}
	for _, c := range n.vals {
		s.look(c)
	}
}

// mappings notes the keys that a name may have to be one of.
func (s survey) mappings(m *node) {
	if m == nil {
		return
	}
	for _, one := range m.vals {
		for i, k := range one.keys {
			s.texts[k.value] = true
			for _, second := range one.vals[i].keys {
				s.texts[second.value] = true
			}
		}
		s.look(one)
	}
}

// variables gives every name that an expression speaks of the values it may have.
func (t *template) variables(defaults bool, ns ...*node) (out []variable) {
	s := t.survey(ns...)
	for name := range s.names {
		if p := t.root.of("Parameters").of(name); p != nil && t.loops[name] == nil {
			for _, v := range t.allowed(p) {
				s.texts[v.value] = true
			}
		}
	}
	if s.names["AWS::Region"] {
		s.texts["us-east-1"] = true
	}
	if s.names["AWS::AccountId"] {
		s.texts["123456789012"] = true
	}
	for name := range s.names {
		if v := t.values(name, s.texts, defaults); len(v) > 0 {
			out = append(out, variable{name, v})
		}
	}
	slices.SortFunc(out, func(a, b variable) int { return strings.Compare(a.name, b.name) })
	return out
}

// allowed are the values that a parameter declares, its default among them.
func (t *template) allowed(p *node) (out []*node) {
	if a := p.of("AllowedValues"); a != nil {
		out = append(out, a.vals...)
	}
	if d := p.of("Default"); d != nil {
		out = append(out, d)
	}
	return out
}

var (
	regionName    = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d+$`)
	accountNumber = regexp.MustCompile(`^\d{12}$`)
)

func (t *template) values(name string, texts map[string]bool, defaults bool) []val {
	if items := t.loops[name]; items != nil {
		return items
	}
	pick := func(ok func(string) bool) (out []val) {
		for s := range texts {
			if ok(s) {
				out = append(out, literal(s))
			}
		}
		slices.SortFunc(out, func(a, b val) int { return strings.Compare(a.s, b.s) })
		return append(out, literal(other+name+other))
	}
	switch name {
	case "AWS::Region":
		return pick(regionName.MatchString)
	case "AWS::AccountId":
		return pick(accountNumber.MatchString)
	case "AWS::Partition":
		return []val{literal("aws"), literal("aws-cn"), literal("aws-us-gov"), literal(other + name + other)}
	case "AWS::URLSuffix":
		return []val{literal("amazonaws.com"), literal("amazonaws.com.cn"), literal(other + name + other)}
	case "AWS::StackName":
		return pick(func(string) bool { return true })
	}
	p := t.root.of("Parameters").of(name)
	if p == nil || p.shape != mapping {
		return nil // a resource, or what nobody declared
	}
	return t.parameter(name, p, pick, defaults)
}

func (t *template) parameter(name string, p *node, pick func(func(string) bool) []val, defaults bool) []val {
	kind, def := p.of("Type").text(), p.of("Default")
	given, ok := t.page.parameters[name]
	isList := strings.HasPrefix(kind, "List<") || kind == "CommaDelimitedList"
	isOpen := func(n *node) bool { return opaque(n) != "" }
	switch {
	case strings.HasPrefix(kind, "AWS::SSM::") || p.fn != "":
		return []val{dependsOn(name)}
	case ok:
		return []val{t.given(given, p, isList)}
	case !ok && slices.ContainsFunc(t.allowed(p), isOpen):
		return []val{dependsOn(name)}
	case defaults && def != nil && def.shape == scalar && t.page.kind == Serverless && strings.Contains(def.value, "${"):
		return []val{world{t, nil, t.steps}.serverless(def.value, 0)}
	case defaults && def != nil && def.shape == scalar && def.fn == "":
		return []val{listed(def.value, isList)}
	case defaults || isList:
		return []val{dependsOn(name)}
	}
	if allowed := p.of("AllowedValues"); allowed != nil && allowed.shape == list && len(allowed.vals) > 0 {
		var out []val
		for _, a := range allowed.vals {
			out = append(out, literal(a.value))
		}
		return out
	}
	return free(p, pick)
}

// free are the values of a parameter that may have any: those that the template speaks
// of, the booleans, and one that is like none of them.
func free(p *node, pick func(func(string) bool) []val) []val {
	ok := takes(p)
	out := pick(ok)
	for _, s := range []string{"true", "false"} {
		if ok(s) && !slices.ContainsFunc(out, func(v val) bool { return v.s == s }) {
			out = append(out, literal(s))
		}
	}
	return out
}

// given is a value from outside. Where the template itself says yes and no without
// quotes, they are true and false.
func (t *template) given(s string, p *node, isList bool) val {
	if b, ok := yamlBoolean(s); ok {
		for _, a := range t.allowed(p) {
			if a.plain && a.raw != a.value && a.value == b {
				s = b
			}
		}
	}
	return listed(s, isList)
}

func listed(s string, isList bool) val {
	if !isList {
		return literal(s)
	}
	out := val{is: several}
	for _, item := range strings.Split(s, ",") {
		out.list = append(out.list, literal(strings.TrimSpace(item)))
	}
	return out
}
