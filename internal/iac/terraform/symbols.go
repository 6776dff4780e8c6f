package terraform

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/trailspan/trailspan/internal/iac"
)

// Bounds on one document that is put together of expressions.
const (
	mostSteps = 20_000
	mostItems = 100 // that a for expression makes
	deepestIn = 60  // expressions in one another
)

// sight puts documents together of what is in sight. A reference to what is not stands for
// itself, between marks; nothing but putting texts together is done with such a symbol, so
// that nothing is ever decided by what it might be.
type sight struct {
	scope  *scope
	survey *survey
	bound  map[string]any // by for expressions
	closed bool           // it is a template, which sees nothing but what is bound
	steps  *int
}

// outside is what the other blocks and local values of the directory are read with.
func (s sight) outside() sight {
	s.scope, s.bound, s.closed = s.survey.scope, nil, false
	return s
}

// text is an attribute that is a text; null, and none at all, is "".
func (s sight) text(a *attribute, depth int) (string, bool) {
	if a == nil {
		return "", true
	}
	if a.long() {
		return "", false
	}
	v, ok := s.plain(a.expr, depth)
	if v == nil {
		return "", ok
	}
	out, is := v.(string)
	return out, ok && is
}

// plain is an expression as JSON has it; ok says whether all of it is in sight.
func (s sight) plain(expr hcl.Expression, depth int) (v any, ok bool) {
	if *s.steps--; *s.steps < 0 || depth > deepestIn {
		return nil, false
	}
	switch x := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return s.plain(x.Expression, depth+1)
	case *hclsyntax.TemplateWrapExpr:
		return s.plain(x.Wrapped, depth+1)
	case *hclsyntax.TemplateExpr:
		return s.joined(x.Parts, "", depth+1)
	case *hclsyntax.ScopeTraversalExpr:
		return s.refers(x, depth+1)
	case *hclsyntax.TupleConsExpr:
		return s.list(x.Exprs, depth+1)
	case *hclsyntax.ObjectConsExpr:
		return s.object(x.Items, depth+1)
	case *hclsyntax.FunctionCallExpr:
		return s.call(x, depth+1)
	case *hclsyntax.ConditionalExpr:
		return s.either(x, depth+1)
	case *hclsyntax.ForExpr:
		return s.loop(x, depth+1)
	case hclsyntax.Node:
		return s.evaluated(expr)
	}
	return s.json(expr, depth+1)
}

// evaluated is an expression of which the value is known without any symbol.
func (s sight) evaluated(expr hcl.Expression) (any, bool) {
	for _, t := range expr.Variables() {
		if _, ok := s.bound[t.RootName()]; ok || s.closed {
			return nil, false
		}
	}
	return plainly(s.scope.value(expr))
}

// plainly is a value as JSON has it.
func plainly(v cty.Value) (any, bool) {
	if !v.IsWhollyKnown() {
		return nil, false
	}
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return nil, false
	}
	return decoded(string(text))
}

func decoded(text string) (v any, ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return v, d.Decode(&v) == nil
}

// joined is one text of several, with something between them.
func (s sight) joined(parts []hclsyntax.Expression, between string, depth int) (any, bool) {
	all := make([]string, len(parts))
	for i, p := range parts {
		v, ok := s.plain(p, depth)
		if all[i], ok = word(v, ok); !ok {
			return nil, false
		}
	}
	return strings.Join(all, between), true
}

// word is what a value is in a text.
func word(v any, known bool) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, known
	case json.Number:
		return v.String(), known
	case bool:
		if v {
			return "true", known
		}
		return "false", known
	}
	return "", false
}

func (s sight) list(exprs []hclsyntax.Expression, depth int) (any, bool) {
	all := []any{}
	for _, e := range exprs {
		v, ok := s.plain(e, depth)
		if !ok {
			return nil, false
		}
		all = append(all, v)
	}
	return all, true
}

func (s sight) object(items []hclsyntax.ObjectConsItem, depth int) (any, bool) {
	all := map[string]any{}
	for _, item := range items {
		key, ok := s.key(item.KeyExpr, depth)
		if !ok {
			return nil, false
		}
		if all[key], ok = s.plain(item.ValueExpr, depth); !ok {
			return nil, false
		}
	}
	return all, true
}

