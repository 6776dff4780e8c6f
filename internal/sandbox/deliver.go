package sandbox

import (
	"runtime"
	"sync"
	"time"
)

// CloudTrail delivers log files about every five minutes and digests every hour.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
const (
	deliverEvery = 5 * time.Minute
	digestEvery  = time.Hour
)

// redeliver is for how long CloudTrail goes on trying what a bucket does not take.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
const redeliver = 30 * 24 * time.Hour

// deliveries make the rounds of CloudTrail: on each, what the history has for a trail
// goes into its bucket. They never run inside the answer to a call.
type deliveries struct {
	every time.Duration // by the clock of the sandbox
	one   sync.Mutex    // held while rounds are made, so that they come in order
	timer sync.WaitGroup
}

// A delivery is a feed on a round. What others may change of a feed meanwhile, it has
// as it was when the round began.
type delivery struct {
	*feed
	key   string // of world.Feeds
	src   source // with a trail that nobody changes
	end   *ending
	chain *chain
	group groupFeed
	now   time.Time
	at    time.Time // of the round
	files []string  // keys of the log files that it delivered
	fault string    // the S3 error code that a fault has for it, "" for none
}

// keepDelivering makes the rounds that fall due as time goes by, until Close.
func (s *Sandbox) keepDelivering() {
	timer := time.NewTimer(s.untilRound())
	defer timer.Stop()
	for {
		select {
		case <-s.closed:
			return
		case <-timer.C:
			s.catchUp()
			timer.Reset(s.untilRound())
		}
	}
}

// catchUp makes the rounds that are due now. What cannot be saved is saved with the
// next change, whose caller hears of the error; a history that cannot be written anew
// goes on in the file that it has.
func (s *Sandbox) catchUp() {
	s.makeRound()
	_ = s.forgetOld()
}

func (s *Sandbox) makeRound() {
	s.deliveries.one.Lock()
	defer s.deliveries.one.Unlock()
	s.deliverDue()
	_ = s.save()
}

// untilRound is how long the timer may sleep. A feed that comes into being meanwhile
// is not due before it wakes.
func (s *Sandbox) untilRound() time.Duration {
	s.mu.RLock()
	defer s.mu.RUnlock()
	now, wait := s.now(), min(s.deliveries.every, digestEvery)
	for _, f := range s.w.Feeds {
		if f.Late.After(now) {
			wait = min(wait, f.Late.Sub(now))
			continue
		}
		wait = min(wait, f.Next.Sub(now))
		if f.Chain != nil {
			wait = min(wait, f.Chain.due().Sub(now))
		}
	}
	return max(wait, time.Millisecond)
}

// nextDue is when a feed next has something to do; zero: none has.
func (s *Sandbox) nextDue() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var first time.Time
	for _, f := range s.w.Feeds {
		if due := s.dueOf(f); !due.IsZero() && (first.IsZero() || due.Before(first)) {
			first = due
		}
	}
	if at := s.arrival.time(); !at.IsZero() && (first.IsZero() || at.Before(first)) {
		return at
	}
	return first
}

// dueOf is when a feed has something to do; zero: not until an event comes.
func (s *Sandbox) dueOf(f *feed) time.Time {
	var due time.Time
	if f.waiting(s.history) {
		due = f.Next
	}
	if f.Chain != nil && (due.IsZero() || f.Chain.due().Before(due)) {
		due = f.Chain.due()
	}
	if !due.IsZero() && f.Late.After(due) {
		return f.Late
	}
	return due
}

// deliverDue delivers all that is due now. It needs s.deliveries.one. Regions work
// side by side, for signatures take time; each has a key of its own.
func (s *Sandbox) deliverDue() {
	byRegion := s.takeDue()
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for _, list := range byRegion {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			for _, d := range list {
				s.deliver(d)
			}
		})
	}
	all.Wait()
}

// takeDue returns what is due, by Region, and sets the time of the next round of all
// whose round has come.
func (s *Sandbox) takeDue() map[string][]*delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tend("")
	s.expireLogs()
	now, due := s.now(), map[string][]*delivery{}
	for key, f := range s.w.Feeds {
		if at := s.dueOf(f); !at.IsZero() && !at.After(now) {
			if d := s.newDelivery(key, f, now); s.begins(d) {
				due[f.Region] = append(due[f.Region], d)
			}
		}
		f.roll(now, s.deliveries.every)
	}
	return due
}

func (s *Sandbox) newDelivery(key string, f *feed, now time.Time) *delivery {
	t := f.trail
	if f.Ended != nil {
		t = f.Ended.Trail
	}
	d := &delivery{feed: f, key: key, end: f.Ended, chain: f.Chain, group: f.Group, now: now, at: lastRound(f.Begun, now, s.deliveries.every)}
	d.src = source{t, s.w.Accounts[f.Owner], f.Account, f.Region}
	if d.at.IsZero() || !f.Late.IsZero() {
		d.at = now
	}
	return d
}

// deliver brings what is due of a feed: log files, then the digests of the hours that
// are over. A feed that has ended brings its last digest when it has no more events for
// the bucket.
func (s *Sandbox) deliver(d *delivery) {
	grouped := s.deliverToGroup(d)
	done := s.deliverLogs(d)
	s.notify(d)
	done = s.deliverDigests(d) && done
	if d.end == nil {
		return
	}
	if done = done && s.deliverLastDigest(d); done && d.chain != nil {
		s.dropChain(d) // the log group may still wait
	}
	if d.now.Sub(d.end.At) > redeliver || done && grouped {
		s.finish(d)
	}
}

// finish marks a feed as one that has nothing left. If its trail is still there, the
// status of the trail tells of it.
func (s *Sandbox) finish(d *delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.Ended.Done, d.Ended.Trail, d.Chain, d.Error, d.DigestError = true, nil, nil, "", ""
	if d.src.owner.Trails[d.Trail] == nil || d.key != d.feed.key() {
		delete(s.w.Feeds, d.key)
	}
	s.changed()
}

// lastRound is the last of the rounds that come every so often after begin, up to and
// with end; zero: none has come yet.
func lastRound(begin, end time.Time, every time.Duration) time.Time {
	if begin.IsZero() || end.Sub(begin) < every {
		return time.Time{}
	}
	return begin.Add(end.Sub(begin).Truncate(every))
}
