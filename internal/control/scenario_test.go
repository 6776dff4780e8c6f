package control_test

import (
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/control"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// columns are the checks of the table of scenarios, by short names.
func columns() map[string]string {
	return map[string]string{
		"TA":   "trusted-advisor/c25hn9x03v",
		"CIS3": "cis-aws-foundations/3.1",
		"CIS4": "cis-aws-foundations/4.1",
		"SH1":  "security-hub/CloudTrail.1",
		"SH3":  "security-hub/CloudTrail.3",
		"CFGm": "aws-config/multi-region-cloudtrail-enabled",
		"CFGe": "aws-config/cloudtrail-enabled",
		"CFGs": "aws-config/cloudtrail-security-trail-enabled",
		"PRm":  "prowler/cloudtrail_multi_region_enabled",
		"PRe":  "prowler/cloudtrail_multi_region_enabled_logging_management_events",
		"STrw": "steampipe/cloudtrail_multi_region_read_write_enabled",
		"STt":  "steampipe/cloudtrail_multi_region_trail_enabled",
		"C7N":  "cloud-custodian/check-cloudtrail",
		"CSe":  "cloudsploit/cloudtrailEnabled",
		"CSm":  "cloudsploit/cloudtrailManagementEvents",
		"BEAT": "cloudbeat/cis_3_1",
	}
}

// TestScenarios holds what each check says of the accounts that checkers get wrong. What
// tools say was taken from running their own source on them. x/y are the answers in
// us-east-1 and in eu-west-1; every column that a row does not name passes.
func TestScenarios(t *testing.T) {
	kmsOut := "kms.amazonaws.com"
	for name, c := range map[string]struct {
		w    *world
		want string
	}{
		"S1 all management events": {newWorld().multi("t"), "CFGs=fail"}, // no KMS key
		"S2 data events only": {
			newWorld().multi("t", basic("All", false)),
			"CIS3=fail CIS4=fail SH1=fail CFGm=unknown CFGs=fail PRe=fail/fail C7N=fail CSm=fail/fail BEAT=fail",
		},
		"S3 advanced data events only": {
			newWorld().multi("t", advanced("S3", "Data")),
			"CIS3=fail CIS4=fail SH1=fail CFGm=unknown CFGs=fail PRe=fail/fail C7N=fail CSm=unknown/unknown BEAT=fail",
		},
		"S3 by the name of the console": { // which is all that Prowler asks for
			newWorld().multi("t", advanced("Management events selector", "Data")),
			"CIS3=fail CIS4=fail SH1=fail CFGm=unknown CFGs=fail C7N=fail CSm=unknown/unknown BEAT=fail",
		},
		"S4 an organization trail of which a member may read nothing": {
			newWorld().member("t"),
			"TA=unknown/unknown CIS3=unknown CIS4=unknown SH1=unknown SH3=unknown CFGm=unknown CFGe=unknown CFGs=fail " +
				"PRm=fail/fail PRe=fail/fail STrw=fail STt=unknown C7N=unknown CSe=fail/fail CSm=unknown/unknown BEAT=fail",
		},
		"S5 KMS left out": {
			newWorld().multi("t", basic("All", true, kmsOut)), "SH1=fail CFGm=fail CFGs=fail",
		},
		"S6 ReadOnly and WriteOnly": {
			newWorld().multi("r", basic("ReadOnly", true)).multi("w", basic("WriteOnly", true)),
			"CIS3=fail CIS4=fail SH1=fail CFGs=fail PRe=fail/fail STrw=fail C7N=fail BEAT=fail",
		},
		"S7 advanced, KMS left out": {
			newWorld().multi("t", advanced("m", "Management", withoutKMS())),
			"SH1=fail CFGm=fail CFGs=fail PRe=fail/fail CSm=unknown/unknown BEAT=fail",
		},
		"S8 one single-Region trail": {
			newWorld().single("t", home),
			"TA=pass/fail CIS3=fail CIS4=fail SH1=fail CFGm=fail CFGs=fail PRm=pass/fail PRe=pass/fail STrw=fail STt=fail C7N=fail CSe=pass/fail CSm=pass/fail BEAT=fail",
		},
		"S9 advanced under any name": {
			newWorld().multi("t", advanced("all-management-events", "Management")),
			"CFGs=fail PRe=fail/fail CSm=unknown/unknown BEAT=fail",
		},
		"S10 a single-Region trail in every Region": {
			newWorld().single("t", home).single("t", other),
			"CIS3=fail CIS4=fail SH1=fail CFGm=fail CFGs=fail STrw=fail STt=fail C7N=fail BEAT=fail",
		},
		"S11 a delivery error in one Region": {
			newWorld().multi("t", failsIn(other)), "TA=pass/warn CFGs=fail",
		},
		"S12 stopped": {
			newWorld().multi("t", stopped),
			"TA=fail/fail CIS3=fail CIS4=fail SH1=fail SH3=unknown CFGm=unknown CFGe=unknown CFGs=fail " +
				"PRm=fail/fail PRe=fail/fail STrw=fail STt=fail C7N=fail CSe=fail/fail BEAT=fail",
		},
	} {
		t.Run(name, func(t *testing.T) { hold(t, c.w.Snapshot, c.want) })
	}
}

// TestStatuses holds what the twelve do not reach: Gaps, what was left out, and trails of
// others.
func TestStatuses(t *testing.T) {
	const nothing = "CIS3=fail CIS4=fail SH1=fail SH3=fail CFGm=fail CFGe=fail CFGs=fail STrw=fail STt=fail C7N=fail BEAT=fail "
	const hidden = "CIS3=unknown CIS4=unknown SH1=unknown SH3=unknown CFGm=unknown CFGe=unknown CFGs=unknown STrw=unknown STt=unknown C7N=unknown BEAT=unknown "
	for name, c := range map[string]struct {
		w    *world
		want string
	}{
		"no trail at all": {newWorld(), nothing + "TA=fail/fail PRm=fail/fail PRe=fail/fail CSe=fail/fail CSm=fail/fail"},
		"an event data store is no trail": {
			newWorld().store("lake"), nothing + "TA=fail/fail PRm=fail/fail PRe=fail/fail CSe=fail/fail CSm=fail/fail",
		},
		"no Region told of its trails": {
			newWorld().gap(home, trail.DescribeTrails, "").gap(other, trail.DescribeTrails, ""),
			hidden + "TA=unknown/unknown PRm=unknown/unknown PRe=unknown/unknown CSe=unknown/unknown CSm=unknown/unknown",
		},
		"one Region did not tell: a multi-Region trail would show elsewhere, a single one would not": {
			newWorld().gap(other, trail.DescribeTrails, ""),
			nothing + "SH3=unknown CFGe=unknown TA=fail/unknown PRm=fail/unknown PRe=fail/unknown CSe=fail/unknown CSm=fail/unknown",
		},
		"a bucket that refuses everywhere": { // only the running filter of Custodian and Trusted Advisor mind
			newWorld().multi("t", failsIn(home, other)), "TA=warn/warn C7N=fail CFGs=fail",
		},
		"one of two trails that log delivers": {
			newWorld().multi("t", failsIn(home, other)).multi("u"), "CFGs=fail",
		},
		"two trails, of which one has only data events": { // CloudSploit judges each
			newWorld().multi("t", basic("All", false)).multi("u"), "CFGs=fail CSm=fail/fail",
		},
		"encrypted, validated, everything": {
			newWorld().multi("t", func(t *trail.Trail) { t.KMSKeyID = "k" }), "",
		},
		"the same, stopped: the rule for security trails does not list logging": {
			newWorld().multi("t", stopped, func(t *trail.Trail) { t.KMSKeyID = "k" }),
			"TA=fail/fail CIS3=fail CIS4=fail SH1=fail SH3=unknown CFGm=unknown CFGe=unknown " +
				"PRm=fail/fail PRe=fail/fail STrw=fail STt=fail C7N=fail CSe=fail/fail BEAT=fail",
		},
		"a healthy organization trail of another account": { // Steampipe asks it nothing
			newWorld().member("t").tell("t"), "CFGs=fail STrw=fail STt=unknown",
		},
		"a Region left out": {
			newWorld().multi("t", func(t *trail.Trail) { delete(t.Status, other) }).leaveOut(other),
			"TA=pass/unknown CSe=pass/unknown CFGs=fail",
		},
		"both values of readOnly in one selector": { // all the same, but the field is there
			newWorld().multi("t", advanced("m", "Management", trail.FieldSelector{Field: "readOnly", Equals: []string{"true", "false"}})),
			"CIS3=fail CIS4=fail CFGs=fail PRe=fail/fail STrw=fail C7N=fail CSm=unknown/unknown BEAT=fail",
		},
	} {
		t.Run(name, func(t *testing.T) { hold(t, c.w.Snapshot, c.want) })
	}
}

// tell makes the last trail, of which nothing could be read, healthy and known.
func (w *world) tell(name string) *world {
	t := &w.Trails[len(w.Trails)-1]
	if t.Name != name {
		panic(name)
	}
	t.Selectors = trail.DefaultSelectors()
	t.Status = map[trail.Region]trail.Status{home: {Logging: true}, other: {Logging: true}}
	w.Gaps = nil
	return w
}

func (w *world) leaveOut(r trail.Region) *world {
	for i := range w.Regions {
		if w.Regions[i].Region == r {
			w.Regions[i].LeftOut = true
		}
	}
	return w
}

// hold compares what every check says with want; the last word about a column counts.
func hold(t *testing.T, s trail.Snapshot, want string) {
	t.Helper()
	wants := map[string]string{}
	for _, word := range strings.Fields(want) {
		column, status, _ := strings.Cut(word, "=")
		if columns()[column] == "" {
			t.Fatalf("no column %s", column)
		}
		wants[columns()[column]] = status
	}
	for _, r := range control.Evaluate(coverage.Assess(s)) {
		got, wanted := string(r.Status), "pass"
		if len(r.Regions) > 0 {
			got, wanted = spread(r), "pass/pass"
		}
		if w := wants[r.ID]; w != "" {
			wanted = w
		}
		if got != wanted {
			t.Errorf("%s: %s because of %v, want %s", r.ID, got, r.Reason, wanted)
		}
		if r.Reason.Key == "" {
			t.Errorf("%s: %s without a reason", r.ID, r.Status)
		}
	}
}

// spread is the answer in us-east-1 and that in eu-west-1.
func spread(r control.Result) string {
	by := map[trail.Region]control.Status{}
	for _, x := range r.Regions {
		by[x.Region] = x.Status
	}
	return string(by[home]) + "/" + string(by[other])
}
