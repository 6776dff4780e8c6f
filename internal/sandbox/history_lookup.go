package sandbox

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// A lookup asks for management events of one origin, newest first.
type lookup struct {
	from       origin
	begin, end int64  // Unix seconds, both included
	key, value string // a LookupAttributeKey and its value; "" for all events
	until      uint64 // no entry later than this Seq; so a list stays the same from page to page
	before     position
	limit      int
}

// A position is where an entry stands in the order of a lookup.
type position struct {
	at  int64
	seq uint64
}

// newest comes before all entries.
func newest() position { return position{math.MaxInt64, math.MaxUint64} }

// compare orders the older after the newer.
func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(q.at, p.at), cmp.Compare(q.seq, p.seq))
}

// A hit is an entry that was found, and where.
type hit struct {
	position
	block, index int
}

// find returns the entries that a lookup asks for, and whether there are more.
func (h *history) find(l lookup) (page []entry, more bool) {
	blocks, words := h.view(l.from)
	matches := matcher(l, words)
	hits := l.best(blocks, matches)
	if more = len(hits) > l.limit; more {
		hits = hits[:l.limit]
	}
	texts := map[int][]byte{}
	for _, t := range hits {
		b := &blocks[t.block]
		if texts[t.block] == nil {
			texts[t.block] = b.texts()
		}
		page = append(page, b.entry(t.index, l.from, texts[t.block], words))
	}
	return page, more
}

// best returns the first limit+1 hits in the order of the lookup.
func (l *lookup) best(blocks []block, matches func(*mark) bool) []hit {
	var hits []hit
	for i := len(blocks) - 1; i >= 0; i-- {
		b := &blocks[i]
		full := len(hits) > l.limit
		if b.newest < l.begin || full && b.newest < hits[l.limit].at {
			continue
		}
		for j := len(b.marks) - 1; j >= 0; j-- {
			if m := &b.marks[j]; l.covers(m) && matches(m) {
				hits = l.insert(hits, hit{position{m.at, m.seq}, i, j})
			}
		}
	}
	return hits
}

func (l *lookup) covers(m *mark) bool {
	return m.manages && m.seq <= l.until && l.begin <= m.at && m.at <= l.end && l.before.compare(position{m.at, m.seq}) < 0
}

func (l *lookup) insert(hits []hit, t hit) []hit {
	at, _ := slices.BinarySearchFunc(hits, t, func(a, b hit) int { return a.compare(b.position) })
	if at > l.limit {
		return hits
	}
	hits = slices.Insert(hits, at, t)
	return hits[:min(len(hits), l.limit+1)]
}

// matcher says of a mark whether it has the attribute.
func matcher(l lookup, words []string) func(*mark) bool {
	switch l.key {
	case "":
		return func(*mark) bool { return true }
	case "ReadOnly":
		return func(m *mark) bool { return strconv.FormatBool(m.readOnly) == l.value }
	case "EventId":
		return func(m *mark) bool { return m.eventID(words) == l.value }
	case "ResourceType":
		return resourceMatcher(words, func(r resource) bool { return r.Type == l.value })
	case "ResourceName":
		return resourceMatcher(words, func(r resource) bool { return r.Name == l.value })
	}
	field := map[string]func(*mark) uint32{
		"EventName":   func(m *mark) uint32 { return m.name },
		"EventSource": func(m *mark) uint32 { return m.source },
		"Username":    func(m *mark) uint32 { return m.user },
		"AccessKeyId": func(m *mark) uint32 { return m.key },
	}[l.key]
	if field == nil {
		return func(*mark) bool { return false }
	}
	return func(m *mark) bool { return words[field(m)] == l.value }
}

// resourceMatcher looks at every set of resources once, however many events have it.
func resourceMatcher(words []string, is func(resource) bool) func(*mark) bool {
	known := map[uint32]bool{}
	return func(m *mark) bool {
		found, ok := known[m.resources]
		if !ok {
			found = slices.ContainsFunc(splitResources(words[m.resources]), is)
			known[m.resources] = found
		}
		return found
	}
}
