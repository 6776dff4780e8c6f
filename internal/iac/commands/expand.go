package commands

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A variable can hold itself many times over: no command is worth more than this.
const budget = 2000

// alternatives is how many values of variables are followed before they count as not known.
const alternatives = 16

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
				fields := fieldsOf(value, quoted)
				for i := range fields {
					fields[i].name = "$" + name
				}
				out = append(out, fields)
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
