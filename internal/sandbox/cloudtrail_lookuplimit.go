package sandbox

import (
	"sync"
	"time"
)

// lookupsPerSecond is how often an account may call LookupEvents in a Region.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const lookupsPerSecond = 2

// lookupLimit counts calls by the clock of the machine, as clients wait by it. The
// zero lookupLimit is ready.
type lookupLimit struct {
	mu      sync.Mutex
	buckets map[origin]tokens
}

// tokens are calls that may be made at once.
type tokens struct {
	left float64
	at   time.Time
}

// take says whether a call may be made now, and if so counts it.
func (l *lookupLimit) take(from origin, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.buckets = map[origin]tokens{}
	}
	t, ok := l.buckets[from]
	if !ok {
		t = tokens{lookupsPerSecond, now}
	}
	t.left = min(lookupsPerSecond, t.left+max(0, now.Sub(t.at).Seconds())*lookupsPerSecond)
	t.at = now
	allowed := t.left >= 1
	if allowed {
		t.left--
	}
	l.buckets[from] = t
	return allowed
}
