package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// problems returns the rules that a trail breaks for certain.
func (d *declaration) problems(t iac.Trail) []iac.Problem {
	var all []iac.Problem
	add := func(rule, name string, message trail.Note) {
		if d.overrides && d.block.attrs[name] == nil {
			return // it is said where the trail is declared
		}
		p := iac.Problem{Rule: rule, Line: t.Line, Column: t.Column, Message: message}
		if a := d.attrs[name]; a != nil && a.file == d.file {
			p.Line, p.Column = a.key.Start.Line, column(a.file.text, a.key.Start.Byte)
		}
		all = append(all, p)
	}
	if t.Verdict == iac.Single {
		add(iac.SingleRegion, multiRegion, trail.Say("iac.terraform.rule.single-region"))
	}
	if t.Verdict == iac.Multi && d.global == no {
		add(iac.GlobalServiceEvents, globalEvents, trail.Say("iac.terraform.rule.global-service-events"))
	}
	if t.Verdict == iac.Multi {
		if p, broken := d.bucketProblem(t); broken {
			all = append(all, p)
		}
	}
	if logging, can := d.logging(); can == no {
		add(iac.NotLogging, logging, trail.Say("iac.terraform.rule.not-logging", "name", logging))
	}
	if d.dropsManagementEvents() {
		add(iac.ManagementEvents, "", trail.Say("iac.terraform.rule.management-events"))
	}
	if can, _ := d.world.ask(d.block, d.attrs["enable_log_file_validation"], no); can == no {
		add(iac.LogFileValidation, "enable_log_file_validation", trail.Say("iac.terraform.rule.log-file-validation"))
	}
	return all
}

// dropsManagementEvents says whether the selectors are known to leave management events
// out, in every way in which the directory is used.
func (d *declaration) dropsManagementEvents() bool {
	if !d.selects() {
		return false
	}
	if drops, known := d.drops(d.world.bare); known {
		return drops
	}
	d.world.look()
	for _, from := range d.world.scopes {
		for _, s := range from.instances(d.block) {
			if drops, known := d.drops(s); !known || !drops {
				return false
			}
		}
	}
	return true
}

// The names of selectors: of blocks, and of attributes in JSON; awscc has them in the plural.
const (
	basicSelector    = "event_selector"
	advancedSelector = "advanced_event_selector"
)

