package cloud_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

const wide = `
accounts:
  - id: "123456789012"
    trails: [{name: wide, homeRegion: us-east-1, bucket: a-bucket, multiRegion: true, logFileValidation: true}]
buckets: [{name: a-bucket, region: us-east-1, policy: documented}]
`

const wideARN = trail.ARN("arn:aws:cloudtrail:us-east-1:123456789012:trail/wide")

func TestCollectSeesTheClassicMistake(t *testing.T) {
	t.Parallel()
	s, _ := open(t, "")
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.FixedZone("JST", 9*60*60))
	got := collect(t, s, cloud.CollectOptions{Now: func() time.Time { return now }})
	if got.Account != production || got.Partition != trail.AWS || !got.Taken.Equal(now) || got.Taken.Location() != time.UTC {
		t.Errorf("account %s, partition %s, taken %s", got.Account, got.Partition, got.Taken)
	}
	if len(got.Regions) != 34 || len(got.EnabledRegions()) != 17 || len(got.Gaps) != 0 {
		t.Errorf("%d Regions, %d enabled, Gaps %v; want 34, 17, none", len(got.Regions), len(got.EnabledRegions()), got.Gaps)
	}
	tr, ok := got.Trail(classic)
	if !ok || tr.HomeRegion != tokyo || tr.MultiRegion || !tr.GlobalServiceEvents || tr.Bucket != "your-bucket-name" {
		t.Fatalf("the trail is %+v", tr)
	}
	if len(tr.Status) != 1 || !tr.Status[tokyo].Logging {
		t.Errorf("status %v; want one, of Tokyo, logging", tr.Status)
	}
	if tr.Selectors == nil || tr.Selectors.Selects(trail.WriteKMS) != trail.Fully {
		t.Errorf("selectors %+v; want all management events", tr.Selectors)
	}
	for _, v := range got.Regions {
		if want := v.Region == tokyo; slices.Contains(v.Visible, classic) != want {
			t.Errorf("%s shows %v", v.Region, v.Visible)
		}
	}
}

// What a check costs: calls, besides those for event data stores.
func TestCollectKeepsItsBudget(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, world string
		want        map[string]int
	}{
		{"a single-Region trail has one status", "", map[string]int{"cloudtrail:GetTrailStatus": 1, "cloudtrail:GetEventSelectors": 1}},
		{"a multi-Region trail has one in every Region, but selectors once", wide, map[string]int{"cloudtrail:GetTrailStatus": 17, "cloudtrail:GetEventSelectors": 1}},
		{"no trail, no third round", `accounts: [{id: "123456789012"}]`, map[string]int{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, l := open(t, c.world)
			if got := collect(t, s, cloud.CollectOptions{}); len(got.Gaps) != 0 {
				t.Errorf("Gaps: %v", got.Gaps)
			}
			c.want["sts:GetCallerIdentity"], c.want["account:ListRegions"] = 1, 1
			c.want["cloudtrail:DescribeTrails"], c.want["cloudtrail:ListEventDataStores"] = 17, 17
			got := map[string]int{}
			for _, call := range l.calls("") {
				got[call.action]++
			}
			if !maps.Equal(got, c.want) {
				t.Errorf("calls %v, want %v", got, c.want)
			}
		})
	}
}

// Three rounds, each at full width: no call of a round waits for another.
func TestCollectAsksAtOnce(t *testing.T) {
	t.Parallel()
	first, second, third := barrier(2), barrier(34), barrier(18)
	s, l := open(t, wide)
	for action, hold := range map[string]answer{
		"sts:GetCallerIdentity": first, "account:ListRegions": first,
		"cloudtrail:DescribeTrails": second, "cloudtrail:ListEventDataStores": second,
		"cloudtrail:GetTrailStatus": third, "cloudtrail:GetEventSelectors": third,
	} {
		l.add(rule{action: action, answer: hold})
	}
	if got := collect(t, s, cloud.CollectOptions{}); len(got.Gaps) != 0 {
		t.Errorf("some calls waited for others: %v", got.Gaps)
	}
}

func TestCollectTellsItsProgress(t *testing.T) {
	t.Parallel()
	s, _ := open(t, wide)
	var got []string
	collect(t, s, cloud.CollectOptions{Progress: func(done, total int) { got = append(got, fmt.Sprint(done, "/", total)) }})
	if len(got) != 18 || got[0] != "0/17" || got[17] != "17/17" {
		t.Errorf("progress: %v", got)
	}
}

