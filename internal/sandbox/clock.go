package sandbox

import (
	"fmt"
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

// advance moves the clock of the sandbox forward.
func (s *Sandbox) advance(d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d < 0 {
		return fmt.Errorf("the clock cannot go back by %s", -d)
	}
	if s.w.ClockOffset+d > farthest {
		return fmt.Errorf("the clock cannot be more than %s ahead", farthest)
	}
	s.w.ClockOffset += d
	s.clock.set(s.w.ClockOffset)
	s.changed()
	return nil
}
