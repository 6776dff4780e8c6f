package logs

import "github.com/trailspan/trailspan/internal/sandbox/bodies"

// kept is where events are.
func (s *Store) kept() Bodies {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	if s.bodies == nil {
		s.bodies = &bodies.Memory{}
	}
	return s.bodies
}
