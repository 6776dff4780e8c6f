package logs

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// An Event is a log event.
type Event struct {
	Seq      uint64 `json:"s"` // its place among all events of the Store
	At       int64  `json:"t"` // milliseconds
	Ingested int64  `json:"i"`
	Message  string `json:"m"`
}

// compare orders events by time, and those of one time as they came.
func (e Event) compare(other Event) int {
	return cmp.Or(cmp.Compare(e.At, other.At), cmp.Compare(e.Seq, other.Seq))
}

// id is what FilterLogEvents calls an event: 56 digits, the later the larger.
func (e Event) id() string { return fmt.Sprintf("3%019d%036d", e.At, e.Seq) }

// A Batch is a number of events that are kept together: JSON lines, compressed.
type Batch struct {
	Sum         string // SHA-256 of what is kept
	Count       int
	Size        int    // of all messages
	First, Last int64  // timestamps: the least and the greatest
	From, To    uint64 `json:",omitzero"` // Seqs: likewise
}

// fullBatch is how much of messages a batch has before the next one begins. Few large
// batches take less room and fewer files than many small ones.
const fullBatch = 256 << 10

// Append puts events into a stream, all or, when there is an error, none; it numbers
// them, and says when they came. Who may write, and which events are too old, is for the
// caller to judge.
func (s *Store) Append(g *Group, stream string, events []Event, now time.Time) error {
	t, err := g.stream(stream)
	if err != nil {
		return err
	}
	all, kept := numbered(events, s.Last, now), t.Batches
	var replaced []Batch
	if n := len(kept); n > 0 && kept[n-1].Size < fullBatch {
		before, err := s.read(kept[n-1])
		if err != nil {
			return err
		}
		all, kept, replaced = slices.Concat(before, all), kept[:n-1], kept[n-1:]
	}
	written, err := s.writeAll(all)
	if err != nil {
		return err
	}
	for _, b := range replaced {
		s.drop(b.Sum)
	}
	t.Batches = slices.Concat(kept, written)
	s.Last += uint64(len(events))
	t.span()
	t.Ingested = now.UnixMilli()
	return nil
}

// numbered returns events with the numbers after last, and when they came.
func numbered(events []Event, last uint64, now time.Time) []Event {
	events = slices.Clone(events)
	for i := range events {
		events[i].Seq, events[i].Ingested = last+uint64(i)+1, now.UnixMilli()
	}
	return events
}

// writeAll keeps events as batches, all or none.
func (s *Store) writeAll(events []Event) ([]Batch, error) {
	var written []Batch
	for len(events) > 0 {
		n, size := 0, 0
		for n < len(events) && (n == 0 || size+len(events[n].Message) <= 4*fullBatch) {
			size += len(events[n].Message)
			n++
		}
		b, err := s.write(events[:n])
		if err != nil {
			for _, b := range written {
				_ = s.kept().Remove(b.Sum) // costs space only
			}
			return nil, err
		}
		written, events = append(written, b), events[n:]
	}
	return written, nil
}

// span sets between which timestamps the events of a stream lie.
func (t *Stream) span() {
	t.First, t.Last = 0, 0
	for i, b := range t.Batches {
		if i == 0 || b.First < t.First {
			t.First = b.First
		}
		t.Last = max(t.Last, b.Last)
	}
}

// size is how much a stream has of messages.
func (t *Stream) size() (n int64) {
	for _, b := range t.Batches {
		n += int64(b.Size)
	}
	return n
}

// write keeps events as a batch.
func (s *Store) write(events []Event) (Batch, error) {
	b := Batch{Count: len(events), First: events[0].At, Last: events[0].At, From: events[0].Seq, To: events[len(events)-1].Seq}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return Batch{}, err
	}
	lines := json.NewEncoder(z)
	lines.SetEscapeHTML(false)
	for _, e := range events {
		b.First, b.Last, b.Size = min(b.First, e.At), max(b.Last, e.At), b.Size+len(e.Message)
		if err := lines.Encode(e); err != nil {
			return Batch{}, err
		}
	}
	if err := z.Close(); err != nil {
		return Batch{}, err
	}
	sum := sha256.Sum256(out.Bytes())
	b.Sum = hex.EncodeToString(sum[:])
	return b, s.kept().Write(b.Sum, out.Bytes())
}

// read returns the events of a batch, in the order in which they came.
func (s *Store) read(b Batch) ([]Event, error) {
	body, err := s.kept().Read(b.Sum)
	if err != nil {
		return nil, fmt.Errorf("reading log events: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("reading log events: %w", err)
	}
	events := make([]Event, 0, b.Count)
	lines := json.NewDecoder(z)
	for {
		var e Event
		switch err := lines.Decode(&e); {
		case err == io.EOF:
			return events, nil
		case err != nil:
			return nil, fmt.Errorf("reading log events: %w", err)
		}
		events = append(events, e)
	}
}

// A window is a range of time, both ends included, in milliseconds.
type window struct{ begin, end int64 }

// overlaps says whether events of a batch can be in a window.
func (w window) overlaps(b Batch) bool { return b.Last >= w.begin && b.First <= w.end }

// inside returns the events of a batch that are in a window, in the order in which they
// came.
func (s *Store) inside(b Batch, w window) ([]Event, error) {
	events, err := s.read(b)
	return slices.DeleteFunc(events, func(e Event) bool { return e.At < w.begin || e.At > w.end }), err
}

// Expire lets go of batches that retention has no use for any longer, and says whether
// there were any. Single events that are too old are left out when they are read.
func (s *Store) Expire(now time.Time) bool {
	gone := false
	for _, p := range s.Places {
		for _, g := range p.Groups {
			for _, t := range g.Streams {
				gone = s.expire(t, g.oldest(now)) || gone
			}
		}
	}
	return gone
}

func (s *Store) expire(t *Stream, oldest int64) bool {
	n := len(t.Batches)
	t.Batches = slices.DeleteFunc(t.Batches, func(b Batch) bool {
		if b.Last < oldest {
			s.drop(b.Sum)
		}
		return b.Last < oldest
	})
	if len(t.Batches) == n {
		return false
	}
	t.span()
	return true
}

// release lets go of all events of a stream.
func (s *Store) release(t *Stream) {
	for _, b := range t.Batches {
		s.drop(b.Sum)
	}
}
