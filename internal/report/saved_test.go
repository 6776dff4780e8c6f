package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// tester is a testing.TB or a rapid.T.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// shown is what a command shows of something in a format.
type shown func(w io.Writer, f Format, o Options) error

func (s shown) as(t tester, f Format, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := s(&out, f, o); err != nil {
		t.Fatalf("as %s: %v", f, err)
	}
	return out.String()
}

// reopened is the report after it was saved as JSON.
func (s shown) reopened(t tester) *Saved {
	t.Helper()
	saved, err := OpenSaved(strings.NewReader(s.as(t, JSON, Options{})))
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// sameAgain holds a report against itself after it was saved, in every format that it
// has and in both languages.
func sameAgain(t tester, s shown) {
	t.Helper()
	saved := s.reopened(t)
	for _, f := range saved.Formats() {
		sameAs(t, s, saved, f, say.English)
		sameAs(t, s, saved, f, say.Japanese)
	}
}

func sameAs(t tester, s shown, saved *Saved, f Format, lang say.Lang) {
	t.Helper()
	o := Options{Speaker: say.New(lang), Width: 90, Explain: true, Maker: Maker{Version: "1.2.3", Region: "eu-west-1"}}
	if diff := cmp.Diff(s.as(t, f, o), shown(saved.Show).as(t, f, o)); diff != "" {
		t.Errorf("saved and shown as %s in %s (-command +report):\n%s", f, lang, diff)
	}
}

func shownCheck(r CheckReport, skipped ...Skipped) shown {
	return func(w io.Writer, f Format, o Options) error {
		s, err := NewCheckStream(w, f, r.GeneratedAt, len(r.Accounts), o)
		if err != nil {
			return err
		}
		for _, a := range r.Accounts {
			if err := s.Add(a); err != nil {
				return err
			}
		}
		return s.End(skipped)
	}
}

func shownOrganization(head OrganizationHead, all ...AccountReport) shown {
	return func(w io.Writer, f Format, o Options) error {
		s, err := NewOrganizationStream(w, f, head, o)
		if err != nil {
			return err
		}
		for _, r := range all {
			if err := s.Add(r); err != nil {
				return err
			}
		}
		return s.End([]Skipped{{Account: "999999999999", Name: "old", State: "SUSPENDED"}})
	}
}

// TestSavedAgain holds that a saved report says in every format and language what the
// command said, and as JSON is the same bytes.
func TestSavedAgain(t *testing.T) {
	creating, err := made()
	if err != nil {
		t.Fatal(err)
	}
	shut := trail.Snapshot{Account: account, Partition: trail.AWS, Gaps: []trail.Gap{{Action: "sts:AssumeRole", Kind: trail.Denied, Error: "AccessDenied"}}}
	stopped := healthy(account, "stopped where nobody could look at home")
	stopped.Trails[0].Status = map[trail.Region]trail.Status{"us-east-1": {}}
	stopped.Gaps = []trail.Gap{{Region: home, Action: trail.GetTrailStatus, Kind: trail.Timeout, Trail: stopped.Trails[0].ARN, Error: "no answer"}}
	split := AccountReport{PlanReport: ended(apply.PartialDone), Name: "split", Problem: trail.Say("fail.locked")}
	rests := AccountReport{PlanReport: widened(), Name: "rests"}.Resting(arn(account, home, "your-trail-name"))
	head := OrganizationHead{Run: run, Why: trail.Say("report.noTrails")}
	for name, s := range map[string]shown{
		"classic":          shownCheck(check(classic())),
		"troubled":         shownCheck(check(troubled())), // its cells have different answers
		"none":             shownCheck(check()),
		"many":             shownCheck(check(healthy("111111111111", "audit"), classic(), troubled()), Skipped{Account: "999999999999", Name: "old", State: "ACTIVE", Reason: "AccessDenied"}),
		"shut":             shownCheck(check(shut)),
		"stopped":          shownCheck(check(stopped)),
		"plan":             func(w io.Writer, f Format, o Options) error { return Plan(w, f, widened(), o) },
		"plan blocked":     func(w io.Writer, f Format, o Options) error { return Plan(w, f, blocked(), o) },
		"plan create":      func(w io.Writer, f Format, o Options) error { return Plan(w, f, creating, o) },
		"plan nothing":     func(w io.Writer, f Format, o Options) error { return Plan(w, f, nothing(), o) },
		"plan retire":      func(w io.Writer, f Format, o Options) error { return Plan(w, f, retiring(), o) },
		"plan cost":        func(w io.Writer, f Format, o Options) error { return Plan(w, f, forecast(t), o) },
		"converted":        func(w io.Writer, f Format, o Options) error { return planAndResult(w, f, ended(apply.Converted), o) },
		"partly":           func(w io.Writer, f Format, o Options) error { return planAndResult(w, f, ended(apply.PartialDone), o) },
		"proof":            func(w io.Writer, f Format, o Options) error { return Proof(w, f, proof(), o) },
		"organization":     shownOrganization(head, AccountReport{PlanReport: widened(), Name: "prod"}, AccountReport{PlanReport: nothing()}, AccountReport{PlanReport: blocked()}),
		"organization ran": shownOrganization(head, AccountReport{PlanReport: ended(apply.Converted)}, split, rests),
		"runs": func(w io.Writer, f Format, o Options) error {
			return Runs(w, f, "/j", []Run{{Run: run, Command: "convert", State: "half-way", Began: noon.UTC()}, {Run: "x", State: "unreadable", Error: "no"}}, o)
		},
		"no runs": func(w io.Writer, f Format, o Options) error { return Runs(w, f, "/j", nil, o) },
		"lint":    func(w io.Writer, f Format, o Options) error { return Lint(w, f, linted(), o) },
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "converted") || name == "partly" { // JSON has both at once
				s := s
				once := func(w io.Writer, f Format, o Options) error {
					if f == JSON {
						r := ended(apply.Converted)
						if name == "partly" {
							r = ended(apply.PartialDone)
						}
						return Result(w, f, r, o)
					}
					return s(w, f, o)
				}
				sameAgain(t, once)
				return
			}
			sameAgain(t, s)
		})
	}
}

