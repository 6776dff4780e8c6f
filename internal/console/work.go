package console

import "sync"

// work counts what must come to its end before the console does.
type work struct {
	mu    sync.Mutex
	count int
	ended bool
	idle  chan struct{} // closed when the last is done, once somebody waits
}

// add counts one more, or refuses where everything that there was has ended.
func (w *work) add() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended && w.count == 0 {
		return false
	}
	w.count++
	return true
}

func (w *work) done() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count--
	if w.count == 0 && w.idle != nil {
		close(w.idle)
		w.idle = nil
	}
}

// end waits for all of it, and lets no more begin.
func (w *work) end() {
	w.mu.Lock()
	w.ended = true
	if w.count == 0 {
		w.mu.Unlock()
		return
	}
	if w.idle == nil {
		w.idle = make(chan struct{})
	}
	idle := w.idle
	w.mu.Unlock()
	<-idle
}
