package commands

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/trailspan/trailspan/internal/iac"
)

var update = flag.Bool("update", false, "write what is found into the cases")

// summary has a line per trail: name, line, verdict, default and the rules that it breaks;
// those that are off by default only if all are asked for.
func summary(f iac.File, all bool) string {
	var b strings.Builder
	for _, t := range f.Trails {
		var rules []string
		for _, p := range t.Problems {
			if all || p.Rule == iac.SingleRegion || p.Rule == iac.GlobalServiceEvents {
				rules = append(rules, p.Rule)
			}
		}
		fmt.Fprintf(&b, "%s | %d | %s | %s | %s\n", t.Name, t.Line, t.Verdict, t.Default, strings.Join(rules, ","))
	}
	if f.Unreadable != "" {
		fmt.Fprintf(&b, "unreadable: %s %v\n", f.Unreadable, f.Why.Args)
	}
	return b.String()
}

// fixedText makes all edits of a file.
func fixedText(text []byte, f iac.File) []byte {
	var edits []iac.Edit
	for _, t := range f.Trails {
		edits = append(edits, t.Fix...)
	}
	out, _ := apply(text, edits)
	return out
}

func TestCases(t *testing.T) {
	cases, _ := filepath.Glob("testdata/cases/*.txtar")
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	for _, name := range cases {
		t.Run(filepath.Base(name), func(t *testing.T) { oneCase(t, name) })
	}
}

func oneCase(t *testing.T, name string) {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(text)
	in := iac.Input{}
	want, wantFixed := "", ""
	tree := fstest.MapFS{}
	var kept []txtar.File
	for _, f := range archive.Files {
		switch {
		case f.Name == "want":
			want = string(f.Data)
			continue
		case f.Name == "fixed":
			wantFixed = string(f.Data)
			continue
		case in.Path == "":
			in.Path, in.Text = strings.TrimPrefix(f.Name, "input/"), f.Data
		}
		tree[strings.TrimPrefix(f.Name, "input/")] = &fstest.MapFile{Data: f.Data}
		kept = append(kept, f)
	}
	in.Tree = tree
	got := New().Read(in)
	all := strings.HasPrefix(filepath.Base(name), "rules-")
	fixed := ""
	if out := string(fixedText(in.Text, got)); out != string(in.Text) {
		fixed = out
	}
	if *update {
		archive.Files = append(kept, txtar.File{Name: "want", Data: []byte(summary(got, all))})
		if fixed != "" {
			archive.Files = append(archive.Files, txtar.File{Name: "fixed", Data: []byte(fixed)})
		}
		if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if summary(got, all) != want {
		t.Errorf("found\n%swant\n%s", summary(got, all), want)
	}
	if fixed != wantFixed {
		t.Errorf("fixed\n%swant\n%s", fixed, wantFixed)
	}
	properties(t, in, got)
}

// properties hold for every file: a fix repairs what it says it repairs, and does so once.
func propertiesHold(in iac.Input, got iac.File) error {
	in.Text = fixedText(in.Text, got)
	again := New().Read(in)
	if len(again.Trails) != len(got.Trails) {
		return fmt.Errorf("%d trails after the fix, %d before", len(again.Trails), len(got.Trails))
	}
	for i, after := range again.Trails {
		if len(got.Trails[i].Fix) > 0 && (after.Verdict != iac.Multi || after.Reason.Key == "" || breaks(after) || len(after.Fix) > 0) {
			return fmt.Errorf("%s is %s after its fix", after.Name, after.Verdict)
		}
	}
	return nil
}

// breaks says whether a trail breaks one of the rules that a fix is for.
func breaks(t iac.Trail) bool {
	return slices.ContainsFunc(t.Problems, func(p iac.Problem) bool {
		return p.Rule == iac.SingleRegion || p.Rule == iac.GlobalServiceEvents
	})
}

func properties(t *testing.T, in iac.Input, got iac.File) {
	t.Helper()
	if err := propertiesHold(in, got); err != nil {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, kind byte, text []byte) {
		in := iac.Input{Path: names()[int(kind)%len(names())], Text: text}
		properties(t, in, New().Read(in))
	})
}
