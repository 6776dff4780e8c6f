package cli_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// controlsReport is the part of the check report that published checks are in.
type controlsReport struct {
	Accounts []struct {
		Verdict  string
		Controls []struct {
			ID, Status, Reason string
			Regions            []struct {
				Status  string
				Regions []string
			}
			Differs []struct{ Kind, Why string }
		}
	}
	ControlCatalog []struct {
		ID, Title string
		Sources   []string
	}
}

// in returns the answer of a check: in us-east-1 and in eu-west-1 where it has one for each.
func (r controlsReport) in(id string) string {
	for _, c := range r.Accounts[0].Controls {
		if c.ID != id {
			continue
		}
		if len(c.Regions) == 0 {
			return c.Status
		}
		at := map[string]string{}
		for _, g := range c.Regions {
			for _, region := range g.Regions {
				at[region] = g.Status
			}
		}
		return at["us-east-1"] + "/" + at["eu-west-1"]
	}
	return ""
}

// TestPublishedChecks holds what tools say of the twelve accounts, from the world of the
// sandbox to the JSON, in the order of columns: what each of them was seen to say when its
// own source was run on such an account.
func TestPublishedChecks(t *testing.T) {
	columns := []string{
		"prowler/cloudtrail_multi_region_enabled", "prowler/cloudtrail_multi_region_enabled_logging_management_events",
		"cloud-custodian/check-cloudtrail", "steampipe/cloudtrail_multi_region_read_write_enabled",
		"steampipe/cloudtrail_multi_region_trail_enabled", "cloudsploit/cloudtrailEnabled",
		"cloudsploit/cloudtrailManagementEvents", "cloudbeat/cis_3_1", "trusted-advisor/c25hn9x03v", "security-hub/CloudTrail.1",
	}
	const (
		p, f, u = "pass", "fail", "unknown"
		pp, ff  = "pass/pass", "fail/fail"
		uu, pf  = "unknown/unknown", "pass/fail"
	)
	data := `, advancedEventSelectors: [{Name: S3, FieldSelectors: [{Field: eventCategory, Equals: [Data]}, {Field: resources.type, Equals: ["AWS::S3::Object"]}]}]`
	kind := func(name, kind, more string) string {
		return multi(name, `, eventSelectors: [{ReadWriteType: `+kind+more+`}]`)
	}
	for name, c := range map[string]struct {
		world string
		want  []string
	}{
		"S1":  {trails(multi("abc", "")), []string{pp, pp, p, p, p, pp, pp, p, pp, p}},
		"S2":  {trails(kind("abc", "All", ", IncludeManagementEvents: false")), []string{pp, ff, f, p, p, pp, ff, f, pp, f}},
		"S3":  {trails(multi("abc", data)), []string{pp, ff, f, p, p, pp, uu, f, pp, f}},
		"S4":  {deniedMember(), []string{ff, ff, u, f, u, ff, uu, f, uu, u}},
		"S5":  {trails(kind("abc", "All", ", IncludeManagementEvents: true, ExcludeManagementEventSources: [kms.amazonaws.com]")), []string{pp, pp, p, p, p, pp, pp, p, pp, f}},
		"S6":  {trails(kind("abc", "ReadOnly", ", IncludeManagementEvents: true"), kind("def", "WriteOnly", ", IncludeManagementEvents: true")), []string{pp, ff, f, f, p, pp, pp, f, pp, f}},
		"S7":  {trails(multi("abc", management("m", `, {Field: eventSource, NotEquals: [kms.amazonaws.com]}`))), []string{pp, ff, p, p, p, pp, uu, f, pp, f}},
		"S8":  {trails(single("abc", "us-east-1", "")), []string{pf, pf, f, f, f, pf, pf, f, pf, f}},
		"S9":  {trails(multi("abc", management("all-events", ""))), []string{pp, ff, p, p, p, pp, uu, f, pp, p}},
		"S10": {trails(everyRegion()...), []string{pp, pp, f, f, f, pp, pp, f, pp, f}},
		"S11": {trails(multi("abc", `, deliveryErrors: {eu-west-1: AccessDenied}`)), []string{pp, pp, p, p, p, pp, pp, p, "pass/warn", p}},
		"S12": {trails(strings.Replace(multi("abc", ""), "logging: true", "logging: false", 1)), []string{ff, ff, f, f, f, ff, pp, f, ff, f}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := trailspan(t, "check", "--explain", "--format", "json", "--sandbox", "--world", file(t, "world.yaml", c.world))
			var r controlsReport
			if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
				t.Fatalf("exit %d, no report: %v\n%s", o.code, err, o.stderr)
			}
			for i, id := range columns {
				if got := r.in(id); got != c.want[i] {
					t.Errorf("%s: %q, want %s", id, got, c.want[i])
				}
			}
			if !slices.ContainsFunc(r.ControlCatalog, func(x struct {
				ID, Title string
				Sources   []string
			},
			) bool {
				return x.ID == columns[0] && x.Title != "" && len(x.Sources) > 0
			}) {
				t.Error("the catalog of checks is not there")
			}
		})
	}
}

// deniedMember is a member account that may see an organization trail, and nothing of
// its state.
func deniedMember() string {
	return organization("us-east-1") + `
faults:
  - {action: "cloudtrail:GetTrailStatus", account: "222222222222", error: AccessDeniedException, message: no}
  - {action: "cloudtrail:GetEventSelectors", account: "222222222222", error: AccessDeniedException, message: no}
`
}

// TestExplain holds that --explain adds the answers of published checks to the text, and
// that a text without it has none.
func TestExplain(t *testing.T) {
	world := file(t, "world.yaml", trails(multi("abc", `, deliveryErrors: {eu-west-1: AccessDenied}`)))
	plain := trailspan(t, "check", "--sandbox", "--world", world)
	explained := trailspan(t, "check", "--sandbox", "--world", world, "--explain")
	if plain.code != 3 || explained.code != 3 {
		t.Errorf("exit %d, explained %d; want 3", plain.code, explained.code)
	}
	for _, want := range []string{"What published checks will say", "! warns trusted-advisor/c25hn9x03v", "the check does not ask whether log files arrive"} {
		if strings.Contains(unwrapped(plain), want) || !strings.Contains(unwrapped(explained), want) {
			t.Errorf("%q: plain\n%s\nexplained\n%s", want, plain.stdout, explained.stdout)
		}
	}
	if o := trailspan(t, "check", "--sandbox", "--world", world, "--explain", "--lang", "ja"); !strings.Contains(o.stdout, "公開されているチェックの判定") {
		t.Errorf("in Japanese\n%s", o.stdout)
	}
}

// unwrapped is a text without its lines and columns.
func unwrapped(o outcome) string { return strings.Join(strings.Fields(o.stdout), " ") }
