package house_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/iac/cfn"
	"github.com/trailspan/trailspan/internal/say"
)

var updateRules = flag.Bool("update-rules", false, "write docs/rules")

// TestDocsRules checks that docs/rules holds the page of every rule, and none besides:
// go test . -run TestDocsRules -update-rules writes them.
func TestDocsRules(t *testing.T) {
	pages := map[string]string{"README.md": ruleIndex()}
	for _, r := range iac.Rules() {
		pages[r.ID+".md"] = rulePage(r)
	}
	for name, want := range pages {
		path := filepath.Join("docs", "rules", name)
		if *updateRules {
			if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s is not in step with its rule (%v): go test . -run TestDocsRules -update-rules", path, err)
		}
	}
	there, err := filepath.Glob("docs/rules/*")
	if err != nil || len(there) != len(pages) {
		t.Errorf("docs/rules holds %v, %v", there, err)
	}
}

// TestDocsRuleExamples checks that the bad example of a rule breaks it, and that the good
// one breaks neither it nor a rule that is on.
func TestDocsRuleExamples(t *testing.T) {
	broken := func(text string) (out []string) {
		for _, one := range cfn.New().Read(iac.Input{Path: "example.yaml", Text: []byte(text)}).Trails {
			for _, p := range one.Problems {
				out = append(out, p.Rule)
			}
		}
		return out
	}
	for _, r := range iac.Rules() {
		if bad := broken(r.Bad); !slices.Contains(bad, r.ID) {
			t.Errorf("the bad example of %s breaks %v", r.ID, bad)
		}
		good := broken(r.Good)
		for _, other := range iac.Rules() {
			if slices.Contains(good, other.ID) && (other.On || other.ID == r.ID) {
				t.Errorf("the good example of %s breaks %s", r.ID, other.ID)
			}
		}
	}
}

// rulePage is the page of the documentation about a rule, docs/rules/ID.md, to which the
// helpUri of SARIF leads.
func rulePage(r iac.Rule) string {
	en, ja := say.New(say.English), say.New(say.Japanese)
	state, turn := "on", "off"
	if !r.On {
		state, turn = "off", "on"
	}
	lines := []string{
		"# " + r.ID,
		en.Say("lint.rule."+r.ID) + ".", ja.Say("lint.rule."+r.ID) + "。",
		fmt.Sprintf("Severity: %s. By default: %s.", r.Severity, state),
		"## Why", en.Say("lint.why." + r.ID),
		"## Breaks it", fenced(r.Bad),
		"## Keeps it", fenced(r.Good),
		"## Switching it " + turn, "In `.trailspan.yaml`, for all files below it:", fenced("rules:\n  " + r.ID + ": " + turn + "\n"),
		"For one trail, with a reason, on the line before it:", fenced("# trailspan:ignore " + r.ID + " why it is right here until:2027-12-31\n"),
		"[All rules](README.md) · [lint](../lint.md)",
	}
	return strings.Join(lines, "\n\n") + "\n"
}

func fenced(text string) string { return "```yaml\n" + text + "```" }

// ruleIndex is the page docs/rules/README.md, a table of all rules.
func ruleIndex() string {
	en, ja := say.New(say.English), say.New(say.Japanese)
	var out strings.Builder
	out.WriteString("# Rules of lint\n\n| rule | severity | by default | says |\n|---|---|---|---|\n")
	for _, r := range iac.Rules() {
		state := "off"
		if r.On {
			state = "on"
		}
		fmt.Fprintf(&out, "| [%s](%s.md) | %s | %s | %s. %s |\n", r.ID, r.ID, r.Severity, state, en.Say("lint.rule."+r.ID), ja.Say("lint.rule."+r.ID))
	}
	return out.String()
}
