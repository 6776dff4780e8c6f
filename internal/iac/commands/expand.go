package commands

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A variable can hold itself many times over: no command is worth more than this.
const budget = 2000

// alternatives is how many values of variables are followed before they count as not known.
const alternatives = 16

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

// An expander turns words into fields.
type expander struct {
	scope  *scope
	text   []byte
	before int       // assignments behind this count only if there are no others
	given  [][]field // what "$@" can be; nil is not in sight
	keep   bool      // given fields keep their positions, and others have none
	deep   int
}

// words expands words, once for everything that their variables can hold.
func (e *expander) words(words []*syntax.Word) [][]field {
	all := [][]field{nil}
	for _, word := range words {
		choices := e.word(word)
		if len(all)*len(choices) > alternatives {
			choices = [][]field{{{text: "\x00", many: true, name: "the values of its variables", from: -1}}}
		}
		var next [][]field
		for _, before := range all {
			for _, choice := range choices {
				next = append(next, append(before[:len(before):len(before)], choice...))
			}
		}
		all = next
	}
	var out [][]field
	for _, fields := range all {
		if len(fields) > 0 {
			out = append(out, fields)
		}
	}
	return out
}

// word expands one word.
func (e *expander) word(word *syntax.Word) [][]field {
	p, quoted := parameter(word)
	if p == nil {
		return [][]field{{e.one(word)}}
	}
	if passesOn(word) {
		if e.given != nil {
			return e.given
		}
		return [][]field{{{text: "\x00", many: true, name: "$@", from: -1}}}
	}
	var out [][]field
	for _, fields := range e.variable(p, quoted) {
		fields = append([]field{}, fields...)
		for i := range fields {
			fields[i].end = 0
		}
		if n := len(fields); n > 0 && !e.keep && e.deep == 0 {
			fields[n-1].end = int(word.End().Offset())
		}
		out = append(out, fields)
	}
	return out
}

// variable returns everything that a variable can hold.
func (e *expander) variable(p *syntax.ParamExp, quoted bool) [][]field {
	unknown := []field{{text: "\x00", many: !quoted, name: "$" + p.Param.Value, from: -1}}
	if e.spend() || e.deep > 8 || p.Excl || p.Length || p.Slice != nil || p.Repl != nil || p.Exp != nil && !isDefault(p.Exp.Op) {
		if p.Exp != nil && (p.Exp.Op == syntax.AlternateUnset || p.Exp.Op == syntax.AlternateUnsetOrNull) {
			return e.alternate(p, quoted, unknown)
		}
		return [][]field{unknown}
	}
	values := e.values(p.Param.Value, quoted, unknown)
	if p.Exp != nil && len(values) == 1 && len(values[0]) == 1 && !values[0][0].known {
		return append(e.inner(p.Exp.Word, quoted), unknown)
	}
	return values
}

// alternate is ${NAME:+word}: the word where the variable has a value, else nothing.
func (e *expander) alternate(p *syntax.ParamExp, quoted bool, unknown []field) [][]field {
	inner := e.inner(p.Exp.Word, quoted)
	for _, value := range e.values(p.Param.Value, true, unknown) {
		if len(value) != 1 || !value[0].known || value[0].text == "" {
			return append([][]field{nil}, inner...)
		}
	}
	return inner
}

// spend says that enough has been expanded for one command.
func (e *expander) spend() bool {
	if e.scope == nil || e.scope.spent == nil {
		return false
	}
	*e.scope.spent++
	return *e.scope.spent > budget
}

func isDefault(op syntax.ParExpOperator) bool {
	switch op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull, syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return true
	default:
		return false
	}
}

// inner is the word of an expansion.
func (e *expander) inner(word *syntax.Word, quoted bool) [][]field {
	if word == nil {
		return [][]field{nil}
	}
	return [][]field{e.split(word, quoted)}
}

// split is the value of a word that was assigned, as it stands in a command.
func (e *expander) split(word *syntax.Word, quoted bool) []field {
	inner := &expander{scope: e.scope, text: e.text, before: e.before, deep: e.deep + 1, given: e.given}
	f := inner.one(word)
	f.many = !f.known && !quoted
	if quoted || strings.Contains(f.text, "\x00") && !strings.ContainsAny(f.text, " \t\n") {
		return []field{f}
	}
	var out []field
	for start := 0; start < len(f.text); {
		skip := len(f.text[start:]) - len(strings.TrimLeft(f.text[start:], " \t\n"))
		start += skip
		size := strings.IndexAny(f.text[start:], " \t\n")
		if size < 0 {
			size = len(f.text) - start
		}
		if size > 0 {
			part := f.text[start : start+size]
			out = append(out, field{text: part, known: !strings.Contains(part, "\x00"), name: f.name, from: -1})
		}
		start += size
	}
	return out
}

// values returns everything that was assigned to a variable.
func (e *expander) values(name string, quoted bool, unknown []field) [][]field {
	for sc := e.scope; sc != nil; sc = sc.outer {
		if fixed, ok := sc.fixed[name]; ok {
			var out [][]field
			for _, value := range fixed {
				out = append(out, fieldsOf(value, quoted))
			}
			return out
		}
		if all := sc.vars[name]; len(all) > 0 {
			in := e
			if sc != e.scope {
				in = &expander{scope: sc, text: sc.text, before: len(sc.text), deep: e.deep}
			}
			return in.assigned(all, quoted, unknown)
		}
	}
	return [][]field{unknown}
}

// fieldsOf are the words of a value from outside of the script; a zero byte is not known.
func fieldsOf(value string, quoted bool) []field {
	words := strings.Fields(value)
	if quoted {
		words = []string{value}
	}
	var out []field
	for _, word := range words {
		out = append(out, field{text: word, known: !strings.Contains(word, "\x00"), many: word == "\x00", from: -1})
	}
	return out
}

func (e *expander) assigned(all []assignment, quoted bool, unknown []field) [][]field {
	var seen []assignment
	for _, a := range all {
		if a.at < e.before {
			seen = append(seen, a)
		}
	}
	if len(seen) == 0 {
		seen = all
	}
	var out [][]field
	for i, a := range seen {
		value := unknown
		switch {
		case a.unseen:
		case a.array != nil:
			value = e.elements(a.array)
		case a.word != nil:
			value = e.split(a.word, quoted)
		default:
			value = nil
		}
		next := [][]field{value}
		if a.appends {
			next = nil
			for _, before := range out {
				next = append(next, append(before[:len(before):len(before)], value...))
			}
			if out == nil {
				next = [][]field{value}
			}
		}
		if a.maybe && i > 0 {
			next = append(out[:len(out):len(out)], next...)
		}
		if out = next; len(out) > alternatives {
			return [][]field{unknown}
		}
	}
	return out
}

func (e *expander) elements(array *syntax.ArrayExpr) []field {
	inner := &expander{scope: e.scope, text: e.text, before: e.before, deep: e.deep + 1, given: e.given}
	var out []field
	for _, elem := range array.Elems {
		if elem.Value == nil {
			continue
		}
		for _, f := range inner.word(elem.Value)[0] {
			f.from, f.end = -1, 0
			out = append(out, f)
		}
	}
	return out
}
