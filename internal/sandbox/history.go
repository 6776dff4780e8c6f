package sandbox

import (
	"slices"
	"sync"
	"time"
)

// retention is how long event history shows an event, and how long it is kept at least.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
const retention = 90 * 24 * time.Hour

// An entry is a record in the history, with what is asked of records most.
type entry struct {
	Seq         uint64     `json:"seq"`     // its place among all entries of the sandbox; append gives it
	Account     string     `json:"account"` // recipientAccountId
	Region      string     `json:"region"`  // awsRegion
	Time        time.Time  `json:"time"`    // eventTime, to the second
	EventID     string     `json:"id"`
	EventSource string     `json:"source"`
	EventName   string     `json:"name"`
	Username    string     `json:"user,omitempty"`
	AccessKeyID string     `json:"key,omitempty"`
	ReadOnly    bool       `json:"reads,omitempty"`
	Management  bool       `json:"manages,omitempty"`   // false: a data event, which event history does not show
	Global      bool       `json:"global,omitempty"`    // of a global service
	Resources   []resource `json:"resources,omitempty"` // as LookupEvents names them; of a data event with ARNs as names
	Text        []byte     `json:"-"`                   // the record: JSON without spaces
}

// A resource is what an event was about.
type resource struct{ Type, Name string }

// A history has every event of the sandbox, per account and Region, in the order in
// which they were recorded. It guards itself: all methods are safe for concurrent
// use. Events are kept compressed, for there may be a million.
type history struct {
	mu      sync.RWMutex
	seq     uint64
	streams map[origin]*stream
	words   lexicon
	press   press
	log     *eventLog // nil without a StateDir
}

// An origin is where events come from.
type origin struct{ account, region string }

// A stream has the events of one origin, oldest first.
type stream struct {
	blocks []*block // all but the last are sealed
}

func newHistory() *history {
	h := &history{}
	h.clear()
	return h
}

// clear forgets everything but how far it counted: a Seq never comes twice. It needs
// h.mu or a history that nobody else has yet.
func (h *history) clear() {
	h.streams = map[origin]*stream{}
	h.words = lexicon{numbers: map[string]uint32{}}
}

// append adds an entry, and returns the Seq that it was given. With a StateDir it is
// on the disk only after the next sync.
func (h *history) append(e entry) uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq++
	e.Seq = h.seq
	h.keep(e)
	if h.log != nil {
		h.log.add(e)
	}
	return e.Seq
}

// keep puts an entry into its stream. It needs h.mu.
func (h *history) keep(e entry) {
	from := origin{e.Account, e.Region}
	s := h.streams[from]
	if s == nil {
		s = &stream{}
		h.streams[from] = s
	}
	if len(s.blocks) == 0 || s.blocks[len(s.blocks)-1].sealed {
		s.blocks = append(s.blocks, &block{})
	}
	b := s.blocks[len(s.blocks)-1]
	b.add(e, &h.words)
	if b.full() {
		b.seal(&h.press)
	}
}

// last is the Seq of the newest entry; 0 when there was never one.
func (h *history) last() uint64 {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.seq
}

// after returns the entries of an account and Region that were recorded after that
// Seq, oldest first and limit at most.
func (h *history) after(account, region string, seq uint64, limit int) []entry {
	from := origin{account, region}
	blocks, words := h.view(from)
	first, _ := slices.BinarySearchFunc(blocks, seq+1, func(b block, seq uint64) int {
		if b.marks[len(b.marks)-1].seq < seq {
			return -1
		}
		return 1
	})
	var out []entry
	for _, b := range blocks[first:] {
		texts := b.texts()
		for i, m := range b.marks {
			if m.seq <= seq {
				continue
			}
			if len(out) == limit {
				return out
			}
			out = append(out, b.entry(i, from, texts, words))
		}
	}
	return out
}

// view returns a stream as it is now, and the words that its marks speak of. Nothing
// that later happens to the history shows in it.
func (h *history) view(from origin) ([]block, []string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	s := h.streams[from]
	if s == nil {
		return nil, nil
	}
	blocks := make([]block, len(s.blocks))
	for i, b := range s.blocks {
		blocks[i] = *b
	}
	return blocks, h.words.words
}

// prune lets go of what is older, block by block.
func (h *history) prune(oldest time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for from, s := range h.streams {
		s.blocks = slices.DeleteFunc(s.blocks, func(b *block) bool { return b.newest < oldest.Unix() })
		if len(s.blocks) == 0 {
			delete(h.streams, from)
		}
	}
}
