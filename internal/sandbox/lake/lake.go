// Package lake answers queries of CloudTrail Lake: a part of Trino's SQL, over the events
// of one event data store. What it does not know it refuses with a sentence that names it.
//
// It never panics, whatever the statement is, and knows nothing of the sandbox: the
// events are given to it.
//
// Its nouns: a Query is a statement that was understood; an Event is a record of
// CloudTrail; a column is a member of records; a value is nil, a string, a bool, a
// float64, an int64, a time.Time, a map or a list.
package lake

import (
	"iter"
	"time"
)

// An Event is a record, with what is asked of records most.
type Event struct {
	ID      string
	Time    time.Time
	Source  string
	Name    string
	Region  string
	Account string // recipientAccountId
	Record  []byte // JSON without spaces between its tokens
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

// A Result is what a Query found.
type Result struct {
	Columns []string
	Rows    [][]string // a value for each of Columns; NULL is ""
	Scanned int        // events that were looked at
	Matched int        // events for which WHERE held
	Bytes   int        // of the records that were looked at
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
