package commands

import (
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
)

// A call that cannot be fixed says why, and one that can does not.
func TestUnfixed(t *testing.T) {
	const head = "from aws_cdk.aws_cloudtrail import CfnTrail\n"
	for call, want := range map[string]string{
		`CfnTrail(*[self, "I"])`: "iac.commands.no-place", // how many arguments that is nobody counts
		`CfnTrail(self)`:         "iac.commands.no-place", // one too few
		`CfnTrail(self, "I")`:    "",
	} {
		f := New().Read(iac.Input{Path: "a.py", Text: []byte(head + call + "\n")})
		if len(f.Trails) != 1 || f.Trails[0].Unfixed.Key != want || (want == "") != (len(f.Trails[0].Fix) > 0) {
			t.Errorf("%s: %+v, want %q", call, f.Trails, want)
		}
	}
}
