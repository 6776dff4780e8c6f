package iac_test

import (
	"regexp"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// fake reads lines such as "trail NAME one", which makes a trail of one Region; "all",
// every Region; "bad", one whose fix leads nowhere; "$x", what a line "x = one" says.
type fake struct{}

var fakeLine = regexp.MustCompile(`(?m)^trail ([\w.]+) (\$?\w+)`)

func (fake) Kind(path string, _ []byte) iac.Kind {
	if strings.HasSuffix(path, ".fake") {
		return "fake"
	}
	return ""
}

func (fake) Read(in iac.Input) iac.File {
	f := iac.File{Kind: "fake"}
	for _, m := range fakeLine.FindAllSubmatchIndex(in.Text, -1) {
		t := iac.Trail{Name: string(in.Text[m[2]:m[3]]), Verdict: iac.Multi, Reason: trail.Say("test")}
		t.Line, t.Column = iac.Place(in.Text, m[0])
		value, declared := string(in.Text[m[4]:m[5]]), []iac.Edit(nil)
		if name, ok := strings.CutPrefix(value, "$"); ok {
			i := strings.Index(string(in.Text), "\n"+name+" = ") + len(name) + 4
			value = string(in.Text[i : i+3])
			declared = []iac.Edit{{Start: i, End: i + 3, Text: "all"}}
		}
		switch {
		case declared != nil:
			t.Verdict, t.Default, t.Elsewhere = iac.Unknown, iac.Multi, declared
			if value != "all" {
				t.Default = iac.Single
			}
		case value == "one":
			t.Verdict, t.Fix = iac.Single, []iac.Edit{{Start: m[4], End: m[5], Text: "all"}}
		case value == "bad":
			t.Verdict, t.Fix = iac.Single, []iac.Edit{{Start: m[4], End: m[5], Text: "worse"}}
		case value == "worse":
			t.Verdict = iac.Single
		}
		if t.Verdict != iac.Unknown {
			t.Default = t.Verdict
		}
		if t.Verdict == iac.Single {
			t.Problems = []iac.Problem{{Rule: iac.SingleRegion, Line: t.Line, Column: t.Column, Message: t.Reason}}
		}
		f.Trails = append(f.Trails, t)
	}
	return f
}
