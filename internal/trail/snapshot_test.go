package trail_test

import (
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/trail"
)

func TestParseTrailARN(t *testing.T) {
	arn, home, owner, name, err := trail.ParseTrailARN("arn:aws-us-gov:cloudtrail:us-gov-west-1:123456789012:trail/a.b_c-d")
	if err != nil || home != "us-gov-west-1" || owner != "123456789012" || name != "a.b_c-d" {
		t.Errorf("got %s %s %s %v", home, owner, name, err)
	}
	if arn.Owner() != owner || arn.Region() != home || arn.Name() != name {
		t.Errorf("the parts of %s are %s, %s and %s", arn, arn.Owner(), arn.Region(), arn.Name())
	}
	for _, bad := range []string{"", "a", "arn:aws:cloudtrail:us-east-1:12345678901:trail/abc", "arn:aws:s3:::bucket", "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/abc"} {
		if _, _, _, _, err := trail.ParseTrailARN(bad); err == nil {
			t.Errorf("%q passes as a trail ARN", bad)
		}
	}
	if trail.ARN("short").Owner() != "" {
		t.Error("what is no ARN has an owner")
	}
}

const someARN = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/abc"

func good() trail.Snapshot {
	return trail.Snapshot{
		Account: "123456789012",
		Regions: []trail.RegionView{{Region: "eu-west-1", OptStatus: trail.EnabledByDefault, Visible: []trail.ARN{someARN}}},
		Trails:  []trail.Trail{{ARN: someARN, Name: "abc", HomeRegion: "eu-west-1"}},
	}
}

func TestCheck(t *testing.T) {
	if err := good().Check(); err != nil {
		t.Fatalf("a good snapshot: %v", err)
	}
	for want, spoil := range map[string]func(*trail.Snapshot){
		"12 digits":            func(s *trail.Snapshot) { s.Account = "1" },
		"has no name":          func(s *trail.Snapshot) { s.Regions[0].Region = "" },
		"is there twice":       func(s *trail.Snapshot) { s.Regions = append(s.Regions, s.Regions[0]) },
		"unknown status":       func(s *trail.Snapshot) { s.Regions[0].OptStatus = "MAYBE" },
		"not a trail ARN":      func(s *trail.Snapshot) { s.Trails[0].ARN = "x" },
		"its home Region is":   func(s *trail.Snapshot) { s.Trails[0].HomeRegion = "us-east-1" },
		"not among the trails": func(s *trail.Snapshot) { s.Trails = nil },
	} {
		s := good()
		spoil(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check = %v, want a word of %q", err, want)
		}
	}
}

// A member account that may not read the selectors of an organization trail learns
// them from the account that may.
func TestShareSelectors(t *testing.T) {
	member, management := good(), good()
	management.Trails[0].Selectors = trail.DefaultSelectors()
	member.Gaps = []trail.Gap{
		{Region: "eu-west-1", Action: trail.GetEventSelectors, Trail: someARN, Kind: trail.Denied},
		{Region: "us-east-1", Action: trail.DescribeTrails, Kind: trail.Denied},
	}
	all := []trail.Snapshot{member, management}
	trail.ShareSelectors(all)
	if all[0].Trails[0].Selectors == nil {
		t.Error("the member did not learn the selectors")
	}
	if len(all[0].Gaps) != 1 || all[0].Gaps[0].Action != trail.DescribeTrails {
		t.Errorf("the gaps are %v, want only the other one", all[0].Gaps)
	}
}
