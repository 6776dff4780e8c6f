package terraform

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// calls returns the trails of a module that the arguments of a call decide. The others are
// judged where they are declared.
func (w *world) calls(b *block) []iac.Trail {
	t := iac.Trail{Name: "module." + b.label(0), Line: b.head.Line, Column: column(b.file.text, b.head.Byte)}
	if dir := target(b); dir != "" && len(w.near.list(dir)) > 0 {
		return w.inside(t, b, dir)
	}
	where := literal(b.attrs["source"])
	switch a := b.attrs[multiRegion]; {
	case a != nil && where != "":
		return w.argument(t, b, a)
	case isTrailModule(where):
		t.Verdict, t.Default = iac.Unknown, iac.Unknown
		t.Reason = trail.Say("iac.terraform.module", "source", short(where))
		return []iac.Trail{t}
	}
	return nil
}

// argument judges a call of a module out of sight that is told the scope of its trail.
func (w *world) argument(t iac.Trail, b *block, a *attribute) []iac.Trail {
	can, likely := w.ask(b, a, maybe)
	t.Verdict, t.Default = verdict(can), verdict(likely)
	switch t.Verdict {
	case iac.Unknown:
		t.Reason = trail.Say("iac.terraform.module", "source", short(literal(b.attrs["source"])))
		if can != maybe || !a.alone() {
			t.Reason = w.depends(b, a, can, likely)
		}
		return []iac.Trail{t}
	case iac.Multi, iac.Single:
		t.Default = t.Verdict
		t.Reason = trail.Say("iac.terraform.set", "name", multiRegion, "value", short(a.text()))
	}
	global := maybe
	if g := b.attrs[globalEvents]; g != nil {
		global, _ = w.ask(b, g, maybe)
	}
	w.fixCall(&t, b, []told{{a, can}, {b.attrs[globalEvents], global}})
	return []iac.Trail{t}
}

// told is an argument, and what it says.
type told struct {
	argument *attribute
	says     answers
}

// fixCall adds what is wrong with a call, and its edits: of two arguments, the scope and the
// global service events.
func (w *world) fixCall(t *iac.Trail, b *block, of []told) {
	problem := func(rule string, a *attribute, message trail.Note) {
		p := iac.Problem{Rule: rule, Line: t.Line, Column: t.Column, Message: message}
		if a != nil {
			p.Line, p.Column = a.key.Start.Line, column(a.file.text, a.key.Start.Byte)
		}
		t.Problems = append(t.Problems, p)
	}
	switch {
	case t.Verdict == iac.Single:
		problem(iac.SingleRegion, of[0].argument, trail.Say("iac.terraform.rule.single-region"))
	case of[1].says == no:
		problem(iac.GlobalServiceEvents, of[1].argument, trail.Say("iac.terraform.rule.global-service-events"))
	default:
		return
	}
	var edits []iac.Edit
	var names []string
	for _, o := range of {
		if o.says != no {
			continue
		}
		if o.argument == nil {
			return
		}
		e, ok := o.argument.flip()
		if !ok {
			return
		}
		edits, names = append(edits, e), append(names, o.argument.name)
	}
	if w.src.keeps(edits, b, names...) {
		t.Fix = edits
	}
}

// inside judges the trails of a module in sight, as far as the arguments decide.
func (w *world) inside(t iac.Trail, b *block, dir string) []iac.Trail {
	if !w.near.holdsTrail(dir) {
		return nil
	}
	w.look()
	callee := w.near.directory(dir)
	var found []iac.Trail
	for _, src := range callee.sources {
		for _, r := range src.blocks {
			if r.kind != "resource" || r.label(0) != aws && r.label(0) != awscc || r.attrs[multiRegion] == nil {
				continue
			}
			if one, ok := w.passed(t, b, callee, r); ok {
				found = append(found, one)
			}
		}
	}
	if len(found) > 1 { // one call, one judgment: the worst
		for _, f := range found {
			if f.Verdict == iac.Single {
				return []iac.Trail{f}
			}
		}
		found = found[:1]
	}
	return found
}

