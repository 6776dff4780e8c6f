package logs

import (
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
	events, err := s.between(t, w)
	if err != nil {
		return getEventsOutput{}, err
	}
	return from.answer(from.cut(events, in.Limit), in.NextToken), nil
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

// cut returns the events next to the cursor, in order, as many as an answer has.
func (p cursor) cut(events []Event, limit int) []Event {
	if limit == 0 {
		limit = mostEvents
	}
	at, found := slices.BinarySearchFunc(events, Event{At: p.at, Seq: p.seq}, Event.compare)
	if p.forward {
		if found {
			at++
		}
		events = events[at:]
		return events[:fit(len(events), limit, func(i int) Event { return events[i] })]
	}
	n := fit(at, limit, func(i int) Event { return events[at-1-i] })
	return events[at-n : at]
}

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
func (p cursor) answer(events []Event, token string) getEventsOutput {
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
