package lake

import (
	"fmt"
	"slices"
)

// check refuses what can be read and makes no sense.
func (q *Query) check() error {
	for _, o := range q.orders {
		if c, ok := o.of.(column); ok && (c.shape == row || c.shape == texts || c.shape == list) {
			return fmt.Errorf("ORDER BY %s is not supported, which has no order", describe(c))
		}
		if _, ok := o.of.(literal); ok {
			return fmt.Errorf("ORDER BY a literal is not supported")
		}
	}
	for _, c := range q.groups {
		if c.shape == row || c.shape == texts || c.shape == list {
			return fmt.Errorf("GROUP BY %s is not supported", describe(c))
		}
	}
	if !q.grouped() {
		return nil
	}
	for _, e := range q.asked() {
		if _, ok := e.(aggregate); !ok && !slices.ContainsFunc(q.groups, func(c column) bool { return equal(e, c) }) {
			return fmt.Errorf("%s must be an aggregate expression or appear in GROUP BY clause", describe(e))
		}
	}
	return nil
}

// grouped says whether a row is of a group of events.
func (q *Query) grouped() bool {
	return len(q.groups) > 0 || slices.ContainsFunc(q.asked(), func(e expression) bool { _, ok := e.(aggregate); return ok })
}

// asked are the expressions of all outputs, then those of ORDER BY.
func (q *Query) asked() []expression {
	var list []expression
	for _, o := range q.outputs {
		list = append(list, o.of)
	}
	for _, o := range q.orders {
		list = append(list, o.of)
	}
	return list
}
