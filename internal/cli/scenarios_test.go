package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/cli"
)

// outcome is what a command line came to.
type outcome struct {
	code           int
	stdout, stderr string
}

// trailspan runs a command line as the program does, with an empty environment.
func trailspan(t *testing.T, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Main(t.Context(), cli.Env{
		Args: args, Getenv: func(string) string { return "" },
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
	})
	return outcome{code, out.String(), errs.String()}
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkReport is the part of the check report that scenarios are about.
type checkReport struct {
	Accounts []struct {
		ID            string
		Verdict       string
		FutureRegions string
		Regions       []struct {
			Region, Verdict, OptIn string
			Missing, RecordedBy    []string
			Reasons                []string
			LeftOut                bool
		}
		Trails []struct{ ARN string }
		Gaps   []struct{ Region, Action, Kind string }
	}
	Summary map[string]int
}

func parseReport(t *testing.T, o outcome) checkReport {
	t.Helper()
	var r checkReport
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("exit %d, no report: %v\n%s%s", o.code, err, o.stdout, o.stderr)
	}
	return r
}

const (
	six     = "read/kms read/rdsdata read/other write/kms write/rdsdata write/other"
	kmsHole = "read/kms write/kms"
)

// account is a world of one account with the bucket that its trails need.
func account(rest string) string {
	return `
defaultAccount: "123456789012"
accounts:
  - id: "123456789012"
` + rest + `
buckets:
  - {name: logs, account: "123456789012", region: us-east-1, policy: documented}
`
}

func trails(list ...string) string {
	return account("    trails:\n      - " + strings.Join(list, "\n      - "))
}

func multi(name, more string) string {
	return fmt.Sprintf(`{name: %s, homeRegion: us-east-1, bucket: logs, multiRegion: true, globalServiceEvents: true, logging: true%s}`, name, more)
}

func single(name, region, more string) string {
	return fmt.Sprintf(`{name: %s, homeRegion: %s, bucket: logs, globalServiceEvents: true, logging: true%s}`, name, region, more)
}

func management(name, fields string) string {
	return fmt.Sprintf(`, advancedEventSelectors: [{Name: %q, FieldSelectors: [{Field: eventCategory, Equals: [Management]}%s]}]`, name, fields)
}

func everyRegion() []string {
	var out []string
	for _, r := range strings.Fields("ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2") {
		out = append(out, single("one-each", r, ""))
	}
	return out
}

