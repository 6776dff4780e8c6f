package apply_test

import (
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
)

// What does not show yet is told as it is, and then as it is to be.
func TestNotShownDiff(t *testing.T) {
	for name, c := range map[string]struct {
		want, have plan.State
		diff       string
	}{
		"not changed yet":                  {plan.State{"A": true}, plan.State{"A": false, "B": "as before"}, "A: false → true"},
		"not made yet":                     {plan.State{"A": true}, plan.State{}, "A: – → true"},
		"not deleted yet":                  {plan.State{}, plan.State{"A": true}, "Exists: true → false"},
		"restored but for what came to it": {plan.State{"A": true}, plan.State{"A": true, "B": "new"}, "B: new → –"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&apply.NotShownError{Want: c.want, Have: c.have}).Diff(); got != c.diff {
				t.Errorf("%q, want %q", got, c.diff)
			}
		})
	}
}
