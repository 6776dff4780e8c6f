package logs

import (
	"encoding/base64"
	"math"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type filterInput struct {
	groupReference
	StreamNames []string `json:"logStreamNames"`
	Prefix      string   `json:"logStreamNamePrefix"`
	Start       *int64   `json:"startTime"`
	End         *int64   `json:"endTime"`
	Pattern     string   `json:"filterPattern"`
	Limit       int      `json:"limit"`
	NextToken   string   `json:"nextToken"`
}

type filterOutput struct {
	Events    []filteredEvent  `json:"events"`
	Searched  []searchedStream `json:"searchedLogStreams"` // always empty, as AWS's
	NextToken string           `json:"nextToken,omitempty"`
}

type searchedStream struct{}

type filteredEvent struct {
	Stream   string `json:"logStreamName"`
	At       int64  `json:"timestamp"`
	Message  string `json:"message"`
	Ingested int64  `json:"ingestionTime"`
	ID       string `json:"eventId"`
}

// filterLogEvents finds the events of a group that a pattern matches, in order over all
// streams. Both ends of the range are in it.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
func (o operations) filterLogEvents(c *wire.Call, in filterInput) (filterOutput, error) {
	s := o.store()
	g, err := s.find(c, in.groupReference)
	if err != nil {
		return filterOutput{}, err
	}
	streams, err := in.streams(g)
	if err != nil {
		return filterOutput{}, err
	}
	p, err := parsePattern(in.Pattern)
	if err != nil {
		return filterOutput{}, err
	}
	w := window{max(g.oldest(c.Time), or(in.Start, 0)), or(in.End, math.MaxInt64)}
	if in.NextToken == "" {
		return s.filter(streams, w, cursor{forward: true}, p, in.Limit)
	}
	token, _ := base64.RawURLEncoding.DecodeString(in.NextToken) // of what is no cursor, below
	from, err := parseCursor(string(token))
	if err != nil || !from.forward {
		return filterOutput{}, badToken()
	}
	w.begin = max(w.begin, from.at)
	return s.filter(streams, w, from, p, in.Limit)
}

// streams returns the streams to search: all, those that are named, or those whose
// names begin so.
func (in filterInput) streams(g *Group) ([]*Stream, error) {
	if len(in.StreamNames) > 0 && in.Prefix != "" {
		return nil, invalid("Both logStreamNames and logStreamNamePrefix cannot be specified.")
	}
	if len(in.StreamNames) == 0 {
		return g.streams(in.Prefix), nil
	}
	var list []*Stream
	for _, name := range in.StreamNames {
		t, err := g.stream(name)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// A found event knows its stream.
type found struct {
	Event
	stream string
}

func (s *Store) filter(streams []*Stream, w window, from cursor, p pattern, limit int) (filterOutput, error) {
	var all []found
	after := Event{At: from.at, Seq: from.seq}
	for _, t := range streams {
		events, err := s.between(t, w)
		if err != nil {
			return filterOutput{}, err
		}
		for _, e := range events {
			if e.compare(after) > 0 && p.matches(e.Message) {
				all = append(all, found{e, t.Name})
			}
		}
	}
	slices.SortFunc(all, func(a, b found) int { return a.compare(b.Event) })
	return answerFound(all, limit), nil
}

func answerFound(all []found, limit int) filterOutput {
	if limit == 0 {
		limit = mostEvents
	}
	out := filterOutput{Events: []filteredEvent{}, Searched: []searchedStream{}}
	n := fit(len(all), limit, func(i int) Event { return all[i].Event })
	for _, e := range all[:n] {
		out.Events = append(out.Events, filteredEvent{e.stream, e.At, e.Message, e.Ingested, e.id()})
	}
	if n < len(all) {
		next := cursor{true, all[n-1].At, all[n-1].Seq}
		out.NextToken = base64.RawURLEncoding.EncodeToString([]byte(next.String()))
	}
	return out
}
