package sandbox

import (
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/lake"
)

// A question is a query with all that it takes to run it. A run takes time, and nobody
// holds the lock meanwhile: the history guards itself.
type question struct {
	id      string
	query   *lake.Query
	intakes []intake
	until   uint64
	oldest  time.Time
}

// question is what a query asks. It needs the lock.
func (s *Sandbox) question(q storedQuery) question {
	parsed, err := lake.Parse(q.Statement)
	if err != nil {
		parsed = &lake.Query{} // startQuery has parsed it
	}
	return question{q.ID, parsed, slices.Clone(q.store.Intakes), q.Until, q.Oldest}
}

// result is what a query found, as of the time at which it was made. It needs no lock.
func (s *Sandbox) result(q question) lake.Result {
	return s.results.of(q.id, func() lake.Result { return q.query.Run(s.events(q)) })
}

// rows returns rows of a result. What the history no longer has, as after a reset, is
// left out.
func (s *Sandbox) rows(q question, r *lake.Result, first, last int) [][]string {
	if len(r.Places) == 0 {
		return r.Rows[first:last]
	}
	var rows [][]string
	f := finder{history: s.history}
	for _, p := range r.Places[first:last] {
		if e, ok := f.find(p); ok {
			rows = append(rows, q.query.Row(lakeEvent(&e)))
		}
	}
	return rows
}

// events yields what an event data store has of the events up to a Seq, but for those
// that were older than its retention period when it was asked.
func (s *Sandbox) events(q question) iter.Seq[lake.Event] {
	return func(yield func(lake.Event) bool) {
		for _, in := range q.intakes {
			end := q.until
			if !in.Open {
				end = min(end, in.Until)
			}
			for e := range s.taken(in, end) {
				if !e.Time.Before(q.oldest) && !yield(lakeEvent(e)) {
					return
				}
			}
		}
	}
}

func lakeEvent(e *entry) lake.Event {
	return lake.Event{
		Place: lake.Place{Account: e.Account, Region: e.Region, Seq: e.Seq},
		ID:    e.EventID, Time: e.Time, Source: e.EventSource, Name: e.EventName, Region: e.Region, Account: e.Account, Record: e.Text,
	}
}

// A resultCache has the results that were found last, as finding them takes time.
type resultCache struct {
	running sync.Mutex // held while a query runs: one after the other, as each takes memory

	mu   sync.Mutex
	size int // of all that are kept
	kept []keptResult
}

type keptResult struct {
	id    string // of the query
	found lake.Result
}

// cachedBytes is how much a resultCache has at most, but for a single result that is
// larger.
const cachedBytes = 64 << 20

// of returns the result of a query, which runs unless its result is kept.
func (r *resultCache) of(id string, run func() lake.Result) lake.Result {
	if found, ok := r.get(id); ok {
		return found
	}
	r.running.Lock()
	defer r.running.Unlock()
	found, ok := r.get(id) // another call has waited for it too
	if !ok {
		found = run()
		r.put(id, found)
	}
	return found
}

func (r *resultCache) get(id string) (lake.Result, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.kept {
		if k.id == id {
			return k.found, true
		}
	}
	return lake.Result{}, false
}

func (r *resultCache) put(id string, found lake.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = append(r.kept, keptResult{id, found})
	r.size += found.Size()
	for r.size > cachedBytes && len(r.kept) > 1 {
		r.size -= r.kept[0].found.Size()
		r.kept = slices.Delete(r.kept, 0, 1)
	}
}

// clear forgets all results.
func (r *resultCache) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept, r.size = nil, 0
}
