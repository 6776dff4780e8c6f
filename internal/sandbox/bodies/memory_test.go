package bodies_test

import (
	"slices"
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/bodies"
)

// What was written stays as it was, whatever its writer does with the bytes afterwards.
func TestMemoryKeeps(t *testing.T) {
	var m bodies.Memory
	body := []byte("what was")
	_ = m.Write("b", body)
	_ = m.Write("a", nil)
	copy(body, "changed!")
	if got, err := m.Read("b"); err != nil || string(got) != "what was" {
		t.Errorf("%q, %v", got, err)
	}
	if sums := m.Sums(); !slices.Equal(sums, []string{"a", "b"}) {
		t.Errorf("sums %q", sums)
	}
}

func TestMemoryForgets(t *testing.T) {
	var m bodies.Memory
	_ = m.Remove("a") // which was never there
	_ = m.Write("a", []byte("x"))
	_ = m.Remove("a")
	if got, err := m.Read("a"); err == nil {
		t.Errorf("%q is there still", got)
	}
}
