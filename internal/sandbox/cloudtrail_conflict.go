package sandbox

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// checkPropagated refuses to change a trail while the last change of it is on its way to
// other Regions, if the switch says so. When AWS does is not documented, and the sentence
// is the sandbox's own. PutInsightSelectors does not have that error.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
func (s *Sandbox) checkPropagated(c *wire.Call, owner *account, arn string) error {
	if s.w.Switches.ConflictWhilePropagating != "on" || c.Operation == "PutInsightSelectors" {
		return nil
	}
	if slices.ContainsFunc(owner.Earlier[arn], func(e earlier) bool { return s.now().Before(e.Until) }) {
		return wire.Errorf("ConflictException", "The last change of the trail %s has not reached all Regions yet. Wait a few minutes, and then try the operation again.", arn)
	}
	return nil
}
