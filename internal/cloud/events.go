package cloud

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/trailspan/trailspan/internal/trail"
)

// EventQuery is what to look for in event history. What is empty is not asked for.
type EventQuery struct {
	Name, User, AccessKey, Source string
	Start, End                    time.Time
	Pages                         int // of 50 events, at most, of each Region
}

// EventPage is what one Region has in its event history, the latest first.
type EventPage struct {
	Region trail.Region
	Events []Event
	Read   int        // events that AWS showed, wanted or not
	Whole  bool       // there are no more
	Gap    *trail.Gap // why there is nothing
}

// Event is a management event, without what may hold credentials: AssumeRole answers
// with a session token, and its event has that.
type Event struct {
	ID, Name, Source, User, AccessKey, Address, Error string
	Time                                              time.Time
	ReadOnly                                          bool
}

// Events searches the event history of Regions, all at once, as far back as the query
// says.
func (s *Session) Events(ctx context.Context, regions []trail.Region, q EventQuery) []EventPage {
	out := make([]EventPage, len(regions))
	for i, r := range regions {
		out[i].Region = r
	}
	each(out, func(p *EventPage) { *p = s.events(ctx, p.Region, q) })
	return out
}

func (s *Session) events(ctx context.Context, r trail.Region, q EventQuery) EventPage {
	events, whole, err := s.lookUp(ctx, r, q.input(), max(q.Pages, 1))
	if err != nil {
		g := gapOf(lookupEvents, r, "", err)
		return EventPage{Region: r, Gap: &g}
	}
	p := EventPage{Region: r, Read: len(events), Whole: whole}
	for _, e := range events {
		if x := eventOf(e); q.wants(x) {
			p.Events = append(p.Events, x)
		}
	}
	return p
}

// input asks AWS for the most telling attribute: it takes one only. The others are
// looked at here.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
func (q EventQuery) input() *cloudtrail.LookupEventsInput {
	in := &cloudtrail.LookupEventsInput{}
	if !q.Start.IsZero() {
		in.StartTime = &q.Start
	}
	if !q.End.IsZero() {
		in.EndTime = &q.End
	}
	for _, a := range []struct {
		key   types.LookupAttributeKey
		value string
	}{
		{types.LookupAttributeKeyAccessKeyId, q.AccessKey},
		{types.LookupAttributeKeyUsername, q.User},
		{types.LookupAttributeKeyEventName, q.Name},
		{types.LookupAttributeKeyEventSource, q.Source},
	} {
		if a.value != "" {
			in.LookupAttributes = []types.LookupAttribute{{AttributeKey: a.key, AttributeValue: aws.String(a.value)}}
			break
		}
	}
	return in
}

func (q EventQuery) wants(e Event) bool {
	for _, x := range [][2]string{{q.AccessKey, e.AccessKey}, {q.User, e.User}, {q.Name, e.Name}, {q.Source, e.Source}} {
		if x[0] != "" && !strings.EqualFold(x[0], x[1]) {
			return false
		}
	}
	return true
}

// eventOf leaves out what requests and answers held.
func eventOf(e types.Event) Event {
	var record struct {
		SourceIPAddress string `json:"sourceIPAddress"`
		ErrorCode       string `json:"errorCode"`
	}
	_ = json.Unmarshal([]byte(aws.ToString(e.CloudTrailEvent)), &record) // one that cannot be read tells less
	return Event{
		ID: aws.ToString(e.EventId), Name: aws.ToString(e.EventName), Source: aws.ToString(e.EventSource),
		User: aws.ToString(e.Username), AccessKey: aws.ToString(e.AccessKeyId), Time: utc(e.EventTime),
		ReadOnly: aws.ToString(e.ReadOnly) == "true", Address: record.SourceIPAddress, Error: record.ErrorCode,
	}
}
