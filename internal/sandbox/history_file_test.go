package sandbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// historyFile is the file that has the history of a StateDir.
func historyFile(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "events-*.jsonl"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the files of the history are %v, %v", found, err)
	}
	return found[0]
}

// reopen closes a sandbox, changes its history file, and opens the StateDir again.
func reopen(t *testing.T, dir string, s *sandbox.Sandbox, change func([]byte) []byte) (*sandbox.Sandbox, error) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := historyFile(t, dir)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return sandbox.New(sandbox.Options{StateDir: dir})
}

// The history is on the disk before a call is answered: a copy of the folder, taken
// while the sandbox runs, has every event, exactly as it was.
func TestHistorySurvives(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	l, _ := serve(t, sandbox.Options{World: []byte(unlimited()), StateDir: dir})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				if _, err := l.sts(self, "eu-west-1").GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	l.inject(200, `{"count":200,"regions":["eu-west-1"]}`)
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	again, _ := serve(t, sandbox.Options{StateDir: copied})
	before, after := l.events(self, "eu-west-1"), again.events(self, "eu-west-1")
	if len(before) != 240 || len(after) != 240 {
		t.Fatalf("%d events before and %d after, want 240", len(before), len(after))
	}
	for i := range before {
		if at(before[i], "eventID") != at(after[i], "eventID") || at(before[i], "userIdentity") != at(after[i], "userIdentity") {
			t.Fatalf("event %d is another one", i)
		}
	}
}

// A torn last line, which a crash leaves, is cut off, and recording goes on behind the
// last whole one. Any other damage is an error, and nothing is changed.
func TestHistoryDamaged(t *testing.T) {
	for _, tt := range []struct {
		why    string
		change func([]byte) []byte
		want   int    // events left
		err    string // in the error; "" for none
	}{
		{"as it was", func(b []byte) []byte { return b }, 3, ""},
		{"empty", func([]byte) []byte { return nil }, 0, ""},
		{"a torn last line", func(b []byte) []byte { return b[:len(b)-10] }, 2, ""},
		{"only its end of line is missing", func(b []byte) []byte { return b[:len(b)-1] }, 2, ""},
		{"garbage that has no end", func(b []byte) []byte { return append(b, "\x00\x00\x00"...) }, 3, ""},
		{"a damaged line", func(b []byte) []byte { return bytes.Replace(b, []byte(`"seq":2,`), []byte(`"seq":9,`), 1) }, 0, "line 2 is not an event; the file was left as it is"},
		{"a record that somebody changed", func(b []byte) []byte { return bytes.Replace(b, []byte(`eu-west-1`), []byte(`eu-west-2`), 1) }, 0, "line 1 is not an event"},
		{"a line twice", func(b []byte) []byte { return append(b, b...) }, 0, "line 4 is not an event"},
		{"a line that is no event", func(b []byte) []byte { return append(b, "{}\n"...) }, 0, "line 4 is not an event"},
	} {
		dir := t.TempDir()
		l, s := serve(t, sandbox.Options{World: []byte(unlimited()), StateDir: dir})
		l.inject(200, `{"count":3,"regions":["eu-west-1"]}`)
		again, err := reopen(t, dir, s, tt.change)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: got %v, want %s", tt.why, err, tt.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		third, _ := serve(t, sandbox.Options{StateDir: dir})
		third.inject(200, `{"seed":9,"count":4,"regions":["eu-west-1"]}`)
		if got := len(third.events(self, "eu-west-1")); got != tt.want+4 {
			t.Errorf("%s: %d events and 4 new ones, want %d and 4", tt.why, got-4, tt.want)
		}
	}
}

// A history that is gone is missed; one that no state names is swept, as is that of
// the world before a reset.
func TestHistoryFiles(t *testing.T) {
	dir := t.TempDir()
	l, s := serve(t, sandbox.Options{World: []byte(unlimited()), StateDir: dir})
	first := historyFile(t, dir)
	l.inject(200, `{"count":3,"regions":["eu-west-1"]}`)
	l.post("reset")
	l.inject(200, `{"count":2,"regions":["eu-west-1"]}`)
	if second := historyFile(t, dir); second == first {
		t.Error("the history has the same file after a reset")
	}
	stray := filepath.Join(dir, "events-stray.jsonl")
	if err := os.WriteFile(stray, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, s := serve(t, sandbox.Options{StateDir: dir})
	if got := len(again.events(self, "eu-west-1")); got != 2 {
		t.Errorf("%d events after a reset and 2 more", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(historyFile(t, dir)); err != nil {
		t.Fatal(err)
	}
	if _, err := sandbox.New(sandbox.Options{StateDir: dir}); err == nil || !strings.Contains(err.Error(), "reading the event history") {
		t.Errorf("without its history: %v", err)
	}
}
