package cfn_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/iac/cfn"
)

// FuzzRead shows that no text makes the reader panic, that fixing twice is fixing once,
// that bytes outside of the edits stay, and that what was fixed is right.
func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.HasPrefix(a.Files[0].Name, "serverless"), decode(a.Files[0].Data))
	}
	f.Fuzz(func(t *testing.T, serverless bool, text []byte) {
		in := iac.Input{Path: "input.yaml", Text: text}
		if serverless {
			in.Path = "serverless.yml"
		}
		r := cfn.New()
		r.Kind(in.Path, text)
		before := r.Read(in)
		after := in
		after.Text = fixAll(in, fixOf)
		judged := r.Read(after)
		if len(judged.Trails) != len(before.Trails) {
			t.Fatalf("%d trails, and %d after the fix\n%q", len(before.Trails), len(judged.Trails), after.Text)
		}
		for i, one := range before.Trails {
			holds(t, text, one.Fix)
			holds(t, text, one.Elsewhere)
			if now := judged.Trails[i]; one.Fix != nil && (now.Verdict != iac.Multi || now.Fix != nil) {
				t.Fatalf("%s is %s after its fix\n%q", one.Name, now.Verdict, after.Text)
			}
		}
		if again := fixAll(after, fixOf); !bytes.Equal(again, after.Text) {
			t.Fatalf("fixed again:\n%q\n%q", after.Text, again)
		}
	})
}

// holds checks that edits are in order, in the text, and small.
func holds(t *testing.T, text []byte, edits []iac.Edit) {
	t.Helper()
	at := 0
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b iac.Edit) int { return a.Start - b.Start })
	for _, e := range sorted {
		if e.Start < at || e.End < e.Start || e.End > len(text) || e.Start == e.End && e.Text == "" {
			t.Fatalf("edit %+v of %d bytes", e, len(text))
		}
		at = e.End
	}
}

// TestBombs shows that texts which are made to do harm do none.
func TestBombs(t *testing.T) {
	head := "AWSTemplateFormatVersion: 2010-09-09\n"
	trailOf := func(value string) string {
		return "Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      IsMultiRegionTrail: " + value + "\n"
	}
	var aliases, conditions, parameters strings.Builder
	aliases.WriteString(head + "a0: &a0 [x, x]\n")
	conditions.WriteString(head + "Conditions:\n")
	parameters.WriteString(head + "Parameters:\n")
	flags := "!Join ['', ["
	for i := range 40 {
		fmt.Fprintf(&aliases, "b%d: &b%d [%s*a0]\n", i, i, strings.Repeat("*a0, ", 50))
		fmt.Fprintf(&conditions, "  c%d: !Or [%s!Condition c%d]\n", i, strings.Repeat(fmt.Sprintf("Condition: c%d, ", i+1), 3), i+1)
		fmt.Fprintf(&parameters, "  p%d: {Type: String, AllowedValues: [a, b, c]}\n", i)
		flags += fmt.Sprintf("!Ref p%d, ", i)
	}
	for name, text := range map[string]string{
		"aliases of aliases":       head + laughs() + trailOf("!Join ['', *i]"),
		"many aliases":             aliases.String() + trailOf("true"),
		"conditions of each other": conditions.String() + trailOf("!If [c0, true, false]"),
		"a condition of itself":    head + "Conditions: {c: !Not [Condition: c]}\n" + trailOf("!If [c, true, false]"),
		"many parameters":          parameters.String() + trailOf(flags+"x]]"),
		"deep YAML":                head + trailOf("true") + "x: " + strings.Repeat("[", 100000),
		"deep JSON":                `{"AWSTemplateFormatVersion": "x", "CloudTrail":` + strings.Repeat(`{"a":[`, 1<<20),
		"deep functions":           head + trailOf(strings.Repeat("{Fn::Sub: [", 400)+strings.Repeat("]}", 400)),
		"long lines":               head + trailOf("{a: "+strings.Repeat("é, b: ", 1)+strings.Repeat("é", 1<<20)+"}"),
		"too long":                 head + trailOf("true") + "x: " + strings.Repeat("y", 50<<20),
		"merges of merges":         head + merges() + trailOf("true") + "      <<: *m20\n",
		"a serverless circle":      "custom: {a: '${self:custom.b}', b: '${self:custom.a}'}\nresources:\n  " + strings.ReplaceAll(trailOf("${self:custom.a}"), "\n", "\n  "),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			f := read("input.yaml", []byte(text))
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			for _, one := range f.Trails {
				if one.Verdict == iac.Multi && !strings.Contains(text, "IsMultiRegionTrail: true") {
					t.Errorf("%s is multi", one.Name)
				}
			}
			t.Logf("%d trails, %q, in %v", len(f.Trails), f.Unreadable, time.Since(start))
		})
	}
}

// laughs is a billion of them.
func laughs() string {
	var b strings.Builder
	b.WriteString("a: &a [x, x, x, x, x, x, x, x, x, x]\n")
	for c := 'b'; c <= 'i'; c++ {
		b.WriteString(string(c) + ": &" + string(c) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(c-1)+", ", 10), ", ") + "]\n")
	}
	return b.String()
}

// merges is a tree of merge keys without any key to find.
func merges() string {
	var b strings.Builder
	b.WriteString("m0: &m0 {}\n")
	for i := range 20 {
		fmt.Fprintf(&b, "m%d: &m%d {<<: [%s*m%d]}\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*m%d, ", i), 9), i)
	}
	return b.String()
}
