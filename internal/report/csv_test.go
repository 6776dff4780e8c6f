package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/trail"
)

// An account that nobody could enter has a line of its own, with what AWS said.
func TestCSVShut(t *testing.T) {
	shut := trail.Snapshot{Account: account, Partition: trail.AWS, Gaps: []trail.Gap{{Action: "sts:AssumeRole", Kind: trail.Denied, Error: "AccessDenied"}}}
	var out bytes.Buffer
	if err := Check(&out, CSV, check(shut), Options{}); err != nil {
		t.Fatal(err)
	}
	want := string(account) + ",,aws,,,unknown,,,not allowed to look: sts:AssumeRole was denied: AccessDenied\n"
	if !strings.HasSuffix(out.String(), want) {
		t.Errorf("it is\n%s, want at the end\n%s", out.String(), want)
	}
}

// TestCSVFormula holds that a name never becomes a formula, and is still a name.
func TestCSVFormula(t *testing.T) {
	for name, want := range map[string]string{
		`=HYPERLINK("http://x")`: `'=HYPERLINK("http://x")`, // runs when opened
		"+1":                     "'+1",
		"-1":                     "'-1",
		"@SUM(A1)":               "'@SUM(A1)",
		"\t=1":                   "' =1",   // some skip the tab
		"a\x1b[2Jb":              "a�[2Jb", // a terminal would obey
		"a=b":                    "a=b",    // only the first character counts
		"production, \"east\"":   "production, \"east\"",
		"":                       "",
	} {
		var out bytes.Buffer
		if err := Check(&out, CSV, check(empty(account, name)), Options{}); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := lines[1][1]; got != want {
			t.Errorf("the name %q is written as %q, want %q", name, got, want)
		}
	}
}
