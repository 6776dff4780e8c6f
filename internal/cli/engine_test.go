package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
)

// A journal that cannot be written any more is told from a trouble of AWS, and whether
// something was changed is told by what it has already.
func TestJournalFailure(t *testing.T) {
	step := plan.Step{ID: 1, Call: plan.Call{Action: plan.UpdateTrail}}
	for name, tt := range map[string]struct {
		past []apply.Record
		code int
		key  string
	}{
		"before anything was sent": {nil, exitFailed, "fail.journal"},
		"after the plan":           {[]apply.Record{{Kind: apply.Planned}}, exitFailed, "fail.journal"},
		"after a step was sent":    {[]apply.Record{{Kind: apply.Planned}, {Kind: apply.Intended, Step: 1}}, exitStopped, "fail.journal-full"},
		"on the way back":          {[]apply.Record{{Kind: apply.Planned}, {Kind: apply.Undoing, Step: 1}}, exitStopped, "fail.journal-full"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := journal.Dir(t.TempDir())
			j, err := dir.Create("r")
			if err != nil {
				t.Fatal(err)
			}
			k := keeper{j, dir}
			for _, r := range tt.past {
				if err := k.Append(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			err = k.Append(apply.Record{Kind: apply.Done, Step: 1}) // into a file that is closed
			for _, err := range []error{
				fmt.Errorf("writing the journal: %w", err),
				&apply.Error{Step: step, Err: fmt.Errorf("writing the journal: %w", err), Sent: true},
			} {
				if f := asFailure(err); f.code != tt.code || f.message.Key != tt.key || !strings.Contains(f.message.Args["error"], "closed") {
					t.Errorf("%v ends with %d, %+v; want %d, %s", err, f.code, f.message, tt.code, tt.key)
				}
			}
		})
	}
}

// How a step ended decides whether a run is half-way.
func TestStepFailure(t *testing.T) {
	no := errors.New("no")
	drift := &apply.DriftError{Want: plan.State{"A": "x"}, Have: plan.State{"A": "y"}}
	late := &apply.NotShownError{Want: plan.State{"A": "x"}, Have: plan.State{"A": "y", "B": "as before"}}
	for name, tt := range map[string]struct {
		err  error
		sent bool
		code int
		key  string
	}{
		"not even looked":       {no, false, exitFailed, "fail.refused"},
		"refused at first":      {fmt.Errorf("%w: no", apply.ErrRefused), false, exitStopped, "fail.refused"},
		"refused half-way":      {no, true, exitStopped, "fail.stopped"},
		"drifted at first":      {drift, false, exitRefused, "fail.drift"},
		"gone at first":         {&apply.DriftError{Want: plan.State{"A": "x"}}, false, exitRefused, "fail.drift-gone"},
		"drifted half-way":      {drift, true, exitStopped, "fail.stopped"},
		"taken but not visible": {late, true, exitStopped, "fail.not-shown"},
	} {
		t.Run(name, func(t *testing.T) {
			err := &apply.Error{Err: tt.err, Sent: tt.sent}
			if f := asFailure(err); f.code != tt.code || f.message.Key != tt.key {
				t.Errorf("ends with %d, %s; want %d, %s", f.code, f.message.Key, tt.code, tt.key)
			}
			if f := asFailure(err); errors.Is(tt.err, late) && f.message.Args["diff"] != "A: y → x" {
				t.Errorf("it is y, x was wanted, and it says %q", f.message.Args["diff"])
			}
			if changed(err) != tt.sent {
				t.Errorf("changed something: %v, want %v", !tt.sent, tt.sent)
			}
		})
	}
}
