package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type lookupEventsInput struct {
	LookupAttributes []lookupAttribute `json:",omitempty"`
	StartTime        *wire.Time        `json:",omitempty"`
	EndTime          *wire.Time        `json:",omitempty"`
	EventCategory    string            `json:",omitempty"`
	MaxResults       *int              `json:",omitempty"`
	NextToken        string            `json:",omitempty"`
}

type lookupAttribute struct{ AttributeKey, AttributeValue string }

type lookupEventsOutput struct {
	Events    []lookupEvent
	NextToken string `json:",omitempty"`
}

type lookupEvent struct {
	EventID         string `json:"EventId"`
	EventName       string
	ReadOnly        string // "true" or "false"
	AccessKeyID     string `json:"AccessKeyId,omitempty"`
	EventTime       wire.Time
	EventSource     string
	Username        string `json:",omitempty"`
	Resources       []lookupResource
	CloudTrailEvent string
}

type lookupResource struct {
	ResourceType string `json:",omitempty"`
	ResourceName string `json:",omitempty"`
}

// lookupEvents shows the management events of the Region and of the last 90 days,
// newest first. Insights events there are none.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
func (s *Sandbox) lookupEvents(c *wire.Call, in lookupEventsInput) (lookupEventsOutput, error) {
	if s.w.Switches.LookupLimit != "off" && !s.lookups.take(origin{c.Account, c.Region}, s.clock.machine()) {
		return lookupEventsOutput{}, wire.Errorf("ThrottlingException", "Rate exceeded")
	}
	if err := in.check(); err != nil {
		return lookupEventsOutput{}, err
	}
	if in.EventCategory == "insight" {
		return lookupEventsOutput{Events: []lookupEvent{}}, nil
	}
	l := in.lookup(c, s.history.last())
	if in.NextToken != "" {
		if err := l.resume(in); err != nil {
			return lookupEventsOutput{}, err
		}
	}
	page, more := s.history.find(l)
	out := lookupEventsOutput{Events: make([]lookupEvent, 0, len(page))}
	for _, e := range page {
		out.Events = append(out.Events, e.shown())
	}
	if more {
		out.NextToken = l.token(in, page[len(page)-1])
	}
	return out, nil
}

// check refuses what the model of the API allows and CloudTrail does not.
func (in lookupEventsInput) check() error {
	switch {
	case len(in.LookupAttributes) > 1:
		return wire.Errorf("InvalidLookupAttributesException", "You can specify only one lookup attribute per request.")
	case in.StartTime != nil && in.EndTime != nil && in.StartTime.After(in.EndTime.Time):
		return wire.Errorf("InvalidTimeRangeException", "The start time must be before the end time.")
	}
	return nil
}

// lookup is the first page of what is asked for. Event times are whole seconds.
func (in lookupEventsInput) lookup(c *wire.Call, until uint64) lookup {
	l := lookup{
		from: origin{c.Account, c.Region}, limit: 50, until: until, before: newest(),
		begin: c.Time.Add(-retention).Unix(), end: c.Time.Unix(),
	}
	if in.MaxResults != nil {
		l.limit = *in.MaxResults
	}
	if in.StartTime != nil {
		l.begin = max(l.begin, in.StartTime.Add(time.Second-1).Unix())
	}
	if in.EndTime != nil {
		l.end = min(l.end, in.EndTime.Unix())
	}
	if len(in.LookupAttributes) == 1 {
		l.key, l.value = in.LookupAttributes[0].AttributeKey, in.LookupAttributes[0].AttributeValue
	}
	return l
}

// A pageToken says where the next page begins. Its text is the same for the same
// page, and good for as long as the events are kept.
type pageToken struct {
	Query string `json:"q"` // the sum of what was asked
	At    int64  `json:"t"`
	Seq   uint64 `json:"s"`
	Until uint64 `json:"u"`
}

func (l *lookup) token(in lookupEventsInput, last entry) string {
	text, _ := json.Marshal(pageToken{l.query(in), last.Time.Unix(), last.Seq, l.until}) // always encodes
	return base64.StdEncoding.EncodeToString(text)
}

// query sums up what must be the same from page to page: all but the token and the
// size of a page.
func (l *lookup) query(in lookupEventsInput) string {
	in.NextToken, in.MaxResults = "", nil
	text, _ := json.Marshal(in) // always encodes
	sum := sha256.Sum256(fmt.Appendf(text, " %s %s", l.from.account, l.from.region))
	return hex.EncodeToString(sum[:8])
}

// resume goes on where the page before ended.
func (l *lookup) resume(in lookupEventsInput) error {
	var t pageToken
	text, err := base64.StdEncoding.DecodeString(in.NextToken)
	if err != nil || json.Unmarshal(text, &t) != nil || t.Query != l.query(in) {
		return wire.Errorf("InvalidNextTokenException", "Invalid token.")
	}
	l.before, l.until = position{t.At, t.Seq}, t.Until
	return nil
}

// shown is an entry as LookupEvents tells of it.
func (e entry) shown() lookupEvent {
	out := lookupEvent{
		EventID: e.EventID, EventName: e.EventName, ReadOnly: fmt.Sprint(e.ReadOnly), AccessKeyID: e.AccessKeyID,
		EventTime: wire.Time{Time: e.Time}, EventSource: e.EventSource, Username: e.Username,
		Resources: []lookupResource{}, CloudTrailEvent: string(e.Text),
	}
	for _, r := range e.Resources {
		out.Resources = append(out.Resources, lookupResource{r.Type, r.Name})
	}
	return out
}
