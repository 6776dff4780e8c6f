package lake

import (
	"fmt"
	"strconv"
	"strings"
)

// expression reads a column, a function or a literal.
func (p *parser) expression() (expression, error) {
	t := p.take()
	switch {
	case t.kind == quoted:
		return literal{t.text}, nil
	case t.kind != word:
		return nil, fmt.Errorf("%s stands where a column is expected", t)
	case t.bare && p.is("("):
		return p.function(strings.ToLower(t.text))
	case t.bare && (strings.EqualFold(t.text, "true") || strings.EqualFold(t.text, "false")):
		return literal{strings.EqualFold(t.text, "true")}, nil
	case t.bare && strings.EqualFold(t.text, "timestamp") && p.peek().kind == quoted:
		return p.timestamp()
	case t.bare && isReserved(t.text):
		return nil, fmt.Errorf("%s stands where a column is expected", t)
	}
	if _, err := strconv.ParseFloat(t.text, 64); err == nil && t.bare {
		return nil, fmt.Errorf("the number %s is not supported here: all columns are text, timestamps or booleans", t.text)
	}
	return p.column(t)
}

// isReserved names the words that are no names of columns without quotes.
func isReserved(name string) bool {
	switch strings.ToUpper(name) {
	case "AND", "AS", "ASC", "BETWEEN", "BY", "CASE", "CAST", "DESC", "DISTINCT", "EXISTS", "FROM", "GROUP", "HAVING", "IN", "IS",
		"LIKE", "LIMIT", "NOT", "NULL", "OR", "ORDER", "SELECT", "UNION", "WHERE", "WITH":
		return true
	}
	return false
}

// column reads the rest of a path.
func (p *parser) column(first token) (expression, error) {
	path := []string{first.text}
	for p.accept(".") {
		t := p.take()
		if t.kind != word {
			return nil, fmt.Errorf("%s stands where a name is expected", t)
		}
		path = append(path, t.text)
	}
	return find(path)
}

func (p *parser) timestamp() (expression, error) {
	s := p.take().text
	t, ok := readTime(s)
	if !ok {
		return nil, fmt.Errorf("'%s' is not a timestamp such as '2023-01-05 13:51:00'", s)
	}
	return literal{t}, nil
}

// function reads what is in the parentheses behind the name of a function.
func (p *parser) function(name string) (e expression, err error) {
	p.take() // the parenthesis
	switch name {
	case "count", "min", "max":
		e, err = p.aggregate(name)
	case "element_at":
		e, err = p.element()
	case "from_iso8601_timestamp":
		if p.peek().kind != quoted {
			return nil, fmt.Errorf("from_iso8601_timestamp is supported of a string only")
		}
		e, err = p.timestamp()
	default:
		return nil, fmt.Errorf("the function %s is not supported", name)
	}
	if err != nil {
		return nil, err
	}
	return e, p.expect(")")
}

func (p *parser) aggregate(name string) (expression, error) {
	if name == "count" && p.accept("*") {
		return aggregate{function: name}, nil
	}
	if p.is("DISTINCT") {
		return nil, fmt.Errorf("%s(DISTINCT …) is not supported", name)
	}
	e, err := p.expression()
	if err != nil {
		return nil, err
	}
	switch s, ok := shapeOf(e); {
	case !ok:
		return nil, fmt.Errorf("%s is supported of columns only", name)
	case name != "count" && (s == row || s == texts || s == list):
		return nil, fmt.Errorf("%s of %s is not supported, which has no order", name, describe(e))
	}
	return aggregate{name, e}, nil
}

func (p *parser) element() (expression, error) {
	t := p.take()
	if t.kind != word {
		return nil, fmt.Errorf("%s stands where a column is expected", t)
	}
	of, err := p.column(t)
	if err != nil {
		return nil, err
	}
	c, _ := of.(column)
	if c.shape != texts {
		return nil, fmt.Errorf("element_at is supported of maps only, and %s is none", describe(c))
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	key := p.take()
	if key.kind != quoted {
		return nil, fmt.Errorf("%s stands where a key in quotes is expected", key)
	}
	return element{c, key.text}, nil
}
