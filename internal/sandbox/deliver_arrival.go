package sandbox

import (
	"sync/atomic"
	"time"
)

// CloudTrail delivers from a Region as that Region knows the trails, until a change has
// propagated there.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-data-consistency.html

// An arrival is when the next change of a trail reaches other Regions.
type arrival struct{ at atomic.Int64 } // Unix nanoseconds; 0: none is on its way

// time returns the zero time when no change is on its way.
func (a *arrival) time() time.Time {
	if at := a.at.Load(); at != 0 {
		return time.Unix(0, at).UTC()
	}
	return time.Time{}
}

// awaitArrival notes when the next change arrives. It needs the write lock.
func (s *Sandbox) awaitArrival(now time.Time) {
	var next int64
	for _, owner := range s.w.Accounts {
		for _, list := range owner.Earlier {
			for _, e := range list {
				if at := e.Until.UnixNano(); e.Until.After(now) && (next == 0 || at < next) {
					next = at
				}
			}
		}
	}
	s.arrival.at.Store(next)
}

// arrive puts in force what has reached other Regions by now. Every request does so first:
// the event of a call comes after all changes that arrived before it.
func (s *Sandbox) arrive() {
	if at := s.arrival.time(); at.IsZero() || s.now().Before(at) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tend("")
}

// trailsKnown returns the trails of an account, and what some Region still takes them for.
func (a *account) trailsKnown(now time.Time) []*trailRecord {
	list := make([]*trailRecord, 0, len(a.Trails))
	for _, t := range a.Trails {
		list = append(list, t)
	}
	for _, versions := range a.Earlier {
		for _, e := range versions {
			if e.Trail != nil && now.Before(e.Until) {
				list = append(list, e.Trail)
			}
		}
	}
	return list
}