// holdsTrail says whether a directory can hold a trail: most do not, and need not be parsed.
func (s *surroundings) holdsTrail(dir string) bool {
	return s.holds(&s.trails, dir, func(text []byte) bool {
		return bytes.Contains(text, []byte(aws)) || bytes.Contains(text, []byte(awscc))
	})
}

// givesPolicy says whether a directory can give a policy to a bucket.
func (s *surroundings) givesPolicy(dir string) bool { return s.holds(&s.policies, dir, givesPolicy) }

// holds says whether a directory has a configuration with something in it, from memory if
// it can.
func (s *surroundings) holds(memory *map[string]bool, dir string, what func(text []byte) bool) bool {
	s.mu.Lock()
	holds, known := (*memory)[dir]
	s.mu.Unlock()
	if known {
		return holds
	}
	holds = slices.ContainsFunc(s.list(dir), func(name string) bool {
		if !isConfiguration(name) {
			return false
		}
		text, err := fs.ReadFile(s.tree, path.Join(dir, name))
		return err == nil && what(text)
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if *memory == nil {
		*memory = map[string]bool{}
	}
	(*memory)[dir] = holds
	return holds
}

// passed judges one trail of a module under a call; ok is false when the call does not decide.
func (w *world) passed(t iac.Trail, b *block, callee *directory, r *block) (iac.Trail, bool) {
	fallback := yes
	if r.label(0) == awscc {
		fallback = no
	}
	var can, hidden, global answers
	for _, from := range w.scopes {
		for _, s := range from.instances(b) {
			with := s.call(b, callee)
			in := newScope(callee, with.vars, with.closed)
			can |= in.askAll(r, r.attrs[multiRegion]).or(no)
			hidden |= in.without().askAll(r, r.attrs[multiRegion]).or(no)
			if g := r.attrs[globalEvents]; g != nil {
				global |= in.askAll(r, g).or(fallback)
			} else {
				global |= fallback
			}
		}
	}
	if !certain(can) || certain(hidden) {
		return t, false
	}
	t.Verdict, t.Default = verdict(can), verdict(can)
	argument := argumentOf(b, r.attrs[multiRegion])
	t.Reason = trail.Say("iac.terraform.call", "source", literal(b.attrs["source"]), "name", multiRegion, "result", boolean(can))
	w.fixCall(&t, b, []told{{argument, can}, {argumentOf(b, r.attrs[globalEvents]), global}})
	return t, true
}

// without returns the scope with what was given to it made unknown.
func (s *scope) without() *scope {
	vars := map[string]cty.Value{}
	for name := range s.vars {
		vars[name] = cty.DynamicVal
	}
	return newScope(s.dir, vars, s.closed)
}

// argumentOf is the argument that an attribute inside of a module is, and nothing else.
func argumentOf(b *block, inner *attribute) *attribute {
	if inner == nil {
		return nil
	}
	expr := inner.expr
	if t, ok := expr.(*hclsyntax.TemplateWrapExpr); ok {
		expr = t.Wrapped
	}
	if ref, ok := expr.(*hclsyntax.ScopeTraversalExpr); ok {
		return b.attrs[member(ref.Traversal, "var")]
	}
	return nil
}

// isTrailModule says whether the source of a module names CloudTrail, and nothing that
// trails only go with.
func isTrailModule(where string) bool {
	where, _, _ = strings.Cut(strings.ToLower(where), "?")
	segments := strings.Split(where, "/")
	if i := strings.LastIndex(where, "//"); i > 0 && !strings.HasSuffix(where[:i], ":") {
		segments = []string{path.Base(where)} // a module inside of a package
	}
	for _, s := range segments {
		if !strings.Contains(s, "cloudtrail") {
			continue
		}
		for _, other := range []string{"s3", "bucket", "alarm", "lake", "athena", "kms", "notif", "analy", "lambda", "role", "policy", "datadog", "cloudwatch", "data-store", "query", "slack"} {
			if strings.Contains(s, other) {
				return false
			}
		}
		return true
	}
	return false
}
