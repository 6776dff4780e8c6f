package console_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/console"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// What each page has to tell, in both languages.
func TestPages(t *testing.T) {
	s := serve(t, nil)
	for path, wants := range map[string][2][]string{
		"/accounts":                                {{"Accounts", "222222222222"}, {"アカウント"}},
		"/accounts/" + own + "/trails":             {{"Multi-Region trail", ">No<", "Convert…", "no &lt;i&gt;way&lt;/i&gt;"}, {"マルチリージョン証跡", "いいえ"}},
		"/accounts/" + own + "/trail?arn=" + arn:   {{"ReadWriteType = All", "the-stack", "team = &lt;script&gt;"}, {"ホームリージョン", "組織の証跡"}},
		"/accounts/" + own + "/coverage":           {{"no trail reaches this Region", "single (ap-northeast-1)", "me-south-1"}, {"読み取りイベント", "記録なし"}},
		"/accounts/" + own + "/findings":           {{"single-region-trail", "one/1", "they do not &lt;i&gt;look&lt;/i&gt; en", "1 of 3 agree"}, {"検出結果", "重要度", "公開されているチェックの判定", "&lt;/i&gt; ja"}},
		"/accounts/" + own + "/events?name=Update": {{"Events found: 2", "Regions of which not everything was read: 2"}, {"イベント名"}},
		planPath:          {{"IsMultiRegionTrail", "every Region has a free place", "Type the name of the trail to confirm: single"}, {"証跡名を入力してください: single"}},
		"/runs":           {{theRun, "verified"}, {"実行履歴", "検証済み"}},
		"/runs/" + theRun: {{"cloudtrail:UpdateTrail", "Roll back", "Restore what this run changed"}, {"ロールバックする"}},
	} {
		for i, language := range []string{"en-US,en;q=0.9,ja;q=0.5", "ja,en-US;q=0.8"} {
			got := s.get(path, "Accept-Language", language)
			for _, want := range wants[i] {
				if got.status != 200 || !strings.Contains(got.body, want) {
					t.Errorf("%s in %s: %d, lacks %q: %s", path, language, got.status, want, got.body)
				}
			}
			if strings.Contains(strings.ReplaceAll(got.body, "/static/console.js", ""), "console.") {
				t.Errorf("%s in %s: a key has no sentence: %s", path, language, got.body)
			}
		}
	}
}

// An account that could not be looked at has no clean bill, and no advice to make the
// trail that it may have.
func TestBlind(t *testing.T) {
	s := serve(t, nil)
	s.house.snapshot = &trail.Snapshot{Partition: trail.AWS, Gaps: []trail.Gap{{Action: "sts:AssumeRole", Kind: trail.Denied, Error: "no"}}}
	for page, bad := range map[string]string{"trails": "trailspan create", "findings": "Nothing was found"} {
		got := s.get("/accounts/" + own + "/" + page).body
		if strings.Contains(got, bad) || !strings.Contains(got, "could be looked at") {
			t.Errorf("%s: %s", page, got)
		}
	}
	s.house.snapshot = &trail.Snapshot{Partition: trail.AWS}
	for page, want := range map[string]string{"trails": "trailspan create", "findings": "Nothing was found"} {
		if got := s.get("/accounts/" + own + "/" + page + "?again=1"); got.status != 303 {
			t.Error(got.status)
		}
		if got := s.get("/accounts/" + own + "/" + page).body; !strings.Contains(got, want) {
			t.Errorf("%s lacks %q: %s", page, want, got)
		}
	}
}

