package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
)

func TestStateDiff(t *testing.T) {
	for name, tt := range map[string]struct {
		before, after plan.State
		want          []string
	}{
		"what stays is not shown":      {plan.State{"A": true, "B": "x"}, plan.State{"A": true, "B": "y"}, []string{"~ B  x → y"}},
		"what comes":                   {nil, plan.State{"A": true}, []string{"+ A  true"}},
		"what goes":                    {plan.State{"A": true}, plan.State{}, []string{"- A  true"}},
		"names are sorted":             {plan.State{}, plan.State{"B": "1", "A": "2"}, []string{"+ A  2", "+ B  1"}},
		"a policy line by line":        {plan.State{"Policy": `{"a":1}`}, plan.State{"Policy": `{"a":1,"b":2}`}, []string{"~ Policy", "      {", `    -   "a": 1`, `    +   "a": 1,`, `    +   "b": 2`, "      }"}},
		"a policy where there is none": {nil, plan.State{"Policy": `{}`}, []string{"+ Policy", "    + {}"}},
		"a policy that goes":           {plan.State{"Policy": `{}`}, nil, []string{"- Policy", "    - {}"}},
		"a policy that is no JSON":     {plan.State{"Policy": "x"}, plan.State{"Policy": "y"}, []string{"~ Policy", "    - x", "    + y"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, line := range stateDiff(tt.before, tt.after) {
				got = append(got, line.text)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("stateDiff = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestUnified shows that far from a change lines are skipped, once.
func TestUnified(t *testing.T) {
	old := strings.Split("1 2 3 4 5 6 7 8 9", " ")
	now := strings.Split("1 2 3 4 X 6 7 8 9", " ")
	got := fmt.Sprint(unified(old, now, 1))
	if want := "[@ …   4 - 5 + X   6 @ …]"; got != want {
		t.Errorf("unified = %q, want %q", got, want)
	}
	if got := unified(old, old, 1); len(got) != 1 || got[0].sign != '@' {
		t.Errorf("the difference of a text with itself is %q", got)
	}
}

// FuzzEdits holds that a difference leads from the old text to the new one.
func FuzzEdits(f *testing.F) {
	f.Add("a\nb\nc", "a\nc\nd")
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 2000 {
			t.Skip("the table would be large")
		}
		old, now := strings.Split(a, "\n"), strings.Split(b, "\n")
		var left, right []string
		for _, c := range edits(old, now) {
			if c.sign != '+' {
				left = append(left, c.line)
			}
			if c.sign != '-' {
				right = append(right, c.line)
			}
		}
		if !slices.Equal(left, old) || !slices.Equal(right, now) {
			t.Errorf("edits(%q, %q) lead from %q to %q", old, now, left, right)
		}
	})
}
