package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

	disk      sync.Mutex // one write at a time; guards all below
	unwritten []byte     // again, after an error
	size      int64      // of what is on the disk for good
	synced    uint64     // the Seq up to which all is
	retired   bool       // another log took its place: nobody will read this one
	lines     int        // on the disk, those of entries that are pruned among them
}

// newLogName names the file of a new history. Which one counts, the state says.
func newLogName() string { return "events-" + newRequestID() + ".jsonl" }

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
	l.disk.Lock()
	defer l.disk.Unlock()
	if l.synced >= seq || l.retired {
		return nil
	}
	last := l.take()
	if _, err := l.file.WriteAt(l.unwritten, l.size); err != nil {
		return fmt.Errorf("writing the event history: %w", err)
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("writing the event history: %w", err)
	}
	l.size += int64(len(l.unwritten))
	l.lines += bytes.Count(l.unwritten, []byte("\n"))
	l.unwritten, l.synced = nil, last
	return nil
}

// take moves what is pending to what is unwritten. It needs l.disk.
func (l *eventLog) take() (last uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unwritten == nil {
		l.unwritten = l.pending
	} else {
		l.unwritten = append(l.unwritten, l.pending...)
	}
	l.pending = nil
	return l.last
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
	h.mu.RLock()
	log := h.log
	h.mu.RUnlock()
	if log == nil {
		return nil
	}
	return log.sync(seq)
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
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.log == nil {
		return nil
	}
	return h.log.close()
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
