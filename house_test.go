// Package house_test checks what docs/ARCHITECTURE.md says about the building: which
// room may use which, which rooms only think, where AWS is spoken to, and that every
// room says what it is for. The rules are in house_rules_test.go; what each of them
// catches is in house_planted_test.go.
package house_test

import (
	"os"
	"testing"
)

const module = "github.com/trailspan/trailspan"

// A room is a directory of packages with one purpose: internal/NAME or cmd/NAME with
// all below it, or a directory of tests beside them.
type room struct {
	// may names the rooms it may use. What is not here it may not.
	may []string
	// pure rooms only think: no files, no network, no clock, no chance, no log.
	pure bool
}

// plan is the plan of the house. A new room starts here, with its walls.
func plan() map[string]room {
	everything := []string{"trail", "coverage", "control", "policy", "plan", "apply", "journal", "cloud", "sandbox", "say", "report", "prove", "iac", "console"}
	return map[string]room{
		"trail":         {pure: true},
		"coverage":      {may: []string{"trail"}, pure: true},
		"control":       {may: []string{"trail", "coverage"}, pure: true},
		"policy":        {may: []string{"trail"}, pure: true},
		"plan":          {may: []string{"trail", "coverage", "policy"}, pure: true},
		"iac":           {may: []string{"trail", "policy"}, pure: true},
		"apply":         {may: []string{"trail", "plan"}, pure: true},
		"prove":         {may: []string{"trail", "coverage", "apply"}, pure: true},
		"say":           {may: []string{"trail"}, pure: true},
		"journal":       {may: []string{"trail", "plan", "apply"}},
		"cloud":         {may: []string{"trail", "plan"}},
		"report":        {may: []string{"say", "trail", "coverage", "control", "plan", "apply", "prove", "iac"}, pure: true},
		"console":       {may: []string{"say", "trail", "coverage", "plan", "apply"}},
		"sandbox":       {},
		"cli":           {may: everything},
		"cmd/trailspan": {may: []string{"cli"}},
		"interop":       {},
		"examples":      {},
		"bench":         {may: append(everything, "cli")},
	}
}

// doors says which single room may use a module of others, by the start of its path;
// "" stands for tests.
func doors() map[string]string {
	return map[string]string{
		"github.com/aws/":             "cloud", // one door to AWS
		"golang.org/x/time/":          "cloud",
		"github.com/spf13/":           "cli",
		"github.com/gofrs/flock":      "journal",
		"github.com/hashicorp/":       "iac",
		"mvdan.cc/sh/":                "iac",
		"github.com/santhosh-tekuri/": "",
		"github.com/chromedp/":        "",
		"github.com/rogpeppe/":        "",
		"github.com/google/go-cmp":    "",
		"pgregory.net/rapid":          "",
		"github.com/yuin/":            "",
	}
}

func TestHouse(t *testing.T) {
	for _, fault := range survey(t, os.DirFS("."), plan()) {
		t.Error(fault)
	}
}
