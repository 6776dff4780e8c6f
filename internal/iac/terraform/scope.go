package terraform

import (
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Bounds on evaluation: what is larger is unknown.
const (
	longest    = 64 << 10 // bytes of an expression
	largestSum = 2000     // elements, and kilobytes, of a value
	mostLoops  = 2        // nested in one another
)

// scope gives values to what expressions of a directory refer to.
type scope struct {
	dir    *directory
	vars   map[string]cty.Value // given to variables
	closed bool                 // a variable without a value takes its default; otherwise it is unknown
	extra  map[string]cty.Value // each and count
	locals map[string]cty.Value // as evaluated
	asked  map[string]answers   // likewise
	busy   map[string]bool
}

func newScope(dir *directory, vars map[string]cty.Value, closed bool) *scope {
	return &scope{dir: dir, vars: vars, closed: closed, locals: map[string]cty.Value{}, asked: map[string]answers{}, busy: map[string]bool{}}
}

// with returns the scope with values of each or count.
func (s *scope) with(name string, v cty.Value) *scope {
	c := newScope(s.dir, s.vars, s.closed)
	c.extra = map[string]cty.Value{name: v}
	for k, v := range s.extra {
		if k != name {
			c.extra[k] = v
		}
	}
	return c
}

// value evaluates an expression. What is not known, or wrong, is an unknown value.
func (s *scope) value(expr hcl.Expression) cty.Value {
	rng := expr.Range()
	if rng.End.Byte-rng.Start.Byte > longest || loops(expr) > mostLoops {
		return cty.DynamicVal
	}
	ctx := &hcl.EvalContext{Variables: s.variables(expr), Functions: known}
	v, diags := expr.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	v, _ = v.UnmarkDeep()
	if size(v, largestSum) < 0 {
		return cty.DynamicVal
	}
	return v
}

// best is the value of an expression, also of one that says the same whatever is not known.
func (s *scope) best(expr hcl.Expression) cty.Value {
	v := s.value(expr)
	if v.IsKnown() {
		return v
	}
	switch s.ask(expr, 0) {
	case yes:
		return cty.True
	case no:
		return cty.False
	default:
		return v
	}
}

// loops is how deeply for expressions are nested.
func loops(expr hcl.Expression) int {
	node, ok := expr.(hclsyntax.Node)
	if !ok {
		return 0
	}
	w := &loopWalker{}
	_ = hclsyntax.Walk(node, w) // it finds nothing wrong
	return w.most
}

type loopWalker struct{ depth, most int }

func (w *loopWalker) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch n.(type) {
	case *hclsyntax.ForExpr, *hclsyntax.SplatExpr:
		w.depth++
		w.most = max(w.most, w.depth)
	}
	return nil
}

func (w *loopWalker) Exit(n hclsyntax.Node) hcl.Diagnostics {
	switch n.(type) {
	case *hclsyntax.ForExpr, *hclsyntax.SplatExpr:
		w.depth--
	}
	return nil
}

// size returns what is left of a budget after a value, below 0 when it is too large.
func size(v cty.Value, left int) int {
	left--
	switch {
	case left < 0 || !v.IsKnown() || v.IsNull():
		return left
	case v.Type() == cty.String:
		return left - len(v.AsString())>>10
	case v.CanIterateElements():
		for it := v.ElementIterator(); it.Next() && left >= 0; {
			_, e := it.Element()
			left = size(e, left)
		}
	}
	return left
}

// variables returns what an expression refers to, by the first names.
func (s *scope) variables(expr hcl.Expression) map[string]cty.Value {
	all := map[string]cty.Value{}
	members := map[string]map[string]cty.Value{"var": {}, "local": {}}
	for _, t := range expr.Variables() {
		root, second := t.RootName(), ""
		if len(t) > 1 {
			if a, ok := t[1].(hcl.TraverseAttr); ok {
				second = a.Name
			}
		}
		switch {
		case root == "var" && second != "":
			members["var"][second] = s.variable(second)
		case root == "local" && second != "":
			members["local"][second] = s.local(second)
		default:
			all[root] = s.other(root)
		}
	}
	for name, of := range members {
		if len(of) > 0 {
			all[name] = cty.ObjectVal(of)
		}
	}
	return all
}

