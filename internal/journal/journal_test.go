package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
)

func intent() *apply.Intent {
	yes := true
	return &apply.Intent{Run: "r-1", Command: "convert", Account: "123456789012", Steps: []plan.Step{{
		ID:     1,
		Call:   plan.Call{Action: plan.UpdateTrail, Region: "eu-west-1", Request: plan.Request{Name: "abc", IsMultiRegionTrail: &yes}},
		Before: plan.State{"a": false, "b": "x"}, After: plan.State{"a": true, "b": "x"},
	}}}
}

func write(t *testing.T, dir journal.Dir, records ...apply.Record) {
	t.Helper()
	j, err := dir.Create("r-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRoundTrip(t *testing.T) {
	dir := journal.Dir(filepath.Join(t.TempDir(), "not", "there", "yet"))
	when := time.Date(2026, 11, 22, 6, 42, 6, 0, time.UTC)
	write(t, dir, apply.Record{Time: when, Kind: apply.Planned, Intent: intent()}, apply.Record{Kind: apply.Intended, Step: 1})
	j, err := dir.Open("r-1")
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	in, err := j.Intent()
	if err != nil || !in.Steps[0].Before.Equal(intent().Steps[0].Before) || !*in.Steps[0].Request.IsMultiRegionTrail {
		t.Errorf("the plan came back as %+v, %v", in, err)
	}
	records, err := j.Records()
	if err != nil || len(records) != 2 || !records[0].Time.Equal(when) || records[1].Kind != apply.Intended {
		t.Errorf("the records came back as %+v, %v", records, err)
	}
	if peeked, err := dir.Peek("r-1"); err != nil || peeked.Run != "r-1" {
		t.Errorf("Peek = %+v, %v", peeked, err)
	}
}

// A crash in the middle of a line costs that line and no other.
func TestHalfALine(t *testing.T) {
	dir := journal.Dir(t.TempDir())
	write(t, dir, apply.Record{Kind: apply.Planned, Intent: intent()}, apply.Record{Kind: apply.Intended, Step: 1})
	path := filepath.Join(string(dir), "r-1.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first := strings.Index(string(whole), "\n") + 1
	for cut := first; cut < len(whole); cut++ {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := dir.Open("r-1")
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if err := j.Append(apply.Record{Kind: apply.Done, Step: 1}); err != nil {
			t.Fatal(err)
		}
		j.Close()
		j, err = dir.Open("r-1")
		if err != nil {
			t.Fatalf("cut at %d, then written on: %v", cut, err)
		}
		records, _ := j.Records()
		if len(records) != 2 || records[1].Kind != apply.Done {
			t.Fatalf("cut at %d: %+v", cut, records)
		}
		j.Close()
	}
}

func TestDamageIsAnError(t *testing.T) {
	dir := journal.Dir(t.TempDir())
	write(t, dir, apply.Record{Kind: apply.Planned, Intent: intent()})
	path := filepath.Join(string(dir), "r-1.jsonl")
	if err := os.WriteFile(path, []byte("{\"kind\":\"planned\"}\nno JSON\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Open("r-1"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("Open = %v, want the line named", err)
	}
	runs, err := dir.Runs()
	if err != nil || len(runs) != 1 || runs[0].State() != journal.Unreadable {
		t.Errorf("Runs = %+v, %v", runs, err)
	}
}

func TestNames(t *testing.T) {
	dir := journal.Dir(t.TempDir())
	for _, name := range []string{"", "../x", "a/b", ".hidden", strings.Repeat("x", 101)} {
		if _, err := dir.Create(name); !errors.Is(err, journal.ErrNoRun) {
			t.Errorf("Create(%q) = %v", name, err)
		}
	}
	if _, err := dir.Open("nothing"); !errors.Is(err, journal.ErrNoRun) {
		t.Errorf("Open of nothing = %v", err)
	}
	write(t, dir)
	if _, err := dir.Create("r-1"); err == nil {
		t.Error("a run was begun twice")
	}
	if _, err := dir.Peek("r-1"); err == nil {
		t.Error("an empty journal has a plan")
	}
}

func TestLock(t *testing.T) {
	dir := journal.Dir(t.TempDir())
	release, err := dir.Lock("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Lock("123456789012"); !errors.Is(err, journal.ErrLocked) {
		t.Errorf("a second lock = %v", err)
	}
	other, err := dir.Lock("999999999999")
	if err != nil {
		t.Errorf("another account: %v", err)
	} else if err := other(); err != nil {
		t.Error(err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := dir.Lock("123456789012")
	if err != nil {
		t.Fatalf("after its release: %v", err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
}

func TestState(t *testing.T) {
	for want, kinds := range map[journal.State][]apply.Record{
		journal.Untouched:   {{Kind: apply.Planned}, {Kind: apply.Intended, Step: 1}, {Kind: apply.Refused, Step: 1}},
		journal.HalfWay:     {{Kind: apply.Planned}, {Kind: apply.Intended, Step: 1}},
		journal.Verified:    {{Kind: apply.Planned}, {Kind: apply.Finished, Status: apply.Converted}},
		journal.RollingBack: {{Kind: apply.Planned}, {Kind: apply.Finished, Status: apply.Converted}, {Kind: apply.Undoing, Step: 1}},
		journal.RolledBack:  {{Kind: apply.Planned}, {Kind: apply.Undone, Step: 1}, {Kind: apply.Reverted}},
	} {
		if got := (journal.Run{Records: kinds}).State(); got != want {
			t.Errorf("state is %s, want %s", got, want)
		}
	}
	back := []apply.Record{{Kind: apply.Undone, Step: 1}, {Kind: apply.Reverted, Status: apply.PartialDone}}
	if got := (journal.Run{Records: back}).State(); got != journal.RollingBack {
		t.Errorf("a run that is still shown somewhere is %s", got)
	}
	if got := (journal.Run{Records: append(back, apply.Record{Kind: apply.Reverted, Status: apply.RolledBack})}).State(); got != journal.RolledBack {
		t.Errorf("the same, looked at again, is %s", got)
	}
	if got := (journal.Run{Records: []apply.Record{{Kind: apply.Done, Step: 1}, {Kind: apply.Finished, Status: apply.PartialDone}}}).State(); got != journal.HalfWay {
		t.Errorf("a run that is not verified everywhere is %s", got)
	}
}

// Whatever a file holds, reading it does not panic, and what was read is written again
// as the same records.
func FuzzRuns(f *testing.F) {
	f.Add([]byte("{\"kind\":\"planned\"}\n{\"kind\":"))
	f.Add([]byte("\n\n[]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "x.jsonl"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := journal.Dir(dir).Open("x")
		if err != nil {
			return
		}
		defer j.Close()
		before, _ := j.Records()
		if err := j.Append(apply.Record{Kind: apply.Done}); err != nil {
			t.Fatal(err)
		}
		again, err := journal.Dir(dir).Open("x")
		if err != nil {
			t.Fatalf("what was appended to cannot be read: %v", err)
		}
		defer again.Close()
		if after, _ := again.Records(); len(after) != len(before)+1 {
			t.Errorf("%d records became %d", len(before), len(after))
		}
	})
}
