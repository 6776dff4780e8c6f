package commands

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// A goInput is a struct of a Go package of which a trail is made.
type goInput struct {
	update      bool // without the property the scope stays
	multi       bool // without the property the trail is multi-Region
	needsGlobal bool
	validates   bool // without the property log files are validated
}

// goInputs are the structs of a package, by the end of its import path: the SDKs, Pulumi
// and the CDK.
func goInputs(imported string) map[string]goInput {
	switch {
	case strings.HasSuffix(imported, "service/cloudtrail"):
		return map[string]goInput{"CreateTrailInput": {}, "UpdateTrailInput": {update: true}}
	case strings.Contains(imported, "pulumi-aws/") && strings.HasSuffix(imported, "/cloudtrail"):
		return map[string]goInput{"TrailArgs": {}}
	case strings.HasSuffix(imported, "/awscloudtrail"):
		return map[string]goInput{"TrailProps": {multi: true, validates: true}, "CfnTrailProps": {needsGlobal: true}}
	}
	return nil
}

// golang judges the inputs of CreateTrail and UpdateTrail in Go source, and the properties
// of constructs.
func (h *hunt) golang() (unreadable trail.Note) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", h.in.Text, parser.SkipObjectResolution)
	if err != nil {
		return trail.Say("iac.commands.not-language", "language", "Go")
	}
	h.spawned(source{text: h.in.Text, masked: blankCode(h.in.Text, false), kind: Go})
	g := &gopher{hunt: h, imports: map[string]string{}, offset: func(p token.Pos) int { return set.Position(p).Offset }}
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := packageName(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		g.imports[name] = imported
	}
	ast.Inspect(file, g.assignments)
	ast.Inspect(file, g.node)
	return trail.Note{}
}

// packageName is the name that a package most likely has, by its import path.
func packageName(imported string) string {
	parts := strings.Split(imported, "/")
	last := parts[len(parts)-1]
	if len(parts) > 1 && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		last = parts[len(parts)-2]
	}
	return strings.TrimSuffix(last, "-runtime-go")
}

// A gopher walks through a Go file.
type gopher struct {
	*hunt
	imports map[string]string // paths by name
	offset  func(token.Pos) int
	stack   []ast.Node
	given   map[string][]ast.Expr // what names are given; nil is anything
	sets    []goSet
}

// A goSet sets the property of something later.
type goSet struct {
	name, property string
	value          ast.Expr
	at             token.Pos
}

// assignments notes what names are given, and which properties are set.
func (g *gopher) assignments(n ast.Node) bool {
	if g.given == nil {
		g.given = map[string][]ast.Expr{}
	}
	switch n := n.(type) {
	case *ast.ValueSpec:
		for i, id := range n.Names {
			g.give(id, i, n.Values)
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if id, ok := left.(*ast.Ident); ok {
				g.give(id, i, n.Rhs)
			} else if s, ok := left.(*ast.SelectorExpr); ok && len(n.Rhs) == len(n.Lhs) {
				g.set(s, s.Sel.Name, n.Rhs[i])
			}
		}
	case *ast.Field:
		for _, id := range n.Names {
			g.give(id, 0, nil)
		}
	case *ast.RangeStmt:
		for _, e := range []ast.Expr{n.Key, n.Value} {
			if id, ok := e.(*ast.Ident); ok {
				g.give(id, 0, nil)
			}
		}
	case *ast.CallExpr:
		for _, arg := range n.Args { // as of flag.BoolVar(&multi, …)
			if u, ok := arg.(*ast.UnaryExpr); ok && u.Op == token.AND {
				if id, ok := u.X.(*ast.Ident); ok {
					g.give(id, 0, nil)
				}
			}
		}
		if s, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) == 1 && strings.HasPrefix(s.Sel.Name, "Set") {
			g.set(s, strings.TrimPrefix(s.Sel.Name, "Set"), n.Args[0])
		}
	}
	return true
}

func (g *gopher) give(id *ast.Ident, i int, values []ast.Expr) {
	var value ast.Expr
	if i < len(values) {
		value = values[i]
	}
	g.given[id.Name] = append(g.given[id.Name], value)
}

func (g *gopher) set(s *ast.SelectorExpr, property string, value ast.Expr) {
	if id, ok := s.X.(*ast.Ident); ok {
		g.sets = append(g.sets, goSet{id.Name, property, value, s.Pos()})
	}
}

func (g *gopher) node(n ast.Node) bool {
	if n == nil {
		g.stack = g.stack[:len(g.stack)-1]
		return true
	}
	g.stack = append(g.stack, n)
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return true
	}
	if s, ok := lit.Type.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			if input, ok := goInputs(g.imports[x.Name])[s.Sel.Name]; ok {
				g.input(lit, x.Name+"."+s.Sel.Name, input)
			}
		}
	}
	return true
}

// later returns what is set of a literal's own name in its function, and whether anything is.
func (g *gopher) later(property string) (sets []goSet, some bool) {
	name, begin, end := "", token.NoPos, token.NoPos
	for i, n := range slices.Backward(g.stack) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if id, ok := n.Lhs[0].(*ast.Ident); ok && name == "" && len(n.Lhs) == 1 && i >= len(g.stack)-3 {
				name = id.Name
			}
		case *ast.ValueSpec:
			if name == "" && i >= len(g.stack)-3 {
				name = n.Names[0].Name
			}
		case *ast.BlockStmt:
			if begin == token.NoPos {
				begin, end = n.Pos(), n.End()
			}
		}
	}
	for _, s := range g.sets {
		if name != "" && s.name == name && (begin == token.NoPos || s.at > begin && s.at < end) {
			some = true
			if s.property == property {
				sets = append(sets, s)
			}
		}
	}
	return sets, some
}

