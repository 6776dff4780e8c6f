package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cli"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/sandbox"
)

// visit is a browser, without what makes one slow, at a console that runs in this process
// on a sandbox of the test.
type visit struct {
	t       *testing.T
	url     string // as it was printed
	box     string
	journal string
	client  *http.Client
	stderr  func() string
	end     func() int // interrupts it, and returns its exit code
}

// visited starts `trailspan console` on a world; "" is the default one.
func visited(t *testing.T, world string, args ...string) visit {
	t.Helper()
	o := sandbox.Options{}
	if world != "" {
		o.World = []byte(world)
	}
	box, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box)
	t.Cleanup(func() {
		_ = box.Close()
		server.Close()
	})
	v := visit{t: t, box: server.URL, journal: t.TempDir()}
	env := map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": box.DefaultAccount(), "AWS_SECRET_ACCESS_KEY": secretKey,
		"AWS_SESSION_TOKEN": "", "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "TRAILSPAN_JOURNAL": v.journal,
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	ctx, interrupt := context.WithCancel(context.Background())
	stdout, stderr, ended := make(writes, 99), make(writes, 9999), make(chan int, 1)
	go func() {
		ended <- cli.Main(ctx, cli.Env{Args: append([]string{"console", "-v"}, args...), Getenv: os.Getenv, Stdout: stdout, Stderr: stderr})
	}()
	said := ""
	v.stderr = func() string { said += drained(stderr); return said }
	v.end = func() int {
		interrupt()
		code := <-ended
		ended <- code
		return code
	}
	t.Cleanup(func() { v.end() })
	select {
	case line := <-stdout:
		v.url = strings.TrimSpace(line)
	case code := <-ended:
		ended <- code
		t.Fatalf("it ends with %d and says %s", code, v.stderr())
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v.client = &http.Client{Jar: jar}
	return v
}

const secretKey = "a-key-that-nobody-may-see"

// at is a path of the console.
func (v visit) at(path string) string {
	u, err := url.Parse(v.url)
	if err != nil {
		v.t.Fatal(err)
	}
	return u.Scheme + "://" + u.Host + path
}

func (v visit) get(path string) (int, string) {
	v.t.Helper()
	resp, err := v.client.Get(v.at(path))
	return v.read(resp, err)
}

func (v visit) post(path string, form url.Values) (int, string) {
	v.t.Helper()
	resp, err := v.client.PostForm(v.at(path), form)
	return v.read(resp, err)
}

func (v visit) read(resp *http.Response, err error) (int, string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

var field = regexp.MustCompile(`type="hidden" name="([a-z]+)" value="([^"]*)"`)

// form is the form of a page, as far as its reader does not fill it in.
func (v visit) form(path string) url.Values {
	v.t.Helper()
	status, page := v.get(path)
	out := url.Values{}
	for _, m := range field.FindAllStringSubmatch(page, -1) {
		out.Set(m[1], m[2])
	}
	if status != 200 || out.Get("csrf") == "" {
		v.t.Fatalf("%s: %d, no form: %s", path, status, page)
	}
	return out
}

// faults sets those of the sandbox.
func (v visit) faults(list string) {
	v.t.Helper()
	resp, err := http.Post(v.box+"/_sandbox/faults", "application/json", strings.NewReader(list))
	if status, text := v.read(resp, err); status/100 != 2 {
		v.t.Fatal(text)
	}
}

// calls counts those that reached the sandbox, by their operation.
func (v visit) calls() map[string]int {
	v.t.Helper()
	resp, err := http.Get(v.box + "/_sandbox/calls")
	_, text := v.read(resp, err)
	var ledger []struct {
		Action string
		Count  int
	}
	if err := json.Unmarshal([]byte(text), &ledger); err != nil {
		v.t.Fatal(err)
	}
	out := map[string]int{}
	for _, c := range ledger {
		out[c.Action] += c.Count
	}
	return out
}

// ended waits until a run is not under way any more.
func (v visit) ended(run string) runPage {
	v.t.Helper()
	return v.until(run, func(p runPage) bool { return !p.Live })
}

// runPage is the JSON of the page of a run.
type runPage struct {
	State, Outcome, WayBack, WayOn string
	Live                           bool
	Done                           int
	Trouble                        *struct{ Error, Hint string }
}

// until looks at a run until it is as it should be.
func (v visit) until(run string, done func(runPage) bool) runPage {
	v.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		status, text := v.get("/runs/" + run + ".json")
		var p runPage
		if err := json.Unmarshal([]byte(text), &p); err != nil || status != 200 {
			v.t.Fatalf("%d %v %s", status, err, text)
		}
		if done(p) {
			return p
		}
		if time.Now().After(deadline) {
			v.t.Fatalf("it does not come to it: %s", text)
		}
	}
}

