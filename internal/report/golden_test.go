package report

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/say"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what is shown with a file of testdata.
func golden(t *testing.T, name string, show func(io.Writer) error) {
	t.Helper()
	var got bytes.Buffer
	if err := show(&got); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// reader is one for whom a text is.
type reader struct {
	lang  say.Lang
	width int
}

func (r reader) options() Options { return Options{Speaker: say.New(r.lang), Width: r.width} }

func (r reader) file(name string) string { return fmt.Sprintf("%s.%s.%d.txt", name, r.lang, r.width) }

func readers() []reader {
	var out []reader
	for _, lang := range []say.Lang{say.English, say.Japanese} {
		for _, width := range []int{60, 80, 120} {
			out = append(out, reader{lang, width})
		}
	}
	return out
}

// TestCheckText shows what a person sees of accounts, in both languages and on
// terminals of three widths.
func TestCheckText(t *testing.T) {
	for name, r := range map[string]CheckReport{
		"classic":  check(classic()),                                                                // one Region of seventeen
		"healthy":  check(healthy(account, "audit")),                                                // nothing to do
		"empty":    check(empty(account, "")),                                                       // no trail at all
		"troubled": check(troubled()),                                                               // everything that can be said
		"many":     check(healthy("111111111111", "audit"), classic(), healthy("333333333333", "")), // a table of accounts first
	} {
		for _, reader := range readers() {
			t.Run(reader.file(name), func(t *testing.T) {
				golden(t, reader.file("check-"+name), func(w io.Writer) error { return Check(w, Text, r, reader.options()) })
			})
		}
	}
}

// TestCheckTextOptions shows what options add: colors, and an answer for each class and
// of each published check.
func TestCheckTextOptions(t *testing.T) {
	golden(t, "check-classic-color.txt", func(w io.Writer) error {
		return Check(w, Text, check(classic()), Options{Color: true})
	})
	golden(t, "check-troubled-explain.txt", func(w io.Writer) error {
		return Check(w, Text, check(troubled()), Options{Explain: true, Width: 100})
	})
	golden(t, "check-troubled-explain.ja.80.txt", func(w io.Writer) error {
		return Check(w, Text, check(troubled()), Options{Explain: true, Speaker: say.New(say.Japanese)})
	})
	golden(t, "check-many-explain.txt", func(w io.Writer) error { // only where published checks say otherwise
		return Check(w, Text, check(healthy("111111111111", "audit"), classic(), troubled()), Options{Explain: true})
	})
}

// TestPlanText shows plans: to widen a trail, one that a gate blocks, one that makes a
// trail and changes a policy, and one that has nothing to do.
func TestPlanText(t *testing.T) {
	creating, err := made()
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]PlanReport{
		"widen": widened(), "blocked": blocked(), "create": creating, "nothing": nothing(),
	} {
		for _, reader := range readers() {
			t.Run(reader.file(name), func(t *testing.T) {
				golden(t, reader.file("plan-"+name), func(w io.Writer) error { return Plan(w, Text, r, reader.options()) })
			})
		}
	}
}

// TestResultText shows every end that a run can have.
func TestResultText(t *testing.T) {
	for _, status := range []apply.Status{
		apply.Converted, apply.Created, apply.RolledBack, apply.NothingToDo, apply.PartialDone, apply.Failed, apply.BlockedRun,
	} {
		for _, reader := range []reader{{say.English, 80}, {say.Japanese, 80}} {
			t.Run(reader.file(string(status)), func(t *testing.T) {
				golden(t, reader.file("result-"+string(status)), func(w io.Writer) error { return Result(w, Text, ended(status), reader.options()) })
			})
		}
	}
}

// TestResultOfTakingATrailBack shows that a trail which a run made is gone after it.
func TestResultOfTakingATrailBack(t *testing.T) {
	r, err := unmade()
	if err != nil {
		t.Fatal(err)
	}
	for _, reader := range []reader{{say.English, 80}, {say.Japanese, 80}} {
		golden(t, reader.file("result-removed"), func(w io.Writer) error { return Result(w, Text, r, reader.options()) })
	}
}

// TestMachineFormats shows the formats for machines, which speak English to everybody.
func TestMachineFormats(t *testing.T) {
	japanese := Options{Speaker: say.New(say.Japanese)}
	golden(t, "check-troubled.json", func(w io.Writer) error { return Check(w, JSON, check(troubled()), japanese) })
	golden(t, "check-none.json", func(w io.Writer) error { return Check(w, JSON, CheckReport{GeneratedAt: noon}, japanese) })
	golden(t, "check-troubled.csv", func(w io.Writer) error { return Check(w, CSV, check(troubled()), japanese) })
	golden(t, "plan-blocked.json", func(w io.Writer) error { return Plan(w, JSON, blocked(), japanese) })
	golden(t, "result-partial.json", func(w io.Writer) error { return Result(w, JSON, ended(apply.PartialDone), japanese) })
}