// TestScenarios are the accounts that checkers get wrong, with the true answer.
func TestScenarios(t *testing.T) {
	const kmsOut = `, eventSelectors: [{ReadWriteType: All, IncludeManagementEvents: true, ExcludeManagementEventSources: [kms.amazonaws.com]}]`
	for name, c := range map[string]struct {
		world           string
		code            int
		account, future string
		home, elsewhere string // us-east-1 and eu-west-1
		missing         string // in eu-west-1
		args            []string
	}{
		"S1 multi-Region, all management events": {trails(multi("abc", "")), 0, "recorded", "recorded", "recorded", "recorded", "", nil},
		"S2 multi-Region, data events only": {
			trails(multi("abc", `, eventSelectors: [{ReadWriteType: All, IncludeManagementEvents: false}]`)),
			3, "unrecorded", "unrecorded", "unrecorded", "unrecorded", six, nil,
		},
		"S3 multi-Region, advanced data events only": {
			trails(multi("abc", `, advancedEventSelectors: [{Name: Management events selector, FieldSelectors: [{Field: eventCategory, Equals: [Data]}, {Field: resources.type, Equals: ["AWS::S3::Object"]}]}]`)),
			3, "unrecorded", "unrecorded", "unrecorded", "unrecorded", six, nil,
		},
		"S4 organization trail whose status and selectors a member may not read": {
			organization("us-east-1") + `
faults:
  - {action: "cloudtrail:GetTrailStatus", account: "222222222222", error: AccessDeniedException, message: no}
  - {action: "cloudtrail:GetEventSelectors", account: "222222222222", error: AccessDeniedException, message: no}
`, 4, "unknown", "unknown", "unknown", "unknown", six, nil,
		},
		"S5 KMS left out":                      {trails(multi("abc", kmsOut)), 3, "partial", "unrecorded", "partial", "partial", kmsHole, nil},
		"S6 ReadOnly and WriteOnly":            {trails(multi("abc", `, eventSelectors: [{ReadWriteType: ReadOnly, IncludeManagementEvents: true}]`), multi("def", `, eventSelectors: [{ReadWriteType: WriteOnly, IncludeManagementEvents: true}]`)), 0, "recorded", "recorded", "recorded", "recorded", "", nil},
		"S7 advanced, KMS left out":            {trails(multi("abc", management("m", `, {Field: eventSource, NotEquals: [kms.amazonaws.com]}`))), 3, "partial", "unrecorded", "partial", "partial", kmsHole, nil},
		"S8 one single-Region trail":           {trails(single("abc", "us-east-1", "")), 3, "unrecorded", "unrecorded", "recorded", "unrecorded", six, nil},
		"S9 advanced under any name":           {trails(multi("abc", management("my-selector", ""))), 0, "recorded", "recorded", "recorded", "recorded", "", nil},
		"S10 one trail in each Region":         {trails(everyRegion()...), 3, "recorded", "unrecorded", "recorded", "recorded", "", nil},
		"S11 a delivery error in one Region":   {trails(multi("abc", `, deliveryErrors: {eu-west-1: AccessDenied}`)), 3, "failing", "recorded", "recorded", "failing", six, nil},
		"S12 multi-Region, stopped":            {trails(strings.Replace(multi("abc", ""), "logging: true", "logging: false", 1)), 3, "unrecorded", "unrecorded", "unrecorded", "unrecorded", six, nil},
		"advanced selectors that make a union": {trails(multi("abc", `, advancedEventSelectors: [{FieldSelectors: [{Field: eventCategory, Equals: [Management]}, {Field: readOnly, Equals: ["true"]}]}, {FieldSelectors: [{Field: eventCategory, Equals: [Management]}, {Field: readOnly, Equals: ["false"]}]}]`)), 0, "recorded", "recorded", "recorded", "recorded", "", nil},
		"KMS left out by one, filled by another": {
			trails(multi("abc", kmsOut), single("def", "eu-west-1", "")), 3, "partial", "unrecorded", "partial", "recorded", "", nil,
		},
		"organization trail seen from a member":                                                {organization("us-east-1"), 0, "recorded", "recorded", "recorded", "recorded", "", nil},
		"organization trail with its home in an opt-in Region that the member has not enabled": {organization("af-south-1"), 3, "unrecorded", "unrecorded", "unrecorded", "unrecorded", six, nil},
		"a Region enabled later":                                                               {strings.Replace(trails(multi("abc", "")), `"123456789012"`+"\n    trails", `"123456789012"`+"\n    optedIn: [af-south-1]\n    trails", 1), 0, "recorded", "recorded", "recorded", "recorded", "", nil},
		"a Region that a policy denies": {
			trails(multi("abc", "")) + `
faults: [{action: "cloudtrail:*", region: eu-west-1, error: AccessDeniedException, message: explicit deny in a service control policy}]
`, 4, "unknown", "recorded", "recorded", "unknown", six, nil,
		},
		"a Gap does not excuse what is certainly missing": {
			trails(multi("abc", `, eventSelectors: [{ReadWriteType: ReadOnly, IncludeManagementEvents: true}]`)) + `
faults: [{action: "cloudtrail:GetTrailStatus", error: AccessDeniedException, message: no}]
`, 3, "unknown", "unrecorded", "unknown", "unknown", six, nil,
		},
		"an unreachable Region hurts no other": {
			trails(multi("abc", "")) + `
faults: [{action: "cloudtrail:*", region: eu-west-1, hang: true}]
`, 4, "unknown", "recorded", "recorded", "unknown", six, []string{"--timeout", "2s"},
		},
		"throttling passes": {
			trails(multi("abc", "")) + `
faults: [{action: "cloudtrail:Describe*", region: eu-west-1, throttle: 2}]
`, 0, "recorded", "recorded", "recorded", "recorded", "", nil,
		},
		"an event data store and no trail": {account(`    eventDataStores: [{name: lake, region: us-east-1, multiRegion: true, status: ENABLED}]`), 3, "recorded", "unrecorded", "recorded", "recorded", "", nil},
		"no trail at all":                  {account("    name: empty"), 3, "unrecorded", "unrecorded", "unrecorded", "unrecorded", six, nil},
		"five trails": {
			trails(single("abc", "us-east-1", ""), single("bcd", "us-east-1", ""), single("cde", "us-east-1", ""), single("def", "us-east-1", ""), single("efg", "us-east-1", "")),
			3, "unrecorded", "unrecorded", "recorded", "unrecorded", six, nil,
		},
		"a Region left out is not fine":            {trails(multi("abc", "")), 4, "unknown", "recorded", "recorded", "unknown", six, []string{"--exclude-regions", "eu-west-1"}},
		"all Regions but one left out":             {trails(multi("abc", "")), 4, "unknown", "recorded", "recorded", "unknown", six, []string{"--regions", "us-east-1"}},
		"--fail-on forgives what it does not name": {trails(single("abc", "us-east-1", "")), 0, "unrecorded", "unrecorded", "recorded", "unrecorded", six, []string{"--fail-on", "partial,unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"check", "--format", "json", "--sandbox", "--world", file(t, "world.yaml", c.world)}, c.args...)
			o := trailspan(t, args...)
			r := parseReport(t, o)
			a := r.Accounts[0]
			if o.code != c.code || a.Verdict != c.account || a.FutureRegions != c.future {
				t.Errorf("exit %d, account %s, future %s; want %d, %s, %s\n%s", o.code, a.Verdict, a.FutureRegions, c.code, c.account, c.future, o.stderr)
			}
			for _, region := range a.Regions {
				switch {
				case region.Region == "us-east-1" && region.Verdict != c.home:
					t.Errorf("us-east-1 is %s because %v, want %s", region.Verdict, region.Reasons, c.home)
				case region.Region == "eu-west-1" && (region.Verdict != c.elsewhere || strings.Join(region.Missing, " ") != c.missing):
					t.Errorf("eu-west-1 is %s without %v because %v, want %s without %s", region.Verdict, region.Missing, region.Reasons, c.elsewhere, c.missing)
				}
			}
			counted := 0
			for _, k := range []string{"recorded", "partial", "failing", "unrecorded", "unknown"} {
				counted += r.Summary[k]
			}
			if counted != r.Summary["regions"] || r.Summary["regions"]+r.Summary["disabled"] != len(a.Regions) {
				t.Errorf("the summary %v does not add up to %d Regions", r.Summary, len(a.Regions))
			}
		})
	}
}

