package s3

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// state is what MarshalJSON keeps: everything but the contents of objects, which
// are with the Bodies under the sums that the chunks name.
type state struct {
	Buckets map[string]*bucket
}

// MarshalJSON encodes the buckets with all that is known of their objects; the
// contents are with the Bodies.
func (s *Store) MarshalJSON() ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return json.Marshal(state{Buckets: s.buckets})
}

// UnmarshalJSON replaces all buckets by those of an earlier MarshalJSON; it leaves
// the Store as it was when they cannot be understood. The Store comes from New and
// has the Bodies of then.
func (s *Store) UnmarshalJSON(encoded []byte) error {
	var kept state
	if err := json.Unmarshal(encoded, &kept); err != nil {
		return fmt.Errorf("reading buckets: %w", err)
	}
	users := map[string]int{}
	for name, b := range kept.Buckets {
		if b == nil || b.Name != name {
			return fmt.Errorf("reading buckets: the entry %q is not a bucket of that name", name)
		}
		b.restore(users)
	}
	if kept.Buckets == nil {
		kept.Buckets = map[string]*bucket{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets, s.users = kept.Buckets, users
	s.revision++
	return nil
}

// restore rebuilds what the state leaves out, and counts the users of bodies.
func (b *bucket) restore(users map[string]int) {
	b.makeMaps()
	maps.DeleteFunc(b.Objects, func(_ string, versions []version) bool { return len(versions) == 0 })
	b.keys = slices.Sorted(maps.Keys(b.Objects))
	maps.DeleteFunc(b.Uploads, func(_ string, u *upload) bool { return u == nil })
	count := func(chunks []chunk) {
		for _, c := range chunks {
			users[c.Sum]++
		}
	}
	for _, versions := range b.Objects {
		for _, v := range versions {
			count(v.Body)
		}
	}
	for _, u := range b.Uploads {
		for _, p := range u.Parts {
			count(p.Body)
		}
	}
}
