package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailspan/trailspan/internal/iac"
)

const mostScopes = 60

// world is what surrounds a file. It is read only when something depends on it.
type world struct {
	near   *surroundings
	in     iac.Input
	src    *source
	bare   *scope // of the file alone
	dir    *directory
	scopes []*scope // one for each way in which the directory is used
	likely *scope   // in which defaults are used
}

func (r *reader) around(in iac.Input, src *source) *world {
	return &world{near: r.memory.in(in.Tree), in: in, src: src, bare: newScope(alone(src), nil, false)}
}

// look reads the directory and what calls it.
func (w *world) look() {
	if w.dir != nil {
		return
	}
	w.dir = w.near.around(w.src)
	for _, b := range w.near.bound(w.dir, w.in.Parameters, 3) {
		w.scopes = append(w.scopes, newScope(w.dir, b.vars, b.closed))
	}
	w.likely = newScope(w.dir, givenTo(w.dir, w.in.Parameters), true)
	w.likely.extra = map[string]cty.Value{"terraform": cty.ObjectVal(map[string]cty.Value{"workspace": cty.StringVal("default")})}
}

// binding is a way in which a directory is used: the values given to its variables, and
// whether the others take their defaults.
type binding struct {
	vars   map[string]cty.Value
	closed bool
}

// uses returns each way in which a directory is known to be used: as it is, with the values
// that are given to it, or by modules that call it.
func (s *surroundings) uses(dir *directory, parameters map[string]string, depth int) []binding {
	root := binding{givenTo(dir, parameters), false}
	for name := range dir.variables {
		if _, ok := parameters[name]; ok {
			return []binding{root}
		}
	}
	var all []binding
	if depth > 0 && len(dir.variables) > 0 {
		calls, whole := s.callers(dir.path)
		for _, c := range calls {
			for _, b := range s.bound(c.from, nil, depth-1) {
				for _, from := range newScope(c.from, b.vars, b.closed).instances(c.block) {
					all = append(all, from.call(c.block, dir))
				}
			}
			if len(all) > mostScopes {
				whole = false
				break
			}
		}
		if !whole { // others may give other values
			all = append(all, root)
		}
	}
	if len(all) == 0 || len(dir.given) > 0 {
		all = append(all, root)
	}
	return all
}

// call returns what a block that calls a module gives to it.
func (s *scope) call(b *block, dir *directory) binding {
	vars := map[string]cty.Value{}
	for name, a := range b.attrs {
		if dir.variables[name] != nil {
			vars[name] = s.best(a.expr)
		}
	}
	return binding{vars, true}
}

// givenTo returns the values that files and parameters give to the variables of a directory.
func givenTo(dir *directory, parameters map[string]string) map[string]cty.Value {
	vars := map[string]cty.Value{}
	for name, a := range dir.given {
		if dir.variables[name] != nil {
			vars[name] = plain(a)
		}
	}
	for name, text := range parameters {
		if v := dir.variables[name]; v != nil {
			vars[name] = v.read(text)
		}
	}
	return vars
}

// read takes a text for a value, as terraform -var does.
func (d *variable) read(text string) cty.Value {
	if d.kind.IsPrimitiveType() || d.kind == cty.DynamicPseudoType {
		return cty.StringVal(text)
	}
	if tooDeep([]byte("a="+text)) != "" || len(text) > longest {
		return cty.DynamicVal
	}
	expr, diags := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	v, diags := expr.Value(nil)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	return v
}

// ask says what an attribute of a block can be, in every way the directory is used, and
// what it is with the declared defaults.
func (w *world) ask(b *block, a *attribute, fallback answers) (can, likely answers) {
	if a == nil {
		return fallback, fallback
	}
	if a.long() {
		return maybe, maybe
	}
	if a.alone() {
		can = w.bare.ask(a.expr, 0).or(fallback)
		return can, can
	}
	w.look()
	for _, s := range w.scopes {
		can |= s.askAll(b, a).or(fallback)
	}
	return can, w.likely.askAll(b, a).or(fallback)
}

func (s *scope) askAll(b *block, a *attribute) answers {
	var all answers
	for _, one := range s.instances(b) {
		all |= one.ask(a.expr, 0)
	}
	return all
}

// missing names what has to be known for an attribute to be.
func (w *world) missing(b *block, a *attribute) string {
	w.look()
	for _, s := range w.scopes {
		for _, one := range s.instances(b) {
			if one.ask(a.expr, 0)&(maybe|yes|no) == maybe || one.missing(a.expr, 0) != "" {
				return one.missing(a.expr, 0)
			}
		}
	}
	return ""
}
