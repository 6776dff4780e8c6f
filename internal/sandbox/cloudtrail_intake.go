package sandbox

import (
	"iter"
	"reflect"
	"slices"
	"time"
)

// An intake is what an event data store takes, from one moment to another. Events are
// not copied: an intake says which of the history are the store's.
type intake struct {
	After uint64 // it takes events after this Seq
	Until uint64 // and up to this one; without meaning while Open
	Open  bool
	ingestion
}

// An ingestion is what an event data store asks for.
type ingestion struct {
	Accounts  []string
	Regions   []string
	Selectors []advancedEventSelector
}

// tendStores begins and ends intakes, so that they are those that the event data
// stores ask for now. It needs the write lock.
func (s *Sandbox) tendStores() {
	for _, owner := range s.w.Accounts {
		for _, d := range owner.DataStores {
			if d.tend(s.ingestionOf(d, owner), s.history.last()) {
				s.changed()
			}
		}
	}
}

// ingestionOf is what an event data store takes now; nil if nothing.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-concepts.html
func (s *Sandbox) ingestionOf(d *dataStore, owner *account) *ingestion {
	if d.Status != storeEnabled {
		return nil
	}
	in := &ingestion{Regions: []string{d.Region}, Selectors: d.selectors()}
	if d.MultiRegionEnabled {
		in.Regions = regionsOf(owner.Partition)
	}
	for _, a := range s.recorded(owner, d.OrganizationEnabled) {
		in.Accounts = append(in.Accounts, a.ID)
	}
	return in
}

// tend ends the open intake if it is not what is wanted, begins the one that is, and
// says whether anything changed. last is the Seq of the newest event.
func (d *dataStore) tend(wanted *ingestion, last uint64) bool {
	if n := len(d.Intakes); n > 0 && d.Intakes[n-1].Open {
		open := &d.Intakes[n-1]
		if wanted != nil && reflect.DeepEqual(open.ingestion, *wanted) {
			return false
		}
		open.Until, open.Open = last, false
	} else if wanted == nil {
		return false
	}
	if wanted != nil {
		d.Intakes = append(d.Intakes, intake{After: last, Open: true, ingestion: *wanted})
	}
	return true
}

// clampStores forgets of events that a crash took: others will have their Seq.
func (w *world) clampStores(last uint64) {
	for _, a := range w.Accounts {
		for _, d := range a.DataStores {
			for i := range d.Intakes {
				in := &d.Intakes[i]
				in.After, in.Until = min(in.After, last), min(in.Until, last)
			}
			for _, q := range d.Queries {
				q.Until = min(q.Until, last)
			}
		}
	}
}

// takes says whether an event is among those that are asked for.
func (in ingestion) takes(e *entry) bool {
	return slices.ContainsFunc(in.Selectors, func(a advancedEventSelector) bool { return a.matches(e) })
}

// selectsData says whether an event data store takes data events.
func (d *dataStore) selectsData() bool {
	return d.Status == storeEnabled && slices.ContainsFunc(d.selectors(), advancedEventSelector.selectsData)
}

// taken yields the events of an intake up to a Seq, by account and Region.
func (s *Sandbox) taken(in intake, end uint64) iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		for _, id := range in.Accounts {
			for _, region := range in.Regions {
				for e := range s.history.between(origin{id, region}, in.After, end) {
					if in.takes(e) && !yield(e) {
						return
					}
				}
			}
		}
	}
}

func (d *dataStore) retention() time.Duration {
	return time.Duration(d.RetentionPeriod) * 24 * time.Hour
}

// keeps is how long the history must keep events: event data stores keep theirs longer
// than event history shows any.
func (w *world) keeps() time.Duration {
	longest := retention
	for _, a := range w.Accounts {
		for _, d := range a.DataStores {
			if len(d.Intakes) > 0 {
				longest = max(longest, d.retention())
			}
		}
	}
	return longest
}

// oldest is the time of the oldest events that are kept: for event data stores as they
// are now, and for queries that can still be seen as the stores were then.
func (s *Sandbox) oldest() time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	oldest := s.now().Add(-s.w.keeps())
	for _, a := range s.w.Accounts {
		for _, d := range a.DataStores {
			for _, q := range d.Queries {
				if !s.forgotten(q) && q.Oldest.Before(oldest) {
					oldest = q.Oldest
				}
			}
		}
	}
	return oldest
}

// between yields the entries of an account and Region that were recorded after one Seq
// and up to another, oldest first.
func (h *history) between(from origin, after, until uint64) iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		blocks, words := h.view(from)
		for i := range blocks {
			b := &blocks[i]
			if b.marks[len(b.marks)-1].seq <= after || b.marks[0].seq > until {
				continue
			}
			texts := b.texts()
			for j, m := range b.marks {
				if m.seq <= after || m.seq > until {
					continue
				}
				if e := b.entry(j, from, texts, words); !yield(&e) {
					return
				}
			}
		}
	}
}
