package cloud_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

func TestCollectMakesGaps(t *testing.T) {
	t.Parallel()
	const denial = "User: arn:aws:iam::123456789012:user/u is not authorized to perform: x because no identity-based policy allows it"
	ireland := trail.Region("eu-west-1")
	for _, c := range []struct {
		name string
		rule rule
		want trail.Gap
	}{
		{
			"a policy denies",
			rule{trail.DescribeTrails, ireland, says("AccessDeniedException", denial)},
			trail.Gap{Region: ireland, Action: trail.DescribeTrails, Kind: trail.Denied, Error: "AccessDeniedException: " + denial},
		},
		{
			"EC2 and S3 spell denial otherwise",
			rule{trail.DescribeTrails, ireland, says("UnauthorizedOperation", "no")},
			trail.Gap{Region: ireland, Action: trail.DescribeTrails, Kind: trail.Denied, Error: "UnauthorizedOperation: no"},
		},
		{
			"the Region was disabled a moment ago",
			rule{trail.DescribeTrails, ireland, says("UnrecognizedClientException", "The security token included in the request is invalid.")},
			trail.Gap{Region: ireland, Action: trail.DescribeTrails, Kind: trail.NoRegion, Error: "UnrecognizedClientException: The security token included in the request is invalid."},
		},
		{
			"an answer that is no answer",
			rule{trail.DescribeTrails, ireland, answers("{")},
			trail.Gap{Region: ireland, Action: trail.DescribeTrails, Kind: trail.Failed},
		},
		{
			"one status of one trail",
			rule{trail.GetTrailStatus, ireland, says("AccessDenied", denial)},
			trail.Gap{Region: ireland, Action: trail.GetTrailStatus, Kind: trail.Denied, Trail: wideARN, Error: "AccessDenied: " + denial},
		},
		{
			"listed, but without a status",
			rule{trail.GetTrailStatus, ireland, says("TrailNotFoundException", "Unknown trail: x for the user: y")},
			trail.Gap{Region: ireland, Action: trail.GetTrailStatus, Kind: trail.Failed, Trail: wideARN, Error: "TrailNotFoundException: Unknown trail: x for the user: y"},
		},
		{
			"selectors",
			rule{trail.GetEventSelectors, "", says("OperationNotPermittedException", "no")},
			trail.Gap{Region: "us-east-1", Action: trail.GetEventSelectors, Kind: trail.Failed, Trail: wideARN, Error: "OperationNotPermittedException: no"},
		},
		{
			"Lake may be witness, and must not be asked",
			rule{trail.ListEventDataStores, ireland, says("AccessDeniedException", denial)},
			trail.Gap{Region: ireland, Action: trail.ListEventDataStores, Kind: trail.Denied, Error: "AccessDeniedException: " + denial},
		},
		{
			"a trail whose ARN is none",
			rule{trail.DescribeTrails, ireland, answers(`{"trailList":[{"Name":"x","TrailARN":"arn:aws:s3:::x"}]}`)},
			trail.Gap{Region: ireland, Action: trail.DescribeTrails, Kind: trail.Failed},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := open(t, wide, c.rule)
			got := collect(t, s, cloud.CollectOptions{})
			if len(got.Gaps) != 1 {
				t.Fatalf("Gaps %v; want one", got.Gaps)
			}
			if c.want.Error == "" {
				c.want.Error = got.Gaps[0].Error
			}
			if got.Gaps[0] != c.want || got.Gaps[0].Error == "" {
				t.Errorf("Gap\n %+v; want\n %+v", got.Gaps[0], c.want)
			}
			if tr, _ := got.Trail(wideARN); len(tr.Status) < 16 {
				t.Errorf("the Gap hides other Regions: %d have a status", len(tr.Status))
			}
		})
	}
}

// Lake is not in every Region: that is no Gap. Whatever else does not know the operation
// leaves one, and is not asked twice.
func TestCollectWithoutLake(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer answer
		gaps   int
	}{
		"unsupported": {says("UnsupportedOperationException", "The operation requested is not supported in the region."), 0},
		"unknown":     {says("UnknownOperationException", ""), 17},
		"a page": {func(w http.ResponseWriter, _ *http.Request) (bool, error) {
			respond(w, http.StatusInternalServerError, "text/html; charset=utf-8", "<!doctype html>")
			return true, nil
		}, 17},
		"not implemented": {func(w http.ResponseWriter, _ *http.Request) (bool, error) {
			respond(w, http.StatusNotImplemented, "application/json", "{}")
			return true, nil
		}, 17},
	} {
		t.Run(name, func(t *testing.T) {
			s, l := open(t, "", rule{action: trail.ListEventDataStores, answer: c.answer})
			if got := collect(t, s, cloud.CollectOptions{}); len(got.Gaps) != c.gaps {
				t.Errorf("%d Gaps, want %d: %v", len(got.Gaps), c.gaps, got.Gaps)
			}
			if n := len(l.calls(trail.ListEventDataStores)); n != 17 {
				t.Errorf("%d calls; want no second try", n)
			}
		})
	}
}

