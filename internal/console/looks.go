package console

import (
	"context"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

// fresh is how long a look is shown before AWS is asked again: as long as it takes to
// go from page to page.
const fresh = time.Minute

// looks keep what was seen of accounts.
type looks struct {
	eyes Eyes
	mu   sync.Mutex
	by   map[trail.AccountID]*look
}

type look struct {
	mu       sync.Mutex // while AWS is asked, whoever wants the same waits
	at       time.Time
	snapshot trail.Snapshot
}

func newLooks(e Eyes) *looks { return &looks{eyes: e, by: map[trail.AccountID]*look{}} }

func (l *looks) entry(id trail.AccountID) *look {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by[id] == nil {
		l.by[id] = &look{}
	}
	return l.by[id]
}

// of returns what is to be seen of an account, not older than fresh.
func (l *looks) of(ctx context.Context, id trail.AccountID) (trail.Snapshot, error) {
	x := l.entry(id)
	x.mu.Lock()
	defer x.mu.Unlock()
	if time.Since(x.at) < fresh {
		return x.snapshot, nil
	}
	began := time.Now()
	s, err := l.eyes.Look(ctx, id)
	if err != nil || ctx.Err() != nil { // what was broken off has Gaps that are none of AWS's
		return s, err
	}
	x.snapshot, x.at = s, began
	return s, nil
}

// forget makes the next page look again.
func (l *looks) forget(id trail.AccountID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.by, id)
}