// linted has a trail of each verdict, with all that lint can say of one.
func linted() LintReport {
	mend := Mend{StartLine: 3, StartColumn: 1, EndLine: 3, EndColumn: 1, New: "IsMultiRegionTrail: true\n"}
	single := LintTrail{
		Trail:    iac.Trail{Name: "証跡|`x`", Line: 2, Column: 3, Verdict: iac.Single, Default: iac.Single, Reason: trail.Say("reason.no-trail")},
		Problems: []LintProblem{{iac.Problem{Rule: iac.SingleRegion, Line: 2, Column: 3, Message: trail.Say("lint.fix")}, trail.High}},
		Mends:    []Mend{mend}, Elsewhere: []Mend{{Path: "v.tf", StartLine: 1, EndLine: 1, Old: "false", New: "true"}},
	}
	hidden := LintTrail{Trail: iac.Trail{Name: "b", Line: 9, Column: 1, Verdict: iac.Unknown, Default: iac.Multi, Reason: trail.Say("reason.left-out")}}
	quiet := LintTrail{
		Trail:      iac.Trail{Name: "c", Line: 12, Column: 1, Verdict: iac.Single, Default: iac.Single},
		Suppressed: []iac.Suppression{{Rule: iac.SingleRegion, Line: 11, Reason: "a test"}},
	}
	return LintReport{Version: "1.2.3", Files: []LintFile{
		{Path: "a b.yaml", Kind: "cloudformation", Trails: []LintTrail{single, hidden, quiet}},
		{Path: "broken.tf", Error: "line 3: no"},
	}}
}

