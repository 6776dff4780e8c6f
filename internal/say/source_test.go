package say

import (
	"slices"
	"strings"
	"testing"
)

// TestSource reads the source of the whole module: what the code says is in the
// catalog, what is in the catalog is said, and no window has sentences of its own.
func TestSource(t *testing.T) {
	s, err := look(readSources(t), readCatalog(English))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.used) < 20 {
		t.Errorf("only %d keys were seen in the source: was it found?", len(s.used))
	}
	for _, f := range s.faults {
		t.Error(f)
	}
}

// TestLook shows that each fault in the source would be found, and that what is right
// is not called wrong.
func TestLook(t *testing.T) {
	sentences := catalog{"door.open": "{who} opens", "door.shut": "shut", "mood.good": "good {who}"}
	const head = "package x\n"
	const all = `var _ = say("door.open", "who", w) + s.Say("door.shut") + trail.Say("mood." + m)` + "\n"
	for name, tt := range map[string]struct {
		file, source string
		want         []string
	}{
		"all is said":                {"a.go", all, nil},
		"a key in a table is used":   {"a.go", all + `var k = []string{"door.shut"}`, nil},
		"an unknown key":             {"a.go", all + `var _ = s.Say("door.ajar")`, []string{"a.go:3: door.ajar looks like a key, but the catalog has none like it", "a.go:3: the catalog has no door.ajar"}},
		"an unknown key in a table":  {"a.go", all + `var k = []string{"door.ajar"}`, []string{"a.go:3: door.ajar looks like a key, but the catalog has none like it"}},
		"a name is missing":          {"a.go", all + `var _ = s.Say("door.open")`, []string{"a.go:3: door.open is said with [], but its placeholders are [who]"}},
		"a name is wrong":            {"a.go", all + `var _ = trail.Say("door.open", "what", w)`, []string{"a.go:3: door.open is said with [what], but its placeholders are [who]"}},
		"a small say adds a prefix":  {"a.go", all + `var _ = say("open")`, nil},
		"a Say needs a whole key":    {"a.go", all + `var _ = s.Say("open")`, []string{"a.go:3: the catalog has no open"}},
		"names come from elsewhere":  {"a.go", all + `var _ = trail.Say("door.open", args...)`, nil},
		"keys that nobody says":      {"a.go", `var _ = say("door.shut")`, []string{"catalog: nobody says door.open", "catalog: nobody says mood.good"}},
		"a sentence in a window":     {"internal/report/a.go", all + `var s = "The door is open"`, []string{`internal/report/a.go:3: a sentence stands outside the catalog: "The door is open"`}},
		"a sentence in raw quotes":   {"internal/cli/a.go", all + "var s = `no door`", []string{`internal/cli/a.go:3: a sentence stands outside the catalog: "no door"`}},
		"a sentence in Japanese":     {"cmd/x/a.go", all + `var s = "証跡"`, []string{`cmd/x/a.go:3: a sentence stands outside the catalog: "証跡"`}},
		"a format with a sentence":   {"internal/console/a.go", all + `var s = fmt.Sprintf("%d doors open", 1)`, []string{`internal/console/a.go:3: a sentence stands outside the catalog: "%d doors open"`}},
		"a room that is no window":   {"internal/trail/a.go", all + `var s = "the door is open"`, nil},
		"an error may speak":         {"internal/cli/a.go", all + `var s = fmt.Errorf("opening the door: %w", err)`, nil},
		"a usage line is no prose":   {"internal/cli/a.go", all + `var s = "rollback RUN"`, nil},
		"a command to copy":          {"internal/cli/a.go", all + `var s = "trailspan convert --trail "`, nil},
		"formats, paths and headers": {"internal/cli/a.go", all + `var s = []string{"%s: %s\n", "a/b c-d", "text/html; charset=utf-8", "no-store", "  ", "journal.json"}`, nil},
		"a file is not a key":        {"a.go", all + `var s = "door.json"`, nil},
		"a tag is no sentence":       {"internal/cli/a.go", all + "type t struct { a int `json:\"a\" help:\"the door\"` }", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := look(sources{tt.file: head + tt.source}, sentences)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.faults, tt.want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(s.faults, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// TestLookTogether shows which keys count as said when they are put together.
func TestLookTogether(t *testing.T) {
	sentences := catalog{"door.open": "open", "door.open.hint": "push", "door.shut.hint": "pull", "exit.1": "out"}
	for name, tt := range map[string]struct {
		source string
		want   []string // that nobody says
	}{
		"a prefix":                          {`"door." + x + fmt.Sprint("exit.1")`, nil},
		"a format":                          {`"door." + fmt.Sprintf("exit.%d", 1)`, nil},
		"a suffix goes with keys said only": {`"door.open" + say(key + ".hint") + "exit.1"`, []string{"catalog: nobody says door.shut.hint"}},
		"a word without dot is no prefix":   {`"do" + x + "exit" + "door.open"`, []string{"catalog: nobody says door.open.hint", "catalog: nobody says door.shut.hint", "catalog: nobody says exit.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := look(sources{"a.go": "package x\nvar _ = " + tt.source}, sentences)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.faults, tt.want) {
				t.Errorf("found %q, want %q", s.faults, tt.want)
			}
		})
	}
}
