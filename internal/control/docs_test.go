package control_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/control"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

var update = flag.Bool("update", false, "write the table of docs/controls.md anew")

const (
	paper = "../../docs/controls.md"
	begin = "<!-- the table is written by go test ./internal/control -update -->\n"
	end   = "<!-- end of the table -->\n"
)

// TestPaper holds the table of docs/controls.md in step with the checks.
func TestPaper(t *testing.T) {
	data, err := os.ReadFile(paper)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(data), begin)
	have, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatalf("%s has no place for the table", paper)
	}
	want := rows()
	if *update {
		if err := os.WriteFile(paper, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if have != want {
		t.Errorf("%s has\n%s\nwant\n%s", paper, have, want)
	}
}

func rows() string {
	var b strings.Builder
	b.WriteString("\n| ID | published as | answers for | looks at | read at |\n|---|---|---|---|---|\n")
	english := say.New(say.English)
	for _, c := range control.All() {
		scope := "the account"
		if c.PerRegion() {
			scope = "each Region"
		}
		var looks, links []string
		for _, a := range c.Aspects() {
			looks = append(looks, string(a))
		}
		if len(looks) == 0 {
			looks = []string{"whether a trail exists"}
		}
		for i, s := range c.Sources {
			links = append(links, fmt.Sprintf("[%d](%s)", i+1, s))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.ID, english.Note(trail.Say("control.title."+c.ID)),
			scope, strings.Join(looks, ", "), strings.Join(links, " "))
	}
	b.WriteString("\n")
	return b.String()
}

// TestCatalog holds that every check and every Aspect that one may be blind to has its
// sentence, that no ID is there twice, and that the table of scenarios leaves none out.
func TestCatalog(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range columns() {
		seen[id] = false
	}
	for _, c := range control.All() {
		if twice, known := seen[c.ID]; twice || !known {
			t.Errorf("%s is there twice, or in no column of the scenarios", c.ID)
		}
		seen[c.ID] = true
		if key := "control.title." + c.ID; say.New(say.English).Say(key) == key {
			t.Errorf("%s has no title", c.ID)
		}
		for _, s := range c.Sources {
			if !strings.HasPrefix(s, "https://") {
				t.Errorf("%s is published at %q", c.ID, s)
			}
		}
		if len(c.Sources) == 0 {
			t.Errorf("%s is published nowhere", c.ID)
		}
	}
	for id, there := range seen {
		if !there {
			t.Errorf("%s is in the scenarios, and is no check", id)
		}
	}
	for _, a := range []control.Aspect{
		control.Reach, control.Presence, control.Logging, control.Delivery, control.Management, control.Access,
		control.Sources, control.Narrowing, control.Globals, control.Later,
	} {
		if key := "control.blind." + string(a); say.New(say.Japanese).Say(key) == key {
			t.Errorf("nothing is said of a check that does not look at %s", a)
		}
	}
}
