package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// answers is the set of what a Boolean can be.
type answers uint8

const (
	yes answers = 1 << iota
	no
	unset // null: the provider decides
	maybe // it depends on what is not in sight
)

// answer reads a value the way Terraform does.
func answer(v cty.Value) answers {
	switch {
	case !v.IsKnown():
		return maybe
	case v.IsNull():
		return unset
	}
	b, err := convert.Convert(v, cty.Bool)
	switch {
	case err != nil || !b.IsKnown():
		return maybe
	case b.True():
		return yes
	}
	return no
}

// or makes unset what the provider's default is.
func (a answers) or(fallback answers) answers {
	if a&unset != 0 {
		return a&^unset | fallback
	}
	return a
}

// not is what the opposite can be. Null has none: it is an error, and so nothing is known.
func (a answers) not() answers {
	out := a & maybe
	if a&unset != 0 {
		out |= maybe
	}
	if a&yes != 0 {
		out |= no
	}
	if a&no != 0 {
		out |= yes
	}
	return out
}

// and is what two of which both have to be true can be.
func (a answers) and(b answers) answers {
	switch {
	case a == no || b == no:
		return no
	case (a|b)&unset != 0:
		return maybe
	}
	return a&b&yes | (a|b)&^yes
}

// ask returns what an expression can be: also where a condition is not known both its
// values may say the same.
func (s *scope) ask(expr hcl.Expression, depth int) answers {
	a := answer(s.value(expr))
	if a != maybe || depth > 40 {
		return a
	}
	switch x := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return s.ask(x.Expression, depth+1)
	case *hclsyntax.TemplateWrapExpr:
		return s.ask(x.Wrapped, depth+1)
	case *hclsyntax.UnaryOpExpr:
		if x.Op == hclsyntax.OpLogicalNot {
			return s.ask(x.Val, depth+1).not()
		}
	case *hclsyntax.BinaryOpExpr:
		switch x.Op {
		case hclsyntax.OpLogicalAnd:
			return s.ask(x.LHS, depth+1).and(s.ask(x.RHS, depth+1))
		case hclsyntax.OpLogicalOr:
			return s.ask(x.LHS, depth+1).not().and(s.ask(x.RHS, depth+1).not()).not()
		}
	case *hclsyntax.ConditionalExpr:
		switch s.ask(x.Condition, depth+1) {
		case yes:
			return s.ask(x.TrueResult, depth+1)
		case no:
			return s.ask(x.FalseResult, depth+1)
		default:
		}
		return s.ask(x.TrueResult, depth+1) | s.ask(x.FalseResult, depth+1)
	case *hclsyntax.ScopeTraversalExpr:
		return s.askLocal(member(x.Traversal, "local"), depth)
	}
	return maybe
}

// askLocal asks a local value, once only: many may refer to it.
func (s *scope) askLocal(name string, depth int) answers {
	if a, ok := s.asked[name]; ok {
		return a
	}
	local := s.dir.locals[name]
	if local == nil || local.long() || s.busy[name] {
		return maybe
	}
	s.busy[name] = true
	a := s.ask(local.expr, depth+10)
	delete(s.busy, name)
	s.asked[name] = a
	return a
}

// member is the name N of a reference root.N; "" when it is another.
func member(t hcl.Traversal, root string) string {
	if len(t) != 2 || t.RootName() != root {
		return ""
	}
	if a, ok := t[1].(hcl.TraverseAttr); ok {
		return a.Name
	}
	return ""
}

// instances returns a scope for each instance of a block with count or for_each.
func (s *scope) instances(b *block) []*scope {
	if a := b.attrs["for_each"]; a != nil {
		return s.each("each", s.value(a.expr))
	}
	if a := b.attrs["count"]; a != nil {
		return s.counted(s.value(a.expr))
	}
	return []*scope{s}
}

// each returns a scope for each element of a collection. When it is empty, or not known,
// the element is unknown: whether there is one is not the question.
func (s *scope) each(name string, v cty.Value) []*scope {
	var all []*scope
	if v.IsKnown() && !v.IsNull() && v.CanIterateElements() {
		for it := v.ElementIterator(); it.Next(); {
			key, value := it.Element()
			if v.Type().IsSetType() {
				key = value
			}
			all = append(all, s.with(name, cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})))
		}
	}
	if len(all) == 0 {
		return []*scope{s.with(name, cty.DynamicVal)}
	}
	return all
}

func (s *scope) counted(v cty.Value) []*scope {
	index := func(v cty.Value) *scope { return s.with("count", cty.ObjectVal(map[string]cty.Value{"index": v})) }
	number, err := convert.Convert(v, cty.Number)
	if err == nil && number.IsKnown() && !number.IsNull() {
		if n, _ := number.AsBigFloat().Int64(); n > 0 && n <= 100 {
			var all []*scope
			for i := range n {
				all = append(all, index(cty.NumberIntVal(i)))
			}
			return all
		}
	}
	return []*scope{index(cty.UnknownVal(cty.Number))}
}