// One Region that does not answer costs its own timeout, and nothing else is lost.
func TestCollectOutlivesAnUnreachableRegion(t *testing.T) {
	t.Parallel()
	s, _ := open(t, wide, rule{region: "eu-west-1", answer: hangs})
	begin := time.Now()
	got := collect(t, s, cloud.CollectOptions{Timeout: 5 * time.Second})
	if took := time.Since(begin); took > 18*time.Second {
		t.Errorf("took %s", took)
	}
	for _, action := range []string{trail.DescribeTrails, trail.ListEventDataStores} {
		if g, ok := got.Gap("eu-west-1", action, ""); !ok || g.Kind != trail.Timeout || g.Error != "no answer within 5s" {
			t.Errorf("Gap of %s: %+v", action, g)
		}
	}
	if tr, _ := got.Trail(wideARN); len(got.Gaps) != 2 || len(tr.Status) != 16 {
		t.Errorf("Gaps %v, %d statuses", got.Gaps, len(tr.Status))
	}
}

func TestCollectOutwaitsThrottling(t *testing.T) {
	t.Parallel()
	throttle := says("ThrottlingException", "Rate exceeded")
	s, l := open(t, wide, rule{trail.DescribeTrails, "eu-west-1", times(2, throttle)})
	if got := collect(t, s, cloud.CollectOptions{}); len(got.Gaps) != 0 || len(l.calls(trail.DescribeTrails)) != 19 {
		t.Errorf("Gaps %v after %d calls; want two more than Regions", got.Gaps, len(l.calls(trail.DescribeTrails)))
	}
	s, _ = open(t, wide, rule{trail.DescribeTrails, "eu-west-1", throttle})
	got := collect(t, s, cloud.CollectOptions{Timeout: 2 * time.Second})
	g, _ := got.Gap("eu-west-1", trail.DescribeTrails, "")
	if g.Kind != trail.Throttled || !strings.Contains(g.Error, "ThrottlingException: Rate exceeded") {
		t.Errorf("Gap %+v; want what AWS said, not the deadline", g)
	}
}

// Nobody listens there: every answer is a Gap, and the Regions are those that are known.
func TestCollectNeverFails(t *testing.T) {
	t.Parallel()
	s, _ := session(t, "http://127.0.0.1:1", production, tokyo, time.Second)
	got := s.Collect(t.Context(), cloud.CollectOptions{})
	if len(got.Regions) != 34 || got.Account != "" || got.Partition != trail.AWS || len(got.Trails) != 0 {
		t.Errorf("%d Regions, account %q, partition %q", len(got.Regions), got.Account, got.Partition)
	}
	if g, ok := got.Gap("", "sts:GetCallerIdentity", ""); !ok || g.Kind != trail.Failed || !strings.Contains(g.Error, "connection refused") {
		t.Errorf("Gap of the identity: %+v", g)
	}
	if g, ok := got.Gap(tokyo, trail.DescribeTrails, ""); !ok || g.Kind != trail.Failed {
		t.Errorf("Gap of Tokyo: %+v", g)
	}
}

// Keys that no Region accepts are bad keys, not disabled Regions.
func TestCollectWithBadKeys(t *testing.T) {
	t.Parallel()
	s, _ := open(t, "", rule{answer: says("UnrecognizedClientException", "The security token included in the request is invalid.")})
	got := s.Collect(t.Context(), cloud.CollectOptions{})
	if n := len(got.EnabledRegions()); n != 17 {
		t.Errorf("%d Regions enabled; want the default ones", n)
	}
	for _, v := range got.EnabledRegions() {
		if g, ok := got.Gap(v, trail.DescribeTrails, ""); !ok || g.Kind != trail.Failed || !strings.Contains(g.Error, "UnrecognizedClientException") {
			t.Errorf("Gap of %s: %+v", v, g)
		}
	}
}

// Credentials that are no good any more in the middle of a look deny nothing and disable
// no Region: new ones will see.
func TestCollectAsCredentialsEnd(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"ExpiredTokenException", "ExpiredToken", "RequestExpired", "UnrecognizedClientException"} {
		s, _ := open(t, "", rule{trail.DescribeTrails, "", says(code, "no more")}, rule{trail.ListEventDataStores, "", says(code, "no more")})
		got := collect(t, s, cloud.CollectOptions{})
		if len(got.Gaps) == 0 {
			t.Errorf("%s leaves no Gaps", code)
		}
		for _, g := range got.Gaps {
			if g.Kind != trail.Failed || !strings.Contains(g.Error, code) {
				t.Errorf("%s: Gap %+v", code, g)
			}
		}
	}
}

// Good keys that the one Region that is looked at rejects mean that it is not enabled.
func TestCollectOneRegionThatRejects(t *testing.T) {
	t.Parallel()
	s, _ := open(t, "", rule{trail.DescribeTrails, "", says("UnrecognizedClientException", "no")})
	got := collect(t, s, cloud.CollectOptions{Only: []trail.Region{"eu-west-1"}})
	if len(got.Gaps) != 1 || got.Gaps[0].Kind != trail.NoRegion {
		t.Errorf("Gaps: %v", got.Gaps)
	}
}
