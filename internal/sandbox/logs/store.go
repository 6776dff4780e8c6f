// Package logs is Amazon CloudWatch Logs: log groups, their streams and events, filter
// patterns, and metric filters, which are remembered and never make a metric.
//
// What it keeps of events is compressed and lies outside of the Store, under SHA-256
// sums, so that the Store stays small and quick to encode.
//
// Its nouns: the store is CloudWatch Logs of all accounts and Regions; a group has
// streams; a stream has batches; a batch has events, compressed; a pattern chooses
// events.
package logs

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Store has the log groups of all accounts and Regions. The zero Store has none, and
// keeps events in memory.
type Store struct {
	Places map[string]*Place // by account/Region
	Last   uint64            // Seq of the newest event there ever was

	keeping sync.Mutex // guards bodies
	bodies  Bodies
	looks   looks
}

// A Place has the log groups of one account in one Region.
type Place struct {
	Groups map[string]*Group // by name
}

// A Group is a log group.
type Group struct {
	Name      string
	ARN       string // without :* at its end
	Created   time.Time
	Retention int    // days; 0 means for ever
	KmsKeyID  string `json:",omitempty"`
	Class     string
	Protected bool `json:",omitempty"` // from DeleteLogGroup
	Tags      map[string]string
	Streams   map[string]*Stream
	Filters   map[string]*MetricFilter
}

// A Stream is a log stream.
type Stream struct {
	Name        string
	ARN         string
	Created     time.Time
	First, Last int64 // timestamps of events, in milliseconds; 0: there were none
	Ingested    int64 // when the last event came
	Batches     []Batch
}

// Bodies keeps compressed events under the hexadecimal SHA-256 of what is kept.
// Implementations are safe for concurrent use.
type Bodies interface {
	Write(sum string, body []byte) error
	Read(sum string) ([]byte, error) // the caller does not change it
	Remove(sum string) error         // nothing needs it any longer
}

// Keep says where events are from now on; nil means in memory.
func (s *Store) Keep(b Bodies) {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	s.bodies = b
}

// place returns an account and Region to read; one that has nothing is empty.
func (s *Store) place(account, region string) *Place {
	if p := s.Places[account+"/"+region]; p != nil {
		return p
	}
	return &Place{}
}

// group finds a log group of the caller.
func (s *Store) group(c *wire.Call, name string) (*Group, error) {
	if g := s.place(c.Account, c.Region).Groups[name]; g != nil {
		return g, nil
	}
	return nil, noGroup()
}

// Group returns the log group of an ARN, with or without :* at its end, or nil.
func (s *Store) Group(arn string) *Group {
	parts := strings.SplitN(arn, ":", 7)
	if len(parts) < 7 || parts[2] != "logs" || parts[5] != "log-group" {
		return nil
	}
	name := strings.TrimSuffix(parts[6], ":*")
	if g := s.place(parts[4], parts[3]).Groups[name]; g != nil && g.ARN == strings.TrimSuffix(arn, ":*") {
		return g
	}
	return nil
}

// AddGroup makes the log group of an ARN, and returns it; one that is there is left as
// it is. What is no ARN of a log group is nil.
func (s *Store) AddGroup(arn string, at time.Time) *Group {
	arn = strings.TrimSuffix(arn, ":*")
	parts := strings.SplitN(arn, ":", 7)
	if len(parts) < 7 || parts[2] != "logs" || parts[5] != "log-group" {
		return nil
	}
	if g := s.Group(arn); g != nil {
		return g
	}
	return s.add(parts[4], parts[3], &Group{Name: parts[6], ARN: arn, Created: at, Class: "STANDARD"})
}

func (s *Store) add(account, region string, g *Group) *Group {
	if s.Places == nil {
		s.Places = map[string]*Place{}
	}
	p := s.Places[account+"/"+region]
	if p == nil {
		p = &Place{Groups: map[string]*Group{}}
		s.Places[account+"/"+region] = p
	}
	p.Groups[g.Name] = g
	return g
}

// stream finds a stream of a group.
func (g *Group) stream(name string) (*Stream, error) {
	if t := g.Streams[name]; t != nil {
		return t, nil
	}
	return nil, wire.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
}

// HasStream says whether a group has the stream.
func (g *Group) HasStream(name string) bool { return g.Streams[name] != nil }

// AddStream makes a stream that is not there.
func (g *Group) AddStream(name string, at time.Time) {
	if g.Streams == nil {
		g.Streams = map[string]*Stream{}
	}
	if g.Streams[name] == nil {
		g.Streams[name] = &Stream{Name: name, ARN: g.ARN + ":log-stream:" + name, Created: at}
	}
}

// streams returns the streams of a group whose names begin so, by name.
func (g *Group) streams(prefix string) []*Stream {
	var list []*Stream
	for _, name := range slices.Sorted(maps.Keys(g.Streams)) {
		if strings.HasPrefix(name, prefix) {
			list = append(list, g.Streams[name])
		}
	}
	return list
}

// oldest is the timestamp of the oldest event that the retention of a group leaves.
func (g *Group) oldest(now time.Time) int64 {
	if g.Retention == 0 {
		return 0
	}
	return now.Add(-time.Duration(g.Retention) * 24 * time.Hour).UnixMilli()
}

func noGroup() error {
	return wire.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
}

func invalid(format string, args ...any) error {
	return wire.Errorf("InvalidParameterException", format, args...)
}

// nothing is the answer of operations that have none.
type nothing struct{}
