package commands

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// pointer is a true as the struct wants it, written as its neighbors are: aws.Bool(true).
func (g *gopher) pointer(lit *ast.CompositeLit) string {
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		call, ok := kv.Value.(*ast.CallExpr)
		if !ok {
			continue
		}
		s, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			continue
		}
		x, ok := s.X.(*ast.Ident)
		if !ok || g.imports[x.Name] == "" {
			continue
		}
		switch s.Sel.Name {
		case "String", "Bool":
			return x.Name + ".Bool(true)"
		case "To", "ToPtr", "Ptr", "Of", "Pointer":
			return x.Name + "." + s.Sel.Name + "(true)"
		}
	}
	if name := g.pulumi(); name != "" {
		return name + ".Bool(true)"
	}
	for _, path := range []string{"github.com/aws/aws-sdk-go-v2/aws", "github.com/aws/aws-sdk-go/aws", "github.com/aws/jsii-runtime-go"} {
		for name, imported := range g.imports {
			if imported == path {
				return name + ".Bool(true)"
			}
		}
	}
	return ""
}

// pulumi is the name of Pulumi's SDK in a program that uses it and no SDK of AWS; "" in others.
func (g *gopher) pulumi() (name string) {
	for n, imported := range g.imports {
		switch {
		case strings.Contains(imported, "aws-sdk-go") || strings.Contains(imported, "jsii-runtime-go"):
			return ""
		case strings.HasPrefix(imported, "github.com/pulumi/pulumi/sdk/") && strings.HasSuffix(imported, "/go/pulumi"):
			name = n
		}
	}
	return name
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

// pointers are the functions that return a pointer to what they are given, in lower case.
func pointers() []string {
	return []string{"bool", "boolptr", "ptrbool", "toptr", "to", "ptr", "of", "pointer", "new", "p", "ref", "addr", "addressof", "topointer", "boolpointer", "pbool", "boolp", "awsbool", "toboolptr"}
}

// truth returns the literal that a pointer to a boolean is made of, as aws.Bool(true), and
// where it stands; "" when that is not certain.
func (g *gopher) truth(e ast.Expr) (string, *ast.Ident) {
	switch x := e.(type) {
	case *ast.CallExpr:
		if len(x.Args) != 1 {
			return "", nil
		}
		name := ""
		switch f := x.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		case *ast.IndexExpr:
			if s, ok := f.X.(*ast.SelectorExpr); ok {
				name = s.Sel.Name
			}
		}
		if !slices.Contains(pointers(), strings.ToLower(name)) {
			return "", nil
		}
		e = x.Args[0]
	case *ast.UnaryExpr:
		if x.Op != token.AND {
			return "", nil
		}
		e = x.X
	}
	if id := goLiteral(e); id != nil {
		return id.Name, id
	}
	if id, ok := e.(*ast.Ident); ok {
		if all := g.given[id.Name]; len(all) == 1 {
			if value := goLiteral(all[0]); value != nil {
				return value.Name, value
			}
		}
	}
	return "", nil
}

// goLiteral is a name that is true, false or nil; else nil.
func goLiteral(e ast.Expr) *ast.Ident {
	if id, ok := e.(*ast.Ident); ok && (id.Name == "true" || id.Name == "false" || id.Name == "nil") {
		return id
	}
	return nil
}
