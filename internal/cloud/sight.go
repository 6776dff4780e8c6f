package cloud

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/trailspan/trailspan/internal/trail"
)

// Sight says whether a Region shows the trail, and its status there. A Region shows it
// when it lists it among all its trails and has a status of it; asked for one ARN alone
// it may answer with a trail that lives elsewhere. Both are asked at once.
func (s *Session) Sight(ctx context.Context, r trail.Region, arn trail.ARN) (bool, trail.Status, error) {
	var (
		found               []types.Trail
		status              trail.Status
		foundErr, statusErr error
	)
	together(
		func() {
			found, foundErr = run(ctx, s.call(trail.DescribeTrails, r), func(ctx context.Context) ([]types.Trail, error) {
				return describe(ctx, s.cloudTrail(r))
			})
		},
		func() { status, statusErr = s.status(ctx, s.call(trail.GetTrailStatus, r), arn) },
	)
	listed := slices.ContainsFunc(found, func(t types.Trail) bool { return aws.ToString(t.TrailARN) == string(arn) })
	switch {
	case foundErr != nil:
		return false, trail.Status{}, foundErr
	case !listed, kindOf(statusErr) == NotFound:
		return false, trail.Status{}, nil
	case statusErr != nil:
		return true, trail.Status{}, statusErr
	}
	return true, status, nil
}
