package sandbox_test

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// When most of the history is older than 90 days, its file is written anew; what is
// recorded meanwhile is there too, and a copy of the folder taken at any time has it.
func TestHistoryIsCompacted(t *testing.T) {
	dir := t.TempDir()
	l, s := serve(t, sandbox.Options{World: []byte(unlimited()), StateDir: dir})
	l.inject(200, `{"count":5000,"days":1,"regions":["ap-south-1"]}`)
	before := historyFile(t, dir)
	full := size(t, before)
	l.advance(80 * 24 * time.Hour)
	if historyFile(t, dir) != before {
		t.Error("the file is written anew though all of it counts")
	}
	var calls sync.WaitGroup
	for range 4 {
		calls.Go(func() {
			for range 10 {
				if err := l.describe(l.config(self, "eu-west-1")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	l.advance(12 * 24 * time.Hour)
	calls.Wait()
	after := historyFile(t, dir)
	if after == before || size(t, after) > full/20 {
		t.Fatalf("%s has %d bytes, %s had %d", after, size(t, after), before, full)
	}
	l.must(l.describe(l.config(self, "eu-west-1")))
	l.must(s.Close())
	again, _ := serve(t, sandbox.Options{StateDir: dir})
	if got := len(again.events(self, "eu-west-1")); got != 41 {
		t.Errorf("there are %d events, want 41", got)
	}
	if got := len(again.events(self, "ap-south-1")); got != 0 {
		t.Errorf("there are %d old events", got)
	}
}

// What became old while no sandbox ran goes at the start.
func TestHistoryIsCompactedAtStart(t *testing.T) {
	dir := t.TempDir()
	l, s := serve(t, sandbox.Options{World: []byte(unlimited()), StateDir: dir})
	l.inject(200, `{"count":5000,"days":1,"regions":["ap-south-1"]}`)
	full := size(t, historyFile(t, dir))
	l.must(s.Close())
	later := func() time.Time { return time.Now().Add(100 * 24 * time.Hour) }
	_, s = serve(t, sandbox.Options{StateDir: dir, Now: later})
	if got := size(t, historyFile(t, dir)); got > full/20 {
		t.Errorf("the file had %d bytes, and has %d", full, got)
	}
	l.must(s.Close())
	serve(t, sandbox.Options{StateDir: dir, Now: later}) // reads it again
}

// What becomes old while time goes by is gone after the next round.
func TestHistoryIsCompactedOnRounds(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	dir := t.TempDir()
	l, _ := serve(t, sandbox.Options{World: []byte(unlimited()), StateDir: dir, Now: now, DeliverEvery: 20 * time.Millisecond})
	l.inject(200, `{"count":5000,"days":1,"regions":["ap-south-1"]}`)
	before := historyFile(t, dir)
	ahead.Store(int64(100 * 24 * time.Hour))
	for range 500 {
		if found, _ := filepath.Glob(filepath.Join(dir, "events-*.jsonl")); len(found) == 1 && found[0] != before {
			if got := size(t, found[0]); got > 1000 {
				t.Errorf("the file has %d bytes", got)
			}
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the file is still that of before")
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