// straight says whether a place is in the innermost block itself, not in an if or for of it.
func (g *gopher) straight(at token.Pos) bool {
	for _, n := range slices.Backward(g.stack) {
		if block, ok := n.(*ast.BlockStmt); ok {
			return slices.ContainsFunc(block.List, func(s ast.Stmt) bool {
				switch s.(type) {
				case *ast.AssignStmt, *ast.ExprStmt:
					return s.Pos() <= at && at < s.End()
				}
				return false
			})
		}
	}
	return false
}

const goMulti, goGlobal, goValidation = "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "EnableLogFileValidation"

func (g *gopher) input(lit *ast.CompositeLit, name string, kind goInput) {
	sets, some := g.later(goMulti)
	if len(lit.Elts) == 0 && !some && !kind.multi {
		return // it is nothing yet
	}
	at := g.offset(lit.Pos())
	f := finding{name: name, at: at, blame: at, globalAt: at}
	multi, global := element(lit, goMulti), element(lit, goGlobal)
	if len(sets) == 1 && g.straight(sets[0].at) && sets[0].at > lit.End() {
		multi, sets = sets[0].value, nil
	}
	if multi != nil {
		f.blame = g.offset(multi.Pos())
	}
	if !g.scope(&f, kind, multi, sets) {
		return
	}
	globals, _ := g.later(goGlobal)
	on, _ := g.truth(global)
	f.excludesGlobal = on == "false" || global == nil && kind.needsGlobal && len(globals) == 0
	if global != nil {
		f.globalAt = g.offset(global.Pos())
	}
	g.mend(&f, lit, multi, global)
	validation := goValidation
	if kind.validates {
		validation = "EnableFileValidation"
	}
	valid, _ := g.truth(element(lit, validation))
	afterwards, _ := g.later(validation)
	if len(afterwards) == 0 && (valid == "false" || element(lit, validation) == nil && !kind.update && !kind.validates) {
		f.unvalidated = trail.Say("iac.commands.unvalidated", "name", validation)
	}
	if strings.HasSuffix(name, ".CreateTrailInput") {
		f.silent = g.unstarted()
	}
	g.found = append(g.found, f)
}

// scope says how many Regions the trail records; false: that stays as it is.
func (g *gopher) scope(f *finding, kind goInput, multi ast.Expr, sets []goSet) bool {
	value, _ := g.truth(multi)
	unknown := func(decides string) {
		f.verdict, f.byDefault = iac.Unknown, iac.Unknown
		f.reason = trail.Say("iac.commands.property-unknown", "name", goMulti, "decides", decides[:min(len(decides), 60)])
	}
	switch {
	case len(sets) > 0:
		unknown(goMulti + " = …")
		f.byDefault = iac.Single
	case (multi == nil || value == "nil") && kind.update:
		return false
	case multi == nil && kind.multi:
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-default", "name", goMulti)
	case multi == nil || value == "nil":
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-missing", "name", goMulti)
	case value == "true":
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-on", "name", goMulti)
	case value == "false":
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-off", "name", goMulti)
	default:
		unknown(string(g.in.Text[g.offset(multi.Pos()):g.offset(multi.End())]))
	}
	return true
}

// mend turns literals round, and puts what is missing before the first element.
func (g *gopher) mend(f *finding, lit *ast.CompositeLit, multi, global ast.Expr) {
	if f.verdict == iac.Unknown {
		return
	}
	var edits []iac.Edit
	var missing []string
	turn := func(name string, e ast.Expr) bool {
		value, where := g.truth(e)
		switch {
		case e == nil:
			missing = append(missing, name)
		case value == "false" && where != nil && where.Pos() >= e.Pos() && where.End() <= e.End():
			edits = append(edits, iac.Edit{Start: g.offset(where.Pos()), End: g.offset(where.End()), Text: "true"})
		default:
			return false
		}
		return true
	}
	if f.verdict == iac.Single && !turn(goMulti, multi) || f.excludesGlobal && !turn(goGlobal, global) {
		return
	}
	if len(missing) > 0 {
		on := g.pointer(lit)
		if on == "" || len(lit.Elts) == 0 {
			return
		}
		if _, ok := lit.Elts[0].(*ast.KeyValueExpr); !ok {
			return
		}
		edits = append(edits, g.before(lit.Elts[0], missing, on))
	}
	f.edits = edits
}

// before puts fields before the first one; on lines of their own their values stand in its
// column, as gofmt has it, if they can.
func (g *gopher) before(first ast.Expr, names []string, on string) iac.Edit {
	at, column := g.offset(first.Pos()), 0
	if field, ok := first.(*ast.KeyValueExpr); ok {
		column = g.offset(field.Value.Pos()) - at
	}
	text := ""
	for _, name := range names {
		sep := ": "
		if start := bytes.LastIndexByte(g.in.Text[:at], '\n') + 1; len(bytes.TrimSpace(g.in.Text[start:at])) == 0 {
			sep += strings.Repeat(" ", max(0, column-len(name)-len(sep)))
		}
		e, _ := source{text: g.in.Text}.insert([]argument{{at: at, sep: sep}}, []string{name}, on)
		text += e.Text
	}
	return iac.Edit{Start: at, End: at, Text: text}
}
