package example_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
)

// ensureMultiRegion stands for your own code: it makes sure that a trail records every
// Region, and says whether anything had to be changed.
func ensureMultiRegion(ctx context.Context, c *cloudtrail.Client, name string) (changed bool, err error) {
	got, err := c.GetTrail(ctx, &cloudtrail.GetTrailInput{Name: &name})
	if err != nil || aws.ToBool(got.Trail.IsMultiRegionTrail) {
		return false, err
	}
	_, err = c.UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{Name: &name, IsMultiRegionTrail: aws.Bool(true)})
	return err == nil, err
}

func TestEnsureMultiRegion(t *testing.T) {
	config := startSandbox(t)
	home := cloudtrail.NewFromConfig(config)
	far := cloudtrail.NewFromConfig(config, func(o *cloudtrail.Options) { o.Region = "ap-south-1" })
	wantTrails(t, far, 0)

	for _, want := range []bool{true, false} {
		changed, err := ensureMultiRegion(t.Context(), home, "your-trail-name")
		if err != nil || changed != want {
			t.Errorf("ensureMultiRegion says %t, %v, want %t", changed, err, want)
		}
		wantTrails(t, far, 1)
	}
}

func wantTrails(t *testing.T, c *cloudtrail.Client, want int) {
	t.Helper()
	seen, err := c.DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(seen.TrailList); got != want {
		t.Errorf("%s sees %d trails, want %d", c.Options().Region, got, want)
	}
}
