package lake

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A truth is that of SQL: of what is NULL nobody knows.
type truth int

const (
	unknown truth = iota
	no
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	default:
		return unknown
	}
}

// A condition holds for a record, or not.
type condition interface{ holds(r *record) truth }

type allOf []condition

func (list allOf) holds(r *record) truth {
	result := yes
	for _, c := range list {
		if t := c.holds(r); t == no {
			return no
		} else if t == unknown {
			result = unknown
		}
	}
	return result
}

type anyOf []condition

func (list anyOf) holds(r *record) truth {
	result := no
	for _, c := range list {
		if t := c.holds(r); t == yes {
			return yes
		} else if t == unknown {
			result = unknown
		}
	}
	return result
}

type negation struct{ of condition }

func (n negation) holds(r *record) truth { return n.of.holds(r).not() }

type isNull struct{ of expression }

func (n isNull) holds(r *record) truth { return truthOf(n.of.value(r) == nil) }

// comparison is one of = <> < <= > >=, of which <> is what != is too.
type comparison struct {
	left     expression
	operator string
	right    expression
}

func (c comparison) holds(r *record) truth {
	order, ok := compare(c.left.value(r), c.right.value(r))
	if !ok {
		return unknown
	}
	switch c.operator {
	case "=":
		return truthOf(order == 0)
	case "<>":
		return truthOf(order != 0)
	case "<":
		return truthOf(order < 0)
	case "<=":
		return truthOf(order <= 0)
	case ">":
		return truthOf(order > 0)
	}
	return truthOf(order >= 0)
}

// like matches a pattern in which % stands for anything and _ for one character.
type like struct {
	of      expression
	pattern []rune
	escape  rune // 0: none
}

func (l like) holds(r *record) truth {
	s, ok := l.of.value(r).(string)
	if !ok {
		return unknown
	}
	return truthOf(l.matches([]rune(s)))
}

// matches goes back to the last % when it fails, which no text makes slow.
func (l like) matches(s []rune) bool {
	p, at, star, mark := l.pattern, 0, -1, 0
	i := 0
	for i < len(s) {
		switch r, width, wild := l.piece(at); {
		case width > 0 && wild && r == '%':
			star, mark = at, i
			at += width
		case width > 0 && (wild || r == s[i]):
			at += width
			i++
		case star >= 0:
			mark++
			at, i = star+1, mark
		default:
			return false
		}
	}
	for at < len(p) {
		r, width, wild := l.piece(at)
		if !wild || r != '%' {
			return false
		}
		at += width
	}
	return true
}

// piece is what the pattern has at an index; width is 0 at its end.
func (l like) piece(at int) (r rune, width int, wild bool) {
	switch {
	case at >= len(l.pattern):
		return 0, 0, false
	case l.escape != 0 && l.pattern[at] == l.escape && at+1 < len(l.pattern):
		return l.pattern[at+1], 2, false
	}
	r = l.pattern[at]
	return r, 1, r == '%' || r == '_'
}

// compare orders two values of one type; ok is false when one is NULL or the types differ.
func compare(a, b any) (order int, ok bool) {
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b), true
		}
	case time.Time:
		if b, ok := b.(time.Time); ok {
			return a.Compare(b), true
		}
	case int64:
		if b, ok := b.(int64); ok {
			return cmp.Compare(a, b), true
		}
	case bool:
		if b, ok := b.(bool); ok {
			return slices.Index([]bool{false, true}, a) - slices.Index([]bool{false, true}, b), true
		}
	}
	return 0, false
}
