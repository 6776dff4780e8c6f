package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/trail"
)

func seen(account trail.AccountID) trail.Snapshot {
	return trail.Snapshot{Account: account, Partition: "aws", Regions: []trail.RegionView{{Region: "us-east-1", OptStatus: trail.EnabledByDefault}}}
}

// What was kept is there again, half a line is not, and what is about something else is refused.
func TestCheckpoint(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.jsonl")
	about := map[string]string{"organization": "o-exampleorgid", "role-name": "Audit"}
	c, err := journal.OpenCheckpoint(file, about)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.OpenCheckpoint(file, about); !errors.Is(err, journal.ErrLocked) {
		t.Errorf("a second process has it: %v", err)
	}
	for _, a := range []trail.AccountID{"111111111111", "222222222222"} {
		if err := c.Keep(seen(a)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(file)
	for name, tt := range map[string]struct {
		text  string
		about map[string]string
		count int
		want  string
	}{
		"whole":             {string(text), about, 2, ""},
		"half a line":       {string(text[:len(text)-9]), about, 1, ""},
		"half a head":       {`{"schema":"trails`, about, 0, ""},
		"empty":             {"", about, 0, ""},
		"another role":      {string(text), map[string]string{"organization": "o-exampleorgid", "role-name": "Other"}, 0, `its role-name is "Audit", not "Other"`},
		"no checkpoint":     {"{\"schema\":\"x\"}\n", about, 0, "no checkpoint"},
		"a file of others":  {"one line", about, 0, "no checkpoint"},
		"broken inside":     {strings.Replace(string(text), "111111111111", "11111111111", 1), about, 0, "line 2"},
		"not JSON":          {strings.Replace(string(text), `{"snapshot"`, `{snapshot`, 1), about, 0, "line 2 cannot be read"},
		"a line of nothing": {string(text) + "{}\n", about, 0, "line 4 holds no snapshot"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "c.jsonl")
			if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := journal.OpenCheckpoint(file, tt.about)
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("opened: %v, want %s", err, tt.want)
				}
				if now, _ := os.ReadFile(file); string(now) != tt.text {
					t.Errorf("the file was changed: %s", now)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if c.Count() != tt.count {
				t.Errorf("%d accounts, want %d", c.Count(), tt.count)
			}
			if err := c.Keep(seen("333333333333")); err != nil {
				t.Fatal(err)
			}
			if s, err := c.Snapshot("333333333333"); err != nil || s.Account != "333333333333" || len(s.Regions) != 1 {
				t.Errorf("%+v, %v", s, err)
			}
			if c.Has("222222222222") != (tt.count == 2) {
				t.Error("the second account is there or not, wrongly")
			}
		})
	}
}
