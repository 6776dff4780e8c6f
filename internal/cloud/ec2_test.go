package cloud_test

import (
	"slices"
	"testing"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

const describedRegions = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>
  <regionInfo>
    <item><regionName>us-east-1</regionName><regionEndpoint>ec2.us-east-1.amazonaws.com</regionEndpoint><optInStatus>opt-in-not-required</optInStatus></item>
    <item><regionName>ap-east-1</regionName><regionEndpoint>ec2.ap-east-1.amazonaws.com</regionEndpoint><optInStatus>opted-in</optInStatus></item>
    <item><regionName>af-south-1</regionName><regionEndpoint>ec2.af-south-1.amazonaws.com</regionEndpoint><optInStatus>not-opted-in</optInStatus></item>
  </regionInfo>
</DescribeRegionsResponse>`

func TestRegionsIn(t *testing.T) {
	got, err := cloud.RegionsIn([]byte(describedRegions))
	want := []trail.RegionView{
		{Region: "af-south-1", OptStatus: trail.Disabled},
		{Region: "ap-east-1", OptStatus: trail.Enabled},
		{Region: "us-east-1", OptStatus: trail.EnabledByDefault},
	}
	same := slices.EqualFunc(got, want, func(a, b trail.RegionView) bool { return a.Region == b.Region && a.OptStatus == b.OptStatus })
	if err != nil || !same {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	for _, bad := range []string{"", "{}", "<a>", "<DescribeRegionsResponse/>", "<R><regionInfo><item/></regionInfo></R>"} {
		if got, err := cloud.RegionsIn([]byte(bad)); err == nil {
			t.Errorf("%q was taken for %v", bad, got)
		}
	}
}

// Whatever EC2 answers is an error or a sorted list of Regions that have names.
func FuzzRegionsIn(f *testing.F) {
	f.Add([]byte(describedRegions))
	f.Add([]byte("<R><regionInfo><item><regionName>x</regionName></item><item><regionName>x</regionName></item></regionInfo></R>"))
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		got, err := cloud.RegionsIn(answer)
		if err != nil {
			return
		}
		for i, v := range got {
			if v.Region == "" || i > 0 && got[i-1].Region >= v.Region {
				t.Fatalf("%v", got)
			}
		}
		if len(got) == 0 {
			t.Fatal("no Regions, and no error")
		}
	})
}