func (s sight) key(expr hcl.Expression, depth int) (string, bool) {
	if name := hcl.ExprAsKeyword(expr); name != "" {
		return name, true
	}
	if k, ok := expr.(*hclsyntax.ObjectConsKeyExpr); ok {
		expr = k.Wrapped
	}
	v, ok := s.plain(expr, depth)
	return word(v, ok)
}

// either is the branch that is taken, if that is known, or what both say.
func (s sight) either(x *hclsyntax.ConditionalExpr, depth int) (any, bool) {
	switch v, ok := s.evaluated(x.Condition); {
	case ok && (v == true || v == "true"):
		return s.plain(x.TrueResult, depth)
	case ok && (v == false || v == "false"):
		return s.plain(x.FalseResult, depth)
	}
	a, ok := s.plain(x.TrueResult, depth)
	b, also := s.plain(x.FalseResult, depth)
	if !ok || !also {
		return nil, false
	}
	one, err := json.Marshal(a)
	other, also2 := json.Marshal(b)
	return a, err == nil && also2 == nil && string(one) == string(other)
}

// loop is [for x in …: …], without a condition.
func (s sight) loop(x *hclsyntax.ForExpr, depth int) (any, bool) {
	of, ok := s.plain(x.CollExpr, depth)
	list, is := of.([]any)
	if !ok || !is || len(list) > mostItems || x.KeyVar != "" || x.KeyExpr != nil || x.CondExpr != nil {
		return nil, false
	}
	all := []any{}
	for _, item := range list {
		in := s
		in.bound = map[string]any{}
		maps.Copy(in.bound, s.bound)
		in.bound[x.ValVar] = item
		v, ok := in.plain(x.ValExpr, depth)
		if !ok {
			return nil, false
		}
		all = append(all, v)
	}
	return all, true
}

// refers is what a reference leads to.
func (s sight) refers(x *hclsyntax.ScopeTraversalExpr, depth int) (any, bool) {
	t := x.Traversal
	root := t.RootName()
	if v, ok := s.bound[root]; ok {
		return v, len(t) == 1
	}
	if _, ok := s.scope.extra[root]; ok || s.closed {
		return s.evaluated(x)
	}
	switch root {
	case "each", "count", "self", "path":
		return s.evaluated(x)
	case "local":
		return s.local(x, depth)
	case "var":
		if v, ok := s.evaluated(x); ok {
			return v, true
		}
		if name := member(t, "var"); name != "" && s.survey.call != nil {
			return s.given(name, depth)
		}
		return s.symbol(t)
	case "module":
		return s.output(t, depth)
	case "data":
		return s.attribute(t, 1, depth)
	}
	return s.attribute(t, 0, depth)
}

// local is a local value; of a part of one all has to be known.
func (s sight) local(x *hclsyntax.ScopeTraversalExpr, depth int) (any, bool) {
	if v, ok := s.evaluated(x); ok {
		return v, true
	}
	name := member(x.Traversal, "local")
	a := s.scope.dir.locals[name]
	if name == "" || a == nil || a.long() {
		return nil, false
	}
	return s.outside().plain(a.expr, depth+5)
}

// step is the name that a reference has in a place.
func step(t hcl.Traversal, i int) (string, bool) {
	if i >= len(t) {
		return "", false
	}
	a, ok := t[i].(hcl.TraverseAttr)
	return a.Name, ok
}

// symbol stands for what a reference leads to and is not in sight.
func (s sight) symbol(t hcl.Traversal) (any, bool) {
	name, ok := address(t)
	if s.survey.call != nil {
		name = "module." + s.survey.call.label(0) + "." + name
	}
	return iac.Mark + name + iac.Mark, ok
}

// address is a reference as text: nothing in it needs to be escaped in JSON.
func address(t hcl.Traversal) (string, bool) {
	var b strings.Builder
	for _, by := range t {
		switch by := by.(type) {
		case hcl.TraverseRoot:
			b.WriteString(by.Name)
		case hcl.TraverseAttr:
			b.WriteString("." + by.Name)
		case hcl.TraverseIndex:
			v, ok := plainly(by.Key)
			key, ok := word(v, ok)
			if !ok {
				return "", false
			}
			b.WriteString("[" + key + "]")
		default:
			return "", false
		}
	}
	return b.String(), !strings.ContainsAny(b.String(), "\"\\<>&\n\r\t"+iac.Mark)
}
