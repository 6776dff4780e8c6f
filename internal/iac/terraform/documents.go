package terraform

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// call is what a function makes of symbols, for the few that only put texts together. Of
// others all has to be known.
func (s sight) call(x *hclsyntax.FunctionCallExpr, depth int) (any, bool) {
	if x.ExpandFinal || len(x.Args) == 0 {
		return s.evaluated(x)
	}
	switch x.Name {
	case "jsonencode":
		v, ok := s.plain(x.Args[0], depth)
		out, err := json.Marshal(v)
		return string(out), ok && err == nil
	case "format":
		args, ok := s.list(x.Args, depth)
		list, _ := args.([]any)
		if !ok {
			return nil, false
		}
		return formatted(list)
	case "file":
		return s.file(x.Args[0], depth)
	case "templatefile":
		if len(x.Args) != 2 {
			return nil, false
		}
		text, ok := s.file(x.Args[0], depth)
		given, also := s.plain(x.Args[1], depth)
		if !ok || !also {
			return nil, false
		}
		return s.filled(text, given, depth)
	}
	return s.evaluated(x)
}

// formatted knows of the verb %s only.
func formatted(args []any) (any, bool) {
	format, ok := args[0].(string)
	parts := strings.Split(format, "%s")
	if !ok || strings.Contains(strings.Join(parts, ""), "%") || len(parts) != len(args) {
		return nil, false
	}
	out := parts[0]
	for i, v := range args[1:] {
		one, ok := word(v, true)
		if !ok {
			return nil, false
		}
		out += one + parts[i+1]
	}
	return out, true
}

// file is the text of a file in the tree.
func (s sight) file(name hclsyntax.Expression, depth int) (any, bool) {
	v, ok := s.plain(name, depth)
	where, is := v.(string)
	if !ok || !is || path.IsAbs(where) {
		return nil, false
	}
	near, dir := s.survey.trail.world.near, s.scope.dir.path
	if near.tree == nil {
		return nil, false
	}
	if dir != "." && !strings.HasPrefix(path.Clean(where), dir+"/") {
		if calls, _ := near.callers(dir); len(calls) > 0 {
			return nil, false // it is read where the caller is
		}
		where = path.Join(dir, where)
	}
	if !fs.ValidPath(path.Clean(where)) {
		return nil, false
	}
	text, err := fs.ReadFile(near.tree, path.Clean(where))
	return string(text), err == nil && len(text) <= longest
}

// filled is a template with values in it.
func (s sight) filled(text, given any, depth int) (any, bool) {
	in := s
	values, ok := given.(map[string]any)
	template, is := text.(string)
	if !ok || !is {
		return nil, false
	}
	in.bound, in.closed = values, true
	return in.template(template, depth)
}

// rendered is what a data source template_file, of old, makes.
func (s sight) rendered(b *block, depth int) (any, bool) {
	text, vars := b.attrs["template"], b.attrs["vars"]
	if text == nil || text.long() || vars != nil && vars.long() {
		return nil, false
	}
	v, ok := s.plain(text.expr, depth)
	if !ok {
		return nil, false
	}
	given := any(map[string]any{})
	if vars != nil {
		if given, ok = s.plain(vars.expr, depth); !ok {
			return nil, false
		}
	}
	return s.filled(v, given, depth)
}

// json is an expression of the JSON syntax, in which texts are templates.
func (s sight) json(expr hcl.Expression, depth int) (any, bool) {
	if pairs, diags := hcl.ExprMap(expr); !diags.HasErrors() {
		all := map[string]any{}
		for _, p := range pairs {
			key, diags := p.Key.Value(nil)
			v, ok := s.plain(p.Value, depth)
			if diags.HasErrors() || !ok || key.Type() != cty.String {
				return nil, false
			}
			all[key.AsString()] = v
		}
		return all, true
	}
	if items, diags := hcl.ExprList(expr); !diags.HasErrors() {
		all := []any{}
		for _, e := range items {
			v, ok := s.plain(e, depth)
			if !ok {
				return nil, false
			}
			all = append(all, v)
		}
		return all, true
	}
	v, diags := expr.Value(nil)
	if diags.HasErrors() || v.IsNull() || v.Type() != cty.String {
		out, ok := plainly(v)
		return out, ok && !diags.HasErrors()
	}
	return s.template(v.AsString(), depth)
}

// template is a text in which there may be ${.
func (s sight) template(text string, depth int) (any, bool) {
	if !strings.Contains(text, "${") && !strings.Contains(text, "%{") {
		return text, true
	}
	if len(text) > longest || tooDeep([]byte("a=<<A\n"+text+"\nA\n")) != "" {
		return nil, false
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(text), "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, false
	}
	return s.plain(expr, depth)
}
