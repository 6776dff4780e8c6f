package house_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestDocs checks the papers against the house.
func TestDocs(t *testing.T) {
	for _, fault := range proofread(t, os.DirFS("."), plan()) {
		t.Error(fault)
	}
}

var (
	// link is a relative link of Markdown: [text](docs/RULES.md#x).
	link = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)\s]*)?\)`)
	// place is a path between backticks: `internal/trail/arn.go`, or `trail/arn.go`.
	place = regexp.MustCompile("`([\\w.-]+)(/[\\w./-]*)`")
	// command is a line of a fenced block that a reader would type.
	command = regexp.MustCompile(`^(?:\$ )?((?:trailspan|go|make|git|aws|export|cd) .*)$`)
)

// proofread returns what the papers get wrong.
func proofread(t *testing.T, tree fs.FS, rooms map[string]room) []string {
	t.Helper()
	var faults []string
	papers, err := readPapers(tree)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range papers {
		faults = append(faults, deadEnds(tree, rooms, name, text)...)
		faults = append(faults, saidTwice(name, text)...)
	}
	faults = append(faults, wrongWalls(papers["docs/ARCHITECTURE.md"], rooms)...)
	faults = append(faults, missingIDs(t, tree, papers["docs/findings.md"])...)
	faults = append(faults, differentCommands(papers["README.md"], papers["README.ja.md"])...)
	slices.Sort(faults)
	return faults
}

// saidTwice returns the rows of a table that are about the same thing as another: two who
// wrote at the same time, of whom both were kept.
func saidTwice(name, text string) []string {
	var faults []string
	seen := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			clear(seen)
			continue
		}
		first := strings.TrimSpace(strings.SplitN(line, "|", 3)[1])
		if first != "" && seen[first] {
			faults = append(faults, fmt.Sprintf("%s:%d: another row of the table is about %s, too", name, i+1, first))
		}
		seen[first] = true
	}
	return faults
}

func readPapers(tree fs.FS) (map[string]string, error) {
	papers := map[string]string{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path.Base(name) == "testdata" {
				return fs.SkipDir
			}
			return enter(name)
		}
		if path.Ext(name) == ".md" {
			src, err := fs.ReadFile(tree, name)
			papers[name] = string(src)
			return err
		}
		return nil
	})
	return papers, err
}

// deadEnds returns the links and places in a paper that lead nowhere.
func deadEnds(tree fs.FS, rooms map[string]room, name, text string) []string {
	var faults []string
	check := func(target, as string) {
		if _, err := fs.Stat(tree, path.Clean(target)); err != nil {
			faults = append(faults, fmt.Sprintf("%s: %s is not there", name, as))
		}
	}
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		check(path.Join(path.Dir(name), m[1]), m[1])
	}
	for _, m := range place.FindAllStringSubmatch(text, -1) {
		switch _, isRoom := rooms[m[1]]; {
		case slices.Contains([]string{"internal", "cmd", "docs", "interop", "bench", "examples", ".ci"}, m[1]):
			check(m[1]+m[2], m[1]+m[2])
		case isRoom:
			check("internal/"+m[1]+m[2], m[1]+m[2])
		}
	}
	return faults
}

// mapRow is a row of the map in docs/ARCHITECTURE.md: | `internal/plan` | what it is | trail, coverage |.
var mapRow = regexp.MustCompile("(?m)^\\| `(?:internal/)?([\\w/]+?)/?` \\|[^|]*\\| *([^|]*?) *\\|$")

// wrongWalls returns what the map of docs/ARCHITECTURE.md gets wrong of the plan: rooms
// that it leaves out, and walls that are elsewhere.
func wrongWalls(text string, rooms map[string]room) []string {
	may := map[string]string{}
	for _, m := range mapRow.FindAllStringSubmatch(text, -1) {
		may[m[1]] = m[2]
	}
	var faults []string
	for name, r := range rooms {
		drawn, ok := may[name]
		want := strings.Join(r.may, ", ")
		switch {
		case !ok:
			faults = append(faults, "docs/ARCHITECTURE.md: no row for "+name)
		case len(r.may) > 0 && drawn != want && drawn != "everything":
			faults = append(faults, fmt.Sprintf("docs/ARCHITECTURE.md: %s may use %q; house_test.go says %q", name, drawn, want))
		case len(r.may) == 0 && strings.Contains(drawn, ","):
			faults = append(faults, fmt.Sprintf("docs/ARCHITECTURE.md: %s may use %q; house_test.go says nothing", name, drawn))
		}
	}
	return faults
}

var (
	// sentenceID is the key of a sentence about a finding or a gate: "finding.no-trail.hint".
	sentenceID = regexp.MustCompile(`"(?:finding|gate)\.([a-z-]+)[".]`)
	// describedID is where docs/findings.md describes one: a heading, or the first cell of a row.
	describedID = regexp.MustCompile("(?m)^(?:### |\\| `)([a-z-]+)")
)

