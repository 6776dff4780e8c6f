package prove_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/trail"
)

// seen makes a trail of the account as it is seen in Tokyo and Ireland.
func seen(name string, home trail.Region, change func(*trail.Trail)) trail.Trail {
	t := trail.Trail{
		ARN: trail.ARN("arn:aws:cloudtrail:" + string(home) + ":123456789012:trail/" + name), Name: name, HomeRegion: home,
		Settings: trail.Settings{Bucket: "logs"}, Selectors: trail.DefaultSelectors(),
		Status: map[trail.Region]trail.Status{home: {Logging: true}},
	}
	if change != nil {
		change(&t)
	}
	return t
}

func multi(t *trail.Trail) {
	t.MultiRegion = true
	t.Status = map[trail.Region]trail.Status{tokyo: {Logging: true}, ireland: {Logging: true}}
}

func writeOnly(t *trail.Trail) {
	multi(t)
	t.Selectors.Basic[0].ReadWriteType = "WriteOnly"
}

func snapshot(trails ...trail.Trail) trail.Snapshot {
	s := trail.Snapshot{Account: "123456789012", Trails: trails, Regions: []trail.RegionView{
		{Region: "af-south-1", OptStatus: trail.Disabled},
		{Region: tokyo, OptStatus: trail.EnabledByDefault},
		{Region: ireland, OptStatus: trail.EnabledByDefault},
	}}
	for i := range s.Regions {
		for _, t := range trails {
			if t.MultiRegion || t.HomeRegion == s.Regions[i].Region {
				s.Regions[i].Visible = append(s.Regions[i].Visible, t.ARN)
			}
		}
	}
	return s
}

