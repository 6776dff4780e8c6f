package cloud

import (
	"context"

	"github.com/trailspan/trailspan/internal/trail"
)

// Selectors asks for the event selectors of one trail, by its ARN in its home Region.
// Of an organization trail the management account and delegated administrators are
// told, where a member may not be.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
func (s *Session) Selectors(ctx context.Context, arn trail.ARN) (*trail.Selectors, error) {
	c := &collector{session: s, timeout: s.timeout}
	return c.selectors(ctx, arn.Region(), arn)
}
