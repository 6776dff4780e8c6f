package sandbox

import (
	"maps"
	"slices"
)

// DefaultAccount is the account of callers whose access key says nothing else.
func (s *Sandbox) DefaultAccount() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.w.DefaultAccount
}

// HomeRegion is a good Region to begin in: that of the first trail of the default
// account, or the global Region of its partition when it has none.
func (s *Sandbox) HomeRegion() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.w.Accounts[s.w.DefaultAccount]
	if a == nil {
		return globalRegion("aws")
	}
	for _, arn := range slices.Sorted(maps.Keys(a.Trails)) {
		return a.Trails[arn].HomeRegion
	}
	return globalRegion(a.Partition)
}
