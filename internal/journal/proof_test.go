package journal_test

import (
	"errors"
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/trail"
)

// A run that proves waits until every Region has its proof; the marks of a run that
// changed something say nothing of the change.
func TestProofState(t *testing.T) {
	begun := func(command string) apply.Record {
		return apply.Record{Kind: apply.Planned, Intent: &apply.Intent{Command: command, Expect: []trail.Region{"a", "b"}}}
	}
	mark, proof := apply.Record{Kind: apply.Marked, Region: "a", Mark: &apply.Mark{}}, apply.Record{Kind: apply.Proven, Region: "a", Proof: &apply.Proof{}}
	for name, c := range map[string]struct {
		records []apply.Record
		want    journal.State
	}{
		"begun":       {[]apply.Record{begun("prove")}, journal.Waiting},
		"marked":      {[]apply.Record{begun("prove"), mark, mark}, journal.Waiting},
		"one proven":  {[]apply.Record{begun("prove"), mark, mark, proof}, journal.Waiting},
		"both proven": {[]apply.Record{begun("prove"), mark, mark, proof, proof}, journal.Proven},
		"a conversion": {
			[]apply.Record{begun("convert"), {Kind: apply.Done, Step: 1}, {Kind: apply.Finished, Status: apply.Converted}, mark, proof}, journal.Verified,
		},
		"a conversion half-way": {[]apply.Record{begun("convert"), {Kind: apply.Intended, Step: 1}, mark, proof, proof}, journal.HalfWay},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (journal.Run{Records: c.records}).State(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// A run is locked without its account.
func TestLockRun(t *testing.T) {
	dir := journal.Dir(t.TempDir())
	release, err := dir.LockRun("r")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dir.LockRun("r"); !errors.Is(err, journal.ErrLocked) {
		t.Errorf("locked twice: %v", err)
	}
	other, err := dir.Lock("123456789012")
	if err != nil {
		t.Errorf("the account is locked: %v", err)
	}
	for _, unlock := range []func() error{release, other} {
		if err := unlock(); err != nil {
			t.Error(err)
		}
	}
	if _, err := dir.LockRun("../x"); !errors.Is(err, journal.ErrNoRun) {
		t.Errorf("a name that leaves the folder: %v", err)
	}
}