// A Region that may not list its trails is still asked for the status of one that is
// known from elsewhere, and what it does not know is not there.
func TestCollectAsksBehindADenial(t *testing.T) {
	t.Parallel()
	denied := rule{trail.DescribeTrails, "eu-west-1", says("AccessDeniedException", "no")}
	s, _ := open(t, wide, denied)
	tr, _ := collect(t, s, cloud.CollectOptions{}).Trail(wideARN)
	if !tr.Status["eu-west-1"].Logging {
		t.Errorf("status of eu-west-1: %+v", tr.Status["eu-west-1"])
	}
	s, _ = open(t, wide, denied, rule{trail.GetTrailStatus, "eu-west-1", says("TrailNotFoundException", "Unknown trail")})
	got := collect(t, s, cloud.CollectOptions{})
	if _, gap := got.Gap("eu-west-1", trail.GetTrailStatus, wideARN); gap || len(got.Gaps) != 1 {
		t.Errorf("Gaps %v; want that of DescribeTrails only", got.Gaps)
	}
}

// Where the home Region is of no use another that shows the trail tells its selectors.
func TestCollectReadsSelectorsElsewhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		options cloud.CollectOptions
		rules   []rule
	}{
		{"left out", cloud.CollectOptions{Exclude: []trail.Region{"us-east-1"}}, nil},
		{"denied", cloud.CollectOptions{}, []rule{{trail.DescribeTrails, "us-east-1", says("AccessDeniedException", "no")}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, l := open(t, wide, c.rules...)
			tr, ok := collect(t, s, c.options).Trail(wideARN)
			calls := l.calls(trail.GetEventSelectors)
			if !ok || tr.Selectors == nil || len(calls) != 1 || calls[0].region != tokyo {
				t.Errorf("selectors %v, asked %v; want the first Region that shows it", tr.Selectors, calls)
			}
		})
	}
}

func TestCollectLeavesRegionsOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		options cloud.CollectOptions
		want    []trail.Region
	}{
		{"only", cloud.CollectOptions{Only: []trail.Region{"us-east-1", tokyo}}, []trail.Region{tokyo, "us-east-1"}},
		{"only, and a Region that is not enabled", cloud.CollectOptions{Only: []trail.Region{"af-south-1", tokyo}}, []trail.Region{tokyo}},
		{"both", cloud.CollectOptions{Only: []trail.Region{"us-east-1", tokyo}, Exclude: []trail.Region{tokyo}}, []trail.Region{"us-east-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, l := open(t, wide)
			got := collect(t, s, c.options)
			var called []trail.Region
			for _, call := range l.calls("") {
				if strings.HasPrefix(call.action, "cloudtrail:") {
					called = append(called, call.region)
				}
			}
			slices.Sort(called)
			if called = slices.Compact(called); !slices.Equal(called, c.want) {
				t.Errorf("called %v, want %v", called, c.want)
			}
			if len(got.Regions) != 34 {
				t.Errorf("%d Regions in the snapshot, want all 34", len(got.Regions))
			}
			for _, v := range got.Regions {
				if v.LeftOut != (!slices.Contains(c.options.Only, v.Region) || slices.Contains(c.options.Exclude, v.Region)) {
					t.Errorf("%s: left out is %t", v.Region, v.LeftOut)
				}
			}
		})
	}
}

const optedIn = `
accounts: [{id: "123456789012", optedIn: [af-south-1], trails: [{name: wide, homeRegion: us-east-1, bucket: a-bucket, multiRegion: true}]}]
buckets: [{name: a-bucket, region: us-east-1, policy: documented}]
`

// Whoever may not list Regions may describe them; whoever may do neither has to try.
func TestCollectFindsRegionsAnotherWay(t *testing.T) {
	t.Parallel()
	noList := rule{action: trail.ListRegions, answer: says("AccessDeniedException", "no")}
	noDescribe := rule{action: "ec2:DescribeRegions", answer: says("UnauthorizedOperation", "no")}
	for _, c := range []struct {
		name  string
		rules []rule
		gaps  []trail.Gap
		calls int // of DescribeTrails
		opted trail.OptStatus
	}{
		{"by account:ListRegions", nil, nil, 18, trail.Enabled},
		{"by ec2:DescribeRegions", []rule{noList}, nil, 18, trail.Enabled},
		{"by trying", []rule{noList, noDescribe}, []trail.Gap{{Action: trail.ListRegions, Kind: trail.Denied, Error: "AccessDeniedException: no"}}, 34, trail.Enabled},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, l := open(t, optedIn, c.rules...)
			got := collect(t, s, cloud.CollectOptions{})
			if !slices.Equal(got.Gaps, c.gaps) {
				t.Errorf("Gaps %v, want %v", got.Gaps, c.gaps)
			}
			if n := len(l.calls(trail.DescribeTrails)); n != c.calls {
				t.Errorf("%d calls of DescribeTrails, want %d", n, c.calls)
			}
			v, _ := got.View("af-south-1")
			if v.OptStatus != c.opted || len(got.EnabledRegions()) != 18 || len(v.Visible) != 1 {
				t.Errorf("af-south-1 is %+v, %d Regions enabled; want it among 18", v, len(got.EnabledRegions()))
			}
		})
	}
}

