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

// worthwhile is how long the file of the history is before it is written anew.
const worthwhile = 1 << 20

// forgetOld lets go of what is older than the retention, in memory and on the disk.
func (s *Sandbox) forgetOld() error {
	s.history.prune(s.oldest())
	return s.compact()
}

// compact writes the file of the history anew, without what is older than the retention,
// when that is most of it. The state says which file counts: a crash on the way leaves
// one in force that has everything.
func (s *Sandbox) compact() error {
	s.deliveries.one.Lock() // the world, and with it the history, stays the same
	defer s.deliveries.one.Unlock()
	if s.state == nil || !s.history.wasteful() {
		return nil
	}
	name := newLogName()
	next, err := createLog(filepath.Join(s.state.dir, name))
	if err != nil {
		return err
	}
	c := compaction{to: next, oldest: s.oldest()}
	if err := s.history.log.moveTo(&c, func() error { return s.nameHistory(name) }); err != nil {
		_ = next.close() // its file is swept at the next start, unless the state names it
		return fmt.Errorf("writing the event history anew: %w", err)
	}
	return nil
}

// nameHistory has the state name the file of the history, or leaves the name as it was.
func (s *Sandbox) nameHistory(name string) error {
	before := s.setHistory(name)
	err := s.save()
	if err != nil {
		s.setHistory(before)
	}
	return err
}

func (s *Sandbox) setHistory(name string) (before string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, s.w.History = s.w.History, name
	s.changed()
	return before
}

// wasteful says whether most lines of the file are of entries that are gone.
func (h *history) wasteful() bool {
	kept, log := h.count()
	log.disk.Lock()
	defer log.disk.Unlock()
	return log.size > worthwhile && log.lines > 2*kept
}

// count returns how many entries there are, and the log that has them.
func (h *history) count() (entries int, log *eventLog) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, s := range h.streams {
		for _, b := range s.blocks {
			entries += len(b.marks)
		}
	}
	return entries, h.log
}

// A compaction copies the lines of a file that have not expired.
type compaction struct {
	to     *eventLog
	oldest time.Time
	read   int64 // how much of the file is done
}

// moveTo copies the log into another file, and goes on there when that file is in force.
// Entries wait for the disk only while what was added meanwhile is copied.
func (l *eventLog) moveTo(c *compaction, enforce func() error) error {
	l.disk.Lock()
	size := l.size
	l.disk.Unlock()
	if err := c.copy(l.file, size); err != nil {
		return err
	}
	l.disk.Lock()
	defer l.disk.Unlock()
	if err := c.copy(l.file, l.size); err != nil {
		return err
	}
	if err := c.to.file.Sync(); err != nil {
		return err
	}
	if err := enforce(); err != nil {
		return err
	}
	old := l.file
	l.file, l.size, l.lines = c.to.file, c.to.size, c.to.lines
	_ = old.Close()
	_ = os.Remove(old.Name()) // what stays is swept at the next start
	return nil
}

// copy copies the lines from where it stands up to that size.
func (c *compaction) copy(from io.ReaderAt, size int64) error {
	in := bufio.NewReaderSize(io.NewSectionReader(from, c.read, size-c.read), 1<<20)
	out := bufio.NewWriterSize(io.NewOffsetWriter(c.to.file, c.to.size), 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			c.read = size
			return out.Flush()
		}
		if err != nil {
			return err
		}
		e, err := parseLine(line)
		if err != nil {
			return err
		}
		if e.Time.Before(c.oldest) {
			continue
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
		c.to.size += int64(len(line))
		c.to.lines++
	}
}
