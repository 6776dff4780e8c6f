package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/trailspan/trailspan/internal/trail"
)

// regionLook is what a Region answered in the second round.
type regionLook struct {
	region    trail.Region
	trails    []types.Trail
	err       error
	stores    []trail.ARN
	storesErr error
}

// describeTrails asks for the trails of a Region and the shadows of others. There are
// no pages. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
func (c *collector) describeTrails(ctx context.Context, r trail.Region) ([]types.Trail, error) {
	return run(ctx, c.call(trail.DescribeTrails, r), func(ctx context.Context) ([]types.Trail, error) {
		return describe(ctx, c.session.cloudTrail(r))
	})
}

// describe lists the trails with these names or ARNs, or all.
func describe(ctx context.Context, client *cloudtrail.Client, names ...string) ([]types.Trail, error) {
	out, err := client.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true), TrailNameList: names})
	if err != nil {
		return nil, err
	}
	return out.TrailList, nil
}

// settleRegions writes down what the answers say of the Regions themselves, and makes
// Gaps of what was not answered.
func (c *collector) settleRegions() {
	rejects := c.rejectedEverywhere()
	c.looks = slices.DeleteFunc(c.looks, func(l regionLook) bool { return c.guessed && c.settleGuess(l) })
	for _, l := range c.looks {
		if l.err != nil {
			c.regionGap(trail.DescribeTrails, l.region, l.err, rejects)
		}
		if l.storesErr != nil && !lakeIsNotThere(l.storesErr) {
			c.regionGap(trail.ListEventDataStores, l.region, l.storesErr, rejects)
		}
	}
}

// lakeIsNotThere says that AWS does not offer CloudTrail Lake in a Region, in its own
// words, so that no event data store can be there. Something else that does not know
// the operation leaves the question open.
func lakeIsNotThere(err error) bool {
	var unsupported *types.UnsupportedOperationException
	return errors.As(err, &unsupported)
}

// rejectedEverywhere says that nothing accepted the credentials: then it is they that
// are bad, and not the Regions that are disabled.
func (c *collector) rejectedEverywhere() bool {
	if c.known && len(c.looks) == 1 {
		return false // credentials that are good elsewhere
	}
	return !slices.ContainsFunc(c.looks, func(l regionLook) bool { return l.err == nil || kindOf(l.err) != Rejected })
}

func (c *collector) regionGap(action string, r trail.Region, err error, rejects bool) {
	g := gapOf(action, r, "", err)
	if g.Kind == trail.NoRegion && rejects {
		g.Kind = trail.Failed
	}
	c.snapshot.Gaps = append(c.snapshot.Gaps, g)
}

// settleGuess decides whether an opt-in Region is enabled by how it answered. It says
// whether the Region is out of the question: one that is disabled is no Gap. One that
// did not answer at all is taken for enabled, so that its Gap counts.
func (c *collector) settleGuess(l regionLook) (disabled bool) {
	v := c.view(l.region)
	if v.OptStatus.Usable() {
		return false
	}
	if kindOf(l.err) == Rejected || kindOf(l.storesErr) == Rejected {
		return true
	}
	v.OptStatus = trail.Enabled
	return false
}

func (c *collector) view(r trail.Region) *trail.RegionView {
	i := slices.IndexFunc(c.snapshot.Regions, func(v trail.RegionView) bool { return v.Region == r })
	return &c.snapshot.Regions[i]
}

// gatherTrails makes one trail of all that Regions say of it. Where they differ, as they
// may for a moment after a change, its home Region is right, and after it the first.
func (c *collector) gatherTrails() {
	found := map[trail.ARN]trail.Trail{}
	c.custom = map[trail.ARN]bool{}
	for _, l := range c.looks {
		view := c.view(l.region)
		for _, t := range l.trails {
			seen, err := trailOf(t)
			if err != nil {
				c.gap(trail.DescribeTrails, l.region, "", err)
				continue
			}
			view.Visible = append(view.Visible, seen.ARN)
			if _, known := found[seen.ARN]; !known || seen.HomeRegion == l.region {
				found[seen.ARN] = seen
				c.custom[seen.ARN] = aws.ToBool(t.HasCustomEventSelectors)
			}
		}
		slices.Sort(view.Visible)
		view.Visible = slices.Compact(view.Visible)
	}
	for _, t := range found {
		c.snapshot.Trails = append(c.snapshot.Trails, t)
	}
	slices.SortFunc(c.snapshot.Trails, func(a, b trail.Trail) int { return cmp.Compare(a.ARN, b.ARN) })
}

// trailOf refuses a trail whose ARN is none: nothing could be asked about it.
func trailOf(t types.Trail) (trail.Trail, error) {
	arn, home, _, name, err := trail.ParseTrailARN(aws.ToString(t.TrailARN))
	if err != nil {
		return trail.Trail{}, fmt.Errorf("the answer has a trail that cannot be told: %w", err)
	}
	return trail.Trail{
		ARN: arn, Name: name, HomeRegion: home,
		Settings:         settingsOf(t),
		InsightSelectors: aws.ToBool(t.HasInsightSelectors),
	}, nil
}

func settingsOf(t types.Trail) trail.Settings {
	return trail.Settings{
		Bucket:              aws.ToString(t.S3BucketName),
		KeyPrefix:           aws.ToString(t.S3KeyPrefix),
		SNSTopicARN:         trail.ARN(aws.ToString(t.SnsTopicARN)),
		GlobalServiceEvents: aws.ToBool(t.IncludeGlobalServiceEvents),
		MultiRegion:         aws.ToBool(t.IsMultiRegionTrail),
		Organization:        aws.ToBool(t.IsOrganizationTrail),
		LogFileValidation:   aws.ToBool(t.LogFileValidationEnabled),
		LogGroupARN:         trail.ARN(aws.ToString(t.CloudWatchLogsLogGroupArn)),
		LogRoleARN:          trail.ARN(aws.ToString(t.CloudWatchLogsRoleArn)),
		KMSKeyID:            aws.ToString(t.KmsKeyId),
	}
}