// EC2 is busy at first.
func TestCollectRetriesTheHandSignedCall(t *testing.T) {
	t.Parallel()
	s, l := open(t, "",
		rule{action: trail.ListRegions, answer: says("AccessDeniedException", "no")},
		rule{action: "ec2:DescribeRegions", answer: times(1, says("RequestLimitExceeded", "Request limit exceeded."))})
	got := collect(t, s, cloud.CollectOptions{})
	if len(got.Gaps) != 0 || len(l.calls("ec2:DescribeRegions")) != 2 {
		t.Errorf("Gaps %v after %d calls", got.Gaps, len(l.calls("ec2:DescribeRegions")))
	}
}

// The answers of AWS come in any order, the snapshot in one.
func TestCollectSorts(t *testing.T) {
	t.Parallel()
	const reversed = `{"Regions":[{"RegionName":"us-west-2","RegionOptStatus":"ENABLED_BY_DEFAULT"},{"RegionName":"us-east-1","RegionOptStatus":"ENABLED_BY_DEFAULT"}],"NextToken":"more"}`
	const rest = `{"Regions":[{"RegionName":"ap-northeast-1","RegionOptStatus":"ENABLED_BY_DEFAULT"},{"RegionName":"af-south-1","RegionOptStatus":"DISABLED"}]}`
	const trails = `{"trailList":[
		{"Name":"zebra","TrailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/zebra","IsMultiRegionTrail":true,"S3BucketName":"%[1]s"},
		{"Name":"ant","TrailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/ant","IsMultiRegionTrail":true,"S3BucketName":"%[1]s"}]}`
	pages := func(w http.ResponseWriter, r *http.Request) (bool, error) {
		if strings.Contains(peek(r), `"NextToken":"more"`) {
			return answers(rest)(w, r)
		}
		return answers(reversed)(w, r)
	}
	var first trail.Snapshot
	for n := range 5 {
		s, _ := open(t, "",
			rule{action: trail.ListRegions, answer: pages},
			rule{trail.DescribeTrails, "us-east-1", answers(fmt.Sprintf(trails, "home"))},
			rule{trail.DescribeTrails, "", answers(fmt.Sprintf(trails, "stale"))},
			rule{action: trail.GetTrailStatus, answer: says("AccessDeniedException", "no")},
			rule{action: trail.GetEventSelectors, answer: answers(`{"EventSelectors":[]}`)})
		got := collect(t, s, cloud.CollectOptions{Now: func() time.Time { return time.Unix(0, 0) }})
		if n == 0 {
			first = got
		}
		a, _ := json.Marshal(first)
		if b, _ := json.Marshal(got); string(a) != string(b) {
			t.Fatalf("the same answers made\n%s\nand\n%s", a, b)
		}
	}
	if !slices.IsSortedFunc(first.Regions, func(a, b trail.RegionView) int { return strings.Compare(string(a.Region), string(b.Region)) }) || len(first.Regions) != 4 {
		t.Errorf("Regions: %v", first.Regions)
	}
	if len(first.Trails) != 2 || first.Trails[0].Name != "ant" || first.Trails[0].Bucket != "home" {
		t.Errorf("trails %+v; want ant first, and the word of the home Region", first.Trails)
	}
	if len(first.Gaps) != 6 || first.Gaps[0].Region != tokyo || first.Gaps[0].Trail.Name() != "ant" || first.Gaps[5].Region != "us-west-2" {
		t.Errorf("Gaps: %v", first.Gaps)
	}
	if first.Trails[0].Selectors.Selects(trail.WriteOther) != trail.Fully {
		t.Errorf("selectors %+v; want the default where an emulator has none", first.Trails[0].Selectors)
	}
}

const lake = `
accounts:
  - id: "123456789012"
    eventDataStores:
      - {name: lake, region: us-east-1, multiRegion: true, status: ENABLED}
      - {name: pond, region: eu-west-1, multiRegion: false, status: STOPPED_INGESTION}
`

