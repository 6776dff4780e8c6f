package logs

import (
	"encoding/base64"
	"math"

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
	q := search{w, cursor{forward: true}, in.Limit, p.matches}
	if in.NextToken != "" {
		token, _ := base64.RawURLEncoding.DecodeString(in.NextToken) // of what is no cursor, below
		if q.from, err = parseCursor(string(token)); err != nil || !q.from.forward {
			return filterOutput{}, badToken()
		}
	}
	list := parts(streams, w)
	defer s.look(c)()
	page, more, err := s.gather(list, q)
	if err != nil {
		return filterOutput{}, err
	}
	return answerFound(page, more), nil
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

func answerFound(page []found, more bool) filterOutput {
	out := filterOutput{Events: []filteredEvent{}, Searched: []searchedStream{}}
	for _, e := range page {
		out.Events = append(out.Events, filteredEvent{e.stream, e.At, e.Message, e.Ingested, e.id()})
	}
	if more {
		last := page[len(page)-1]
		out.NextToken = base64.RawURLEncoding.EncodeToString([]byte(cursor{true, last.At, last.Seq}.String()))
	}
	return out
}
