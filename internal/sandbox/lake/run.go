package lake

import (
	"slices"
	"strings"
)

// A run is a Query on its way to a Result.
type run struct {
	*Query
	found   Result
	lines   []line
	tallies map[string]*tally // by the values of GROUP BY
	order   []*tally          // in the order in which they came
}

// A line is a row of the result that is not sorted yet.
type line struct {
	place  Place // of an event
	values []any // of a group
	keys   []any // of ORDER BY
}

// A tally counts a group.
type tally struct {
	values []any // of all that is asked, so far
}

func (r *run) take(e Event) {
	r.found.Scanned++
	r.found.Bytes += len(e.Record)
	one := &record{Event: e}
	if r.where != nil && r.where.holds(one) != yes {
		return
	}
	r.found.Matched++
	if r.grouped() {
		r.count(one)
		return
	}
	if len(r.orders) == 0 && r.limit >= 0 && len(r.lines) >= r.limit {
		return // enough
	}
	l := line{place: e.Place}
	for _, o := range r.orders {
		l.keys = append(l.keys, o.of.value(one))
	}
	r.lines = append(r.lines, l)
}

// count adds a record to its group.
func (r *run) count(one *record) {
	var key strings.Builder
	for _, c := range r.groups {
		v := c.value(one)
		key.WriteString(inner(v, c.field) + "\x00")
		if v == nil {
			key.WriteByte(1) // NULL is not the text null
		}
	}
	t := r.tallies[key.String()]
	if t == nil {
		t = r.newTally()
		r.tallies[key.String()] = t
	}
	for i, e := range r.asked() {
		t.add(i, e, one)
	}
}

func (r *run) newTally() *tally {
	t := &tally{values: make([]any, len(r.outputs)+len(r.orders))}
	for i, e := range r.asked() {
		if a, ok := e.(aggregate); ok && a.function == "count" {
			t.values[i] = int64(0)
		}
	}
	r.order = append(r.order, t)
	return t
}

// add counts what a record has for an expression.
func (t *tally) add(i int, e expression, one *record) {
	v := e.value(one)
	a, ok := e.(aggregate)
	if !ok {
		t.values[i] = v
		return
	}
	if v == nil {
		return
	}
	if a.function == "count" {
		n, _ := t.values[i].(int64)
		t.values[i] = n + 1
		return
	}
	order, known := compare(v, t.values[i])
	if t.values[i] == nil || known && (order < 0) == (a.function == "min") && order != 0 {
		t.values[i] = v
	}
}

// result sorts and cuts what was found.
func (r *run) result() Result {
	if r.grouped() {
		if len(r.order) == 0 && len(r.groups) == 0 {
			r.newTally() // of no events there is one count, 0
		}
		for _, t := range r.order {
			n := len(r.outputs)
			r.lines = append(r.lines, line{values: t.values[:n], keys: t.values[n:]})
		}
	}
	slices.SortStableFunc(r.lines, r.compare)
	if r.limit >= 0 && len(r.lines) > r.limit {
		r.lines = r.lines[:r.limit]
	}
	for _, o := range r.outputs {
		r.found.Columns = append(r.found.Columns, o.name)
	}
	for _, l := range r.lines {
		if r.grouped() {
			r.found.Rows = append(r.found.Rows, r.shown(l.values))
		} else {
			r.found.Places = append(r.found.Places, l.place)
		}
	}
	return r.found
}

// compare orders lines as ORDER BY says, NULL last.
func (r *run) compare(a, b line) int {
	for i, o := range r.orders {
		v, w := a.keys[i], b.keys[i]
		if v == nil || w == nil {
			if v == nil && w == nil {
				continue
			}
			if v == nil {
				return 1
			}
			return -1
		}
		if n, _ := compare(v, w); n != 0 {
			if o.descending {
				return -n
			}
			return n
		}
	}
	return 0
}

// shown writes the values of the outputs.
func (q *Query) shown(values []any) []string {
	row := make([]string, len(q.outputs))
	for i, o := range q.outputs {
		f := field{}
		if c, ok := o.of.(column); ok {
			f = c.field
		}
		row[i] = show(values[i], f)
	}
	return row
}
