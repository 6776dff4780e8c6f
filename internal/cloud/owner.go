package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const listTags = "cloudtrail:ListTags"

// Owner asks who manages a trail: which stack has it, and what its tags say.
func (s *Session) Owner(ctx context.Context, t trail.Trail) plan.Owner {
	var (
		owner plan.Owner
		tags  []plan.Tag
		err   error
	)
	together(
		func() { owner = s.owner(ctx, t) },
		func() { tags, err = s.tags(ctx, t) },
	)
	owner.Tags = tags
	if err != nil {
		g := gapOf(listTags, t.HomeRegion, t.ARN, err)
		owner.TagGap = &g
	}
	return owner
}

// tags asks the home Region, which is the only one that knows them. A trail that is not
// there, as one that is yet to be made, has none, and those of an organization trail are
// for its owner alone.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html
func (s *Session) tags(ctx context.Context, t trail.Trail) ([]plan.Tag, error) {
	out, err := run(ctx, s.call(listTags, t.HomeRegion), func(ctx context.Context) ([]plan.Tag, error) {
		var out []plan.Tag
		pages := cloudtrail.NewListTagsPaginator(s.cloudTrail(t.HomeRegion), &cloudtrail.ListTagsInput{ResourceIdList: []string{string(t.ARN)}})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, r := range page.ResourceTagList {
				for _, tag := range r.TagsList {
					out = append(out, plan.Tag{Key: aws.ToString(tag.Key), Value: aws.ToString(tag.Value)})
				}
			}
		}
		return out, nil
	})
	if code := codeOf(err); strings.HasSuffix(code, "NotFoundException") || code == "CloudTrailARNInvalidException" {
		return nil, nil
	}
	return out, err
}