// missingIDs returns the findings and gates that docs/findings.md does not describe, and
// those that it describes though they do not exist.
func missingIDs(t *testing.T, tree fs.FS, text string) []string {
	t.Helper()
	catalogs, err := fs.Glob(tree, "internal/say/en/*.json")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, name := range catalogs {
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range sentenceID.FindAllSubmatch(src, -1) {
			told[string(m[1])] = true
		}
	}
	described := map[string]bool{}
	for _, m := range describedID.FindAllStringSubmatch(text, -1) {
		described[m[1]] = true
	}
	var faults []string
	for id := range told {
		if !described[id] {
			faults = append(faults, "docs/findings.md: says nothing of "+id)
		}
	}
	for id := range described {
		if !told[id] {
			faults = append(faults, "docs/findings.md: describes "+id+", which is not there")
		}
	}
	return faults
}

// differentCommands says where the two READMEs tell their readers to type different things.
func differentCommands(english, japanese string) []string {
	en, ja := commands(english), commands(japanese)
	if len(en) == 0 {
		return []string{"README.md: no command to type"}
	}
	for i := range max(len(en), len(ja)) {
		if i >= len(en) || i >= len(ja) || en[i] != ja[i] {
			return []string{fmt.Sprintf("README.ja.md: command %d is not that of README.md", i+1)}
		}
	}
	return nil
}

// commands returns what a reader would type, without comments.
func commands(text string) []string {
	var out []string
	fenced := false
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
			continue
		}
		if m := command.FindStringSubmatch(line); fenced && m != nil {
			typed, _, _ := strings.Cut(m[1], " #")
			out = append(out, strings.TrimSpace(typed))
		}
	}
	return out
}

// TestDocsPlanted plants one fault at a time in sound papers.
func TestDocsPlanted(t *testing.T) {
	const readme = "# x\n[map](docs/ARCHITECTURE.md#rooms) [web](https://example.com/x)\n```sh\ngo run ./cmd/tool tour   # ten seconds\nmake test\nok  fine\n```\n"
	sound := map[string]string{
		"README.md":                 readme,
		"README.ja.md":              strings.Replace(readme, "ten seconds", "十秒", 1),
		"docs/ARCHITECTURE.md":      "| `internal/thinker` | thinks | nothing |\n| `internal/doer` | does, in `doer/doer.go` and `internal/doer/` | thinker |\n| `internal/other` | is | everything |\n[up](../README.md)\n",
		"docs/findings.md":          "### no-trail\nNone.\n| `quota` | never |\n",
		"internal/say/en/some.json": `{"finding.no-trail": "none", "finding.no-trail.hint": "make one", "gate.quota.pass": "fits", "reason.other": "x"}`,
		"internal/thinker/x.go":     "x",
		"internal/doer/doer.go":     "x",
		"internal/other/x.go":       "x",
		"internal/x/testdata/a.md":  "[nowhere](nowhere.md)",
	}
	rooms := map[string]room{"thinker": {}, "doer": {may: []string{"thinker"}}, "other": {may: []string{"thinker", "doer"}}}
	for _, planted := range []struct{ name, file, old, new, want string }{
		{"nothing", "README.md", "", "", ""},
		{"a link to nothing", "README.md", "docs/ARCHITECTURE.md", "docs/HOUSE.md", "README.md: docs/HOUSE.md is not there"},
		{"a link beside the paper", "docs/ARCHITECTURE.md", "../README.md", "README.md", "docs/ARCHITECTURE.md: README.md is not there"},
		{"a place that has moved", "docs/ARCHITECTURE.md", "internal/doer/", "internal/deer/", "internal/deer/ is not there"},
		{"a place in a room that has moved", "docs/ARCHITECTURE.md", "doer/doer.go", "doer/door.go", "doer/door.go is not there"},
		{"a room that is not on the map", "docs/ARCHITECTURE.md", "| `internal/thinker` | thinks | nothing |", "", "no row for thinker"},
		{"a wall that has moved", "docs/ARCHITECTURE.md", "| thinker |", "| other |", `doer may use "other"; house_test.go says "thinker"`},
		{"a wall that is missing", "docs/ARCHITECTURE.md", "| nothing |", "| doer, other |", `thinker may use "doer, other"; house_test.go says nothing`},
		{"a row twice", "docs/ARCHITECTURE.md", "| `internal/thinker` | thinks | nothing |", "| `internal/thinker` | thinks | nothing |\n| `internal/thinker` | thought | nothing |", "another row of the table is about `internal/thinker`, too"},
		{"a finding that is not described", "docs/findings.md", "### no-trail", "", "docs/findings.md: says nothing of no-trail"},
		{"a gate that is not described", "docs/findings.md", "`quota`", "quota", "docs/findings.md: says nothing of quota"},
		{"a finding that is gone", "docs/findings.md", "None.", "None.\n### old-one", "describes old-one, which is not there"},
		{"a command in one language only", "README.ja.md", "make test\n", "", "command 2 is not that of README.md"},
		{"another command", "README.ja.md", "go run ./cmd/tool tour", "go run ./cmd/tool trip", "command 1 is not that of README.md"},
		{"no command at all", "README.md", "```sh", "", "README.md: no command to type"},
	} {
		t.Run(planted.name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for name, text := range sound {
				if name == planted.file {
					text = strings.Replace(text, planted.old, planted.new, 1)
				}
				tree[name] = &fstest.MapFile{Data: []byte(text)}
			}
			wantFaults(t, proofread(t, tree, rooms), planted.want)
		})
	}
}
