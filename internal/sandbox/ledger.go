package sandbox

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// tally is a line of the ledger: how often an account called an operation in a
// Region with the same outcome. Its JSON is that of GET /_sandbox/calls:
//
//	{"account":"123456789012","region":"eu-west-1","service":"cloudtrail","action":"DescribeTrails","error":"","count":2}
//
// What is not known of a call, such as the account of an unsigned one, is "".
type tally struct {
	Account string `json:"account"`
	Region  string `json:"region"`
	Service string `json:"service"`
	Action  string `json:"action"`
	Error   string `json:"error"`
	Count   int    `json:"count"`
}

// A ledger counts calls. The zero ledger is empty and ready.
type ledger struct {
	mu     sync.Mutex
	counts map[tally]int // of tallies without their Count
	meter  meter
}

// meter is what GET /_sandbox/health tells of the calls since the start.
type meter struct {
	Calls    int           `json:"calls"`
	Errors   int           `json:"errors"`
	InFlight int           `json:"inFlight"`
	Busy     time.Duration `json:"-"` // all calls together
	Slowest  time.Duration `json:"-"`
}

// begin notes that a call came, and returns what to do when it is answered.
func (l *ledger) begin() func(c *wire.Call, code string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.meter.InFlight++
	started := time.Now()
	return func(c *wire.Call, code string) { l.end(c, code, time.Since(started)) }
}

func (l *ledger) end(c *wire.Call, code string, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[tally]int{}
	}
	l.counts[tally{Account: c.Account, Region: c.Region, Service: c.Service, Action: c.Operation, Error: code}]++
	l.meter.InFlight--
	l.meter.Calls++
	if code != "" {
		l.meter.Errors++
	}
	l.meter.Busy += took
	l.meter.Slowest = max(l.meter.Slowest, took)
}

// entries returns the ledger, sorted by all its columns.
func (l *ledger) entries() []tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]tally, 0, len(l.counts))
	for e, n := range l.counts {
		e.Count = n
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b tally) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Service, b.Service),
			cmp.Compare(a.Action, b.Action), cmp.Compare(a.Error, b.Error))
	})
	return out
}

// clear empties the ledger. The meter runs on.
func (l *ledger) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts = nil
}

func (l *ledger) read() meter {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.meter
}
