package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"

	"github.com/trailspan/trailspan/internal/trail"
)

// regionList is what is known of the Regions of an account.
type regionList struct {
	views []trail.RegionView // sorted
	// guessed says that AWS did not tell: the opt-in Regions have to be tried.
	guessed bool
	gaps    []trail.Gap
}

// regions asks account:ListRegions, and where that is denied or unknown (other
// emulators, some partitions) ec2:DescribeRegions. Where both fail, the Regions are
// those that were known when this was written.
func (c *collector) regions(ctx context.Context) regionList {
	views, err := c.listRegions(ctx)
	if err == nil {
		return regionList{views: views}
	}
	views, err2 := c.describeRegions(ctx)
	if err2 == nil {
		return regionList{views: views}
	}
	return regionList{
		views:   knownRegions(c.session.Region()),
		guessed: true,
		gaps:    []trail.Gap{gapOf(trail.ListRegions, "", "", err)},
	}
}

// listRegions asks for 50 Regions at a time, the most there are on a page.
// https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
func (c *collector) listRegions(ctx context.Context) ([]trail.RegionView, error) {
	return run(ctx, c.call(trail.ListRegions, ""), func(ctx context.Context) ([]trail.RegionView, error) {
		var out []trail.RegionView
		pages := account.NewListRegionsPaginator(c.session.account(), &account.ListRegionsInput{MaxResults: aws.Int32(50)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, r := range page.Regions {
				out = append(out, trail.RegionView{Region: trail.Region(aws.ToString(r.RegionName)), OptStatus: trail.OptStatus(r.RegionOptStatus)})
			}
		}
		return tidyRegions(out)
	})
}

// tidyRegions sorts, and refuses a list that cannot be one of Regions: the answer of
// something else than AWS.
func tidyRegions(views []trail.RegionView) ([]trail.RegionView, error) {
	slices.SortFunc(views, func(a, b trail.RegionView) int { return cmp.Compare(a.Region, b.Region) })
	views = slices.CompactFunc(views, func(a, b trail.RegionView) bool { return a.Region == b.Region })
	if len(views) == 0 || views[0].Region == "" {
		return nil, errors.New("the answer lists no Regions")
	}
	for _, v := range views {
		switch v.OptStatus {
		case trail.EnabledByDefault, trail.Enabled, trail.Enabling, trail.Disabling, trail.Disabled:
		default:
			return nil, fmt.Errorf("the answer gives %s the unknown status %q", v.Region, v.OptStatus)
		}
	}
	return views, nil
}

// knownRegions are those of the partition of r, and r.
func knownRegions(r trail.Region) []trail.RegionView {
	var out []trail.RegionView
	for _, known := range trail.KnownRegions(r.Partition()) {
		out = append(out, trail.RegionView{Region: known, OptStatus: trail.DefaultOptStatus(known)})
	}
	if !slices.ContainsFunc(out, func(v trail.RegionView) bool { return v.Region == r }) {
		out = append(out, trail.RegionView{Region: r, OptStatus: trail.Enabled})
	}
	slices.SortFunc(out, func(a, b trail.RegionView) int { return cmp.Compare(a.Region, b.Region) })
	return out
}