// selects says whether there is any selector.
func (d *declaration) selects() bool {
	for _, kind := range []string{basicSelector, advancedSelector} {
		if d.attrs[kind] != nil || d.attrs[kind+"s"] != nil {
			return true
		}
		if a := d.attrs["dynamic"]; a != nil && len(dynamicJSON(a.expr, kind)) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(d.nested, func(b *block) bool { return b.makes() == basicSelector || b.makes() == advancedSelector })
}

// drops says whether the selectors leave management events out, if that is known.
func (d *declaration) drops(s *scope) (drops, known bool) {
	basic, known := d.selectors(s, basicSelector)
	advanced, also := d.selectors(s, advancedSelector)
	switch {
	case !known || !also:
		return false, false
	case len(advanced) > 0:
		return dropsAdvanced(advanced), true
	case len(basic) > 0:
		return dropsBasic(basic), true
	}
	return false, true
}

// selectors returns the selectors of a kind as values; known is false when one is not.
func (d *declaration) selectors(s *scope, kind string) (all []cty.Value, known bool) {
	for _, name := range []string{kind, kind + "s"} {
		if a := d.attrs[name]; a != nil {
			v := s.value(a.expr)
			if !v.IsWhollyKnown() {
				return nil, false
			}
			all = append(all, elements(v)...)
		}
	}
	if a := d.attrs["dynamic"]; a != nil { // JSON
		made, ok := s.madeJSON(a.expr, kind, 0)
		if !ok {
			return nil, false
		}
		all = append(all, made...)
	}
	for _, b := range d.nested {
		if b.makes() != kind {
			continue
		}
		made, ok := s.made(b, 0)
		if !ok {
			return nil, false
		}
		all = append(all, made...)
	}
	return all, true
}

// makes is the kind of blocks that a block is, or makes if it is dynamic.
func (b *block) makes() string {
	if b.kind == "dynamic" {
		return b.label(0)
	}
	return b.kind
}

// made returns a block as a value, a dynamic one as those that it makes. It is deep below a
// selector, which has no more than one level of blocks: what is deeper is not known.
func (s *scope) made(b *block, deep int) (all []cty.Value, known bool) {
	if deep > 1 {
		return nil, false
	}
	if b.kind != "dynamic" {
		v, ok := s.object(b, deep)
		return []cty.Value{v}, ok
	}
	of, content := b.attrs["for_each"], b.content()
	if of == nil || content == nil {
		return nil, false
	}
	v := s.value(of.expr)
	switch {
	case !v.IsKnown() || v.IsNull() || !v.CanIterateElements():
		return nil, false
	case v.LengthInt() == 0:
		return nil, true
	}
	for _, one := range s.each(b.iterator(), v) {
		v, ok := one.object(content, deep)
		if !ok {
			return nil, false
		}
		all = append(all, v)
	}
	return all, true
}

// content is what a dynamic block makes of each element.
func (b *block) content() *block {
	for _, in := range b.blocks {
		if in.kind == "content" {
			return in
		}
	}
	return nil
}

// iterator is what a dynamic block calls the element.
func (b *block) iterator() string {
	if a := b.attrs["iterator"]; a != nil {
		if ref, ok := a.expr.(*hclsyntax.ScopeTraversalExpr); ok {
			return ref.Traversal.RootName()
		}
	}
	return b.label(0)
}

// object is a block as a value: attributes that are not known make it unknown, but for
// those that say nothing about management events.
func (s *scope) object(b *block, deep int) (cty.Value, bool) {
	of := map[string]cty.Value{}
	for name, a := range b.attrs {
		of[name] = s.value(a.expr)
		if name != "name" && !of[name].IsWhollyKnown() {
			return cty.NilVal, false
		}
	}
	nested := map[string][]cty.Value{}
	for _, in := range b.blocks {
		if in.makes() == "data_resource" {
			continue
		}
		some, ok := s.made(in, deep+1)
		if !ok {
			return cty.NilVal, false
		}
		nested[in.makes()] = append(nested[in.makes()], some...)
	}
	for name, list := range nested {
		of[name] = cty.TupleVal(list)
	}
	return cty.ObjectVal(of), true
}

// elements is a list, or a single thing as a list.
func elements(v cty.Value) []cty.Value {
	switch {
	case !v.IsKnown() || v.IsNull():
		return nil
	case v.Type().IsObjectType() || v.Type().IsMapType() || !v.CanIterateElements():
		return []cty.Value{v}
	}
	return v.AsValueSlice()
}

// part is a member of an object, null when it has none of that name.
func part(v cty.Value, name string) cty.Value {
	if v.IsKnown() && !v.IsNull() && v.Type().IsObjectType() && v.Type().HasAttribute(name) {
		return v.GetAttr(name)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

func words(v cty.Value) []string {
	var all []string
	for _, e := range elements(v) {
		if e.IsKnown() && !e.IsNull() && e.Type() == cty.String {
			all = append(all, e.AsString())
		}
	}
	return all
}

// dropsBasic: what any selector takes in is recorded.
func dropsBasic(selectors []cty.Value) bool {
	read, write := false, false
	for _, s := range selectors {
		if answer(part(s, "include_management_events")).or(yes) != yes || len(words(part(s, "exclude_management_event_sources"))) > 0 {
			continue
		}
		kind := "All"
		if of := words(part(s, "read_write_type")); len(of) == 1 {
			kind = of[0]
		}
		read = read || !strings.EqualFold(kind, "WriteOnly")
		write = write || !strings.EqualFold(kind, "ReadOnly")
	}
	return !read || !write
}

func dropsAdvanced(selectors []cty.Value) bool {
	read, write := false, false
	for _, s := range selectors {
		r, w := takesIn(s)
		read, write = read || r, write || w
	}
	return !read || !write
}

// takesIn says which management events an advanced selector takes in as a whole.
func takesIn(selector cty.Value) (read, write bool) {
	management, narrowed := false, false
	read, write = true, true
	for _, f := range append(elements(part(selector, "field_selector")), elements(part(selector, "field_selectors"))...) {
		equals := append(words(part(f, "equals")), words(part(f, "equal_to"))...)
		one := ""
		if len(equals) == 1 {
			one = equals[0]
		}
		switch strings.Join(words(part(f, "field")), "") {
		case "eventCategory":
			management = one == "Management"
		case "readOnly":
			read, write = one == "true", one == "false"
		default:
			narrowed = true
		}
	}
	if !management || narrowed {
		return false, false
	}
	return read, write
}