// The page of a plan shows all that the command line shows of it.
func TestPlanShowsAll(t *testing.T) {
	s := serve(t, nil)
	p := thePlan()
	p.Why = trail.Say("why.only")
	p.Gates = []plan.Gate{{
		ID: "bucket", Status: plan.Warn, Message: trail.Say("gate.quota.pass"), Evidence: "<evidence>",
		Details: []trail.Note{trail.Say("verdict.recorded"), trail.Say("verdict.unknown")},
	}}
	p.Source = &plan.Source{Kind: plan.TerraformSource, File: "trail.tf", Line: 12, Resource: "aws_cloudtrail.main", Patch: "--- a/<trail>.tf\n+++ b\n", Remark: trail.Say("console.yes"), Remains: true}
	p.Others = []plan.Other{{Trail: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/old", Decision: plan.Stop, Reasons: []trail.Note{trail.Say("console.no")}}}
	s.house.plan = &p
	page := s.get(planPath).body
	for _, want := range []string{
		"recorded, unknown; &lt;evidence&gt;", "trail.tf:12 aws_cloudtrail.main", "--- a/&lt;trail&gt;.tf", "<p>Yes</p>",
		"Still to be set in its source", "<b>stop</b> old (eu-west-1): No",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q: %s", want, page)
		}
	}
	if why := say.New(say.English).Note(p.Why); !strings.Contains(page, why) {
		t.Errorf("the page lacks %q", why)
	}
}

// Accept-Language and the switch.
func TestLanguage(t *testing.T) {
	for header, want := range map[string]string{
		"":                        "en",
		"ja":                      "ja",
		"ja-JP, en;q=0.5":         "ja",
		"en, ja":                  "en", // the first of equals
		"en;q=0.3, ja;q=0.7":      "ja",
		"fr, de;q=0.9, ja;q=0.1":  "ja", // of the two that there are
		"fr, de":                  "en",
		"ja;q=0, en;q=0.1":        "en",
		"ja;q=x, , ;;; en-GB":     "en",
		"JA-jp":                   "ja",
		"*":                       "en",
		"javanese-is-not;q=1, en": "en",
	} {
		s := serve(t, nil)
		if got := s.get("/runs", "Accept-Language", header).body; !strings.Contains(got, `<html lang="`+want+`"`) {
			t.Errorf("%q speaks not %s", header, want)
		}
	}
	s := serve(t, nil)
	got := s.get("/accounts/" + own + "/trail?arn=" + arn + "&lang=ja")
	if to := got.header.Get("Location"); got.status != 303 || strings.Contains(to, "lang") || !strings.Contains(to, "arn=") {
		t.Errorf("the switch: %d to %q", got.status, to)
	}
	if got := s.get("/runs", "Accept-Language", "en"); !strings.Contains(got.body, `<html lang="ja"`) {
		t.Error("what was chosen is forgotten")
	}
}

// What an address cannot mean is said in one sentence.
func TestBadAddresses(t *testing.T) {
	s := serve(t, nil)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/accounts/999999999999/trails":                                            {404, "Account 999999999999 is not one of this console."},
		"/accounts/" + own + "/trail":                                              {404, "No trail"},
		"/accounts/" + own + "/trail?arn=x":                                        {404, "No trail x was seen in account " + own},
		"/accounts/" + own + "/events?region=mars-1":                               {422, "mars-1 is not an enabled Region"},
		"/accounts/" + own + "/events?start=yesterday":                             {422, "yesterday is not a time"},
		"/accounts/" + own + "/events?start=2026-11-22T10:00&end=2026-11-21T10:00": {422, "is before the start"},
		"/accounts/" + own + "/events?pages=99999999999999999999":                  {200, "Events found"},
		"/runs/none":           {404, "There is no run none."},
		"/runs/none/progress":  {404, "There is no run none."},
		"/static/..%2fpage.go": {404, "There is no such page."},
		"/nowhere":             {404, "There is no such page."},
	} {
		if got := s.get(path); got.status != want.status || !strings.Contains(got.body, want.says) {
			t.Errorf("%s: %d, want %d with %q: %s", path, got.status, want.status, want.says, got.body)
		}
	}
}

// AWS is asked once for what is looked at page by page, and again when somebody wants that.
func TestLooks(t *testing.T) {
	s := serve(t, nil)
	for range 3 {
		s.get("/accounts/" + own + "/trails")
		s.get("/accounts/" + own + "/coverage")
	}
	if s.house.looks != 1 {
		t.Errorf("%d looks, want one", s.house.looks)
	}
	if got := s.get("/accounts/" + own + "/coverage?again=1"); got.status != 303 || got.header.Get("Location") != "/accounts/"+own+"/coverage" {
		t.Errorf("%d to %q", got.status, got.header.Get("Location"))
	}
	s.get("/accounts/" + own + "/coverage")
	if s.house.looks != 2 {
		t.Errorf("%d looks, want another", s.house.looks)
	}
}

// The stream of a run tells where it is, and ends when it does.
func TestProgress(t *testing.T) {
	s := serve(t, nil)
	s.house.run.Records = s.house.run.Records[:3] // nothing is verified yet
	if got := s.send("POST", planPath, s.form().Encode()); got.status != 303 {
		t.Fatal(got)
	}
	page := s.get("/runs/" + theRun).body
	if !strings.Contains(page, `data-progress="/runs/`+theRun+`/progress"`) || !strings.Contains(page, `<noscript><meta http-equiv="refresh"`) {
		t.Errorf("the page of a run under way does not follow it: %s", page)
	}
	resp, err := s.client.Get(s.url + "/runs/" + theRun + "/progress")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	messages := stream(t, resp)
	first := <-messages
	if !first.Live || first.Regions[1].State != "waiting" {
		t.Errorf("under way: %+v", first)
	}
	close(s.house.release)
	last := first
	for m := range messages {
		last = m
	}
	if last.Live || last.Outcome == "" {
		t.Errorf("at the end: %+v", last)
	}
}

// A run is under way from the moment that its form was sent, also when its journal has
// not a line yet: its page would not follow it otherwise.
func TestProgressFromTheStart(t *testing.T) {
	s := serve(t, nil)
	form := s.form().Encode()
	s.house.run.Records, s.house.run.State = nil, "untouched"
	if got := s.send("POST", planPath, form); got.status != 303 {
		t.Fatal(got)
	}
	if page := s.get("/runs/" + theRun).body; !strings.Contains(page, "data-progress") {
		t.Errorf("the page does not follow its run: %s", page)
	}
}

// message is what the script of the page reads.
type message struct {
	Live    bool
	Outcome string
	Regions []struct{ Region, State, Sign, Word string }
}

// stream reads messages until the server ends.
func stream(t *testing.T, resp *http.Response) <-chan message {
	t.Helper()
	out := make(chan message, 100)
	if got := resp.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/event-stream") {
		t.Fatalf("the stream is %s", got)
	}
	go func() {
		defer close(out)
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var m message
				if err := json.Unmarshal([]byte(text), &m); err != nil {
					t.Errorf("%v: %s", err, text)
				}
				out <- m
			}
		}
	}()
	return out
}

// A run that is not under way here has one message, and its page no need of the stream.
func TestProgressOfThePast(t *testing.T) {
	s := serve(t, func(o *console.Options) { o.Hands = nil })
	if got := s.get("/runs/" + theRun + "/progress"); got.status != 200 || strings.Count(got.body, "data: ") != 1 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if strings.Contains(s.get("/runs/"+theRun).body, "data-progress") {
		t.Error("the page of a run of the past waits for it")
	}
}
