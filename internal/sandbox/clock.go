package sandbox

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// A clock runs with the machine's, ahead of it by what tests advanced it. It never
// goes back. Signatures are dated by the clock of the machine, all else by this one.
type clock struct {
	machine func() time.Time
	offset  atomic.Int64 // nanoseconds
}

func (c *clock) now() time.Time {
	return c.machine().Add(time.Duration(c.offset.Load())).UTC().Round(0)
}

func (c *clock) set(offset time.Duration) { c.offset.Store(int64(offset)) }

// farthest is how far ahead of the machine's clock the sandbox can be: enough for
// every retention period of CloudTrail, and far from what a time can hold.
const farthest = 100 * 365 * 24 * time.Hour

// now is the time in the sandbox.
func (s *Sandbox) now() time.Time { return s.clock.now() }

// advance moves the clock of the sandbox forward, from round to round of the
// deliveries: each comes at its time and in order.
func (s *Sandbox) advance(d time.Duration) error {
	s.deliveries.one.Lock()
	defer s.deliveries.one.Unlock()
	target, err := s.offsetAfter(d)
	if err != nil {
		return err
	}
	for {
		s.deliverDue()
		if !s.outbox.empty() {
			if err := s.save(); err != nil {
				return adminError{err, http.StatusInternalServerError}
			}
		}
		due := s.nextDue()
		offset := due.Sub(s.clock.machine())
		if due.IsZero() || offset >= target {
			break
		}
		s.setOffset(offset)
	}
	s.setOffset(target)
	s.deliverDue()
	return nil
}

// offsetAfter is how far ahead the clock will be once it is advanced.
func (s *Sandbox) offsetAfter(d time.Duration) (time.Duration, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if d < 0 {
		return 0, fmt.Errorf("the clock cannot go back by %s", -d)
	}
	if s.w.ClockOffset+d > farthest {
		return 0, fmt.Errorf("the clock cannot be more than %s ahead", farthest)
	}
	return s.w.ClockOffset + d, nil
}

// setOffset sets how far ahead the clock is, unless it is farther already.
func (s *Sandbox) setOffset(offset time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if offset > s.w.ClockOffset {
		s.w.ClockOffset = offset
		s.clock.set(offset)
		s.changed()
	}
}
