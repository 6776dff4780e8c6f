package sandbox

import (
	"sync"

	"github.com/trailspan/trailspan/internal/sandbox/sns"
)

// An outbox has the letters that wait until the world they tell of is saved: nobody
// hears of a log file, or of a subscription, that a crash could still undo.
type outbox struct {
	send func(sns.Letter) // by the courier

	mu      sync.Mutex
	letters []waiting // oldest first
}

// waiting is a letter, and the version of the world that it tells of.
type waiting struct {
	letter  sns.Letter
	version uint64
}

// post takes a letter about the change under way. It needs the write lock, and a call
// of changed before that is given back.
func (s *Sandbox) post(l sns.Letter) {
	s.outbox.mu.Lock()
	defer s.outbox.mu.Unlock()
	s.outbox.letters = append(s.outbox.letters, waiting{l, s.version + 1})
}

// release sends what tells of that version or earlier ones.
func (o *outbox) release(version uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.letters) > 0 && o.letters[0].version <= version {
		o.send(o.letters[0].letter)
		o.letters = o.letters[1:]
	}
}

// drop throws away what waits.
func (o *outbox) drop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.letters = nil
}

func (o *outbox) empty() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.letters) == 0
}
