package cfn

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	multiRegion  = "IsMultiRegionTrail"
	globalEvents = "IncludeGlobalServiceEvents"
)

// trail judges one declaration.
func (t *template) trail(r resource) found {
	in := *t
	in.loops = r.loops
	scope, global := in.property(r, multiRegion), in.property(r, globalEvents)
	in.uncertain(r, &scope, &global)
	out := iac.Trail{
		Name: r.key.value, Line: r.key.line, Column: r.key.column,
		Verdict: scope.all.verdict(), Default: scope.byDefault.verdict(),
	}
	out.Reason = scope.reason()
	out.Problems = in.problems(r, scope, global)
	f := fixer{&in, r}
	out.Start = f.start()
	if t.page.templated { // of the other rules nothing is certain then
		out.Start = nil
		out.Problems = slices.DeleteFunc(out.Problems, func(p iac.Problem) bool { return p.Rule != iac.SingleRegion && p.Rule != iac.GlobalServiceEvents })
	}
	at := found{Trail: out, template: &in, resource: r}
	switch {
	case out.Verdict == iac.Single, out.Verdict == iac.Multi && global.all.certain(false):
		at.Fix = f.edits(scope, global)
	case out.Verdict == iac.Unknown && out.Default == iac.Single:
		at.Elsewhere, at.defaults = f.elsewhere(scope, global)
	}
	return at
}

func (p property) reason() trail.Note {
	v := p.all.verdict()
	switch {
	case v == iac.Unknown && len(p.all.by) == 0:
		return trail.Say("iac.cfn.notBoolean", "value", cmp.Or(shorten(p.value.raw), "{…}"))
	case v == iac.Unknown && p.byDefault.verdict() == iac.Unknown:
		return trail.Say("iac.cfn.depends", "by", shorten(strings.Join(p.all.by, ", ")))
	case v == iac.Unknown:
		return trail.Say("iac.cfn.dependsDefault", "by", shorten(strings.Join(p.all.by, ", ")), "value", p.byDefault.word())
	case p.value == nil || p.value.null:
		return trail.Say("iac.cfn.absent")
	case p.value.shape == scalar && p.value.fn == "" && !strings.Contains(p.value.raw, "${"):
		return trail.Say("iac.cfn.literal", "value", shorten(p.value.raw))
	default:
		return trail.Say("iac.cfn.always", "value", p.all.word())
	}
}

func (a answer) word() string {
	if a.yes {
		return "true"
	}
	return "false"
}

// shorten keeps a text that others wrote within a line.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return s
}

func (t *template) problems(r resource, scope, global property) (out []iac.Problem) {
	say := func(rule string, at *node, message trail.Note) {
		if at == nil {
			at = r.key
		}
		out = append(out, iac.Problem{Rule: rule, Line: at.line, Column: at.column, Message: message})
	}
	if scope.all.certain(false) {
		say(iac.SingleRegion, scope.key, trail.Say("iac.cfn.single", "trail", r.key.value))
	}
	if scope.all.certain(true) && global.all.certain(false) {
		say(iac.GlobalServiceEvents, global.key, trail.Say("iac.cfn.global", "trail", r.key.value))
	}
	if scope.all.certain(true) {
		if at, d := t.delivers(r); d.Whole {
			say(iac.BucketPolicy, at, trail.Say("iac.cfn.bucketPolicyNone", "trail", r.key.value))
		} else if d.Refused && len(d.Dark) == 0 {
			say(iac.BucketPolicy, at, trail.Say("iac.cfn.bucketPolicyHome", "trail", r.key.value))
		} else if d.Refused {
			say(iac.BucketPolicy, at, trail.Say("iac.cfn.bucketPolicySome", "trail", r.key.value, "regions", d.Few()))
		}
	}
	if logging := t.property(r, "IsLogging"); logging.value != nil && logging.all.certain(false) {
		say(iac.NotLogging, logging.key, trail.Say("iac.cfn.notLogging", "trail", r.key.value))
	}
	if at := t.leavesOut(r.body.of("Properties")); at != nil {
		say(iac.ManagementEvents, at, trail.Say("iac.cfn.selectors", "trail", r.key.value))
	}
	if validation := t.property(r, "EnableLogFileValidation"); validation.all.certain(false) {
		say(iac.LogFileValidation, validation.key, trail.Say("iac.cfn.validation", "trail", r.key.value))
	}
	return out
}

// leavesOut returns the key of the selectors when they certainly leave out management events.
func (t *template) leavesOut(props *node) *node {
	basicKey, basic := props.get("EventSelectors")
	advancedKey, advanced := props.get("AdvancedEventSelectors")
	r := selectorReader{t: t, ok: true}
	var s trail.Selectors
	for _, n := range r.list(basic) {
		s.Basic = append(s.Basic, r.basic(n))
	}
	for _, n := range r.list(advanced) {
		s.Advanced = append(s.Advanced, r.advanced(n))
	}
	if !r.ok || len(s.Basic)+len(s.Advanced) == 0 {
		return nil
	}
	for _, c := range trail.AccessClasses() {
		if s.Selects(c) != trail.Fully {
			if len(s.Advanced) > 0 {
				return advancedKey
			}
			return basicKey
		}
	}
	return nil
}

// selectorReader reads selectors whose every value is certain; ok says whether they are.
type selectorReader struct {
	t  *template
	ok bool
}

func (r *selectorReader) list(n *node) []*node {
	if n == nil {
		return nil
	}
	if n.shape != list || n.fn != "" {
		r.ok = false
		return nil
	}
	return n.vals
}

func (r *selectorReader) basic(n *node) trail.EventSelector {
	s := trail.EventSelector{ReadWriteType: "All", IncludeManagementEvents: true}
	r.mapping(n)
	if v := n.of("ReadWriteType"); v != nil {
		s.ReadWriteType = r.text(v)
	}
	if v := n.of("IncludeManagementEvents"); v != nil {
		all, _ := r.t.answers(v, nil)
		r.ok = r.ok && (all.certain(true) || all.certain(false))
		s.IncludeManagementEvents = all.yes
	}
	s.ExcludeManagementEventSources = r.texts(n.of("ExcludeManagementEventSources"))
	return s
}

func (r *selectorReader) advanced(n *node) (s trail.AdvancedEventSelector) {
	r.mapping(n)
	for _, f := range r.list(n.of("FieldSelectors")) {
		r.mapping(f)
		s.FieldSelectors = append(s.FieldSelectors, trail.FieldSelector{
			Field:         r.text(f.of("Field")),
			Equals:        r.texts(f.of("Equals")),
			StartsWith:    r.texts(f.of("StartsWith")),
			EndsWith:      r.texts(f.of("EndsWith")),
			NotEquals:     r.texts(f.of("NotEquals")),
			NotStartsWith: r.texts(f.of("NotStartsWith")),
			NotEndsWith:   r.texts(f.of("NotEndsWith")),
		})
	}
	return s
}

func (r *selectorReader) mapping(n *node) {
	fn, _ := n.call()
	r.ok = r.ok && n != nil && n.shape == mapping && fn == "" && n.of("Fn::Transform") == nil
}

func (r *selectorReader) text(n *node) string {
	s := n.text()
	r.ok = r.ok && s != "" && !strings.Contains(s, "${") && !isFilled(s)
	return s
}

func (r *selectorReader) texts(n *node) (out []string) {
	for _, v := range r.list(n) {
		out = append(out, r.text(v))
	}
	return out
}
