package prove

import (
	"sync"

	"github.com/trailspan/trailspan/internal/trail"
)

// shelf is what is known of a bucket while marks are looked for in it: an object that
// cannot be read says nothing about the others, which may have another key, or be of
// another trail. Many that cannot, while none can, say that there is no use in waiting.
type shelf struct {
	mu       sync.Mutex
	searches int // how many look into it
	readable bool
	locked   map[trail.Region]bool
}

// shelves are the buckets of a run, by name.
type shelves map[string]*shelf

// of returns the bucket of a search, which is over or is going to look into it.
func (all shelves) of(p Place, over bool) *shelf {
	s := all[p.Bucket]
	if s == nil {
		s = &shelf{locked: map[trail.Region]bool{}}
		all[p.Bucket] = s
	}
	if !over {
		s.searches++
	}
	return s
}

// open notes that an object could be read.
func (s *shelf) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readable = true
}

// lock notes that a Region has objects that cannot be read.
func (s *shelf) lock(r trail.Region) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked[r] = true
}

// hopeless says that nothing could be read, and that more than one Region was tried,
// where there is more than one.
func (s *shelf) hopeless() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.readable && len(s.locked) >= min(2, s.searches)
}

// lock remembers that an object cannot be read: it is not tried again.
func (s *search) lock(key string, gap trail.Gap) {
	s.looked[key] = true
	s.unreadable++
	if s.locked == nil {
		s.locked = &gap
	}
	s.shelf.lock(s.goal.Region)
}

// hopeless says that no log file of the Region is going to be read: as many were tried as
// there are trails that write there.
func (s *search) hopeless() bool { return s.unreadable > len(s.others) && s.shelf.hopeless() }
