package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// dynamicJSON finds, in the "dynamic" of a resource in JSON, what makes blocks of a kind.
// All of it may be a list: {"event_selector": {…}}, [{"event_selector": [{…}]}].
// https://developer.hashicorp.com/terraform/language/syntax/json#nested-block-mapping
func dynamicJSON(of hcl.Expression, kind string) (makers []hcl.Expression) {
	for _, one := range itemsJSON(of) {
		if makes := membersJSON(one)[kind]; makes != nil {
			makers = append(makers, itemsJSON(makes)...)
		}
	}
	return makers
}

// itemsJSON are the items of a list, or a single thing as a list.
func itemsJSON(of hcl.Expression) []hcl.Expression {
	if items, bad := hcl.ExprList(of); !bad.HasErrors() {
		return items
	}
	return []hcl.Expression{of}
}

// membersJSON are the members of an object, by name; none of what is no object.
func membersJSON(of hcl.Expression) map[string]hcl.Expression {
	pairs, bad := hcl.ExprMap(of)
	if bad.HasErrors() {
		return nil
	}
	all := map[string]hcl.Expression{}
	for _, p := range pairs {
		if key, bad := p.Key.Value(nil); !bad.HasErrors() && key.Type() == cty.String && key.IsKnown() && !key.IsNull() {
			all[key.AsString()] = p.Value
		}
	}
	return all
}

// madeJSON returns the blocks of a kind that a "dynamic" makes, as values. Blocks of CloudTrail
// that have others in them have none below those: deep is where the first are 0.
func (s *scope) madeJSON(of hcl.Expression, kind string, deep int) (all []cty.Value, known bool) {
	for _, maker := range dynamicJSON(of, kind) {
		some, ok := s.makeJSON(membersJSON(maker), kind, deep)
		if !ok {
			return nil, false
		}
		all = append(all, some...)
	}
	return all, true
}

// makeJSON makes a block of each element of for_each.
func (s *scope) makeJSON(maker map[string]hcl.Expression, kind string, deep int) (all []cty.Value, known bool) {
	of, content := maker["for_each"], maker["content"]
	if deep > 1 || of == nil || content == nil || len(itemsJSON(content)) != 1 {
		return nil, false
	}
	v := s.value(of)
	switch {
	case !v.IsKnown() || v.IsNull() || !v.CanIterateElements():
		return nil, false
	case v.LengthInt() == 0:
		return nil, true
	}
	iterator := kind
	if name := maker["iterator"]; name != nil {
		iterator = hcl.ExprAsKeyword(name)
	}
	for _, one := range s.each(iterator, v) {
		v, ok := one.objectJSON(itemsJSON(content)[0], deep)
		if !ok {
			return nil, false
		}
		all = append(all, v)
	}
	return all, true
}

// objectJSON is a block in JSON as a value, known as object says it of one in HCL.
func (s *scope) objectJSON(content hcl.Expression, deep int) (cty.Value, bool) {
	members := membersJSON(content)
	if members == nil {
		return cty.NilVal, false
	}
	of := map[string]cty.Value{}
	for name, expr := range members {
		if name == "data_resource" || name == "dynamic" {
			continue
		}
		of[name] = s.value(expr)
		if name != "name" && !of[name].IsWhollyKnown() {
			return cty.NilVal, false
		}
	}
	if inner := members["dynamic"]; inner != nil {
		const kind = "field_selector"
		made, ok := s.madeJSON(inner, kind, deep+1)
		if !ok {
			return cty.NilVal, false
		}
		if static, is := of[kind]; is {
			made = slices.Concat(elements(static), made)
		}
		of[kind] = cty.TupleVal(made)
	}
	return cty.ObjectVal(of), true
}
