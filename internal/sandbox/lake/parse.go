package lake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A parser reads tokens one after the other. The last is an end, on which it stays.
type parser struct {
	tokens []token
	depth  int // of parentheses and NOT
}

func (p *parser) peek() token { return p.tokens[0] }

func (p *parser) take() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

// is says whether a keyword or sign comes next.
func (p *parser) is(text string) bool {
	t := p.peek()
	return (t.kind == sign || t.kind == word && t.bare) && strings.EqualFold(t.text, text)
}

// accept takes a keyword or sign if it comes next.
func (p *parser) accept(text string) bool {
	if !p.is(text) {
		return false
	}
	p.take()
	return true
}

func (p *parser) expect(texts ...string) error {
	for _, text := range texts {
		if !p.accept(text) {
			return fmt.Errorf("%s stands where %s is expected", p.peek(), text)
		}
	}
	return nil
}

// query reads a whole statement.
//
//	SELECT … FROM id [WHERE …] [GROUP BY …] [ORDER BY …] [LIMIT n]
func (p *parser) query() (*Query, error) {
	q := &Query{limit: -1}
	if p.is("WITH") || !p.is("SELECT") {
		return nil, fmt.Errorf("only SELECT queries are supported, not %s", p.peek())
	}
	p.take()
	for _, read := range []func(*Query) error{p.selects, p.from, p.wheres, p.groupBy, p.orderBy, p.limits} {
		if err := read(q); err != nil {
			return nil, err
		}
	}
	p.accept(";")
	if t := p.peek(); t.kind != end {
		return nil, fmt.Errorf("%s is not supported here", t)
	}
	return q, nil
}

func (p *parser) selects(q *Query) error {
	if p.is("DISTINCT") {
		return fmt.Errorf("SELECT DISTINCT is not supported")
	}
	for {
		if err := p.output(q); err != nil {
			return err
		}
		if !p.accept(",") {
			return nil
		}
	}
}

func (p *parser) output(q *Query) error {
	if p.accept("*") {
		for _, f := range schema() {
			if f.name != "eventJson" {
				q.outputs = append(q.outputs, output{f.name, column{f, []string{f.name}}})
			}
		}
		return nil
	}
	e, err := p.expression()
	if err != nil {
		return err
	}
	if _, ok := e.(literal); ok {
		return fmt.Errorf("a literal is not supported in SELECT")
	}
	name := e.name()
	if p.accept("AS") || p.peek().kind == word && !p.is("FROM") {
		t := p.take()
		if t.kind != word {
			return fmt.Errorf("%s stands where a name is expected", t)
		}
		name = t.text
	}
	if name == "" {
		name = "_col" + strconv.Itoa(len(q.outputs)) // as Trino calls it
	}
	q.outputs = append(q.outputs, output{name, e})
	return nil
}

func (p *parser) from(q *Query) error {
	if err := p.expect("FROM"); err != nil {
		return err
	}
	t := p.take()
	if t.kind != word || t.text == "" {
		return fmt.Errorf("%s stands where the ID of an event data store is expected", t)
	}
	q.Store = t.text
	for _, more := range []string{",", "JOIN", "LEFT", "RIGHT", "INNER", "CROSS", "FULL", "UNION", "INTERSECT", "EXCEPT"} {
		if p.is(more) {
			return fmt.Errorf("a query of more than one event data store is not supported")
		}
	}
	return nil
}

func (p *parser) wheres(q *Query) (err error) {
	if p.accept("WHERE") {
		q.where, err = p.either()
	}
	return err
}

func (p *parser) groupBy(q *Query) error {
	if !p.accept("GROUP") {
		return nil
	}
	if err := p.expect("BY"); err != nil {
		return err
	}
	for {
		e, err := p.term(q, false)
		if err != nil {
			return err
		}
		c, ok := e.(column)
		if !ok {
			return fmt.Errorf("GROUP BY %s is not supported, only GROUP BY columns", describe(e))
		}
		q.groups = append(q.groups, c)
		if !p.accept(",") {
			break
		}
	}
	if p.is("HAVING") {
		return fmt.Errorf("HAVING is not supported")
	}
	return nil
}

func (p *parser) orderBy(q *Query) error {
	if !p.accept("ORDER") {
		return nil
	}
	if err := p.expect("BY"); err != nil {
		return err
	}
	for {
		e, err := p.term(q, true)
		if err != nil {
			return err
		}
		descending := p.accept("DESC")
		if !descending {
			p.accept("ASC")
		}
		q.orders = append(q.orders, order{e, descending})
		if !p.accept(",") {
			return nil
		}
	}
}

// term reads an expression that may be written as the place of an output, from 1, or,
// where aliases count, as its name.
func (p *parser) term(q *Query, aliases bool) (expression, error) {
	t := p.peek()
	if n, err := strconv.Atoi(t.text); err == nil && t.kind == word && t.bare {
		p.take()
		if n < 1 || n > len(q.outputs) {
			return nil, fmt.Errorf("there is no output %d", n)
		}
		return q.outputs[n-1].of, nil
	}
	alone := len(p.tokens) < 2 || p.tokens[1].text != "." && p.tokens[1].text != "("
	if i := slices.IndexFunc(q.outputs, func(o output) bool { return strings.EqualFold(o.name, t.text) }); aliases && alone && t.kind == word && i >= 0 {
		p.take()
		return q.outputs[i].of, nil
	}
	return p.expression()
}

func (p *parser) limits(q *Query) error {
	if !p.accept("LIMIT") {
		return nil
	}
	t := p.take()
	n, err := strconv.Atoi(t.text)
	if t.kind != word || err != nil || n < 0 {
		return fmt.Errorf("%s stands where a number is expected", t)
	}
	q.limit = n
	return nil
}
