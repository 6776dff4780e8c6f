package cli

import (
	"testing"

	"github.com/trailspan/trailspan/internal/trail"
)

// What a checkpoint keeps: only what looking again would not change.
func TestLasting(t *testing.T) {
	regions := []trail.RegionView{{Region: "us-east-1", OptStatus: trail.EnabledByDefault}, {Region: "af-south-1", OptStatus: trail.Disabling}}
	for name, c := range map[string]struct {
		gap  trail.Gap
		want bool
	}{
		"a denial":                         {trail.Gap{Region: "us-east-1", Action: trail.DescribeTrails, Kind: trail.Denied}, true},
		"a Region that was disabled":       {trail.Gap{Region: "af-south-1", Action: trail.DescribeTrails, Kind: trail.NoRegion}, true},
		"a Region that cannot be disabled": {trail.Gap{Region: "us-east-1", Action: trail.DescribeTrails, Kind: trail.NoRegion}, false},
		"a Region that nobody knows":       {trail.Gap{Action: trail.ListRegions, Kind: trail.NoRegion}, false},
		"no answer":                        {trail.Gap{Region: "us-east-1", Action: trail.DescribeTrails, Kind: trail.Timeout}, false},
		"throttling":                       {trail.Gap{Region: "us-east-1", Action: trail.DescribeTrails, Kind: trail.Throttled}, false},
		"credentials that have expired":    {trail.Gap{Region: "us-east-1", Action: trail.DescribeTrails, Kind: trail.Failed}, false},
		"a role that may not be assumed":   {trail.Gap{Action: assumeRole, Kind: trail.Denied}, false},
	} {
		if got := lasting(trail.Snapshot{Regions: regions, Gaps: []trail.Gap{c.gap}}); got != c.want {
			t.Errorf("%s: lasting %v, want %v", name, got, c.want)
		}
	}
	if !lasting(trail.Snapshot{Regions: regions}) {
		t.Error("what was seen in whole is not kept")
	}
}