const planOfDefault = "/accounts/123456789012/convert?arn=arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name"

// The console converts as convert does, with the same journal, and takes it back.
func TestConsoleConverts(t *testing.T) {
	v := visited(t, "", "--allow-changes")
	form := v.form(planOfDefault)
	form.Set("confirm", "your-trail-name")
	run := form.Get("run")
	if status, text := v.post(planOfDefault, form); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	if p := v.ended(run); p.State != "verified" || p.Done != 17 || !strings.Contains(p.Outcome, "is converted") {
		t.Errorf("%+v", p)
	}
	if o := trailspanAs(t, "runs"); !strings.Contains(o.stdout, run) || !strings.Contains(o.stdout, "verified") {
		t.Errorf("runs does not know it: %+v", o)
	}
	if o := trailspanAs(t, "check"); o.code != 0 {
		t.Errorf("check: %+v", o)
	}
	// the same plan again is no plan any more
	if status, text := v.post(planOfDefault, form); status != 200 || v.calls()["UpdateTrail"] != 1 {
		t.Errorf("sent again: %d %s", status, text)
	}
	back := url.Values{"csrf": form["csrf"], "confirm": {"yes"}}
	if status, text := v.post("/runs/"+run+"/rollback", back); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	if p := v.ended(run); p.State != "rolled-back" || p.WayBack != "" || !strings.Contains(p.Outcome, "as it was before") {
		t.Errorf("%+v", p)
	}
	if o := trailspanAs(t, "check"); o.code != 3 {
		t.Errorf("check: %+v", o)
	}
	if code := v.end(); code != 0 {
		t.Errorf("it ends with %d: %s", code, v.stderr())
	}
}

// trailspanAs runs a command line in the environment of the test.
func trailspanAs(t *testing.T, args ...string) outcome {
	t.Helper()
	var out, errs strings.Builder
	code := cli.Main(t.Context(), cli.Env{Args: args, Getenv: os.Getenv, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	return outcome{code, out.String(), errs.String()}
}

// What stands in the way of a plan that was shown: nothing is sent.
func TestConsoleRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		between func(visit) func() // what happens after the plan was shown
		says    string
	}{
		"another run has the account": {func(v visit) func() {
			release, err := journal.Dir(v.journal).Lock("123456789012")
			if err != nil {
				v.t.Fatal(err)
			}
			return func() { _ = release() }
		}, "another run is changing this account"},
		"somebody converted it": {func(v visit) func() {
			if o := trailspanAs(v.t, "convert", "--yes"); o.code != 0 {
				v.t.Fatal(o)
			}
			return func() {}
		}, "does not fit any more"},
		"the bucket has no policy any more": {func(v visit) func() {
			session, err := cloud.Open(v.t.Context(), cloud.Options{EndpointURL: v.box, Region: "ap-northeast-1"})
			if err == nil {
				err = session.ForChange().Do(v.t.Context(), plan.Call{Action: plan.DeleteBucketPolicy, Region: "ap-northeast-1", Request: plan.Request{Bucket: "your-bucket-name"}})
			}
			if err != nil {
				v.t.Fatal(err)
			}
			return func() {}
		}, "blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			v := visited(t, "", "--allow-changes")
			form := v.form(planOfDefault)
			form.Set("confirm", "your-trail-name")
			before := v.calls()["UpdateTrail"]
			release := tt.between(v)
			during := v.calls()["UpdateTrail"]
			status, text := v.post(planOfDefault, form)
			release()
			if status != 409 || !strings.Contains(text, tt.says) {
				t.Errorf("%d, want 409 with %q: %s", status, tt.says, text)
			}
			if after := v.calls()["UpdateTrail"]; after != during || before != 0 {
				t.Errorf("%d changes were sent", after-during)
			}
			if _, err := os.Stat(filepath.Join(v.journal, form.Get("run")+".jsonl")); err == nil {
				t.Error("a journal was begun")
			}
		})
	}
}

