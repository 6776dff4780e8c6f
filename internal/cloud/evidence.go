package cloud

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// Evidence reads what the gates of a plan for t rest on, all at once. It never fails:
// what could not be read is a Gap.
func (s *Session) Evidence(ctx context.Context, t trail.Trail) plan.Evidence {
	var (
		e       plan.Evidence
		bucket  bucketLook
		owner   plan.Owner
		org     *plan.Organization
		orgErr  error
		missing []trail.Gap
		members []trail.Gap
	)
	together(
		func() {
			bucket = s.bucket(ctx, t.Bucket, t.HomeRegion)
			e.Key = s.trailKey(ctx, t, bucket.Bucket)
		},
		func() { owner = s.Owner(ctx, t) },
		func() {
			org, orgErr = s.organization(ctx)
			members = s.membership(ctx, t, org)
		},
		func() { e.Topic = s.topic(ctx, t.SNSTopicARN) },
		func() { e.LogGroup = s.logGroup(ctx, t) },
	)
	missing = append(missing, around(e)...)
	missing = append(missing, members...)
	missing = append(missing, bucket.gaps...)
	missing = append(missing, owner.Gaps()...)
	if orgErr != nil {
		missing = append(missing, gapOf(describeOrganization, "", "", orgErr))
	}
	sortGaps(missing)
	e.Bucket, e.Owner, e.Organization, e.Gaps = bucket.Bucket, owner, org, slices.Clip(missing)
	return e
}

const describeStackResources = "cloudformation:DescribeStackResources"

// owner asks CloudFormation, in the home Region of the trail, which stack has it. There
// is no other way: CloudFormation puts no tags on trails. The name of a trail is the
// physical ID of its resource.
func (s *Session) owner(ctx context.Context, t trail.Trail) plan.Owner {
	owner, err := run(ctx, s.call(describeStackResources, t.HomeRegion), func(ctx context.Context) (plan.Owner, error) {
		out, err := s.cloudFormation(t.HomeRegion).DescribeStackResources(ctx,
			&cloudformation.DescribeStackResourcesInput{PhysicalResourceId: &t.Name})
		switch {
		case isNoStack(err):
			return plan.Owner{}, nil
		case err != nil:
			return plan.Owner{}, err
		}
		for _, r := range out.StackResources {
			if aws.ToString(r.ResourceType) == "AWS::CloudTrail::Trail" && aws.ToString(r.PhysicalResourceId) == t.Name {
				return plan.Owner{Stack: aws.ToString(r.StackName), Resource: aws.ToString(r.LogicalResourceId)}, nil
			}
		}
		return plan.Owner{}, nil
	})
	if err != nil {
		g := gapOf(describeStackResources, t.HomeRegion, t.ARN, err)
		owner.Gap = &g
	}
	return owner
}

// isNoStack: "Stack for NAME does not exist" is a ValidationError, as a malformed
// request would be; ours is not malformed.
func isNoStack(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationError"
}
