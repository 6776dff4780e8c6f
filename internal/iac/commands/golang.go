package commands

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// golang judges the inputs of CreateTrail and UpdateTrail in Go source. Only a literal is
// ever changed.
func (h *hunt) golang() (unreadable string) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", h.in.Text, parser.SkipObjectResolution)
	if err != nil {
		return "not Go"
	}
	name := ""
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if !strings.HasSuffix(imported, "service/cloudtrail") {
			continue
		}
		name = "cloudtrail"
		if spec.Name != nil {
			name = spec.Name.Name
		}
	}
	if name == "" {
		return ""
	}
	g := &gopher{hunt: h, later: setsLater.Match(h.in.Text), offset: func(p token.Pos) int { return set.Position(p).Offset }}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok {
			if s, ok := lit.Type.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == name {
					g.input(lit, s.Sel.Name)
				}
			}
		}
		return true
	})
	return ""
}

type gopher struct {
	*hunt
	later  bool // the property is set somewhere
	offset func(token.Pos) int
}

var setsLater = regexp.MustCompile(`\.(Set)?IsMultiRegionTrail\b\s*(=[^=]|\()`)

func (g *gopher) input(lit *ast.CompositeLit, kind string) {
	if kind != "CreateTrailInput" && kind != "UpdateTrailInput" || len(lit.Elts) == 0 {
		return
	}
	at := g.offset(lit.Pos())
	f := finding{name: "cloudtrail." + kind, at: at, blame: at, globalAt: at}
	multi, global := element(lit, "IsMultiRegionTrail"), element(lit, "IncludeGlobalServiceEvents")
	value, where := goTruth(multi)
	switch {
	case multi == nil && g.later:
		f.verdict, f.byDefault, f.reason = iac.Unknown, iac.Single, trail.Say("iac.commands.property-unknown", "name", "IsMultiRegionTrail", "decides", "IsMultiRegionTrail = …")
	case multi == nil && kind == "UpdateTrailInput":
		return
	case multi == nil:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-missing", "name", "IsMultiRegionTrail")
	case value == "true":
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-on", "name", "IsMultiRegionTrail")
	case value == "false":
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-off", "name", "IsMultiRegionTrail")
		f.edits = append(f.edits, iac.Edit{Start: g.offset(where.Pos()), End: g.offset(where.End()), Text: "true"})
	default:
		text := string(g.in.Text[g.offset(multi.Pos()):g.offset(multi.End())])
		f.verdict, f.byDefault, f.reason = iac.Unknown, iac.Single, trail.Say("iac.commands.property-unknown", "name", "IsMultiRegionTrail", "decides", text)
	}
	if on, where := goTruth(global); on == "false" {
		f.excludesGlobal, f.globalAt = true, g.offset(where.Pos())
		if f.verdict == iac.Multi || len(f.edits) > 0 {
			f.edits = append(f.edits, iac.Edit{Start: f.globalAt, End: g.offset(where.End()), Text: "true"})
		}
	}
	if multi != nil {
		f.blame = g.offset(multi.Pos())
	}
	g.found = append(g.found, f)
}

func element(lit *ast.CompositeLit, name string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == name {
				return kv.Value
			}
		}
	}
	return nil
}

// goTruth returns the literal that a pointer to a boolean is made of, as aws.Bool(true).
func goTruth(e ast.Expr) (string, *ast.Ident) {
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 {
		e = call.Args[0]
	}
	if id, ok := e.(*ast.Ident); ok && (id.Name == "true" || id.Name == "false") {
		return id.Name, id
	}
	return "", nil
}
