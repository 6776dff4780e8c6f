package commands

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// function reads the arguments of functions that keep a text as it is.
func (c configuration) function(name string, e *hclsyntax.FunctionCallExpr, depth int) {
	switch e.Name {
	case "join":
		if len(e.Args) == 2 {
			if list, ok := e.Args[1].(*hclsyntax.TupleConsExpr); ok {
				if s, ok := c.joined(list, constantOf(e.Args[0])); ok {
					c.run(name, s, false)
				}
			}
		}
	case "format":
		if len(e.Args) > 0 && isTemplate(e.Args[0]) {
			if s, ok := c.element(e.Args[0]); ok {
				c.run(name, c.formatted(s), false)
			}
		}
	case "replace":
		if s, ok := c.replaced(e); ok {
			c.run(name, s, false)
		}
	case "concat":
		c.tuple(name, listOf(e), depth)
	case "base64encode", "base64gzip", "chomp", "trimspace", "indent", "sensitive", "nonsensitive", "jsonencode", "yamlencode", "textencodebase64", "tolist", "merge", "coalesce":
		for _, arg := range e.Args {
			c.expression(name, arg, depth+1)
		}
	}
}

// listOf is the list of concat, in which what is no list stands for any elements.
func listOf(e *hclsyntax.FunctionCallExpr) *hclsyntax.TupleConsExpr {
	all := &hclsyntax.TupleConsExpr{SrcRange: e.Range()}
	for _, arg := range e.Args {
		if list, ok := arg.(*hclsyntax.TupleConsExpr); ok {
			all.Exprs = append(all.Exprs, list.Exprs...)
		} else {
			all.Exprs = append(all.Exprs, arg)
		}
	}
	return all
}

// joined is the text of a list, with what stands between its elements.
func (c configuration) joined(list *hclsyntax.TupleConsExpr, between string) (script, bool) {
	var w writer
	for i, e := range list.Exprs {
		s, ok := c.element(e)
		if !ok {
			return script{}, false
		}
		for k := range len(between) {
			if i > 0 {
				w.add(between[k], max(e.Range().Start.Byte-1, 0))
			}
		}
		for k, b := range s.text {
			w.add(b, s.place(k))
		}
	}
	return w.script, true
}

var verb = regexp.MustCompile(`^%(?:\[\d+\])?[-+ #0-9.]*[a-zA-Z]`)

// formatted is the text of a format, with variables nobody knows for its values.
// https://developer.hashicorp.com/terraform/language/functions/format
func (c configuration) formatted(s script) script {
	var w writer
	for i := 0; i < len(s.text); i++ {
		if value := verb.Find(s.text[i:]); value != nil {
			w.unknown(s.place(i), string(value), c.holes)
			i += len(value) - 1
			continue
		}
		w.add(s.text[i], s.place(i))
		if bytes.HasPrefix(s.text[i:], []byte("%%")) {
			i++
		}
	}
	return w.script
}

// replaced is the text that replace makes of one; not ok if it looks for a pattern.
func (c configuration) replaced(e *hclsyntax.FunctionCallExpr) (script, bool) {
	if len(e.Args) != 3 || !isTemplate(e.Args[0]) {
		return script{}, false
	}
	s, ok := c.element(e.Args[0])
	what := constantOf(e.Args[1])
	with, known := constant(e.Args[2])
	if !ok || what == "" || strings.HasPrefix(what, "/") {
		return script{}, false
	}
	var w writer
	for i := 0; i < len(s.text); i++ {
		if !bytes.HasPrefix(s.text[i:], []byte(what)) {
			w.add(s.text[i], s.place(i))
			continue
		}
		if !known {
			w.unknown(s.place(i), string(e.Args[2].Range().SliceBytes(c.in.Text)), c.holes)
		}
		for k := range len(with) {
			w.add(with[k], s.place(i))
		}
		i += len(what) - 1
	}
	return w.script, true
}
