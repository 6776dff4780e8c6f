package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// An eventLog keeps the history in a file of the StateDir, one entry a line:
//
//	{"crc":"0f3a77c1","seq":7,"account":"123456789012",…,"record":{"eventVersion":"1.11",…}}
//
// The checksum is of what follows it. Lines are only ever added. A crash may tear the
// last one: its call was not answered.
type eventLog struct {
	file *os.File

	mu      sync.Mutex // guards what is to be written
	pending []byte
	last    uint64 // Seq of the last of pending
	next    *round // that will write it; nil when nobody waits
	written *round // the one before, which may be under way; nil after an error

	disk      sync.Mutex // one write at a time, see Sandbox.mu for its place; guards all below
	unwritten []byte     // again, after an error
	size      int64      // of what is on the disk for good
	synced    uint64     // the Seq up to which all is
	retired   bool       // another log took its place: nobody will read this one
	lines     int        // on the disk, those of entries that are pruned among them
}

// A round is one write, for all who wait for it.
type round struct {
	last uint64        // Seq of what it writes last
	done chan struct{} // closed when it is over
	err  error
}

// newLogName names the file of a new history. Which one counts, the state says.
func newLogName() string { return "events-" + wire.NewUUID() + ".jsonl" }

// createLog makes an empty file that survives a crash.
func createLog(path string) (*eventLog, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("creating the event history: %w", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		_ = f.Close() // the first error says more
		return nil, fmt.Errorf("creating the event history: %w", err)
	}
	return &eventLog{file: f}, nil
}

// add takes an entry for the next sync. Entries come in the order of their Seq.
func (l *eventLog) add(e entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = appendLine(l.pending, e)
	l.last = e.Seq
}

// sync returns when all entries up to that Seq are on the disk. Calls that come
// together share one write. What an error keeps from the disk goes there with the
// next sync.
func (l *eventLog) sync(seq uint64) error {
	r, first := l.join(seq)
	if first {
		r.err = l.write(r)
		close(r.done)
	}
	<-r.done
	return r.err
}

// join returns the round that writes the entry of that Seq. Who comes first has to make it.
func (l *eventLog) join(seq uint64) (r *round, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written != nil && seq <= l.written.last {
		return l.written, false
	}
	if first = l.next == nil; first {
		l.next = &round{done: make(chan struct{})}
	}
	return l.next, first
}

// write makes a round.
func (l *eventLog) write(r *round) error {
	l.disk.Lock()
	defer l.disk.Unlock()
	l.take(r)
	if l.synced >= r.last || l.retired {
		return nil
	}
	err := l.flush(r.last)
	if err != nil {
		l.giveUp()
	}
	return err
}

// flush puts on the disk what is unwritten, of which that Seq is the last. It needs l.disk.
func (l *eventLog) flush(last uint64) error {
	if _, err := l.file.WriteAt(l.unwritten, l.size); err != nil {
		return fmt.Errorf("writing the event history: %w", err)
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("writing the event history: %w", err)
	}
	l.size += int64(len(l.unwritten))
	l.lines += bytes.Count(l.unwritten, []byte("\n"))
	l.unwritten, l.synced = l.unwritten[:0], last
	if cap(l.unwritten) > worthwhile {
		l.unwritten = nil // such a crowd is rare
	}
	return nil
}

// take moves what is pending to what is unwritten, for a round. It needs l.disk.
func (l *eventLog) take(r *round) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.last = l.last
	l.next, l.written = nil, r
	if len(l.unwritten) == 0 {
		l.unwritten, l.pending = l.pending, l.unwritten
	} else {
		l.unwritten, l.pending = append(l.unwritten, l.pending...), l.pending[:0]
	}
}

// giveUp has nobody rely on the last round any longer.
func (l *eventLog) giveUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written = nil
}

// retire lets go of a log that another one replaced, and removes its file.
func (l *eventLog) retire() {
	l.disk.Lock()
	defer l.disk.Unlock()
	l.retired = true
	_ = l.file.Close()
	_ = os.Remove(l.file.Name()) // what stays is swept at the next start
}

func (l *eventLog) close() error {
	l.disk.Lock()
	defer l.disk.Unlock()
	return l.file.Close()
}

// sync returns when all entries up to that Seq are kept. Without a StateDir they are
// as soon as they were appended.
func (h *history) sync(seq uint64) error {
	log := h.current()
	if log == nil {
		return nil
	}
	return log.sync(seq)
}

// current is the log as it is now. Whoever waits for its disk must not hold h.mu.
func (h *history) current() *eventLog {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.log
}

// restart forgets all entries, and keeps those to come in that log, or in memory only
// when it is nil. The log before is returned.
func (h *history) restart(log *eventLog) (before *eventLog) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clear()
	before, h.log = h.log, log
	return before
}

func (h *history) close() error {
	log := h.current()
	if log == nil {
		return nil
	}
	return log.close()
}

// sweepLogs removes the files of histories that the state does not name.
func sweepLogs(dir, keep string) {
	entries, _ := os.ReadDir(dir) // what cannot be listed costs space only
	for _, e := range entries {
		if n := e.Name(); n != keep && strings.HasPrefix(n, "events-") && strings.HasSuffix(n, ".jsonl") {
			_ = os.Remove(filepath.Join(dir, n))
		}
	}
}