// Whoever ends a console stops the run that is under way where that is safe, and is told
// how to go on.
func TestConsoleEndsDuringARun(t *testing.T) {
	v := visited(t, "", "--allow-changes")
	form := v.form(planOfDefault)
	form.Set("confirm", "your-trail-name")
	v.faults(`[{"action": "cloudtrail:GetTrailStatus", "region": "eu-west-1", "error": "InternalErrorException"}]`)
	if status, text := v.post(planOfDefault, form); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	run := form.Get("run")
	v.until(run, func(p runPage) bool { return p.Done > 0 })
	if code := v.end(); code != 5 || !strings.Contains(v.stderr(), "trailspan rollback "+run) {
		t.Errorf("it ends with %d: %s", code, v.stderr())
	}
	v.faults(`[]`)
	if o := trailspanAs(t, "convert", "--yes", "--resume", run); o.code != 0 {
		t.Errorf("it does not go on: %+v", o)
	}
}

// A run that stopped goes on from its page, as --resume does; and not when somebody
// changed the trail since, nor when it is on its way back.
func TestConsoleGoesOn(t *testing.T) {
	v := visited(t, "", "--allow-changes", "--wait", "1s")
	form := v.form(planOfDefault)
	form.Set("confirm", "your-trail-name")
	v.faults(`[{"action": "cloudtrail:GetTrailStatus", "region": "eu-west-1", "error": "InternalErrorException"}]`)
	if status, text := v.post(planOfDefault, form); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	run := form.Get("run")
	if p := v.ended(run); p.State != "half-way" || p.WayOn != "here" {
		t.Fatalf("it is not half-way: %+v", p)
	}
	v.faults(`[]`)
	on := url.Values{"csrf": form["csrf"], "confirm": {"yes"}}
	release, err := journal.Dir(v.journal).Lock("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	if status, text := v.post("/runs/"+run+"/resume", on); status != 409 || !strings.Contains(text, "another run is changing this account") {
		t.Errorf("while another run has the account: %d %s", status, text)
	}
	_ = release()
	if status, text := v.post("/runs/"+run+"/resume", on); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	if p := v.ended(run); p.State != "verified" || p.Done != 17 || p.WayOn != "" || v.calls()["UpdateTrail"] != 1 {
		t.Errorf("%+v after %d calls", p, v.calls()["UpdateTrail"])
	}
	if status, text := v.post("/runs/"+run+"/resume", on); status != 409 {
		t.Errorf("a run at its end: %d %s", status, text)
	}
}

// The page of findings tells of published checks what check --explain tells.
func TestConsoleExplains(t *testing.T) {
	v := visited(t, "")
	status, text := v.get("/accounts/123456789012/findings.json")
	var page struct {
		Controls struct {
			All  int
			List []struct {
				Status, Reason string
				IDs, Differs   []string
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &page); err != nil || status != 200 {
		t.Fatalf("%d %v %s", status, err, text)
	}
	o := trailspanAs(t, "check", "--explain")
	told, ids := strings.Join(strings.Fields(o.stdout), " "), 0
	for _, c := range page.Controls.List {
		for _, id := range c.IDs {
			if ids++; !strings.Contains(told, id) {
				t.Errorf("check --explain does not tell of %s", id)
			}
		}
		for _, said := range append(c.Differs, c.Reason) {
			if !strings.Contains(told, said) {
				t.Errorf("check --explain does not say %q", said)
			}
		}
	}
	if ids != page.Controls.All || ids < 10 {
		t.Errorf("%d checks of %d", ids, page.Controls.All)
	}
}

// Reading every page, as HTML and as JSON, sends nothing to AWS that changes anything,
// and shows no credentials anywhere.
func TestConsoleOnlyReads(t *testing.T) {
	v := visited(t, "", "--token")
	if status, text := v.get("/runs"); status != 401 {
		t.Fatalf("without its token: %d %s", status, text)
	}
	resp, err := v.client.Get(v.url) // with the token, once
	if status, text := v.read(resp, err); status != 200 {
		t.Fatal(text)
	}
	token := regexp.MustCompile(`token=(.+)`).FindStringSubmatch(v.url)[1]
	before := v.calls()
	for _, path := range []string{
		"/accounts", "/accounts/123456789012/trails", "/accounts/123456789012/coverage", "/accounts/123456789012/findings", "/accounts/123456789012/events?name=&pages=2",
		"/runs", planOfDefault, planOfDefault + "&cost=forecast", strings.Replace(planOfDefault, "convert", "trail", 1),
	} {
		base, query, _ := strings.Cut(path, "?")
		for _, p := range []string{path, base + ".json?" + query} {
			status, text := v.get(p)
			if status != 200 || strings.Contains(text, secretKey) || strings.Contains(text, token) {
				t.Errorf("%s: %d %s", p, status, text)
			}
		}
	}
	for operation, n := range v.calls() {
		if n > before[operation] && !regexp.MustCompile(`^(Get|List|Describe|Lookup|Head)`).MatchString(operation) {
			t.Errorf("%s was sent", operation)
		}
	}
	if said := v.stderr(); strings.Contains(said, token) || strings.Contains(said, secretKey) {
		t.Errorf("the log has credentials: %s", said)
	}
}

// Accounts of an organization are entered as check enters them.
func TestConsoleManyAccounts(t *testing.T) {
	v := visited(t, strings.Replace(organization("us-east-1"), `defaultAccount: "222222222222"`, `defaultAccount: "111111111111"`, 1), "--org")
	status, text := v.get("/accounts.json")
	if status != 200 {
		t.Fatal(text)
	}
	var list struct{ Accounts []struct{ ID, Name string } }
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Accounts) < 2 {
		t.Fatalf("%v %s", err, text)
	}
	for _, acc := range list.Accounts {
		status, text := v.get(fmt.Sprintf("/accounts/%s/trails.json", acc.ID))
		if status != 200 || !strings.Contains(text, `"account": "`+acc.ID+`"`) || !strings.Contains(text, `"gaps": []`) {
			t.Errorf("%s: %d %s", acc.ID, status, text)
		}
	}
}

// What no console can be is told before anything is served.
func TestConsoleBadFlags(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--listen", "nowhere"}, 2, "is not an address with a port"},
		{[]string{"--listen", "127.0.0.1:http"}, 2, "is not an address with a port"},
		{[]string{"--listen", "127.0.0.1:99999"}, 2, "is not an address with a port"},
		{[]string{"--listen", "192.0.2.1:0"}, 1, "cannot listen on 192.0.2.1:0"},
		{[]string{"--format", "json"}, 2, "json"},
		{[]string{"--wait", "0s"}, 2, "--wait"},
		{[]string{"--role-name", "Audit"}, 2, "role-name"},
		{[]string{"extra"}, 2, "extra"},
	} {
		o := trailspan(t, append([]string{"console", "--sandbox"}, tt.args...)...)
		if o.code != tt.code || !strings.Contains(o.stderr, tt.says) {
			t.Errorf("%v: exit %d, want %d with %q: %s", tt.args, o.code, tt.code, tt.says, o.stderr)
		}
	}
}