// TestSavedRandom holds the same of accounts that nobody thought of.
func TestSavedRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []trail.Snapshot
		for range rapid.IntRange(0, 3).Draw(t, "accounts") {
			all = append(all, randomSnapshot(t))
		}
		s := shownCheck(check(all...))
		f := rapid.SampledFrom(CheckFormats()).Draw(t, "format")
		sameAs(t, s, s.reopened(t), f, rapid.SampledFrom([]say.Lang{say.English, say.Japanese}).Draw(t, "language"))
	})
}

func randomSnapshot(t *rapid.T) trail.Snapshot {
	s := empty(trail.AccountID(rapid.StringMatching(`[0-9]{12}`).Draw(t, "id")), rapid.String().Draw(t, "name"))
	for range rapid.IntRange(0, 3).Draw(t, "trails") {
		r := s.Regions[rapid.IntRange(0, len(s.Regions)-1).Draw(t, "home")]
		name := rapid.StringMatching(`[a-z]{3,5}`).Draw(t, "trail")
		if _, there := s.Trail(arn(s.Account, r.Region, name)); there || !r.OptStatus.Usable() {
			continue
		}
		s = with(s, s.Account, r.Region, name, trail.Settings{
			Bucket: rapid.String().Draw(t, "bucket"), MultiRegion: rapid.Bool().Draw(t, "multi"),
			GlobalServiceEvents: rapid.Bool().Draw(t, "global"), LogFileValidation: rapid.Bool().Draw(t, "validation"),
		})
		randomTrail(t, &s.Trails[len(s.Trails)-1])
	}
	for range rapid.IntRange(0, 2).Draw(t, "gaps") {
		s.Gaps = append(s.Gaps, trail.Gap{
			Region: s.Regions[rapid.IntRange(0, len(s.Regions)-1).Draw(t, "where")].Region, Kind: rapid.SampledFrom([]trail.GapKind{trail.Denied, trail.Timeout, trail.Failed}).Draw(t, "kind"),
			Action: rapid.SampledFrom([]string{trail.DescribeTrails, trail.GetTrailStatus}).Draw(t, "action"), Error: rapid.String().Draw(t, "error"),
		})
	}
	slices.SortFunc(s.Trails, func(a, b trail.Trail) int { return strings.Compare(string(a.ARN), string(b.ARN)) }) // as a collection leaves them
	for i := range s.Regions {
		slices.Sort(s.Regions[i].Visible)
	}
	return s
}

// randomTrail stops a trail, leaves reads or writes out, or lets deliveries fail.
func randomTrail(t *rapid.T, x *trail.Trail) {
	x.Selectors = &trail.Selectors{Basic: []trail.EventSelector{{
		ReadWriteType: rapid.SampledFrom([]string{"All", "ReadOnly", "WriteOnly"}).Draw(t, "reads"), IncludeManagementEvents: true,
		ExcludeManagementEventSources: rapid.SampledFrom([][]string{nil, {"kms.amazonaws.com"}}).Draw(t, "without"),
	}}}
	for _, r := range trail.KnownRegions(trail.AWS) {
		if _, there := x.Status[r]; !there {
			continue
		}
		switch rapid.IntRange(0, 9).Draw(t, "status") {
		case 0:
			delete(x.Status, r)
		case 1:
			x.Status[r] = trail.Status{}
		case 2:
			x.Status[r] = trail.Status{Logging: true, DeliveryError: "AccessDenied"}
		}
	}
}

// TestSavedOrder reads a report whose members were sorted by another program: what comes
// first is no matter.
func TestSavedOrder(t *testing.T) {
	s := shownCheck(check(classic(), healthy("111111111111", "audit")))
	var document map[string]any
	if err := json.Unmarshal([]byte(s.as(t, JSON, Options{})), &document); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.Marshal(document) // by name
	if err != nil {
		t.Fatal(err)
	}
	saved, err := OpenSaved(bytes.NewReader(sorted))
	if err != nil {
		t.Fatal(err)
	}
	if got := shown(saved.Show).as(t, Text, Options{}); got != s.as(t, Text, Options{}) {
		t.Errorf("it is another text:\n%s", got)
	}
}

