// Package bodies keeps contents under their sums, for as long as the process lives: what
// the services of the sandbox use that are given no place on disk.
package bodies

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Memory keeps contents by their sums. It is ready for use as it is, and safe for
// concurrent use.
type Memory struct {
	mu    sync.RWMutex
	bySum map[string][]byte
}

// Write keeps a copy of a body.
func (m *Memory) Write(sum string, body []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.bySum == nil {
		m.bySum = map[string][]byte{}
	}
	m.bySum[sum] = bytes.Clone(body)
	return nil
}

// Read returns a body, which the caller does not change; an error when nothing has the sum.
func (m *Memory) Read(sum string) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	body, ok := m.bySum[sum]
	if !ok {
		return nil, fmt.Errorf("no body has the sum %s", sum)
	}
	return body, nil
}

// Remove forgets a body, if there is one.
func (m *Memory) Remove(sum string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.bySum, sum)
	return nil
}

// Sums lists the sums of all that is kept, sorted.
func (m *Memory) Sums() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.bySum))
}
