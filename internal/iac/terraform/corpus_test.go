package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
)

// TestCorpus compares with judgments of files that other people wrote. They are not of this
// project: TRAILSPAN_CORPUS says where they are.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("TRAILSPAN_CORPUS")
	if dir == "" {
		t.Skip("TRAILSPAN_CORPUS is not set")
	}
	index, err := os.ReadFile(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, right := 0, 0
	for line := range strings.Lines(string(index)) {
		row := strings.Split(line, "\t")
		if len(row) < 11 || !strings.HasPrefix(row[4], "terraform") {
			continue
		}
		rows++
		text, err := os.ReadFile(filepath.Join(dir, row[0]))
		if err != nil {
			t.Fatal(err)
		}
		f := New().Read(iac.Input{Path: filepath.Base(row[0]), Text: text})
		if agrees(t, row, f, text) {
			right++
		}
	}
	t.Logf("%d of %d rows are right", right, rows)
}

// agrees compares one row: its trail, line, verdicts, and whether there is a fix.
func agrees(t *testing.T, row []string, f iac.File, text []byte) bool {
	t.Helper()
	if row[7] == "none" {
		if len(f.Trails) > 0 {
			t.Errorf("%s: a decoy was taken for a trail: %+v", row[0], f.Trails)
		}
		return len(f.Trails) == 0
	}
	for _, got := range f.Trails {
		if got.Name != row[5] {
			continue
		}
		want := row[7]
		if want == "conditional" {
			want = "unknown"
		}
		ok := string(got.Verdict) == want && string(got.Default) == row[8]
		if f.Kind == Native {
			ok = ok && (row[10] == "none") == (got.Fix == nil)
		}
		if !ok {
			t.Errorf("%s: %s: %s %s, fix %v; want %v", row[0], got.Name, got.Verdict, got.Default, got.Fix, row[7:11])
		}
		if got.Fix != nil {
			t.Logf("%s:%d %s: %+v", row[0], got.Line, got.Name, got.Fix)
			again := New().Read(iac.Input{Path: filepath.Base(row[0]), Text: apply(text, got.Fix)})
			for _, a := range again.Trails {
				if a.Name == got.Name && a.Verdict != iac.Multi {
					t.Errorf("%s: %s is %s when it is fixed", row[0], a.Name, a.Verdict)
				}
			}
		}
		return ok
	}
	t.Errorf("%s: %s was not found; %s", row[0], row[5], f.Unreadable)
	return false
}
