package control_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/control"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// TestDifferences holds why a check says otherwise than coverage, in a few words: kind,
// Regions, missing classes, why, because.
func TestDifferences(t *testing.T) {
	const (
		everywhere = "eu-west-1,us-east-1 "
		kms        = "read/kms,write/kms reason.excludes "
		both       = "reason.no-management-events "
		six        = "read/kms,read/rdsdata,read/other,write/kms,write/rdsdata,write/other"
		here       = six + ",global " // global services are of us-east-1
	)
	out := func(t *trail.Trail) { basic("All", true, "kms.amazonaws.com")(t) }
	for name, c := range map[string]struct {
		w     *world
		check string
		want  string
	}{
		"agreement needs no word":              {newWorld().multi("t"), "cis-aws-foundations/4.1", ""},
		"nor does agreement on a hole":         {newWorld().multi("t", out), "security-hub/CloudTrail.1", ""},
		"nor what a check does not say":        {newWorld().multi("t", stopped), "security-hub/CloudTrail.3", ""},
		"sources that it does not look at":     {newWorld().multi("t", out), "cis-aws-foundations/3.1", "passes-hole " + everywhere + kms + "control.blind.sources"},
		"a check that answers for each Region": {newWorld().multi("t", out), "trusted-advisor/c25hn9x03v", "passes-hole " + everywhere + kms + "control.blind.sources"},
		"management events that it does not look at": {
			newWorld().multi("t", basic("All", false)), "steampipe/cloudtrail_multi_region_read_write_enabled",
			"passes-hole " + everywhere + here + both + "control.blind.management",
		},
		"a data selector that bears the name of another": {
			newWorld().multi("t", advanced("Management events selector", "Data")), "prowler/cloudtrail_multi_region_enabled_logging_management_events",
			"passes-hole " + everywhere + here + both + "control.blind.management",
		},
		"deliveries that it does not look at": {
			newWorld().multi("t", failsIn(other)), "cis-aws-foundations/3.1",
			"passes-hole eu-west-1 " + six + " reason.delivery-error control.blind.delivery",
		},
		"deliveries that it looks at elsewhere": {
			newWorld().multi("t", failsIn(other)), "cloud-custodian/check-cloudtrail",
			"passes-hole eu-west-1 " + six + " reason.delivery-error control.blind.elsewhere",
		},
		"deliveries that it looks at everywhere": {newWorld().multi("t", failsIn(other)), "trusted-advisor/c25hn9x03v", ""},
		"a trail that delivers is enough, whatever it selects": {
			newWorld().multi("r", basic("ReadOnly", true)).multi("t", failsIn(other)), "trusted-advisor/c25hn9x03v",
			"passes-hole eu-west-1 write/kms,write/rdsdata,write/other reason.delivery-error control.blind.content",
		},
		"two holes of two kinds": {
			newWorld().multi("t", out, failsIn(other)), "cis-aws-foundations/3.1",
			"passes-hole " + everywhere + kms + "control.blind.sources; " +
				"passes-hole eu-west-1 read/rdsdata,read/other,write/rdsdata,write/other reason.delivery-error control.blind.delivery",
		},
		"reads alone": {
			newWorld().multi("t", basic("ReadOnly", true)), "steampipe/cloudtrail_multi_region_trail_enabled",
			"passes-hole " + everywhere + "write/kms,write/rdsdata,write/other,global reason.read-only control.blind.access",
		},
		"a stopped trail that selects": {
			newWorld().multi("t", stopped), "cloudsploit/cloudtrailManagementEvents",
			"passes-hole " + everywhere + here + "reason.not-logging control.blind.logging",
		},
		"a trail somewhere is enough": {
			newWorld().single("t", home), "security-hub/CloudTrail.3", "passes-hole eu-west-1 " + six + " reason.no-trail control.blind.reach",
		},
		"Regions without global service events": {
			newWorld().single("t", home, func(t *trail.Trail) { t.GlobalServiceEvents = false }).single("u", other), "prowler/cloudtrail_multi_region_enabled",
			"passes-hole us-east-1 global reason.no-global-events control.blind.globals",
		},
		"all of today but nothing of tomorrow": {
			newWorld().single("t", home).single("u", other), "trusted-advisor/c25hn9x03v", "passes-later control.blind.later",
		},
		"a multi-Region trail is asked for, and today is recorded without": {
			newWorld().single("t", home).single("u", other), "cis-aws-foundations/3.1",
			"fails-recorded " + everywhere + "control.recorded.together control.blind.today",
		},
		"two trails together": {
			newWorld().multi("r", basic("ReadOnly", true)).multi("w", basic("WriteOnly", true)), "security-hub/CloudTrail.1",
			"fails-recorded " + everywhere + "control.recorded.together control.blind.together",
		},
		"the name of a selector": {
			newWorld().multi("t", advanced("m", "Management")), "prowler/cloudtrail_multi_region_enabled_logging_management_events",
			"fails-recorded " + everywhere + "control.recorded.one",
		},
		"a demand that changes nothing of what is recorded": {
			newWorld().multi("t"), "aws-config/cloudtrail-security-trail-enabled", "fails-recorded " + everywhere + "control.recorded.one",
		},
		"CloudTrail Lake counts for nothing": {
			newWorld().store("lake"), "trusted-advisor/c25hn9x03v", "fails-recorded " + everywhere + "control.recorded.store control.blind.store",
		},
		"what nobody knows is no failure": {
			newWorld().member("t"), "prowler/cloudtrail_multi_region_enabled", "fails-unknown " + everywhere + "reason.gap-denied",
		},
		"what nobody knows is no pass": {
			newWorld().multi("t", func(t *trail.Trail) { delete(t.Status, other) }).leaveOut(other), "cis-aws-foundations/3.1",
			"passes-unknown eu-west-1 reason.left-out",
		},
		"one Region each way": { // the hole is elsewhere than what is recorded
			newWorld().single("t", home, advanced("m", "Management")).single("u", other, basic("All", true, "kms.amazonaws.com")),
			"prowler/cloudtrail_multi_region_enabled_logging_management_events",
			"passes-hole eu-west-1 " + kms + "control.blind.sources; fails-recorded us-east-1 control.recorded.one",
		},
	} {
		t.Run(name, func(t *testing.T) {
			all := control.Evaluate(coverage.Assess(c.w.Snapshot))
			i := slices.IndexFunc(all, func(r control.Result) bool { return r.ID == c.check })
			if i < 0 {
				t.Fatalf("no check %s", c.check)
			}
			var got []string
			for _, d := range all[i].Differences {
				got = append(got, inShort(d))
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("%s, %s: %s\nwant %s", c.check, all[i].Status, s, c.want)
			}
		})
	}
}

