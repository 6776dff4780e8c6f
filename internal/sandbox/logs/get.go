package logs

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// How much one answer has at most.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
const (
	mostEvents    = 10_000
	largestAnswer = 1 << 20
)

type getEventsInput struct {
	groupReference
	LogStreamName string `json:"logStreamName"`
	Start         *int64 `json:"startTime"`
	End           *int64 `json:"endTime"`
	Limit         int    `json:"limit"`
	NextToken     string `json:"nextToken"`
	FromHead      bool   `json:"startFromHead"`
}

type getEventsOutput struct {
	Events   []outputEvent `json:"events"`
	Forward  string        `json:"nextForwardToken"`
	Backward string        `json:"nextBackwardToken"`
}

type outputEvent struct {
	At       int64  `json:"timestamp"`
	Message  string `json:"message"`
	Ingested int64  `json:"ingestionTime"`
}

// getLogEvents reads a stream, forward or backward. There is always a token; at the
// end of a stream it is the one that was given. The end of the range is not in it.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
func (o operations) getLogEvents(c *wire.Call, in getEventsInput) (getEventsOutput, error) {
	s := o.store()
	g, err := s.find(c, in.groupReference)
	if err != nil {
		return getEventsOutput{}, err
	}
	t, err := g.stream(in.LogStreamName)
	if err != nil {
		return getEventsOutput{}, err
	}
	from, err := in.cursor()
	if err != nil {
		return getEventsOutput{}, err
	}
	w := window{max(g.oldest(c.Time), or(in.Start, 0)), or(in.End, math.MaxInt64) - 1}
	q := search{w, from, in.Limit, func(string) bool { return true }}
	list := parts([]*Stream{t}, w)
	defer s.look(c)()
	page, _, err := s.gather(list, q)
	if err != nil {
		return getEventsOutput{}, err
	}
	if !from.forward {
		slices.Reverse(page)
	}
	return from.answer(page, in.NextToken), nil
}

// or returns what p points to, or the default when it points to nothing.
func or(p *int64, otherwise int64) int64 {
	if p == nil {
		return otherwise
	}
	return *p
}

// A cursor is a place between two events: just after the event that it names going
// forward, just before it going backward.
type cursor struct {
	forward bool
	at      int64
	seq     uint64
}

// cursor is where a call begins to read.
func (in getEventsInput) cursor() (cursor, error) {
	switch {
	case in.NextToken != "":
		return parseCursor(in.NextToken)
	case in.FromHead:
		return cursor{forward: true}, nil
	}
	return cursor{at: math.MaxInt64, seq: math.MaxUint64}, nil
}

// String writes a token such as f/0000001767225600000000000000000000000042.
func (p cursor) String() string {
	way := "b"
	if p.forward {
		way = "f"
	}
	return fmt.Sprintf("%s/%019d%020d", way, p.at, p.seq)
}

func parseCursor(token string) (cursor, error) {
	way, digits, _ := strings.Cut(token, "/")
	if (way != "f" && way != "b") || len(digits) != 39 {
		return cursor{}, badToken()
	}
	at, err := strconv.ParseInt(digits[:19], 10, 64)
	if err != nil {
		return cursor{}, badToken()
	}
	seq, err := strconv.ParseUint(digits[19:], 10, 64)
	if err != nil {
		return cursor{}, badToken()
	}
	return cursor{way == "f", at, seq}, nil
}

// event is the one that the cursor is next to.
func (p cursor) event() Event { return Event{At: p.at, Seq: p.seq} }

// compare orders events in the direction of the cursor.
func (p cursor) compare(a, b Event) int {
	if p.forward {
		return a.compare(b)
	}
	return b.compare(a)
}

// first is what no event of a batch comes before, in the direction of the cursor.
func (p cursor) first(b Batch) Event {
	if p.forward {
		return Event{At: b.First, Seq: b.From}
	}
	return Event{At: b.Last, Seq: cmp.Or(b.To, math.MaxUint64)}
}

// last is what no event of a batch comes after.
func (p cursor) last(b Batch) Event { return cursor{forward: !p.forward}.first(b) }

// fit is how many of n events an answer has room for; one always.
func fit(n, limit int, event func(int) Event) int {
	size := 0
	for i := range min(n, limit) {
		if size += len(event(i).Message) + perEvent; size > largestAnswer && i > 0 {
			return i
		}
	}
	return min(n, limit)
}

// answer makes the tokens for what comes after and before the events. Without events
// the token stays, and the other one leads back.
func (p cursor) answer(events []found, token string) getEventsOutput {
	out := getEventsOutput{Events: []outputEvent{}}
	for _, e := range events {
		out.Events = append(out.Events, outputEvent{e.At, e.Message, e.Ingested})
	}
	after, before := p, p
	if n := len(events); n > 0 {
		after = cursor{true, events[n-1].At, events[n-1].Seq}
		before = cursor{false, events[0].At, events[0].Seq}
	} else if token == "" {
		after, before = cursor{forward: true}, cursor{}
	}
	if after.forward = true; len(events) == 0 && !p.forward && token != "" {
		after.seq = max(after.seq, 1) - 1 // the event itself is after the place before it
	}
	if before.forward = false; len(events) == 0 && p.forward && token != "" {
		before.seq++
	}
	out.Forward, out.Backward = after.String(), before.String()
	return out
}
