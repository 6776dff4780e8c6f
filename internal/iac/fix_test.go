package iac_test

import (
	"testing"
	"testing/fstest"

	"github.com/trailspan/trailspan/internal/iac"
)

func TestApply(t *testing.T) {
	for name, tt := range map[string]struct {
		edits []iac.Edit
		want  string
		fits  bool
	}{
		"none":                            {nil, "abcdef", true},
		"from the end":                    {[]iac.Edit{{Start: 4, End: 5, Text: "XX"}, {Start: 0, End: 1, Text: ""}}, "bcdXXf", true},
		"insert at both ends":             {[]iac.Edit{{Start: 6, End: 6, Text: "!"}, {Text: ">"}}, ">abcdef!", true},
		"the same twice is one":           {[]iac.Edit{{Start: 1, End: 2, Text: "x"}, {Start: 1, End: 2, Text: "x"}}, "axcdef", true},
		"overlapping":                     {[]iac.Edit{{Start: 1, End: 3}, {Start: 2, End: 4}}, "", false},
		"outside":                         {[]iac.Edit{{Start: 6, End: 7}}, "", false},
		"backwards":                       {[]iac.Edit{{Start: 3, End: 2}}, "", false},
		"two inserts at one place remain": {[]iac.Edit{{Start: 1, End: 1, Text: "x"}, {Start: 1, End: 1, Text: "y"}}, "axybcdef", true},
	} {
		t.Run(name, func(t *testing.T) {
			got, fits := iac.Apply([]byte("abcdef"), tt.edits)
			if string(got) != tt.want || fits != tt.fits {
				t.Errorf("%q, %v", got, fits)
			}
		})
	}
}

func TestFix(t *testing.T) {
	for name, tt := range map[string]struct {
		in, want string
		extent   iac.Extent
	}{
		"nothing to do":                         {"trail a all\n", "", iac.TrailOnly},
		"every trail":                           {"trail a one\ntrail b one\n", "trail a all\ntrail b all\n", iac.TrailOnly},
		"one that is refused holds up no other": {"trail a one\ntrail b bad\ntrail c one\n", "trail a all\ntrail b bad\ntrail c all\n", iac.TrailOnly},
		"all refused":                           {"trail a bad\n", "", iac.TrailOnly},
		"not wanted":                            {"trail no one\n", "", iac.TrailOnly},
		"a declaration, unless wanted, stays":   {"trail a $x\nx = one\n", "", iac.TrailOnly},
		"a declaration":                         {"trail a $x\nx = one\n", "trail a $x\nx = all\n", iac.Declarations},
		"one declaration for two":               {"trail a $x\ntrail b $x\nx = one\n", "trail a $x\ntrail b $x\nx = all\n", iac.Declarations},
		"one that decides a trail not wanted":   {"trail a $x\ntrail no $x\nx = one\n", "trail a $x\ntrail no $x\nx = all\n", iac.Declarations},
	} {
		t.Run(name, func(t *testing.T) {
			in := iac.Input{Path: "d/a.fake", Text: []byte(tt.in), Tree: fstest.MapFS{"d/a.fake": {Data: []byte(tt.in)}}}
			got := iac.Fix(fake{}, in, tt.extent, func(_ int, x iac.Trail) bool { return x.Name != "no" })
			if string(got.Texts["d/a.fake"]) != tt.want || len(got.Texts) > 1 {
				t.Errorf("%q", got.Texts)
			}
			if len(got.After.Trails) != len(got.Before.Trails) {
				t.Error("trails came or went")
			}
		})
	}
}