func inShort(d control.Difference) string {
	var regions, classes []string
	for _, r := range d.Regions {
		regions = append(regions, string(r))
	}
	for _, c := range d.Missing {
		classes = append(classes, string(c))
	}
	return strings.Join(strings.Fields(strings.Join([]string{
		string(d.Kind), strings.Join(regions, ","), strings.Join(classes, ","), d.Why.Key, d.Because.Key,
	}, " ")), " ")
}

// TestNoDifferenceUnsaid holds, for every pair of things that can be wrong with trails,
// that no check is without a reason, and none against the verdict without a difference.
func TestNoDifferenceUnsaid(t *testing.T) {
	changes := []change{
		func(*trail.Trail) {},
		stopped, failsIn(home), failsIn(other), basic("ReadOnly", true), basic("WriteOnly", true), basic("All", false),
		basic("All", true, "rdsdata.amazonaws.com"), advanced("m", "Management", withoutKMS()), advanced("d", "Data"),
		func(t *trail.Trail) { t.Selectors = nil }, func(t *trail.Trail) { clear(t.Status) },
	}
	for i, first := range changes {
		for j, second := range changes {
			for _, w := range []*world{
				newWorld().multi("a", first, second),
				newWorld().multi("a", first).multi("b", second),
				newWorld().single("a", home, first).single("b", other, second),
				newWorld().single("a", other, first).multi("b", second),
			} {
				a := coverage.Assess(w.Snapshot)
				for _, r := range control.Evaluate(a) {
					sound(t, a, r, i, j)
				}
			}
		}
	}
}

// sound checks that a check which passes or fails against the verdict says why, and that
// one which goes with it does not.
func sound(t *testing.T, a coverage.Assessment, r control.Result, i, j int) {
	t.Helper()
	fine := a.Verdict == coverage.Recorded
	switch {
	case r.Reason.Key == "":
		t.Errorf("%d,%d: %s %s without a reason", i, j, r.ID, r.Status)
	case r.Status == control.Pass && !fine && len(r.Differences) == 0:
		t.Errorf("%d,%d: %s passes, coverage says %s, and nobody says why", i, j, r.ID, a.Verdict)
	case (r.Status == control.Fail || r.Status == control.Warn) && fine && len(r.Differences) == 0:
		t.Errorf("%d,%d: %s fails, coverage says %s, and nobody says why", i, j, r.ID, a.Verdict)
	case r.Status == control.Pass && fine && a.Future == coverage.Recorded && len(r.Differences) > 0:
		t.Errorf("%d,%d: %s agrees, and differs: %v", i, j, r.ID, r.Differences)
	}
	for _, d := range r.Differences {
		if (len(d.Regions) == 0) != (d.Kind == control.PassesLater) {
			t.Errorf("%d,%d: %s differs in %v", i, j, r.ID, d)
		}
	}
}
