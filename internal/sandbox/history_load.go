package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// seqGap is left out after every start: a Seq that was given to an event before a
// crash, and that may stand in the state, is not given again though the event is lost.
const seqGap = 1 << 20

// load reads the entries that a file keeps, and goes on writing there. What is older
// than oldest is left out. A torn last line is cut off, for its call was never
// answered; any other line that cannot be read is an error, and the file stays as it is.
func (h *history) load(path string, oldest time.Time) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("reading the event history: %w", err)
	}
	size, lines, err := h.readLines(f, oldest)
	if err == nil {
		err = f.Truncate(size)
	}
	if err != nil {
		_ = f.Close() // the first error says more
		return fmt.Errorf("reading the event history %s: %w", path, err)
	}
	h.log = &eventLog{file: f, size: size, lines: lines, synced: h.seq, last: h.seq}
	h.seq += seqGap
	return nil
}

// readLines returns the size of all whole lines, and how many they are.
func (h *history) readLines(f *os.File, oldest time.Time) (size int64, lines int, err error) {
	stop := make(chan struct{})
	defer close(stop)
	for some := range readAhead(f, h.seq, stop) {
		if some.err != nil {
			return 0, 0, some.err
		}
		size += some.size
		lines += len(some.entries)
		for _, e := range some.entries {
			h.seq = e.Seq
			if !e.Time.Before(oldest) {
				h.keep(e)
			}
		}
	}
	return size, lines, nil
}

// someLines are lines that follow each other, or why no more can be read.
type someLines struct {
	entries []entry
	size    int64
	err     error
}

// readAhead reads lines while those before them are kept, which takes as long. All must
// come after that Seq. It ends with the last line, an error or stop.
func readAhead(f io.Reader, seq uint64, stop <-chan struct{}) <-chan someLines {
	out := make(chan someLines, 4)
	go func() {
		defer close(out)
		r := lineReader{in: bufio.NewReaderSize(f, 1<<20), seq: seq}
		for {
			some := r.some()
			if some.size == 0 && some.err == nil {
				return
			}
			select {
			case out <- some:
			case <-stop:
				return
			}
		}
	}()
	return out
}

// A lineReader reads the lines of an eventLog.
type lineReader struct {
	in    *bufio.Reader
	lines int    // read so far
	seq   uint64 // of the last
}

// some reads the next lines; none are left when it has none.
func (r *lineReader) some() (s someLines) {
	for len(s.entries) < 1000 {
		line, err := r.in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			return someLines{err: err}
		}
		r.lines++
		e, err := parseLine(line)
		if err != nil || e.Seq <= r.seq {
			return someLines{err: fmt.Errorf("line %d %w; the file was left as it is", r.lines, errNotALine)}
		}
		r.seq = e.Seq
		s.entries, s.size = append(s.entries, e), s.size+int64(len(line))
	}
	return s
}

// openHistory reads the history that the world names, or begins one.
func (s *Sandbox) openHistory(w *world) error {
	if s.state == nil {
		return nil
	}
	defer func() { sweepLogs(s.state.dir, w.History) }()
	if w.History != "" {
		return s.history.load(filepath.Join(s.state.dir, w.History), s.options.Now().Add(w.ClockOffset-w.keeps()))
	}
	log, err := s.newLog(w)
	s.history.restart(log)
	return err
}

// newLog makes the file for the history of a new world; nil without a StateDir.
func (s *Sandbox) newLog(w *world) (*eventLog, error) {
	if s.state == nil {
		return nil, nil
	}
	w.History = newLogName()
	return createLog(filepath.Join(s.state.dir, w.History))
}
