package wire

import (
	"regexp"
	"testing"
)

// UUIDs are random ones of version 4, of every variant character.
func TestNewUUID(t *testing.T) {
	pattern := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	variants := map[byte]bool{}
	for range 200 {
		id := NewUUID()
		if !pattern.MatchString(id) {
			t.Fatal(id)
		}
		variants[id[19]] = true
	}
	if len(variants) != 4 {
		t.Errorf("there are %d variants", len(variants))
	}
}
