package console

import (
	"maps"
	"sync"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/trail"
)

// way is the direction of a job.
type way string

const (
	forth way = "convert"
	back  way = "rollback"
)

// job is a run under way, or one that ended while this process ran.
type job struct {
	run     string
	account trail.AccountID

	mu      sync.Mutex
	changed chan struct{} // closed when something happens
	state
}

// sighting is what the last look into a Region showed.
type sighting struct {
	looks   int
	shows   bool
	err     string
	settled bool // nobody looks any more
}

// jobs are those of this process, by their run; the last of each.
type jobs struct {
	mu sync.Mutex
	by map[string]*job
}

func newJobs() *jobs { return &jobs{by: map[string]*job{}} }

func (j *jobs) add(x *job) {
	j.mu.Lock()
	defer j.mu.Unlock()
	x.changed, x.seen = make(chan struct{}), map[trail.Region]sighting{}
	j.by[x.run] = x
}

func (j *jobs) of(run string) (*job, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	x, ok := j.by[run]
	return x, ok
}

// update changes the job, and wakes whoever waits for that.
func (j *job) update(change func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	change()
	close(j.changed)
	j.changed = make(chan struct{})
}

// watch is told how far the run comes.
func (j *job) watch() Watch {
	return Watch{
		Record: func(apply.Record) { j.update(func() {}) },
		Event: func(e apply.Event) {
			if e.Step != nil {
				return // the journal tells of it
			}
			j.update(func() {
				s := j.seen[e.Region]
				s.settled = true
				j.seen[e.Region], j.settled, j.total = s, e.Done, e.Total
			})
		},
		Sight: func(r trail.Region, shows bool, err error) {
			j.update(func() {
				s := j.seen[r]
				s.looks, s.shows, s.err = s.looks+1, shows, ""
				if err != nil {
					s.err = err.Error()
				}
				j.seen[r] = s
			})
		},
	}
}

func (j *job) end(res apply.Result, t *TroubleError) {
	j.update(func() { j.ended, j.result, j.trouble = true, res, t })
}

// state is a job at one moment.
type state struct {
	way     way
	seen    map[trail.Region]sighting
	settled int
	total   int
	ended   bool
	result  apply.Result
	trouble *TroubleError
}

// now returns the state, and a channel that is closed when it is an old one.
func (j *job) now() (state, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.state
	now.seen = maps.Clone(j.seen)
	return now, j.changed
}
