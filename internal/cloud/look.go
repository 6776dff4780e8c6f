package cloud

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// Look returns the State that the call changes, as it is now; an empty one when what it
// would change is not there.
//
//	Update-, Create-, DeleteTrail      plan.TrailState of the trail
//	Start-, StopLogging                {IsLogging}
//	DescribeTrails                     plan.TrailState of the trail
//	GetTrailStatus                     plan.StatusState in that Region
//	GetEventSelectors                  plan.SelectorsState
//	Create-, DeleteBucket              {Exists: true}
//	Put-, DeleteBucketPolicy           {Policy: plan.Normal of the text}
//	PutBucketPublicAccessBlock         {PublicAccessBlocked: true} when all four are on
func (s *Session) Look(ctx context.Context, c plan.Call) (plan.State, error) {
	switch c.Action {
	case plan.UpdateTrail, plan.CreateTrail, plan.DeleteTrail, trail.DescribeTrails:
		return s.lookAtTrail(ctx, c)
	case trail.GetTrailStatus:
		return s.lookAtStatus(ctx, c)
	case trail.GetEventSelectors:
		return s.lookAtSelectors(ctx, c)
	case plan.StartLogging, plan.StopLogging:
		return s.lookAtLogging(ctx, c)
	case plan.CreateBucket, plan.DeleteBucket:
		return s.lookForBucket(ctx, c)
	case plan.PutBucketPolicy, plan.DeleteBucketPolicy:
		return s.lookAtPolicy(ctx, c)
	case plan.PutPublicAccessBlock:
		return s.lookAtPublicAccess(ctx, c)
	default:
		return nil, unknownAction(c)
	}
}

func unknownAction(c plan.Call) error { return fmt.Errorf("no plan can hold the action %q", c.Action) }

// lookAtTrail asks by name or ARN. A Region answers a name with its own trails only,
// and an ARN with that trail wherever it lives.
func (s *Session) lookAtTrail(ctx context.Context, c plan.Call) (plan.State, error) {
	found, err := run(ctx, s.call(trail.DescribeTrails, c.Region), func(ctx context.Context) ([]types.Trail, error) {
		return describe(ctx, s.cloudTrail(c.Region), c.Request.Name)
	})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(found, func(t types.Trail) bool {
		return aws.ToString(t.TrailARN) == c.Request.Name ||
			aws.ToString(t.Name) == c.Request.Name && trail.ARN(aws.ToString(t.TrailARN)).Region() == c.Region
	})
	if i < 0 {
		return plan.State{}, nil
	}
	return plan.TrailState(settingsOf(found[i])), nil
}

func (s *Session) lookAtLogging(ctx context.Context, c plan.Call) (plan.State, error) {
	status, err := s.status(ctx, s.call(trail.GetTrailStatus, c.Region), trail.ARN(c.Request.Name))
	switch {
	case kindOf(err) == NotFound:
		return plan.State{}, nil
	case err != nil:
		return nil, err
	}
	return plan.State{plan.IsLogging: status.Logging}, nil
}

func (s *Session) lookAtStatus(ctx context.Context, c plan.Call) (plan.State, error) {
	status, err := s.status(ctx, s.call(trail.GetTrailStatus, c.Region), trail.ARN(c.Request.Name))
	switch {
	case kindOf(err) == NotFound:
		return plan.State{}, nil
	case err != nil:
		return nil, err
	}
	return plan.StatusState(status), nil
}

func (s *Session) lookAtSelectors(ctx context.Context, c plan.Call) (plan.State, error) {
	found, err := s.Selectors(ctx, trail.ARN(c.Request.Name))
	switch {
	case kindOf(err) == NotFound:
		return plan.State{}, nil
	case err != nil:
		return nil, err
	}
	return plan.SelectorsState(found), nil
}

func (s *Session) lookForBucket(ctx context.Context, c plan.Call) (plan.State, error) {
	there, err := s.exists(ctx, c.Request.Bucket, c.Region)
	switch {
	case err != nil:
		return nil, err
	case !there:
		return plan.State{}, nil
	}
	return plan.State{plan.Exists: true}, nil
}

func (s *Session) lookAtPolicy(ctx context.Context, c plan.Call) (plan.State, error) {
	text, err := s.bucketPolicy(ctx, c.Request.Bucket, c.Region)
	switch {
	case codeOf(err) == "NoSuchBucket", err == nil && text == "":
		return plan.State{}, nil
	case err != nil:
		return nil, err
	}
	return plan.State{plan.Policy: plan.Normal(text)}, nil
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html
func (s *Session) lookAtPublicAccess(ctx context.Context, c plan.Call) (plan.State, error) {
	out, err := run(ctx, s.call("s3:GetBucketPublicAccessBlock", c.Region), func(ctx context.Context) (*s3.GetPublicAccessBlockOutput, error) {
		return s.s3(c.Region).GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &c.Request.Bucket})
	})
	switch {
	case kindOf(err) == NotFound: // NoSuchBucket, NoSuchPublicAccessBlockConfiguration
		return plan.State{}, nil
	case err != nil:
		return nil, err
	}
	b := out.PublicAccessBlockConfiguration
	if b == nil || !aws.ToBool(b.BlockPublicAcls) || !aws.ToBool(b.BlockPublicPolicy) ||
		!aws.ToBool(b.IgnorePublicAcls) || !aws.ToBool(b.RestrictPublicBuckets) {
		return plan.State{}, nil
	}
	return plan.State{plan.PublicAccessBlocked: true}, nil
}
