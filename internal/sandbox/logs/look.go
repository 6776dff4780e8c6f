package logs

import (
	"cmp"
	"slices"
	"sync"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// Reading events takes time, and nobody holds the lock of the sandbox meanwhile. Batches
// never change; a look keeps those that go meanwhile until it is over.
type looks struct {
	mu   sync.Mutex
	n    int      // under way
	gone []string // sums that nothing needs once there are none
}

// look begins to read: it leaves the lock. The caller calls done when it is over.
func (s *Store) look(c *wire.Call) (done func()) {
	s.looks.mu.Lock()
	defer s.looks.mu.Unlock()
	s.looks.n++
	c.Leave()
	return s.looked
}

func (s *Store) looked() {
	s.looks.mu.Lock()
	defer s.looks.mu.Unlock()
	if s.looks.n--; s.looks.n > 0 {
		return
	}
	for _, sum := range s.looks.gone {
		_ = s.kept().Remove(sum) // costs space only
	}
	s.looks.gone = nil
}

// drop lets go of a content, at the latest when all looks under way are over. One that
// cannot be removed costs space only.
func (s *Store) drop(sum string) {
	s.looks.mu.Lock()
	defer s.looks.mu.Unlock()
	if s.looks.n > 0 {
		s.looks.gone = append(s.looks.gone, sum)
		return
	}
	_ = s.kept().Remove(sum)
}

// A part of a stream is a batch that a look reads.
type part struct {
	Batch
	stream string
}

// parts returns what streams have in a window. It needs the lock.
func parts(streams []*Stream, w window) []part {
	var list []part
	for _, t := range streams {
		for _, b := range t.Batches {
			if w.overlaps(b) {
				list = append(list, part{b, t.Name})
			}
		}
	}
	return list
}

// A found event knows its stream.
type found struct {
	Event
	stream string
}

// A search is for a page of events: those next to a cursor.
type search struct {
	window
	from  cursor
	limit int // 0: as many as an answer has
	takes func(message string) bool
}

// gather returns the events of a page, in the order of the search, and says whether there
// are more. It reads no more parts than it must.
func (s *Store) gather(list []part, q search) (page []found, more bool, err error) {
	list = slices.DeleteFunc(list, func(p part) bool { return q.from.compare(q.from.last(p.Batch), q.from.event()) <= 0 })
	slices.SortFunc(list, func(a, b part) int { return q.from.compare(q.from.first(a.Batch), q.from.first(b.Batch)) })
	var all []found
	n := 0
	for _, p := range list {
		if n < len(all) && q.from.compare(all[n].Event, q.from.first(p.Batch)) < 0 {
			break // all that is left comes after the page
		}
		events, err := s.inside(p.Batch, q.window)
		if err != nil {
			return nil, false, err
		}
		for _, e := range events {
			if q.from.compare(e, q.from.event()) > 0 && q.takes(e.Message) {
				all = append(all, found{e, p.stream})
			}
		}
		slices.SortFunc(all, func(a, b found) int { return q.from.compare(a.Event, b.Event) })
		n = fit(len(all), cmp.Or(q.limit, mostEvents), func(i int) Event { return all[i].Event })
		all = all[:min(n+1, len(all))]
	}
	return all[:n], n < len(all), nil
}
