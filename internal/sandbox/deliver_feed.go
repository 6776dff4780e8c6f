package sandbox

import (
	"strconv"
	"time"
)

// A feed is what flows from one Region of one account through one trail: how far it
// has been delivered, and how that went. It begins when the trail begins to record
// there and ends when the trail stops, narrows or goes; what was captured until then
// is still delivered.
type feed struct {
	Trail       string // ARN
	Owner       string // account of the trail
	Account     string // source
	Region      string // source
	Begun       time.Time
	Cursor      uint64    // the Seq of the last event that was delivered, or is not for the trail
	Next        time.Time // round
	Late        time.Time `json:",omitzero"` // when the round under way gets through to a slow S3
	Ended       *ending   `json:",omitempty"`
	Chain       *chain    `json:",omitempty"` // nil without log file validation
	Error       string    `json:",omitempty"` // an S3 error code, of the last log file
	DigestError string    `json:",omitempty"` // likewise, of the last digest
	Success     time.Time // of the last log file
	Digest      time.Time // of the last digest
	Group       groupFeed `json:",omitzero"`

	Notification notification `json:",omitzero"` // to the topic of the trail

	trail *trailRecord // as it was last; nobody changes it
}

// An ending is how a feed came to its end.
type ending struct {
	At    time.Time
	Last  uint64 // Seq of the last event that belongs to it, but for the one of Call
	Call  string // request ID of the call that ended it
	Trail *trailRecord
	Done  bool // nothing is left to deliver
}

// feedKey is the key of world.Feeds.
func feedKey(arn, account, region string) string { return arn + " " + account + "/" + region }

func (f *feed) key() string { return feedKey(f.Trail, f.Account, f.Region) }

// waiting says whether there is something to deliver on the next round.
func (f *feed) waiting(h *history) bool {
	if f.Ended != nil {
		return !f.Ended.Done
	}
	newest := h.newest(f.Account, f.Region)
	return newest > f.Cursor || f.Group.waiting(newest)
}

// roll sets the next round of a feed whose round has come.
func (f *feed) roll(now time.Time, every time.Duration) {
	if f.Late.After(now) {
		return
	}
	if !f.Next.After(now) {
		f.Next = f.Begun.Add(now.Sub(f.Begun).Truncate(every) + every)
	}
	if c := f.Chain; c != nil && !c.due().After(now) {
		c.Retry = f.Next // a digest that succeeds forgets it
	}
}

// clamp forgets of events that a crash took: others will have their Seq.
func (f *feed) clamp(last uint64) {
	f.Cursor, f.Group.Cursor = min(f.Cursor, last), min(f.Group.Cursor, last)
	if f.Ended != nil {
		f.Ended.Last = min(f.Ended.Last, last)
	}
}

// newest is the Seq of the newest event of an account and Region, 0 for none.
func (h *history) newest(account, region string) uint64 {
	h.mu.RLock()
	defer h.mu.RUnlock()
	s := h.streams[origin{account, region}]
	if s == nil || len(s.blocks) == 0 {
		return 0
	}
	marks := s.blocks[len(s.blocks)-1].marks
	return marks[len(marks)-1].seq
}

// tend begins and ends feeds, so that they are those that the trails ask for now. A
// feed begins with the next event. request is the ID of the call that changed the
// world, "" if none did. It needs the write lock.
func (s *Sandbox) tend(request string) {
	s.tendStores()
	now, wanted := s.now(), map[string]bool{}
	for _, owner := range s.w.Accounts {
		for _, t := range owner.trailsKnown(now) {
			if t.Logging {
				s.tendTrail(t, owner, now, wanted)
			}
		}
	}
	for key, f := range s.w.Feeds {
		if f.Ended == nil && !wanted[key] {
			f.Ended = &ending{At: now, Last: s.history.last(), Call: request, Trail: f.trail, Done: f.trail == nil}
			s.changed()
		}
	}
	s.awaitArrival(now)
}

// tendTrail begins the feeds of a trail that logs, and notes their keys.
func (s *Sandbox) tendTrail(t *trailRecord, owner *account, now time.Time, wanted map[string]bool) {
	kept := t.clone()
	for _, src := range s.sources(t, owner) {
		f := s.feedOf(src, now)
		f.trail = kept
		s.tendGroup(f, t)
		wanted[f.key()] = true
		if t.LogFileValidationEnabled && f.Chain == nil {
			f.Chain = &chain{Start: now.Truncate(time.Second)}
			s.changed()
		}
	}
}

// feedOf returns the feed of a source, which begins now if there is none.
func (s *Sandbox) feedOf(src source, now time.Time) *feed {
	key := feedKey(src.trail.ARN, src.account, src.region)
	old := s.w.Feeds[key]
	if old != nil && old.Ended == nil {
		return old
	}
	f := &feed{Trail: src.trail.ARN, Owner: src.owner.ID, Account: src.account, Region: src.region, Begun: now, Cursor: s.history.last()}
	f.Next = now.Add(s.deliveries.every)
	if old != nil {
		f.Success, f.Digest, f.Notification, f.Group.Success = old.Success, old.Digest, old.Notification, old.Group.Success
	}
	if old != nil && !old.Ended.Done { // has something left to deliver
		s.w.Feeds[key+" until "+strconv.FormatUint(old.Ended.Last, 10)] = old
	}
	s.w.Feeds[key] = f
	s.changed()
	return f
}

// sources returns where a trail that logs takes its events from. A Region that was
// disabled meanwhile goes on being one.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-multi-region-trails.html
func (s *Sandbox) sources(t *trailRecord, owner *account) []source {
	var list []source
	for _, viewer := range s.viewers(t, owner) {
		for _, region := range t.regions(viewer) {
			if len(owner.Earlier) > 0 && s.trailIn(owner, t.ARN, region) != t {
				continue
			}
			src := source{t, owner, viewer.ID, region}
			f := s.w.Feeds[feedKey(t.ARN, viewer.ID, region)]
			if s.reaches(sight{t, owner, viewer, region}) || f != nil && f.Ended == nil {
				list = append(list, src)
			}
		}
	}
	return list
}

// viewers returns the accounts that a trail records.
func (s *Sandbox) viewers(t *trailRecord, owner *account) []*account {
	return s.recorded(owner, t.IsOrganizationTrail)
}

// recorded returns the accounts that something of an owner records: the owner and, if
// it is for an organization that trusts CloudTrail, the members.
func (s *Sandbox) recorded(owner *account, forOrganization bool) []*account {
	list := []*account{owner}
	org := s.organizationOf(owner.ID)
	if !forOrganization || org == nil || !org.TrustedAccess || org.ManagementAccount != owner.ID {
		return list
	}
	for _, id := range org.Members {
		if a := s.w.Accounts[id]; a != nil && a != owner && a.Partition == owner.Partition {
			list = append(list, a)
		}
	}
	return list
}

// regions returns the Regions that a trail could record of an account.
func (t *trailRecord) regions(viewer *account) []string {
	if t.IsMultiRegionTrail {
		return regionsOf(viewer.Partition)
	}
	return []string{t.HomeRegion}
}