// other is what is neither a variable nor a local value.
func (s *scope) other(root string) cty.Value {
	if v, ok := s.extra[root]; ok {
		return v
	}
	switch {
	case root == "path":
		dir := cty.StringVal(path.Clean(s.dir.path))
		return cty.ObjectVal(map[string]cty.Value{"module": dir, "root": cty.UnknownVal(cty.String), "cwd": cty.UnknownVal(cty.String)})
	case (root == "terraform" || root == "tofu") && s.closed:
		return cty.ObjectVal(map[string]cty.Value{"workspace": cty.StringVal("default"), "applying": cty.UnknownVal(cty.Bool)})
	}
	return cty.DynamicVal
}

func (s *scope) local(name string) cty.Value {
	if v, ok := s.locals[name]; ok {
		return v
	}
	a := s.dir.locals[name]
	if a == nil || s.busy[name] || len(s.busy) > deepest {
		return cty.DynamicVal
	}
	s.busy[name] = true
	v := s.best(a.expr)
	delete(s.busy, name)
	s.locals[name] = v
	return v
}

func (s *scope) variable(name string) cty.Value {
	declared := s.dir.variables[name]
	v, given := s.vars[name]
	switch {
	case declared == nil && given:
		return v
	case declared == nil:
		return cty.DynamicVal
	case given && (!declared.nonNull || !v.IsKnown() || !v.IsNull()):
		return declared.convert(v)
	case (s.closed || given) && declared.fallback != nil:
		return declared.convert(plain(declared.fallback))
	}
	return cty.UnknownVal(declared.kind.WithoutOptionalAttributesDeep())
}

// plain evaluates what may not refer to anything.
func plain(a *attribute) cty.Value {
	rng := a.at
	if rng.End.Byte-rng.Start.Byte > longest {
		return cty.DynamicVal
	}
	v, diags := a.expr.Value(nil)
	if diags.HasErrors() || size(v, largestSum) < 0 {
		return cty.DynamicVal
	}
	return v
}

// convert makes a value what the declaration says it is.
func (d *variable) convert(v cty.Value) cty.Value {
	if !v.IsKnown() {
		return v
	}
	if d.defaults != nil && !v.IsNull() {
		v = d.defaults.Apply(v)
	}
	out, err := convert.Convert(v, d.kind.WithoutOptionalAttributesDeep())
	if err != nil {
		return cty.DynamicVal
	}
	return out
}

// missing names what an expression depends on and the scope has no value for: "" is nothing.
func (s *scope) missing(expr hcl.Expression, depth int) string {
	if rng := expr.Range(); rng.End.Byte-rng.Start.Byte > longest {
		return ""
	}
	for _, t := range expr.Variables() {
		name := spell(t)
		switch root := t.RootName(); {
		case root == "local" && len(t) > 1 && depth < 20:
			a, ok := t[1].(hcl.TraverseAttr)
			if !ok || s.dir.locals[a.Name] == nil {
				return name
			}
			if !s.local(a.Name).IsWhollyKnown() {
				if inner := s.missing(s.dir.locals[a.Name].expr, depth+1); inner != "" {
					return inner
				}
				return name
			}
		case root == "var" && len(t) > 1:
			a, ok := t[1].(hcl.TraverseAttr)
			if !ok || !s.variable(a.Name).IsWhollyKnown() {
				return name
			}
		case root == "path":
		default:
			if v, ok := s.extra[root]; !ok || !v.IsWhollyKnown() {
				return name
			}
		}
	}
	return ""
}

// spell writes a reference the way people do, up to what is certain.
func spell(t hcl.Traversal) string {
	var b strings.Builder
	for i, step := range t {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			b.WriteString(step.Name)
		case hcl.TraverseAttr:
			b.WriteString("." + step.Name)
		default:
			return b.String()
		}
		if i == 3 {
			break
		}
	}
	return b.String()
}