// Which trail a Region's mark is looked for with, or why none is sent.
func TestAim(t *testing.T) {
	failing := func(t *trail.Trail) {
		multi(t)
		t.Status[ireland] = trail.Status{Logging: true, DeliveryError: "AccessDenied"}
	}
	stopped := func(t *trail.Trail) { t.Status[t.HomeRegion] = trail.Status{} }
	denied := snapshot(seen("a", tokyo, nil))
	denied.Gaps = []trail.Gap{{Region: ireland, Action: trail.DescribeTrails, Kind: trail.Denied}}
	for name, c := range map[string]struct {
		snapshot trail.Snapshot
		wanted   prove.Wanted
		want     string
		why      string
	}{
		"one single-Region trail": {snapshot(seen("a", tokyo, nil)), prove.Wanted{}, "ap-northeast-1 a, eu-west-1 pending reason.no-trail", "prove.why.each"},
		"a multi-Region trail before others": {
			snapshot(seen("a", tokyo, nil), seen("b", tokyo, multi)), prove.Wanted{}, "ap-northeast-1 b, eu-west-1 b", "prove.why.multi",
		},
		"one trail in each Region": {snapshot(seen("a", tokyo, nil), seen("b", ireland, nil)), prove.Wanted{}, "ap-northeast-1 a, eu-west-1 b", "prove.why.each"},
		"the trail that is named":  {snapshot(seen("a", tokyo, nil), seen("b", tokyo, multi)), prove.Wanted{Trail: "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/a"}, "ap-northeast-1 a, eu-west-1 pending reason.no-trail", "prove.why.named"},
		"write events only":        {snapshot(seen("a", tokyo, writeOnly)), prove.Wanted{}, "ap-northeast-1 unknown prove.no-reads, eu-west-1 unknown prove.no-reads", "prove.why.none"},
		"write events, and in one Region reads too": {
			snapshot(seen("a", tokyo, writeOnly), seen("b", ireland, nil)), prove.Wanted{}, "ap-northeast-1 unknown prove.no-reads, eu-west-1 b", "prove.why.each",
		},
		"deliveries that fail are tried": {snapshot(seen("a", tokyo, failing)), prove.Wanted{}, "ap-northeast-1 a, eu-west-1 a", "prove.why.multi"},
		"a trail that does not log":      {snapshot(seen("a", tokyo, stopped)), prove.Wanted{}, "ap-northeast-1 pending reason.not-logging, eu-west-1 pending reason.no-trail", "prove.why.none"},
		"trails that could not be seen":  {denied, prove.Wanted{}, "ap-northeast-1 a, eu-west-1 unknown reason.gap-denied", "prove.why.each"},
		"the wanted trail is gone, and another would do": {
			snapshot(seen("a", tokyo, multi)),
			prove.Wanted{Trail: "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/b"},
			"ap-northeast-1 unknown prove.gone, eu-west-1 unknown prove.gone", "prove.why.none",
		},
		"whether the wanted trail is there cannot be seen": {
			denied,
			prove.Wanted{Trail: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/b"},
			"ap-northeast-1 unknown prove.trail-unseen, eu-west-1 unknown prove.trail-unseen", "prove.why.none",
		},
		"some Regions, one not enabled": {snapshot(seen("a", tokyo, multi)), prove.Wanted{Only: []trail.Region{ireland, "af-south-1"}}, "af-south-1 unknown prove.disabled, eu-west-1 a", "prove.why.multi"},
	} {
		t.Run(name, func(t *testing.T) {
			goals, _, why := prove.Aim(c.snapshot, c.wanted)
			var got []string
			for _, g := range goals {
				if g.Trail != "" {
					got = append(got, fmt.Sprintf("%s %s", g.Region, g.Trail.Name()))
				} else {
					got = append(got, fmt.Sprintf("%s %s %s", g.Region, g.Status, g.Reason.Key))
				}
			}
			if s := strings.Join(got, ", "); s != c.want || why.Key != c.why {
				t.Errorf("%s because %s\nwant %s because %s", s, why.Key, c.want, c.why)
			}
		})
	}
}

// All trails that may write a Region's mark are told, whatever is wanted: not those that
// do not reach it or take it in, but those that fail.
func TestWriters(t *testing.T) {
	failing := func(t *trail.Trail) {
		multi(t)
		t.Status[ireland] = trail.Status{Logging: true, DeliveryError: "AccessDenied"}
	}
	deaf := seen("deaf", tokyo, writeOnly)
	s := snapshot(seen("a", tokyo, multi), seen("b", tokyo, nil), seen("c", tokyo, failing), deaf)
	goals, _, _ := prove.Aim(s, prove.Wanted{Trail: s.Trails[0].ARN})
	var got []string
	for _, g := range goals {
		for _, w := range g.Writers {
			got = append(got, fmt.Sprintf("%s %s %s", g.Region, w.Trail.Name(), w.Place.Bucket))
		}
	}
	want := "ap-northeast-1 a logs, ap-northeast-1 b logs, ap-northeast-1 c logs, eu-west-1 a logs, eu-west-1 c logs"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("%s\nwant %s", s, want)
	}
	s.Gaps = []trail.Gap{{Region: tokyo, Action: trail.DescribeTrails, Kind: trail.Failed}}
	if goals, _, _ = prove.Aim(s, prove.Wanted{}); !goals[0].Unseen || goals[1].Unseen {
		t.Error("who may write where trails could not be listed is taken for known")
	}
}

// The keys of an organization trail have the ID of the organization; without it there
// is no place to look.
func TestOrganizationTrail(t *testing.T) {
	s := snapshot(seen("a", tokyo, func(t *trail.Trail) {
		multi(t)
		t.Organization, t.KeyPrefix = true, "audit"
	}))
	goals, _, _ := prove.Aim(s, prove.Wanted{Organization: "o-exampleorgid"})
	if got, want := goals[1].Place.Folder, "audit/AWSLogs/o-exampleorgid/123456789012/CloudTrail/eu-west-1/"; got != want {
		t.Errorf("looked for in %s, want %s", got, want)
	}
	gap := &trail.Gap{Action: "organizations:DescribeOrganization", Kind: trail.Denied}
	goals, _, _ = prove.Aim(s, prove.Wanted{NoOrganization: gap})
	if goals[1].Trail == "" || goals[1].Hidden != gap {
		t.Errorf("without the ID: %+v", goals[1])
	}
}
