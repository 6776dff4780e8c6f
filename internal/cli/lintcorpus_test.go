package cli

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
)

// judgment is a row of the INDEX.tsv of a corpus: what people said of a trail in a file
// that is not of this project.
type judgment struct {
	file, path, kind string // path is the name that it has where it comes from
	trail            string
	line             int
	verdict          string // multi, single, conditional, or none for a decoy
	byDefault        string
	fix              string
	features         string
}

// TestCorpus compares what all readers together find with what people said. The files are
// not of this project: TRAILSPAN_CORPUS says where they are.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("TRAILSPAN_CORPUS")
	if dir == "" {
		t.Skip("TRAILSPAN_CORPUS is not set")
	}
	all := judgments(t, dir)
	kinds := map[string]int{}
	for _, j := range all {
		t.Run(j.file+":"+strconv.Itoa(j.line), func(t *testing.T) { j.holds(t, dir) })
		kinds[j.kind]++
	}
	t.Logf("%d rows: %v", len(all), kinds)
}

func judgments(t *testing.T, dir string) (out []judgment) {
	t.Helper()
	in, err := os.Open(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = '\t', 14, true
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatal(len(rows), err)
	}
	for _, row := range rows[1:] {
		line, _ := strconv.Atoi(row[6])
		out = append(out, judgment{row[0], row[2], row[4], row[5], line, row[7], row[8], row[10], row[13]})
	}
	return out
}

func (j judgment) holds(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(j.file)))
	if err != nil {
		t.Fatal(err)
	}
	in := iac.Input{Path: j.path, Text: text}
	if j.declared() {
		in.Path = filepath.Base(j.file) // a file may be a part of the one it comes from
	}
	f := readers().Read(in)
	one := slices.IndexFunc(f.Trails, func(one iac.Trail) bool { return one.Line == j.line && (one.Name == j.trail || !j.declared()) })
	switch {
	case strings.Contains(j.features, "unparseable") && f.Unreadable != "":
	case j.verdict == "none":
		if len(f.Trails) > 0 || f.Unreadable != "" {
			t.Errorf("a decoy was taken for a trail: %+v %s", f.Trails, f.Unreadable)
		}
	case one < 0:
		t.Errorf("%s was not found: %+v %s", j.trail, f.Trails, f.Unreadable)
	default:
		j.judged(t, in, f, one)
	}
}

// declared says whether a trail is a resource, which has a name to be found by.
func (j judgment) declared() bool {
	return strings.HasPrefix(j.kind, "cfn-") || strings.HasPrefix(j.kind, "terraform")
}

func (j judgment) judged(t *testing.T, in iac.Input, f iac.File, i int) {
	t.Helper()
	want := strings.Replace(j.verdict, "conditional", "unknown", 1)
	got := f.Trails[i]
	if string(got.Verdict) != want || j.declared() && string(got.Default) != j.byDefault {
		t.Errorf("%s is %s (by default %s), %s; want %s %s", j.trail, got.Verdict, got.Default, got.Reason.Key, want, j.byDefault)
	}
	if (strings.HasPrefix(j.kind, "cfn-") || j.kind == "terraform") && got.Verdict == iac.Single && got.Fix == nil {
		t.Errorf("%s has no fix", j.trail)
	}
	if got.Fix == nil {
		return
	}
	in.Text = applied(in.Text, got.Fix)
	if now := readers().Read(in); len(now.Trails) != len(f.Trails) || now.Trails[i].Verdict != iac.Multi {
		t.Errorf("%s is %+v when it is fixed", j.trail, now)
	}
}

// applied makes edits, from the end.
func applied(text []byte, edits []iac.Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b iac.Edit) int { return b.Start - a.Start })
	text = slices.Clone(text)
	for _, e := range edits {
		text = slices.Replace(text, e.Start, e.End, []byte(e.Text)...)
	}
	return text
}
