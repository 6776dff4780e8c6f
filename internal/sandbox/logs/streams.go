package logs

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type streamName struct {
	groupName
	LogStreamName string `json:"logStreamName"`
}

func (o operations) createLogStream(c *wire.Call, in streamName) (nothing, error) {
	g, err := o.store().group(c, in.LogGroupName)
	if err != nil {
		return nothing{}, err
	}
	if g.HasStream(in.LogStreamName) {
		return nothing{}, wire.Errorf("ResourceAlreadyExistsException", "The specified log stream already exists")
	}
	g.AddStream(in.LogStreamName, c.Time)
	return nothing{}, nil
}

func (o operations) deleteLogStream(c *wire.Call, in streamName) (nothing, error) {
	s := o.store()
	g, err := s.group(c, in.LogGroupName)
	if err != nil {
		return nothing{}, err
	}
	t, err := g.stream(in.LogStreamName)
	if err != nil {
		return nothing{}, err
	}
	s.release(t)
	delete(g.Streams, t.Name)
	return nothing{}, nil
}

// A groupReference names a log group by its name, or by its name or ARN.
type groupReference struct {
	groupName
	Identifier string `json:"logGroupIdentifier"`
}

// find returns the group of a reference, which must be the caller's.
func (s *Store) find(c *wire.Call, r groupReference) (*Group, error) {
	switch {
	case r.LogGroupName != "" && r.Identifier != "":
		return nil, invalid("LogGroup name and LogGroup identifier are mutually exclusive parameters.")
	case r.LogGroupName == "" && r.Identifier == "":
		return nil, invalid("Either LogGroup name or LogGroup identifier must be specified.")
	}
	if g := s.Group(r.Identifier); g != nil && g.ARN == groupARN(c, g.Name) {
		return g, nil
	}
	return s.group(c, cmp.Or(r.LogGroupName, r.Identifier))
}

type describeStreamsInput struct {
	groupReference
	Prefix     string `json:"logStreamNamePrefix"`
	OrderBy    string `json:"orderBy"`
	Descending bool   `json:"descending"`
	paging
}

type describeStreamsOutput struct {
	Streams   []streamDetail `json:"logStreams"`
	NextToken string         `json:"nextToken,omitempty"`
}

// A streamDetail is a stream as DescribeLogStreams shows it.
type streamDetail struct {
	Name        string `json:"logStreamName"`
	Created     int64  `json:"creationTime"`
	First       int64  `json:"firstEventTimestamp,omitempty"`
	Last        int64  `json:"lastEventTimestamp,omitempty"`
	Ingested    int64  `json:"lastIngestionTime,omitempty"`
	Token       string `json:"uploadSequenceToken"`
	ARN         string `json:"arn"`
	StoredBytes int64  `json:"storedBytes"`
}

// describeLogStreams lists streams by name, or by the time of their last event. Stored
// bytes of single streams are always 0.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html
func (o operations) describeLogStreams(c *wire.Call, in describeStreamsInput) (describeStreamsOutput, error) {
	g, err := o.store().find(c, in.groupReference)
	if err != nil {
		return describeStreamsOutput{}, err
	}
	if in.OrderBy == "LastEventTime" && in.Prefix != "" {
		return describeStreamsOutput{}, invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	list := []streamDetail{}
	for _, t := range g.streams(in.Prefix) {
		list = append(list, streamDetail{
			Name: t.Name, Created: t.Created.UnixMilli(), First: t.First, Last: t.Last, Ingested: t.Ingested, Token: sequenceToken(t), ARN: t.ARN,
		})
	}
	if in.OrderBy == "LastEventTime" {
		slices.SortStableFunc(list, func(a, b streamDetail) int { return cmp.Compare(a.Last, b.Last) })
	}
	if in.Descending {
		slices.Reverse(list)
	}
	list, next, err := page(in.paging, list)
	return describeStreamsOutput{list, next}, err
}

// sequenceToken is what AWS still answers though nothing asks for it any longer.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
func sequenceToken(t *Stream) string { return fmt.Sprintf("4%019d%036d", t.Ingested, len(t.Batches)) }
