package iac_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
)

func TestSuppressions(t *testing.T) {
	for name, tt := range map[string]struct {
		text string // the trail begins at the line with <
		want string
	}{
		"ours, on the line":                 {"trail < # trailspan:ignore single-region only us-east-1 matters", "[{single-region 1 only us-east-1 matters}]"},
		"ours, on the line before":          {"# trailspan:ignore single-region old\ntrail <", "[{single-region 1 old}]"},
		"over another comment":              {"# trailspan:ignore single-region old\n# more\ntrail <", "[{single-region 1 old}]"},
		"not over a line":                   {"# trailspan:ignore single-region old\n\ntrail <", "[]"},
		"behind the neighbor":               {"other {} # trailspan:ignore single-region old\ntrail <", "[]"},
		"in the block":                      {"trail < {\n  a = 1\n  // trailspan:ignore single-region x\n}", "[{single-region 3 x}]"},
		"at the bracket that closes":        {"trail < {\n  a = 1\n} # trailspan:ignore single-region x", "[{single-region 3 x}]"},
		"in the next block":                 {"trail < {\n  a = 1\n}\nother {\n # trailspan:ignore single-region x\n}", "[]"},
		"where a command goes on":           {"trail < \\\n  --x \\\n--y # trailspan:ignore single-region x", "[{single-region 3 x}]"},
		"two rules":                         {"trail < # trailspan:ignore single-region,not-logging x", "[{single-region 1 x} {not-logging 1 x}]"},
		"a rule that is none":               {"trail < # trailspan:ignore everything", "[]"},
		"until a day to come":               {"trail < # trailspan:ignore single-region x until:2027-01-01", "[{single-region 1 x}]"},
		"until a day gone by":               {"trail < # trailspan:ignore single-region x until:2026-11-21", "[]"},
		"in Markdown":                       {"<!-- trailspan:ignore single-region an example -->\ntrail <", "[{single-region 1 an example}]"},
		"no comment":                        {"trail < trailspan:ignore single-region x", "[]"},
		"checkov":                           {"trail < {\n  #checkov:skip=CKV_AWS_67:one is enough\n}", "[{single-region 2 one is enough}]"},
		"checkov, another rule":             {"trail < {\n  #checkov:skip=CKV_AWS_35:no key\n}", "[]"},
		"trivy":                             {"#trivy:ignore:AVD-AWS-0014\ntrail <", "[{single-region 1 }]"},
		"trivy, new name and expired":       {"#trivy:ignore:AWS-0014:exp:2026-01-01\ntrail <", "[]"},
		"tfsec":                             {"trail < #tfsec:ignore:aws-cloudtrail-enable-all-regions", "[{single-region 1 }]"},
		"tfsec, several":                    {"trail < #tfsec:ignore:aws-s3-x tfsec:ignore:aws-cloudtrail-enable-all-regions", "[{single-region 1 }]"},
		"terrascan":                         {"trail < {\n  #ts:skip=AC_AWS_0034 as agreed\n}", "[{single-region 2 as agreed}]"},
		"KICS, the line":                    {"# kics-scan ignore-line\ntrail <", "[{single-region 1 }]"},
		"KICS, the line of the problem":     {"trail < {\n  x\n  # kics-scan ignore-line\n  multi = false !\n}", "[{single-region 3 }]"},
		"KICS, another line":                {"trail < {\n  # kics-scan ignore-line\n  x\n  multi = false !\n}", "[]"},
		"KICS, by its rule":                 {"# kics-scan disable=8173d5eb-96b5-4aa6-a71b-ecfa153c123d\nx\n\ntrail <", "[{single-region 1 }]"},
		"KICS, by another rule":             {"# kics-scan disable=0afa6ab8-a047-48cf-be07-93a2f8c34cf7\ntrail <", "[]"},
		"metadata of checkov":               {"Resources:\n  T: <\n    Type: x\n    Metadata:\n      checkov:\n        skip:\n          - {id: CKV_AWS_67, comment: c}", "[{single-region 7 c}]"},
		"metadata of cfn-guard":             {"Resources:\n  T: <\n    Metadata: {guard: {SuppressedRules: [MULTI_REGION_CLOUD_TRAIL_ENABLED]}}", "[{single-region 3 }]"},
		"metadata of another resource":      {"Resources:\n  U:\n    Metadata: {guard: {SuppressedRules: [MULTI_REGION_CLOUD_TRAIL_ENABLED]}}\n  T: <\n    x: y", "[]"},
		"metadata in JSON":                  {`{"Resources": {"T": {"Metadata": {"guard": {"SuppressedRules": ["MULTI_REGION_CLOUD_TRAIL_ENABLED"]}}}}, "x": "<"}`, "[{single-region 1 }]"},
		"metadata in what cannot be parsed": {"Metadata: [\nCKV_AWS_67: <", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			x := iac.Trail{Name: "T", Problems: []iac.Problem{{Rule: iac.SingleRegion}}}
			text := strings.Replace(tt.text, ": <", ":", 1)
			x.Line, _ = iac.Place([]byte(tt.text), strings.Index(tt.text, "<"))
			if i := strings.LastIndex(tt.text, "!"); i > strings.Index(tt.text, "false") && strings.Contains(tt.text, "false") {
				x.Problems[0].Line, _ = iac.Place([]byte(tt.text), i)
			}
			if strings.Contains(tt.text, "<!--") {
				x.Line = 2
			}
			got := iac.Suppressions([]byte(text), iac.File{Trails: []iac.Trail{x}}, "2026-11-22")
			if fmt.Sprint(got[0]) != tt.want {
				t.Errorf("%v, want %s", got[0], tt.want)
			}
		})
	}
}

// Nothing that a file holds harms whoever looks for suppressions.
func FuzzSuppressions(f *testing.F) {
	f.Add("# trailspan:ignore single-region x\nMetadata", 1)
	f.Add("kics-scan ignore-block CKV_AWS_67 Metadata: &a [*a]", 9)
	f.Fuzz(func(_ *testing.T, text string, line int) {
		iac.Suppressions([]byte(text), iac.File{Trails: []iac.Trail{{Name: "a", Line: line}}}, "2026-11-22")
	})
}
