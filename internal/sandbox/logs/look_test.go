package logs

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/bodies"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// shelf is Bodies that counts, and fails when it is told to.
type shelf struct {
	bodies.Memory
	reads, writes int
	failing       int    // the write that fails; 0: none
	reading       func() // before each read
}

func (s *shelf) Write(sum string, body []byte) error {
	if s.writes++; s.writes == s.failing {
		return errors.New("the disk is full")
	}
	return s.Memory.Write(sum, body)
}

func (s *shelf) Read(sum string) ([]byte, error) {
	if s.reads++; s.reading != nil {
		s.reading()
	}
	return s.Memory.Read(sum)
}

// shelved is a Store with a stream s in a group g, and what it is kept in.
func shelved() (*Store, *Group, *shelf) {
	kept := &shelf{}
	s := &Store{}
	s.Keep(kept)
	g := s.AddGroup("arn:aws:logs:us-east-1:123456789012:log-group:g", time.Unix(0, 0))
	g.AddStream("s", time.Unix(0, 0))
	return s, g, kept
}

// numberedMessages are events of 1 KB, all of one time if the step is 0.
func numberedMessages(from, to, step int) []Event {
	var events []Event
	for i := from; i < to; i++ {
		events = append(events, Event{At: int64(1000 + i*step), Message: fmt.Sprint(i, strings.Repeat(" ", 1000))})
	}
	return events
}

// Of what the disk does not take, nothing is there; the next time all is, once.
func TestAppendAllOrNothing(t *testing.T) {
	s, g, kept := shelved()
	must(t, s.Append(g, "s", numberedMessages(0, 10, 1), time.Unix(0, 0)))
	kept.failing = kept.writes + 2
	if s.Append(g, "s", numberedMessages(10, 3000, 1), time.Unix(0, 0)) == nil {
		t.Error("it does not tell of the disk")
	}
	if n := len(messages(t, s)); n != 10 || len(kept.Sums()) != 1 {
		t.Errorf("%d events in %d contents after the error", n, len(kept.Sums()))
	}
	must(t, s.Append(g, "s", numberedMessages(10, 3000, 1), time.Unix(0, 0)))
	if list := messages(t, s); len(list) != 3000 || !slices.IsSortedFunc(list, func(a, b filteredEvent) int { return strings.Compare(a.ID, b.ID) }) {
		t.Errorf("%d events in the end", len(list))
	}
	if n := len(kept.Sums()); n != len(g.Streams["s"].Batches) {
		t.Errorf("%d contents for %d batches", n, len(g.Streams["s"].Batches))
	}
}

// messages reads all events of the group g, page by page.
func messages(t *testing.T, s *Store) []filteredEvent {
	t.Helper()
	var list []filteredEvent
	for token := ""; ; {
		out := filtered(t, s, &wire.Call{}, token)
		if list = append(list, out.Events...); out.NextToken == "" {
			return list
		}
		token = out.NextToken
	}
}

func filtered(t *testing.T, s *Store, c *wire.Call, token string) filterOutput {
	t.Helper()
	c.Account, c.Region, c.Partition, c.Time = "123456789012", "us-east-1", "aws", time.Unix(5000, 0)
	text, err := json.Marshal(map[string]string{"logGroupName": "g", "nextToken": token})
	must(t, err)
	answer, err := Operations(func() *Store { return s })["FilterLogEvents"](c, text)
	must(t, err)
	return answer.(filterOutput)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Each page reads what it shows, not all there is: also when all events are of one time.
func TestPagesReadWhatTheyShow(t *testing.T) {
	for _, step := range []int{0, 1} {
		s, g, kept := shelved()
		must(t, s.Append(g, "s", numberedMessages(0, 6_000, step), time.Unix(0, 0)))
		kept.reads = 0
		if n := len(messages(t, s)); n != 6_000 {
			t.Errorf("%d events", n)
		}
		if n := len(g.Streams["s"].Batches); kept.reads > 2*(n+1) {
			t.Errorf("%d reads of %d batches", kept.reads, n)
		}
	}
}

// Events are read outside of the lock, and what others let go of meanwhile is still found.
func TestEventsAreReadOutsideOfTheLock(t *testing.T) {
	s, g, kept := shelved()
	must(t, s.Append(g, "s", numberedMessages(0, 10, 1), time.Unix(0, 0)))
	left := false
	kept.reading = func() {
		kept.reading = nil
		if !left {
			t.Error("it reads under the lock")
		}
		must(t, s.Append(g, "s", numberedMessages(10, 20, 1), time.Unix(0, 0)))
	}
	if out := filtered(t, s, &wire.Call{Unlock: func() { left = true }}, ""); len(out.Events) != 10 {
		t.Errorf("%d events", len(out.Events))
	}
	if n := len(messages(t, s)); n != 20 || len(kept.Sums()) != 1 {
		t.Errorf("later %d events in %d contents", n, len(kept.Sums()))
	}
}
