package terraform

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// problems returns the rules that a trail breaks for certain.
func (d *declaration) problems(t iac.Trail) []iac.Problem {
	var all []iac.Problem
	add := func(rule, name string, message trail.Note) {
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
	logging, fallback := "enable_logging", yes
	if d.label(0) == awscc {
		logging, fallback = "is_logging", maybe // required
	}
	if can, _ := d.world.ask(d.block, d.attrs[logging], fallback); can == no {
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

// dropsManagementEvents says whether the selectors are known to leave management events out.
func (d *declaration) dropsManagementEvents() bool {
	basic, known := d.selectors("event_selector")
	advanced, also := d.selectors("advanced_event_selector")
	switch {
	case !known || !also:
		return false
	case len(advanced) > 0:
		return dropsAdvanced(advanced)
	case len(basic) > 0:
		return dropsBasic(basic)
	}
	return false
}

// selectors returns the nested blocks of a kind as values; known is false when one is not.
func (d *declaration) selectors(kind string) (all []cty.Value, known bool) {
	s := d.world.bare
	for _, name := range []string{kind, kind + "s"} { // JSON, and awscc
		if a := d.attrs[name]; a != nil {
			v := s.value(a.expr)
			if !v.IsWhollyKnown() {
				return nil, false
			}
			all = append(all, elements(v)...)
		}
	}
	for _, b := range d.blocks {
		switch {
		case b.kind == "dynamic" && b.label(0) == kind:
			return nil, false
		case b.kind == kind:
			v, ok := s.object(b)
			if !ok {
				return nil, false
			}
			all = append(all, v)
		}
	}
	return all, true
}

// object is a block as a value: attributes that are not known make it unknown, but for
// those that say nothing about management events.
func (s *scope) object(b *block) (cty.Value, bool) {
	of := map[string]cty.Value{}
	for name, a := range b.attrs {
		of[name] = s.value(a.expr)
		if !of[name].IsWhollyKnown() {
			return cty.NilVal, false
		}
	}
	nested := map[string][]cty.Value{}
	for _, in := range b.blocks {
		if in.kind == "data_resource" {
			continue
		}
		v, ok := s.object(in)
		if !ok || in.kind == "dynamic" {
			return cty.NilVal, false
		}
		nested[in.kind] = append(nested[in.kind], v)
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
