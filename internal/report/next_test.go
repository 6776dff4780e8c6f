package report

import (
	"slices"
	"testing"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// TestAdvise shows which command lines are proposed.
func TestAdvise(t *testing.T) {
	single := trail.Settings{Bucket: "b", GlobalServiceEvents: true}
	blind := empty(account, "")
	for _, v := range blind.Regions {
		blind.Gaps = append(blind.Gaps, trail.Gap{Region: v.Region, Action: trail.DescribeTrails, Kind: trail.Denied})
	}
	slow := empty(account, "")
	slow.Gaps = append(slow.Gaps, trail.Gap{Region: "us-east-1", Action: trail.DescribeTrails, Kind: trail.Timeout})
	shut := trail.Snapshot{Account: account, Partition: trail.AWS, Gaps: []trail.Gap{{Action: "sts:AssumeRole", Kind: trail.Denied}}}
	stopped := healthy(account, "")
	for r := range stopped.Trails[0].Status {
		stopped.Trails[0].Status[r] = trail.Status{}
	}
	for name, tt := range map[string]struct {
		s    trail.Snapshot
		want []string
	}{
		"all is well":                                    {healthy(account, ""), nil},
		"one trail to widen is named":                    {classic(), []string{"trailspan convert --trail your-trail-name"}},
		"of several trails convert picks one":            {with(classic(), account, "us-east-1", "other", single), []string{"trailspan convert"}},
		"a trail of another account is not ours":         {with(empty(account, ""), "999999999999", home, "org", single), []string{"trailspan check"}},
		"no trail at all":                                {empty(account, ""), []string{"trailspan create"}},
		"nothing could be seen: first get leave":         {blind, []string{"trailspan policy check"}},
		"no role lets us in: the permissions are others": {shut, []string{"trailspan policy organization"}},
		"a trail may hide where nobody could look":       {slow, nil},
		"a stopped trail is started by convert":          {stopped, []string{"trailspan convert --trail all-regions"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, a := range newPage(Options{}).advise(coverage.Assess(tt.s)) {
				got = append(got, a.command)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("advise = %q, want %q", got, tt.want)
			}
		})
	}
}
