package console_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/console"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	own    = "123456789012"
	arn    = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/single"
	theRun = "20261122T064206Z-7f3a10"
)

// house is all that a console needs, and counts what it is asked to do.
type house struct {
	mu       sync.Mutex
	begun    []string
	back     []string
	on       []string
	snapshot *trail.Snapshot // when it is another
	plan     *plan.Plan      // when it is another
	trouble  error           // of what is begun next
	looks    int
	run      console.Run
	release  chan struct{} // what is begun ends when it is closed

	questions int           // plans and searches
	opening   chan struct{} // when there is one, what is begun waits for it
	openings  int
	searching chan struct{} // and so does a search
	now, peak int           // searches at once
}

func newHouse() *house {
	in := apply.Intent{Run: theRun, Command: "convert", Account: own, Trail: arn, Steps: thePlan().Steps, Expect: thePlan().Expect}
	return &house{
		release: make(chan struct{}),
		run: console.Run{Name: theRun, State: "verified", Way: console.HereWay, Records: []apply.Record{
			{Kind: apply.Planned, Intent: &in},
			{Kind: apply.Intended, Step: 1},
			{Kind: apply.Done, Step: 1},
			{Kind: apply.Verified, Region: "ap-northeast-1"},
			{Kind: apply.Finished, Status: apply.Converted},
		}},
	}
}

func (h *house) Accounts() []console.Account {
	return []console.Account{{ID: own, Name: "main"}, {ID: "222222222222", Name: "<b>second</b>"}}
}

func (h *house) Look(_ context.Context, id trail.AccountID) (trail.Snapshot, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looks++
	s := snapshot()
	if h.snapshot != nil {
		s = *h.snapshot
	}
	s.Account = id
	return s, nil
}

func (h *house) Owner(context.Context, trail.AccountID, trail.Trail) (plan.Owner, error) {
	return plan.Owner{Stack: "the-stack", Tags: []plan.Tag{{Key: "team", Value: "<script>alert(1)</script>"}}}, nil
}

func (h *house) Search(_ context.Context, _ trail.AccountID, regions []trail.Region, _ console.Search) ([]console.Found, error) {
	h.ask(1)
	if h.searching != nil {
		<-h.searching
	}
	h.ask(-1)
	out := make([]console.Found, len(regions))
	for i, r := range regions {
		out[i] = console.Found{Region: r, Read: 50, Events: []console.Event{{Time: time.Unix(int64(i), 0), Region: r, Name: "UpdateTrail"}}}
	}
	return out, nil
}

func (h *house) Plan(context.Context, trail.AccountID, trail.ARN, console.Costing) (plan.Plan, error) {
	h.ask(1)
	h.ask(-1)
	if h.plan != nil {
		return *h.plan, nil
	}
	return thePlan(), nil
}

// ask counts a question that is asked, or answered.
func (h *house) ask(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now += n
	h.peak = max(h.peak, h.now)
	if n > 0 {
		h.questions++
	}
}

func (h *house) asked() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.questions
}

func (h *house) opened() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.openings
}

func (h *house) most() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.peak
}

func (h *house) Begin(_ context.Context, p plan.Plan) (console.Work, error) {
	if h.opening != nil {
		h.mu.Lock()
		h.openings++
		h.mu.Unlock()
		<-h.opening
	}
	return h.work(&h.begun, p.Run)
}

func (h *house) Back(_ context.Context, run string) (console.Work, error) {
	return h.work(&h.back, run)
}

func (h *house) On(_ context.Context, run string) (console.Work, error) {
	return h.work(&h.on, run)
}

// Checks are two that say something.
func (h *house) Checks(s *say.Speaker, _ coverage.Assessment) console.Checks {
	return console.Checks{Agreeing: 1, All: 3, List: []console.Check{
		{Status: "pass", IDs: []string{"one/1", "two/2"}, Reason: "", Differs: []string{"they do not <i>look</i> " + string(s.Lang())}},
		{Status: "fail", IDs: []string{"three/3"}, Reason: "no trail"},
	}}
}

func (h *house) work(list *[]string, run string) (console.Work, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.trouble != nil {
		return nil, h.trouble
	}
	*list = append(*list, run)
	return h, nil
}