// TestSavedUnknown holds that members which this version does not know come through, as
// those of the published checks do.
func TestSavedUnknown(t *testing.T) {
	const document = `{
  "schema": "trailspan/check/v1",
  "generatedAt": "2026-11-22T03:00:00Z",
  "tomorrow": {
    "a": "<b>"
  },
  "accounts": [
    {
      "id": "123456789012",
      "name": "",
      "partition": "aws",
      "verdict": "unknown",
      "futureRegions": "unknown",
      "regions": [],
      "trails": [],
      "eventDataStores": [],
      "findings": [],
      "controls": [
        {
          "id": "securityhub/CloudTrail.1",
          "status": "pass",
          "reason": "r",
          "url": "https://example.com"
        }
      ],
      "gaps": [],
      "later": 1
    }
  ],
  "summary": {
    "accounts": 1
  }
}
`
	saved, err := OpenSaved(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(document, shown(saved.Show).as(t, JSON, Options{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSavedOld reads a report from before reasons had their Notes and answers were told
// apart: the sentences are said as they stand.
func TestSavedOld(t *testing.T) {
	const document = `{"schema": "trailspan/check/v1", "generatedAt": "2026-11-22T03:00:00Z", "accounts": [{
"id": "123456789012", "name": "", "partition": "aws", "verdict": "partial", "futureRegions": "unrecorded",
"regions": [{"region": "eu-west-1", "optIn": "default", "verdict": "partial", "missing": ["read/kms", "write/kms"], "recordedBy": ["arn:aws:cloudtrail:eu-west-1:123456789012:trail/t"], "reasons": ["an old sentence"]}],
"trails": [], "eventDataStores": [], "findings": [{"id": "region-partial", "severity": "medium", "region": "eu-west-1", "trail": "", "message": "an old message", "hint": ""}], "controls": [], "gaps": []}],
"summary": {"accounts": 1}}`
	saved, err := OpenSaved(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	got := shown(saved.Show).as(t, Text, Options{Speaker: say.New(say.Japanese), Width: 100})
	for _, want := range []string{"an old sentence", "an old message", "一部"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
}

// TestSavedEdited holds that a Note speaks for a sentence only when it says just that: a
// file cannot say one thing in English and another in Japanese.
func TestSavedEdited(t *testing.T) {
	text := shownCheck(check(classic())).as(t, JSON, Options{})
	edited := strings.Replace(text, `"key": "reason.no-trail"`, `"key": "reason.left-out"`, 1)
	if edited == text {
		t.Fatal("nothing was edited")
	}
	saved, err := OpenSaved(strings.NewReader(edited))
	if err != nil {
		t.Fatal(err)
	}
	if got := shown(saved.Show).as(t, Text, Options{Speaker: say.New(say.Japanese), Width: 200}); !strings.Contains(got, "no trail reaches this Region") {
		t.Errorf("the Note was believed:\n%s", got)
	}
}

// TestSavedBad holds what is said of files that are no report.
func TestSavedBad(t *testing.T) {
	good := shownCheck(check(classic())).as(t, JSON, Options{})
	plan := shown(func(w io.Writer, f Format, o Options) error { return Plan(w, f, widened(), o) }).as(t, JSON, Options{})
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":              {"", "fail.report-empty"},
		"white space":          {"\n", "fail.report-empty"},
		"text":                 {"✗ account 123456789012", "fail.report-broken"},
		"another type":         {"[]", "fail.report-broken"},
		"a string":             {`"trailspan/check/v1"`, "fail.report-broken"},
		"cut":                  {good[:len(good)/2], "fail.report-truncated"},
		"cut at the end":       {good[:len(good)-2], "fail.report-truncated"},
		"two of them":          {good + good, "fail.report-broken"},
		"a member twice":       {`{"schema":"trailspan/check/v1","schema":"trailspan/check/v1"}`, "fail.report-broken"},
		"accounts no list":     {`{"schema":"trailspan/check/v1","accounts":{}}`, "fail.report-broken"},
		"no schema":            {`{"accounts":[]}`, "fail.report-foreign"},
		"a schema of no text":  {`{"schema":1}`, "fail.report-foreign"},
		"a snapshot":           {`{"schema":"trailspan/snapshot/v1","accounts":[]}`, "fail.report-schema"},
		"another program":      {`{"schema":"https://example.com"}`, "fail.report-schema"},
		"a newer check":        {strings.Replace(good, "check/v1", "check/v2", 1), "fail.report-newer"},
		"no time":              {strings.Replace(good, "2026-11-22T", "yesterday", 1), "fail.report-value"},
		"an account of 3":      {strings.Replace(good, `"id": "123456789012"`, `"id": "123"`, 1), "fail.report-account"},
		"an unknown verdict":   {strings.Replace(good, `"verdict": "unrecorded"`, `"verdict": "fine"`, 1), "fail.report-account"},
		"an unknown severity":  {strings.Replace(good, `"severity": "critical"`, `"severity": "bad"`, 1), "fail.report-account"},
		"a Region with spaces": {strings.Replace(good, `"region": "us-east-1"`, `"region": "us east"`, 1), "fail.report-account"},
		"a list for a text":    {strings.Replace(good, `"name": ""`, `"name": []`, 1), "fail.report-account"},
		"a plan of nobody":     {strings.Replace(plan, `"account": "123456789012"`, `"account": ""`, 1), "fail.report-value"},
		"a plan with a deed":   {strings.Replace(plan, `"action": "cloudtrail:UpdateTrail"`, `"action": "s3:DeleteObject"`, 1), "fail.report-value"},
		"a run in no state":    {`{"schema":"trailspan/runs/v1","runs":[{"run":"x","state":"happy"}]}`, "fail.report-value"},
		"a lint of no verdict": {`{"schema":"trailspan/lint/v1","files":[{"trails":[{"verdict":"x"}]}]}`, "fail.report-value"},
		"a proof of no status": {`{"schema":"trailspan/prove/v1","account":"123456789012","regions":[{"status":"x"}]}`, "fail.report-value"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OpenSaved(strings.NewReader(tt.text))
			var bad *SavedError
			if !errors.As(err, &bad) || bad.Note.Key != tt.want {
				t.Fatalf("%v, want %s", err, tt.want)
			}
			s := say.New(say.English)
			if text := s.Say(tt.want + ".hint"); text == tt.want+".hint" {
				t.Errorf("%s has no hint", tt.want)
			}
		})
	}
}

// TestSavedCut cuts a report at every place: never is one taken for whole, and never does
// reading it end in anything but a sentence.
func TestSavedCut(t *testing.T) {
	text := shown(func(w io.Writer, f Format, o Options) error { return Proof(w, f, proof(), o) }).as(t, JSON, Options{})
	text = strings.TrimSpace(text)
	for n := range len(text) {
		_, err := OpenSaved(strings.NewReader(text[:n]))
		var bad *SavedError
		if !errors.As(err, &bad) {
			t.Fatalf("cut after %d bytes: %v", n, err)
		}
	}
}

// FuzzSaved holds that no input makes reading or showing a report panic, and that what is
// read can be shown in every format of its kind.
func FuzzSaved(f *testing.F) {
	f.Add(shownCheck(check(troubled())).as(f, JSON, Options{}))
	f.Add(shown(func(w io.Writer, f Format, o Options) error { return Plan(w, f, blocked(), o) }).as(f, JSON, Options{}))
	f.Add(`{"schema":"trailspan/runs/v1","runs":[]}`)
	f.Fuzz(func(t *testing.T, text string) {
		saved, err := OpenSaved(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, format := range saved.Formats() {
			if err := saved.Show(io.Discard, format, Options{}); err != nil {
				t.Errorf("as %s: %v", format, err)
			}
		}
	})
}
