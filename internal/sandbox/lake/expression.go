package lake

import "strings"

// An expression is a value for each event, or, if it is an aggregate, for each group.
type expression interface {
	value(r *record) any
	name() string // of the column of the result, when AS gives none
}

// A column is an expression, named by its last part.
func (c column) value(r *record) any { return r.at(c) }

func (c column) name() string { return c.path[len(c.path)-1] }

// element is element_at(map, key).
type element struct {
	of  column
	key string
}

func (e element) value(r *record) any {
	m, ok := r.at(e.of).(map[string]any)
	if !ok {
		return nil
	}
	return plain(m[e.key])
}

func (element) name() string { return "" }

// literal is a value that the query has: a string, a bool, a float64 or a time.Time.
type literal struct{ of any }

func (l literal) value(*record) any { return l.of }

func (literal) name() string { return "" }

// aggregate is count, min or max of all events of a group.
type aggregate struct {
	function string     // in small letters
	of       expression // nil: of *
}

// value is what an event adds to the aggregate: of count(*), something.
func (a aggregate) value(r *record) any {
	if a.of == nil {
		return true
	}
	return a.of.value(r)
}

func (aggregate) name() string { return "" }

// equal says whether two expressions are the same.
func equal(a, b expression) bool {
	switch a := a.(type) {
	case column:
		b, ok := b.(column)
		return ok && a.same(b)
	case element:
		b, ok := b.(element)
		return ok && a.of.same(b.of) && a.key == b.key
	case aggregate:
		b, ok := b.(aggregate)
		return ok && a.function == b.function && (a.of == nil) == (b.of == nil) && (a.of == nil || equal(a.of, b.of))
	}
	return false
}

// describe is an expression as complaints call it.
func describe(e expression) string {
	switch e := e.(type) {
	case column:
		return strings.Join(e.path, ".")
	case element:
		return "element_at(" + describe(e.of) + ", '" + e.key + "')"
	case aggregate:
		if e.of == nil {
			return e.function + "(*)"
		}
		return e.function + "(" + describe(e.of) + ")"
	}
	return "a literal"
}

// shapeOf is the type of an expression; ok is false for a literal, which has any.
func shapeOf(e expression) (s shape, ok bool) {
	switch e := e.(type) {
	case column:
		return e.shape, true
	case element:
		return text, true
	}
	return text, false
}
