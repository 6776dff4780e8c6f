package cfn_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/iac/cfn"
)

var update = flag.Bool("update", false, "write what is found into the cases")

// TestCases reads the inputs of testdata/cases: want has a line for each trail, fixed is
// there when the fixes change the input. In a case, ␍ is a carriage return, → a tab, and
// ␀ at the end stands for no line end.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { testCase(t, name) })
	}
}

func testCase(t *testing.T, name string) {
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	in := iac.Input{Parameters: map[string]string{}}
	for _, f := range a.Files {
		switch {
		case f.Name == "parameters":
			for _, line := range strings.Fields(string(f.Data)) {
				k, v, _ := strings.Cut(line, "=")
				in.Parameters[k] = v
			}
		case f.Name != "want" && f.Name != "fixed" && f.Name != "elsewhere":
			in.Path, in.Text = f.Name, decode(f.Data)
		}
	}
	got := map[string]string{"want": describe(in)}
	if after := fixAll(in, fixOf); !bytes.Equal(after, in.Text) {
		got["fixed"] = encode(after)
	}
	if after := fixAll(in, elsewhereOf); !bytes.Equal(after, in.Text) {
		got["elsewhere"] = encode(after)
	}
	compare(t, name, a, got)
}

func compare(t *testing.T, name string, a *txtar.Archive, got map[string]string) {
	t.Helper()
	kept := slices.DeleteFunc(slices.Clone(a.Files), func(f txtar.File) bool {
		return f.Name == "want" || f.Name == "fixed" || f.Name == "elsewhere"
	})
	for _, section := range []string{"want", "fixed", "elsewhere"} {
		i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == section })
		want := ""
		if i >= 0 {
			want = string(a.Files[i].Data)
		}
		if got[section] != want && !*update {
			t.Errorf("%s is\n%s\nwant\n%s", section, got[section], want)
		}
		if got[section] != "" {
			kept = append(kept, txtar.File{Name: section, Data: []byte(got[section])})
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(&txtar.Archive{Comment: a.Comment, Files: kept}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// describe has one line for each trail: name line verdict default rules.
func describe(in iac.Input) string {
	r := cfn.New()
	kind := r.Kind(in.Path, in.Text)
	if kind == "" {
		return "not a template\n"
	}
	f := r.Read(in)
	var out strings.Builder
	for _, one := range f.Trails {
		var rules []string
		for _, p := range one.Problems {
			rules = append(rules, p.Rule)
		}
		fmt.Fprintf(&out, "%s %d %s %s [%s] %s\n", one.Name, one.Line, one.Verdict, one.Default, strings.Join(rules, " "), note(one))
	}
	if f.Unreadable != "" {
		out.WriteString("unreadable: " + f.Unreadable + "\n")
	}
	return cmp.Or(out.String(), string(kind)+" without trails\n")
}

func note(t iac.Trail) string {
	return strings.TrimPrefix(t.Reason.Key, "iac.cfn.") + " " + cmp.Or(t.Reason.Args["by"], t.Reason.Args["value"])
}

func decode(b []byte) []byte {
	s := strings.NewReplacer("␍", "\r", "→", "\t", "␀\n", "", "␂", "\ufeff").Replace(string(b))
	return []byte(s)
}

func encode(b []byte) string {
	s := strings.NewReplacer("\r", "␍", "\t", "→", "\ufeff", "␂").Replace(string(b))
	if !strings.HasSuffix(s, "\n") {
		s += "␀\n"
	}
	return s
}

func fixOf(t iac.Trail) []iac.Edit       { return t.Fix }
func elsewhereOf(t iac.Trail) []iac.Edit { return t.Elsewhere }

// fixAll makes all edits of a kind, from the end.
func fixAll(in iac.Input, of func(iac.Trail) []iac.Edit) []byte {
	r := cfn.New()
	var edits []iac.Edit
	for _, one := range r.Read(in).Trails {
		edits = append(edits, of(one)...)
	}
	slices.SortStableFunc(edits, func(a, b iac.Edit) int { return b.Start - a.Start })
	text := slices.Clone(in.Text)
	for _, e := range edits {
		text = slices.Replace(text, e.Start, e.End, []byte(e.Text)...)
	}
	return text
}

func read(name string, text []byte) iac.File {
	r := cfn.New()
	return r.Read(iac.Input{Path: name, Text: text})
}
