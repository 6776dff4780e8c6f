package logs

import (
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// How much one call of PutLogEvents may bring. An event counts 26 bytes more than its
// message.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const (
	largestUpload = 1 << 20
	perEvent      = 26
	longestSpan   = 24 * time.Hour
	oldestEvent   = 14 * 24 * time.Hour
	newestEvent   = 2 * time.Hour
)

type putEventsInput struct {
	streamName
	Events []inputEvent `json:"logEvents"`
}

type inputEvent struct {
	At      int64  `json:"timestamp"`
	Message string `json:"message"`
}

type putEventsOutput struct {
	NextToken string    `json:"nextSequenceToken"`
	Rejected  *rejected `json:"rejectedLogEventsInfo,omitempty"`
}

// rejected says which events were not taken. The ends are one after the last.
type rejected struct {
	TooNewStart *int `json:"tooNewLogEventStartIndex,omitempty"`
	TooOldEnd   *int `json:"tooOldLogEventEndIndex,omitempty"`
	ExpiredEnd  *int `json:"expiredLogEventEndIndex,omitempty"`
}

func (o operations) putLogEvents(c *wire.Call, in putEventsInput) (putEventsOutput, error) {
	s := o.store()
	g, err := s.group(c, in.LogGroupName)
	if err != nil {
		return putEventsOutput{}, err
	}
	t, err := g.stream(in.LogStreamName)
	if err != nil {
		return putEventsOutput{}, err
	}
	if err := checkUpload(in.Events); err != nil {
		return putEventsOutput{}, err
	}
	begin, end, why := g.acceptable(in.Events, c.Time)
	var events []Event
	for _, e := range in.Events[begin:end] {
		events = append(events, Event{At: e.At, Message: e.Message})
	}
	if len(events) > 0 {
		if err := s.Append(g, t.Name, events, c.Time); err != nil {
			return putEventsOutput{}, err
		}
	}
	return putEventsOutput{sequenceToken(t), why}, nil
}

// checkUpload refuses events that are too many, or out of order.
func checkUpload(events []inputEvent) error {
	total := 0
	for i, e := range events {
		total += len(e.Message) + perEvent
		switch {
		case len(e.Message)+perEvent > largestUpload:
			return invalid("Log event too large: %d bytes exceeds limit of %d", len(e.Message)+perEvent, largestUpload)
		case i > 0 && e.At < events[i-1].At:
			return invalid("Log events in a single PutLogEvents request must be in chronological order.")
		}
	}
	switch {
	case total > largestUpload:
		return invalid("Upload too large: %d bytes exceeds limit of %d", total, largestUpload)
	case events[len(events)-1].At-events[0].At > longestSpan.Milliseconds():
		return invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
	}
	return nil
}

// acceptable returns the range of events that are neither too old nor too new.
func (g *Group) acceptable(events []inputEvent, now time.Time) (begin, end int, why *rejected) {
	w := g.window(now)
	old, expired := now.Add(-oldestEvent).UnixMilli(), g.oldest(now)
	var r rejected
	for end = len(events); end > 0 && events[end-1].At > w.end; end-- {
		r.TooNewStart = new(end - 1)
	}
	for begin = 0; begin < end && events[begin].At < w.begin; begin++ {
		if events[begin].At < old {
			r.TooOldEnd = new(begin + 1)
		} else if events[begin].At < expired {
			r.ExpiredEnd = new(begin + 1)
		}
	}
	if r == (rejected{}) {
		return begin, end, nil
	}
	return begin, end, &r
}

// window is where events may lie that are put into a group.
func (g *Group) window(now time.Time) window {
	return window{max(now.Add(-oldestEvent).UnixMilli(), g.oldest(now)), now.Add(newestEvent).UnixMilli()}
}

// Accepts says whether an event of a time in milliseconds may be put into a group: it is
// neither too old nor too new.
func (g *Group) Accepts(at int64, now time.Time) bool {
	w := g.window(now)
	return w.begin <= at && at <= w.end
}
