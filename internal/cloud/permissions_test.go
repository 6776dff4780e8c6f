package cloud_test

import (
	"slices"
	"testing"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

// Whoever is allowed what the policy for check allows can check.
func TestPolicyForCheckIsEnough(t *testing.T) {
	t.Parallel()
	var allowed []string
	for _, s := range cloud.PolicyFor("check").Statement {
		allowed = append(allowed, s.Action...)
	}
	for _, yaml := range []string{wide, lake} {
		s, l := open(t, yaml, rule{action: trail.ListRegions, answer: says("AccessDeniedException", "no")})
		collect(t, s, cloud.CollectOptions{})
		for _, c := range l.calls("") {
			if !slices.Contains(allowed, c.action) && c.action != "sts:GetCallerIdentity" { // which takes no permission
				t.Fatalf("%s is not allowed", c.action)
			}
		}
	}
}