// Who is reachable from elsewhere wants a token, and says that nothing is encrypted; on
// loopback it is not in the way.
func TestConsoleBeyondThisMachine(t *testing.T) {
	for listen, open := range map[string]bool{"127.0.0.1:0": false, "localhost:0": false, "0.0.0.0:0": true} {
		o := interrupted(t, "is ready", strings.NewReader(""), "console", "--sandbox", "--listen", listen)
		if o.code != 0 || strings.Contains(o.stdout, "token=") != open || strings.Contains(o.stderr, "without encryption") != open {
			t.Errorf("%s: exit %d, want a token %v: %s%s", listen, o.code, open, o.stdout, o.stderr)
		}
	}
}

// memberWorld has a member with a trail that only has to be started, beside one that
// reaches one Region.
const memberWorld = `
defaultAccount: "111111111111"
organization: {id: o-exampleorgid, managementAccount: "111111111111", trustedAccess: true}
accounts:
  - {id: "111111111111"}
  - id: "222222222222"
    name: member
    trails:
      - {name: one, homeRegion: eu-west-1, bucket: logs}
      - {name: stopped, homeRegion: us-west-2, bucket: logs, multiRegion: true, logging: false}
buckets:
  - {name: logs, account: "222222222222", region: eu-west-1, policy: documented}
`

// A trail of a member is started, and taken back, from the account that enters it.
func TestConsoleChangesMembers(t *testing.T) {
	v := visited(t, memberWorld, "--accounts", "222222222222", "--allow-changes")
	for _, name := range []string{"us-west-2:222222222222:trail/stopped", "eu-west-1:222222222222:trail/one"} {
		page := "/accounts/222222222222/convert?arn=arn:aws:cloudtrail:" + name
		form := v.form(page)
		form.Set("confirm", name[strings.LastIndexByte(name, '/')+1:])
		run := form.Get("run")
		if status, text := v.post(page, form); status != 200 {
			t.Fatalf("%s: %d %s", name, status, text)
		}
		if p := v.ended(run); p.State != "verified" || p.WayBack != "here" || p.Trouble != nil {
			t.Errorf("%s: %+v", name, p)
		}
		if status, text := v.post("/runs/"+run+"/rollback", url.Values{"csrf": form["csrf"], "confirm": {"yes"}}); status != 200 {
			t.Fatalf("%s: %d %s", name, status, text)
		}
		if p := v.ended(run); p.State != "rolled-back" || p.Trouble != nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
