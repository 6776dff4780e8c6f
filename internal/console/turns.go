package console

import (
	"context"
	"sync"
)

// turns let one at a time do what has the same name: what costs calls of AWS, whose
// limits are of an account and not of a browser, and what begins a run.
type turns struct {
	mu sync.Mutex
	by map[string]chan struct{}
}

func newTurns() *turns { return &turns{by: map[string]chan struct{}{}} }

// take waits for its turn, until ctx ends. What it returns ends the turn.
func (t *turns) take(ctx context.Context, name string) (done func(), err error) {
	t.mu.Lock()
	turn := t.by[name]
	if turn == nil {
		turn = make(chan struct{}, 1)
		t.by[name] = turn
	}
	t.mu.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