// Do looks into one Region and ends when it may.
func (h *house) Do(ctx context.Context, w console.Watch) (apply.Result, error) {
	w.Sight("us-east-1", false, nil)
	w.Event(apply.Event{Region: "ap-northeast-1", Done: 1, Total: 2})
	select {
	case <-h.release:
		return apply.Result{Status: apply.Converted}, nil
	case <-ctx.Done():
		return apply.Result{Status: apply.Failed}, &console.TroubleError{Kind: console.Refused, Message: trail.Say("fail.interrupted")}
	}
}

func (h *house) Runs() ([]console.Run, error) { return []console.Run{h.run}, nil }

func (h *house) Run(name string) (console.Run, error) {
	if name != h.run.Name {
		return console.Run{}, &console.TroubleError{Kind: console.Missing, Message: trail.Say("console.missing.run", "run", name)}
	}
	return h.run, nil
}

func (h *house) changes() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.begun) + len(h.back) + len(h.on)
}

func snapshot() trail.Snapshot {
	return trail.Snapshot{
		Account: own, Partition: trail.AWS, Taken: time.Now(),
		Regions: []trail.RegionView{
			{Region: "ap-northeast-1", OptStatus: trail.EnabledByDefault, Visible: []trail.ARN{arn}},
			{Region: "us-east-1", OptStatus: trail.EnabledByDefault},
			{Region: "me-south-1", OptStatus: trail.Disabled},
		},
		Trails: []trail.Trail{{
			ARN: arn, Name: "single", HomeRegion: "ap-northeast-1", Settings: trail.Settings{Bucket: "bucket", GlobalServiceEvents: true},
			Selectors: trail.DefaultSelectors(), Status: map[trail.Region]trail.Status{"ap-northeast-1": {Logging: true}},
		}},
		Gaps: []trail.Gap{{Region: "us-east-1", Action: trail.ListEventDataStores, Kind: trail.Denied, Error: "no <i>way</i>"}},
	}
}

func thePlan() plan.Plan {
	p := plan.Widen(snapshot(), arn)
	p.Run = theRun
	p.Gates = []plan.Gate{{ID: "quota", Status: plan.Pass, Message: trail.Say("gate.quota.pass")}}
	return p
}

// site is a console that is served, and its browser.
type site struct {
	t      *testing.T
	url    string
	client *http.Client
	house  *house
	logs   *strings.Builder
}

// serve serves a console; set changes its options.
func serve(t *testing.T, set func(*console.Options)) site {
	t.Helper()
	h, logs := newHouse(), &strings.Builder{}
	o := console.Options{Eyes: h, Judge: h, Planner: h, Shelf: h, Hands: h, Version: "test", Log: func(method, path string, _ int) {
		h.mu.Lock()
		defer h.mu.Unlock()
		logs.WriteString(method + " " + path + "\n")
	}}
	if set != nil {
		set(&o)
	}
	c, err := console.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	out := served(t, h, c.Handler(ctx))
	out.logs = logs
	t.Cleanup(func() {
		cancel()
		c.Wait()
	})
	return out
}

// served is a browser of what a handler serves.
func served(t *testing.T, h *house, handler http.Handler) site {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return site{t, server.URL, client, h, &strings.Builder{}}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// withoutCookies is another browser or, as its cookies are SameSite=Strict, the same one
// led here by another site.
func (s site) withoutCookies() site {
	client := *s.client
	client.Jar = nil
	s.client = &client
	return s
}

// send sends a request, with header fields of alternating names and values.
func (s site) send(method, path, body string, header ...string) answer {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

func (s site) get(path string, header ...string) answer {
	s.t.Helper()
	return s.send(http.MethodGet, path, "", header...)
}

var hidden = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// form is what the page of the plan sends when its reader confirms.
func (s site) form() url.Values {
	s.t.Helper()
	m := hidden.FindStringSubmatch(s.get(planPath).body)
	if m == nil {
		s.t.Fatal("the page of the plan has no form")
	}
	return url.Values{"csrf": {m[1]}, "run": {theRun}, "confirm": {"single"}}
}

const (
	planPath     = "/accounts/" + own + "/convert?arn=" + arn
	rollbackPath = "/runs/" + theRun + "/rollback"
)

// everyPage are all pages there are.
func everyPage() []string {
	return []string{
		"/accounts", "/accounts/" + own + "/trails", "/accounts/" + own + "/trail?arn=" + arn, "/accounts/" + own + "/coverage",
		"/accounts/" + own + "/findings", "/accounts/" + own + "/events", "/accounts/" + own + "/events?name=UpdateTrail", planPath, "/runs", "/runs/" + theRun,
	}
}
