package commands

import (
	"mvdan.cc/sh/v3/syntax"
)

// A scope has the variables and functions of a script.
type scope struct {
	outer     *scope
	text      []byte
	vars      map[string][]assignment
	functions map[string]*syntax.FuncDecl
	uses      map[string][]*syntax.CallExpr // calls of functions
	fixed     map[string][]string           // values from outside of the script: of make, of Docker
	spent     *int                          // on the expansions of one command
}

// An assignment gives a variable its words.
type assignment struct {
	at      int
	word    *syntax.Word
	array   *syntax.ArrayExpr
	appends bool
	maybe   bool // it is not always made
	unseen  bool // its value is not in sight, as of read
}

// newScope collects what a script assigns and declares.
func newScope(file *syntax.File, outer *scope, s script) *scope {
	sc := &scope{outer: outer, text: s.text, vars: map[string][]assignment{}, functions: map[string]*syntax.FuncDecl{}, uses: map[string][]*syntax.CallExpr{}, spent: new(int)}
	var stack []syntax.Node
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		sc.node(n, stack)
		return true
	})
	return sc
}

func (sc *scope) node(n syntax.Node, stack []syntax.Node) {
	switch n := n.(type) {
	case *syntax.FuncDecl:
		if n.Name != nil {
			sc.functions[n.Name.Value] = n
		}
	case *syntax.CallExpr:
		if len(n.Args) == 0 {
			sc.assign(n.Assigns, stack)
			return
		}
		head := n.Args[0].Lit()
		sc.uses[head] = append(sc.uses[head], n)
		if head == "read" || head == "mapfile" || head == "getopts" {
			for _, word := range n.Args[1:] {
				sc.unseen(word.Lit(), int(n.Pos().Offset()))
			}
		}
	case *syntax.DeclClause:
		sc.assign(n.Args, stack)
	case *syntax.WordIter:
		sc.unseen(n.Name.Value, int(n.Pos().Offset()))
	}
}

func (sc *scope) unseen(name string, at int) {
	if name != "" && name[0] != '-' {
		sc.vars[name] = append(sc.vars[name], assignment{at: at, unseen: true, maybe: true})
	}
}

func (sc *scope) assign(all []*syntax.Assign, stack []syntax.Node) {
	maybe := false
	for _, n := range stack {
		switch n := n.(type) {
		case *syntax.IfClause, *syntax.CaseClause, *syntax.WhileClause, *syntax.ForClause:
			maybe = true
		case *syntax.BinaryCmd:
			maybe = maybe || n.Op == syntax.AndStmt || n.Op == syntax.OrStmt
		}
	}
	for _, a := range all {
		if a.Name == nil || a.Naked {
			continue
		}
		sc.vars[a.Name.Value] = append(sc.vars[a.Name.Value], assignment{
			at: int(a.Pos().Offset()), word: a.Value, array: a.Array, appends: a.Append, maybe: maybe, unseen: a.Index != nil,
		})
	}
}

// wrapper returns the call of a function that passes on its arguments, or nil.
func (sc *scope) wrapper(name string) *syntax.CallExpr {
	decl := sc.functions[name]
	if decl == nil {
		return nil
	}
	var found *syntax.CallExpr
	syntax.Walk(decl.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && found == nil {
			for _, word := range c.Args {
				if passesOn(word) {
					found = c
				}
			}
		}
		return true
	})
	return found
}

// passesOn says whether a word is "$@" or $*.
func passesOn(word *syntax.Word) bool {
	p, _ := parameter(word)
	return p != nil && p.Param != nil && (p.Param.Value == "@" || p.Param.Value == "*")
}

// parameter returns the parameter that a word is, and whether it is quoted.
func parameter(word *syntax.Word) (p *syntax.ParamExp, quoted bool) {
	if word == nil || len(word.Parts) != 1 {
		return nil, false
	}
	switch part := word.Parts[0].(type) {
	case *syntax.ParamExp:
		return part, false
	case *syntax.DblQuoted:
		if len(part.Parts) == 1 {
			p, _ := part.Parts[0].(*syntax.ParamExp)
			return p, true
		}
	}
	return nil, false
}

// wrapped is what a call of a function becomes: the call in it, with the arguments in
// the place of "$@". What is not an argument does not stand where the call does.
func (sc *scope) wrapped(body *syntax.CallExpr, calls [][]field, text []byte) [][]field {
	var out [][]field
	for _, fields := range calls {
		e := &expander{scope: sc, text: text, before: len(text), given: [][]field{fields[1:]}, keep: true}
		out = append(out, e.words(body.Args)...)
	}
	return out
}

// given is what the calls of a function pass to it.
func (sc *scope) given(function string, e *expander) [][]field {
	if e.deep > 2 {
		return nil
	}
	var out [][]field
	for _, use := range sc.uses[function] {
		inner := &expander{scope: sc, text: e.text, before: len(e.text), deep: e.deep + 1}
		if inner.spend() {
			return nil
		}
		for _, fields := range inner.words(use.Args[1:]) {
			for i := range fields {
				fields[i].given, fields[i].from, fields[i].end = true, -1, 0
			}
			out = append(out, fields)
		}
	}
	if len(out) > alternatives {
		return nil
	}
	return out
}
