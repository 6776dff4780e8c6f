// Package lake answers queries of CloudTrail Lake: a part of Trino's SQL, over the events
// of one event data store. What it does not know it refuses with a sentence that names it.
//
// It never panics, whatever the statement is, and knows nothing of the sandbox: the
// events are given to it.
//
// Its nouns: a Query is a statement that was understood; an Event is a record of
// CloudTrail; a Place is where the caller finds an event again; a column is a member of records; a value is nil, a string, a bool, a
// float64, an int64, a time.Time, a map or a list.
package lake

import (
	"iter"
	"time"
)

// An Event is a record, with what is asked of records most.
type Event struct {
	Place   Place
	ID      string
	Time    time.Time
	Source  string
	Name    string
	Region  string
	Account string // recipientAccountId
	Record  []byte // JSON without spaces between its tokens
}

// A Place is where the caller finds an event again. This package only hands it back.
type Place struct {
	Account, Region string
	Seq             uint64
}

// A Query is a statement that can be run.
type Query struct {
	Store   string // the ID of the event data store that it asks
	outputs []output
	where   condition // nil: all events
	groups  []column  // GROUP BY
	orders  []order
	limit   int // -1: none
}

// An output is a column of the result.
type output struct {
	name string
	of   expression
}

// An order is a term of ORDER BY.
type order struct {
	of         expression
	descending bool
}

// A Result is what a Query found. It has either Rows or Places: of half a million events
// there would be too much to remember.
type Result struct {
	Columns []string
	Rows    [][]string // of groups: a value for each of Columns; NULL is ""
	Places  []Place    // of events whose rows Row makes
	Scanned int        // events that were looked at
	Matched int        // events for which WHERE held
	Bytes   int        // of the records that were looked at
}

// Len is how many rows a result has.
func (r *Result) Len() int { return len(r.Rows) + len(r.Places) }

// What a place, a row without its values and a value without its text take.
const placeSize, rowSize, valueSize = 40, 24, 16

// Size is about how many bytes a result takes.
func (r *Result) Size() int {
	n := placeSize * len(r.Places)
	for _, row := range r.Rows {
		n += rowSize + valueSize*len(row)
		for _, v := range row {
			n += len(v)
		}
	}
	return n
}

// Parse understands a statement. Its errors are sentences about the statement, for the
// one who wrote it.
func Parse(statement string) (*Query, error) {
	tokens, err := lex(statement)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	return q, q.check()
}

// Run asks the events.
func (q *Query) Run(events iter.Seq[Event]) Result {
	r := &run{Query: q, tallies: map[string]*tally{}}
	for e := range events {
		r.take(e)
	}
	return r.result()
}

// Row is the row of an event that a result has a place for.
func (q *Query) Row(e Event) []string {
	one := &record{Event: e}
	values := make([]any, len(q.outputs))
	for i, o := range q.outputs {
		values[i] = o.of.value(one)
	}
	return q.shown(values)
}