// organization is a world in which the default account is a member, with an organization
// trail of the management account whose home is the Region.
func organization(home string) string {
	return `
defaultAccount: "222222222222"
organization: {id: o-exampleorgid, managementAccount: "111111111111", trustedAccess: true}
accounts:
  - id: "111111111111"
    optedIn: [af-south-1]
    trails:
      - {name: org-trail, homeRegion: ` + home + `, bucket: org-logs, multiRegion: true, organization: true, globalServiceEvents: true, logging: true}
  - {id: "222222222222", name: member}
buckets:
  - {name: org-logs, account: "111111111111", region: us-east-1, policy: documented}
`
}

func TestOtherPartitions(t *testing.T) {
	for partition, c := range map[string]struct{ home, other string }{
		"aws-cn":     {"cn-north-1", "cn-northwest-1"},
		"aws-us-gov": {"us-gov-west-1", "us-gov-east-1"},
	} {
		t.Run(partition, func(t *testing.T) {
			t.Parallel()
			world := fmt.Sprintf(`
defaultAccount: "123456789012"
accounts:
  - id: "123456789012"
    partition: %s
    trails: [{name: abc, homeRegion: %s, bucket: logs, globalServiceEvents: true, logging: true}]
buckets: [{name: logs, account: "123456789012", region: %s, policy: documented}]
`, partition, c.home, c.home)
			o := trailspan(t, "check", "--format", "json", "--sandbox", "--region", c.home, "--world", file(t, "world.yaml", world))
			a := parseReport(t, o).Accounts[0]
			if o.code != 3 || len(a.Regions) != 2 {
				t.Fatalf("exit %d with %d Regions: %s", o.code, len(a.Regions), o.stderr)
			}
			for _, r := range a.Regions {
				want := map[string]string{c.home: "recorded", c.other: "unrecorded"}[r.Region]
				if r.Verdict != want || strings.Contains(strings.Join(r.Missing, " "), "global") {
					t.Errorf("%s is %s without %v, want %s", r.Region, r.Verdict, r.Missing, want)
				}
			}
		})
	}
}

// Many accounts, entered by a role, side by side; one cannot be entered.
func TestAccounts(t *testing.T) {
	world := file(t, "world.yaml", strings.Replace(organization("us-east-1"), `defaultAccount: "222222222222"`, `defaultAccount: "111111111111"`, 1)+`
faults: [{action: "cloudtrail:GetEventSelectors", account: "222222222222", error: AccessDeniedException, message: no}]
`)
	o := trailspan(t, "check", "--sandbox", "--world", world, "--format", "json", "--accounts", "111111111111,222222222222,999999999999", "--role-name", "Audit")
	r := parseReport(t, o)
	var got []string
	for _, a := range r.Accounts {
		got = append(got, a.ID+" "+a.Verdict)
	}
	// the member may not read the selectors, but the management account lends them
	want := []string{"111111111111 recorded", "222222222222 recorded", "999999999999 unknown"}
	if !slices.Equal(got, want) || o.code != 4 {
		t.Errorf("exit %d: %v, want 4: %v\n%s", o.code, got, want, o.stderr)
	}
	if g := r.Accounts[2].Gaps; len(g) != 1 || g[0].Action != "sts:AssumeRole" || g[0].Kind != "denied" {
		t.Errorf("the account that cannot be entered has the gaps %v", g)
	}
}

// What was seen can be judged again, elsewhere, and gives the same answer.
func TestSaveAndFrom(t *testing.T) {
	saved := filepath.Join(t.TempDir(), "snapshot.json")
	first := trailspan(t, "check", "--sandbox", "--format", "csv", "--save", saved)
	again := trailspan(t, "check", "--from", saved, "--format", "csv")
	if first.code != 3 || again != first {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if trailspan(t, "check", "--from", saved).code != 3 {
		t.Error("the text of a saved snapshot ends otherwise")
	}
}
