package logs

import (
	"fmt"
	"sync"
)

// kept is where events are.
func (s *Store) kept() Bodies {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	if s.bodies == nil {
		s.bodies = &memory{bodies: map[string][]byte{}}
	}
	return s.bodies
}

// memory is the Bodies of a Store that forgets.
type memory struct {
	mu     sync.RWMutex
	bodies map[string][]byte
}

func (m *memory) Write(sum string, body []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bodies[sum] = body
	return nil
}

func (m *memory) Read(sum string) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	body, ok := m.bodies[sum]
	if !ok {
		return nil, fmt.Errorf("nothing has the sum %s", sum)
	}
	return body, nil
}

func (m *memory) Remove(sum string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.bodies, sum)
	return nil
}
