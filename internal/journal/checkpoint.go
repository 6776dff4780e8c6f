package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/trailspan/trailspan/internal/trail"
)

// CheckpointSchema names the file of a Checkpoint: JSON lines, what it is about first,
// and then a Snapshot each.
const CheckpointSchema = "trailspan/checkpoint/v1"

// Checkpoint remembers the accounts that were looked at, so that looking at many goes
// on where it was interrupted. It keeps the Snapshots on disk, not in memory. It may
// be used by several goroutines.
type Checkpoint struct {
	mu     sync.Mutex
	file   File
	reader *os.File
	places map[trail.AccountID]place
	oldest time.Time
	unlock func() error
}

// place is where the Snapshot of an account is in the file.
type place struct {
	offset int64
	size   int
}

// line is a line of a Checkpoint.
type line struct {
	Schema   string            `json:"schema,omitempty"`
	About    map[string]string `json:"about,omitempty"`
	Snapshot *trail.Snapshot   `json:"snapshot,omitempty"`
}

// AnotherError says that a checkpoint is about something else.
type AnotherError struct{ Name, Have, Want string }

func (e *AnotherError) Error() string {
	return fmt.Sprintf("its %s is %q, not %q", e.Name, e.Have, e.Want)
}

// OpenCheckpoint opens or makes the checkpoint in a file. It fails with ErrLocked when
// another process uses it, and with an *AnotherError when what it is about is not the
// same. What a crash left half-written at its end is dropped.
func OpenCheckpoint(path string, about map[string]string) (*Checkpoint, error) {
	lock := flock.New(path + ".lock")
	ok, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, ErrLocked
	}
	c, err := openCheckpoint(path, about)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	c.unlock = lock.Unlock
	return c, nil
}

func openCheckpoint(path string, about map[string]string) (*Checkpoint, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	c := &Checkpoint{reader: f, places: map[trail.AccountID]place{}}
	if err := c.read(about); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := f.Truncate(c.file.size); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	c.file.f = f
	if c.file.size > 0 {
		return c, nil
	}
	head, err := json.Marshal(line{Schema: CheckpointSchema, About: about})
	if err == nil {
		err = c.file.write(head)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return c, nil
}

// read finds the Snapshots, one line after the other.
func (c *Checkpoint) read(about map[string]string) error {
	lines := bufio.NewReader(c.reader)
	for n := 1; ; n++ {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) { // what stands there is half a line, or nothing
			return ours(n, text)
		}
		if err != nil {
			return err
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return fmt.Errorf("line %d cannot be read: %w", n, err)
		}
		if err := c.take(n, l, len(text), about); err != nil {
			return err
		}
		c.file.size += int64(len(text))
	}
}

// ours refuses to drop what may be somebody's file of one line.
func ours(n int, half []byte) error {
	head := `{"schema":"` + CheckpointSchema + `"`
	if n == 1 && string(half[:min(len(half), len(head))]) != head[:min(len(half), len(head))] {
		return errors.New("it is no checkpoint")
	}
	return nil
}

func (c *Checkpoint) take(n int, l line, size int, about map[string]string) error {
	switch {
	case n == 1 && l.Schema != CheckpointSchema:
		return fmt.Errorf("it is no checkpoint: its schema is %q, not %q", l.Schema, CheckpointSchema)
	case n == 1:
		return same(l.About, about)
	case l.Snapshot == nil:
		return fmt.Errorf("line %d holds no snapshot", n)
	}
	if err := l.Snapshot.Check(); err != nil {
		return fmt.Errorf("line %d: %w", n, err)
	}
	c.remember(*l.Snapshot, size)
	return nil
}

// same compares what two checks are about.
func same(have, want map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if have[name] != want[name] {
			return &AnotherError{name, have[name], want[name]}
		}
	}
	return nil
}

func (c *Checkpoint) remember(s trail.Snapshot, size int) {
	c.places[s.Account] = place{c.file.size, size}
	if c.oldest.IsZero() || s.Taken.Before(c.oldest) {
		c.oldest = s.Taken
	}
}

// Count is how many accounts it has, and Oldest when the first of them was looked at.
func (c *Checkpoint) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.places)
}

// Oldest is the time of the oldest Snapshot.
func (c *Checkpoint) Oldest() time.Time { return c.oldest }

// Has says whether an account was looked at.
func (c *Checkpoint) Has(a trail.AccountID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.places[a]
	return ok
}

// Snapshot reads that of an account that it has.
func (c *Checkpoint) Snapshot(a trail.AccountID) (trail.Snapshot, error) {
	c.mu.Lock()
	p := c.places[a]
	c.mu.Unlock()
	text := make([]byte, p.size)
	if _, err := c.reader.ReadAt(text, p.offset); err != nil {
		return trail.Snapshot{}, err
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return trail.Snapshot{}, err
	}
	return *l.Snapshot, nil
}

// Keep writes a Snapshot, and returns once it is on disk.
func (c *Checkpoint) Keep(s trail.Snapshot) error {
	text, err := json.Marshal(line{Snapshot: &s})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.file.size
	if err := c.file.write(text); err != nil {
		return err
	}
	c.places[s.Account] = place{at, len(text) + 1}
	return nil
}

// Close lets others have the file.
func (c *Checkpoint) Close() error { return errors.Join(c.reader.Close(), c.unlock()) }