func TestCollectSeesEventDataStores(t *testing.T) {
	t.Parallel()
	s, _ := open(t, lake)
	got := collect(t, s, cloud.CollectOptions{})
	if len(got.EventDataStores) != 2 || len(got.Gaps) != 0 {
		t.Fatalf("stores %+v, Gaps %v", got.EventDataStores, got.Gaps)
	}
	for _, d := range got.EventDataStores {
		want := map[string]trail.EventDataStore{
			"lake": {HomeRegion: "us-east-1", Status: "ENABLED", MultiRegion: true},
			"pond": {HomeRegion: "eu-west-1", Status: "STOPPED_INGESTION"},
		}[d.Name]
		if d.HomeRegion != want.HomeRegion || d.Status != want.Status || d.MultiRegion != want.MultiRegion || d.Selectors.Selects(trail.ReadOther) != trail.Fully {
			t.Errorf("store %+v", d)
		}
	}
	s, _ = open(t, lake, rule{trail.GetEventDataStore, "eu-west-1", says("AccessDeniedException", "no")})
	got = collect(t, s, cloud.CollectOptions{})
	if len(got.EventDataStores) != 1 || len(got.Gaps) != 1 || got.Gaps[0].Action != trail.GetEventDataStore || got.Gaps[0].Trail.Region() != "eu-west-1" {
		t.Errorf("stores %+v, Gaps %v; want a Gap that names the store", got.EventDataStores, got.Gaps)
	}
}

const organization = `
defaultAccount: "111111111111"
organization: {id: o-exampleorgid, managementAccount: "111111111111", featureSet: ALL, trustedAccess: true}
accounts:
  - id: "111111111111"
    name: management
    trails: [{name: all, homeRegion: us-east-1, bucket: a-bucket, multiRegion: true, organization: true}]
  - {id: "222222222222", name: member, trails: [{name: own, homeRegion: eu-west-1, bucket: a-bucket}]}
  - {id: "555555555555", name: other}
  - {id: "333333333333", name: gone, state: SUSPENDED}
buckets: [{name: a-bucket, account: "111111111111", region: us-east-1, policy: documented}]
`

// A member account sees the trail of its organization, and asks about it by ARN.
func TestCollectFromAMember(t *testing.T) {
	t.Parallel()
	all := trail.ARN("arn:aws:cloudtrail:us-east-1:111111111111:trail/all")
	own := trail.ARN("arn:aws:cloudtrail:eu-west-1:222222222222:trail/own")
	s, _ := session(t, world(t, organization), "222222222222", tokyo, 20*time.Second)
	got := collect(t, s, cloud.CollectOptions{})
	if tr, _ := got.Trail(all); !tr.Organization || len(tr.Status) != 17 || tr.Selectors == nil || len(got.Gaps) != 0 {
		t.Errorf("the trail of the organization is %+v, Gaps %v", tr, got.Gaps)
	}
	url := world(t, "switches: {memberSelectors: deny}\n"+strings.TrimPrefix(organization, "\n"))
	s, _ = session(t, url, "222222222222", tokyo, 20*time.Second)
	got = collect(t, s, cloud.CollectOptions{})
	if g, ok := got.Gap("us-east-1", trail.GetEventSelectors, all); !ok || g.Kind != trail.Denied || len(got.Gaps) != 1 {
		t.Errorf("Gaps %v; want the selectors of the trail of the organization", got.Gaps)
	}
	if tr, _ := got.Trail(own); tr.Selectors == nil || len(tr.Status) != 1 {
		t.Errorf("its own trail suffers: %+v", tr)
	}
}

func TestCollectInOtherPartitions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		region    trail.Region
		partition trail.Partition
		regions   int
	}{
		{"cn-north-1", trail.China, 2},
		{"us-gov-west-1", trail.GovCloud, 2},
	} {
		t.Run(string(c.partition), func(t *testing.T) {
			yaml := fmt.Sprintf(`accounts: [{id: "123456789012", partition: %s, trails: [{name: wide, homeRegion: %s, bucket: a-bucket, multiRegion: true}]}]
buckets: [{name: a-bucket, region: %[2]s, policy: documented}]`, c.partition, c.region)
			s, _ := session(t, world(t, yaml), production, c.region, 20*time.Second)
			got := collect(t, s, cloud.CollectOptions{})
			if got.Partition != c.partition || len(got.Regions) != c.regions || len(got.Trails) != 1 || len(got.Trails[0].Status) != c.regions {
				t.Errorf("%+v", got)
			}
		})
	}
}
