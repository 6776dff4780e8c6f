package lake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// deepest is how deep conditions may be within each other.
const deepest = 200

// either reads conditions with OR between them.
func (p *parser) either() (condition, error) {
	if p.depth++; p.depth > deepest {
		return nil, errors.New("the conditions are too deep within each other")
	}
	defer func() { p.depth-- }()
	var list anyOf
	for {
		c, err := p.both()
		if err != nil {
			return nil, err
		}
		if list = append(list, c); !p.accept("OR") {
			return list, nil
		}
	}
}

// both reads conditions with AND between them.
func (p *parser) both() (condition, error) {
	var list allOf
	for {
		c, err := p.negated()
		if err != nil {
			return nil, err
		}
		if list = append(list, c); !p.accept("AND") {
			return list, nil
		}
	}
}

// negated reads a condition with any number of NOT before it.
func (p *parser) negated() (condition, error) {
	negative := false
	for p.accept("NOT") {
		negative = !negative
	}
	c, err := p.single()
	if err == nil && negative {
		c = negation{c}
	}
	return c, err
}

func (p *parser) single() (condition, error) {
	if p.accept("(") {
		if p.is("SELECT") {
			return nil, errors.New("a query within a query is not supported")
		}
		c, err := p.either()
		if err != nil {
			return nil, err
		}
		return c, p.expect(")")
	}
	left, err := p.expression()
	if err != nil {
		return nil, err
	}
	if a, ok := left.(aggregate); ok {
		return nil, fmt.Errorf("%s cannot stand in WHERE", describe(a))
	}
	return p.predicate(left)
}

// predicate reads what is said of an expression.
func (p *parser) predicate(left expression) (condition, error) {
	if p.accept("IS") {
		not := p.accept("NOT")
		return negate(isNull{left}, not), p.expect("NULL")
	}
	not := p.accept("NOT")
	switch {
	case p.accept("LIKE"):
		c, err := p.like(left)
		return negate(c, not), err
	case p.accept("IN"):
		c, err := p.in(left)
		return negate(c, not), err
	case p.accept("BETWEEN"):
		c, err := p.between(left)
		return negate(c, not), err
	}
	t := p.take()
	if not || t.kind != sign || !slices.Contains([]string{"=", "<>", "!=", "<", "<=", ">", ">="}, t.text) {
		return nil, fmt.Errorf("%s stands where a comparison is expected", t)
	}
	right, err := p.expression()
	if err != nil {
		return nil, err
	}
	return compared(left, t.text, right)
}

func negate(c condition, not bool) condition {
	if not {
		return negation{c}
	}
	return c
}

// compared checks that two expressions can be compared. A string beside a timestamp is
// read as one, as Lake does.
func compared(left expression, operator string, right expression) (condition, error) {
	if operator == "!=" {
		operator = "<>"
	}
	var err error
	if right, err = fit(right, left); err != nil {
		return nil, err
	}
	if left, err = fit(left, right); err != nil {
		return nil, err
	}
	for _, e := range []expression{left, right} {
		if s, ok := shapeOf(e); ok && (s == row || s == texts || s == list) {
			return nil, fmt.Errorf("comparing %s is not supported", describe(e))
		}
		if a, ok := e.(aggregate); ok {
			return nil, fmt.Errorf("%s cannot stand in WHERE", describe(a))
		}
	}
	a, aKnown := shapeOf(left)
	b, bKnown := shapeOf(right)
	if aKnown && bKnown && a != b {
		return nil, fmt.Errorf("%s and %s cannot be compared, as they are of different types", describe(left), describe(right))
	}
	return comparison{left, operator, right}, nil
}

// fit makes a literal one of the type of what it is compared with.
func fit(e, other expression) (expression, error) {
	l, ok := e.(literal)
	if !ok {
		return e, nil
	}
	want, known := shapeOf(other)
	if !known {
		return e, nil
	}
	s, isText := l.of.(string)
	_, isFlag := l.of.(bool)
	switch {
	case want == moment && isText:
		t, ok := readTime(s)
		if !ok {
			return nil, fmt.Errorf("'%s' is not a timestamp such as '2023-01-05 13:51:00'", s)
		}
		return literal{t}, nil
	case want == flag && isText && (strings.EqualFold(s, "true") || strings.EqualFold(s, "false")):
		return literal{strings.EqualFold(s, "true")}, nil
	case want == text && !isText, want == flag && !isFlag, want == moment && isFlag:
		return nil, fmt.Errorf("%s cannot be compared with a value of another type", describe(other))
	}
	return e, nil
}

func (p *parser) like(left expression) (condition, error) {
	if s, ok := shapeOf(left); !ok || s != text {
		return nil, fmt.Errorf("LIKE is supported of text only, and %s is none", describe(left))
	}
	t := p.take()
	if t.kind != quoted {
		return nil, fmt.Errorf("%s stands where a pattern in quotes is expected", t)
	}
	l := like{of: left, pattern: []rune(t.text)}
	if p.accept("ESCAPE") {
		e := []rune(p.peek().text)
		if p.take().kind != quoted || len(e) != 1 {
			return nil, errors.New("ESCAPE takes one character in quotes")
		}
		l.escape = e[0]
	}
	return l, nil
}

func (p *parser) in(left expression) (condition, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if p.is("SELECT") {
		return nil, errors.New("a query within a query is not supported")
	}
	var list anyOf
	for {
		right, err := p.expression()
		if err != nil {
			return nil, err
		}
		c, err := compared(left, "=", right)
		if err != nil {
			return nil, err
		}
		if list = append(list, c); !p.accept(",") {
			return list, p.expect(")")
		}
	}
}

func (p *parser) between(left expression) (condition, error) {
	low, err := p.expression()
	if err != nil {
		return nil, err
	}
	if err := p.expect("AND"); err != nil {
		return nil, err
	}
	high, err := p.expression()
	if err != nil {
		return nil, err
	}
	from, err := compared(left, ">=", low)
	if err != nil {
		return nil, err
	}
	to, err := compared(left, "<=", high)
	return allOf{from, to}, err
}
