package console_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/console"
)

// fromElsewhere is what a browser says of a page that another site led it to.
func fromElsewhere() []string {
	return []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}
}

// Wherever an address leads, it is on this console: browsers leave out tabs and line
// feeds, and read a backslash as a slash.
func TestLeadsNowhereElse(t *testing.T) {
	s := serve(t, func(o *console.Options) { o.Token = "secret" })
	s.get("/?token=secret")
	for _, path := range []string{
		"/%09/evil.example/?lang=ja", "/%0a/evil.example/?lang=ja", "/%0d%0a/evil.example/?lang=ja", "/%09%5cevil.example?token=secret", "//evil.example/x?again=1",
		"/%20/evil.example?lang=ja", "/%3f/evil.example?lang=ja", "/a%0d%0aSet-Cookie:%20a=b?lang=ja",
	} {
		a := s.get(path)
		to := a.header.Get("Location")
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", "\\", "/").Replace(strings.TrimSpace(to))
		if u, err := url.Parse(seen); err != nil || u.Host != "" || strings.HasPrefix(seen, "//") || strings.ContainsAny(to, "\t\r\n") {
			t.Errorf("%s leads to %q", path, to)
		}
		for _, cookie := range a.header.Values("Set-Cookie") {
			if strings.HasPrefix(cookie, "a=") {
				t.Errorf("%s sets %q", path, cookie)
			}
		}
	}
}

// A page that another site leads to costs nothing and changes nothing, not even the
// session or the language, until its reader goes on.
func TestLinksCostNothing(t *testing.T) {
	s := serve(t, nil)
	mine := s.form()
	looks, asked := s.house.looks, s.house.asked()
	elsewhere := s.withoutCookies()
	for _, path := range append(everyPage(), "/", "/runs?lang=ja", "/accounts/"+own+"/trails?again=1", planPath+"&cost=forecast") {
		a := elsewhere.get(path, fromElsewhere()...)
		if a.status != 200 || len(a.header.Values("Set-Cookie")) > 0 || strings.Contains(a.body, own+"</") || strings.Contains(a.body, "csrf") {
			t.Errorf("%s: %d, %q: %.300s", path, a.status, a.header.Values("Set-Cookie"), a.body)
		}
		if !strings.Contains(a.body, `class="button primary" href="/`) {
			t.Errorf("%s: there is no way on: %s", path, a.body)
		}
	}
	if s.house.looks != looks || s.house.asked() != asked {
		t.Errorf("%d looks and %d questions came of links", s.house.looks-looks, s.house.asked()-asked)
	}
	if got := s.send("POST", planPath, mine.Encode()); got.status != 303 {
		t.Errorf("the form that was open before is worth nothing any more: %d %s", got.status, got.body)
	}
}

// A link to the URL with its token leads in, although browsers do not send a new cookie
// along with what another site began.
func TestTokenByLink(t *testing.T) {
	s := serve(t, func(o *console.Options) { o.Token = "secret" })
	in := s.get("/runs.json?token=secret&x=1", fromElsewhere()...)
	if to := in.header.Get("Location"); in.status != 303 || to != "/runs.json?x=1" {
		t.Errorf("%d to %q", in.status, to)
	}
	if got := s.withoutCookies().get("/runs", fromElsewhere()...); got.status != 200 || !strings.Contains(got.body, `href="/runs"`) || strings.Contains(got.body, theRun) {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// Who asks in another way than pages do.
func TestOddRequests(t *testing.T) {
	s := serve(t, func(o *console.Options) { o.Names = []string{"Box.Example"} })
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		request string
		status  int
	}{
		"a whole URL, which counts more than Host":   {"GET http://evil.example/runs HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 421},
		"a name with a dot at its end":               {"GET /runs HTTP/1.1\r\nHost: evil.example.\r\n\r\n", 421},
		"a name of two, in brackets":                 {"GET /runs HTTP/1.1\r\nHost: [evil.example]:1\r\n\r\n", 421},
		"an address that means all of this machine":  {"GET /runs HTTP/1.1\r\nHost: 0.0.0.0:1\r\n\r\n", 421},
		"an address in decimal":                      {"GET /runs HTTP/1.1\r\nHost: 2130706433:1\r\n\r\n", 421},
		"a given name in the case of its giver":      {"GET /runs HTTP/1.1\r\nHost: box.example:1\r\n\r\n", 200},
		"LOCALHOST":                                  {"GET /runs HTTP/1.1\r\nHost: LOCALHOST:1\r\n\r\n", 200},
		"an IPv4 address in IPv6":                    {"GET /runs HTTP/1.1\r\nHost: [::ffff:127.0.0.1]:1\r\n\r\n", 200},
		"no Host at all, as in HTTP/1.0":             {"GET /runs HTTP/1.0\r\n\r\n", 421},
		"a folder":                                   {"GET /static/%2e HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404},
		"a folder above":                             {"GET /static/%2e%2e HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404},
		"a file above":                               {"GET /static/..%2fpages%2frun.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404},
		"a run above":                                {"GET /runs/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404},
		"a way that there is not to a page":          {"PUT /runs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n", 404},
		"another method in the form":                 {"GET /runs/" + theRun + "/rollback?_method=POST&confirm=yes HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404},
		"a page of another site that says same-site": {"POST /runs/" + theRun + "/rollback HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-site\r\nContent-Length: 0\r\n\r\n", 403},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", u.Host)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.Write([]byte(tt.request)); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != tt.status {
				t.Errorf("%d, want %d", resp.StatusCode, tt.status)
			}
			for header, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": console.Policy()} {
				if got := resp.Header.Get(header); got != want {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
		})
	}
	if n := s.house.changes(); n != 0 {
		t.Errorf("%d changes", n)
	}
}

// sessionCookie is the cookie of a new browser, as the console names it.
func sessionCookie(t *testing.T, s site, path string) (name, value string) {
	t.Helper()
	for _, c := range s.withoutCookies().get(path).header.Values("Set-Cookie") {
		if cookie, err := http.ParseSetCookie(c); err == nil && strings.HasPrefix(cookie.Name, "trailspan-session") {
			return cookie.Name, cookie.Value
		}
	}
	t.Fatalf("%s sets no session", path)
	return "", ""
}

// Nobody makes a session up, nor one of another; and what marks a form is no session.
func TestSessionsAreApart(t *testing.T) {
	s := serve(t, func(o *console.Options) { o.Token = "secret" })
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	name, value := sessionCookie(t, s, "/?token=secret")
	if want := "trailspan-session-" + u.Port(); name != want {
		t.Errorf("the cookie is %s, want %s: consoles of one machine share their cookies", name, want)
	}
	s.get("/?token=secret")
	form := s.form()
	id, mark, _ := strings.Cut(value, ".")
	stranger := s.withoutCookies()
	for what, cookie := range map[string]string{
		"made up": "abc.def", "of another": "abc." + mark, "no mark": id + ".", "no mark at all": id, "nothing": "", "the mark of a form": id + "." + form.Get("csrf"),
	} {
		if got := stranger.get("/runs", "Cookie", name+"="+cookie); got.status != 401 {
			t.Errorf("%s: %d", what, got.status)
		}
	}
	got := stranger.get(planPath, "Cookie", name+"="+value)
	if got.status != 200 {
		t.Fatalf("a session of its own: %d", got.status)
	}
	other := hidden.FindStringSubmatch(got.body)[1]
	if other == form.Get("csrf") || other == mark {
		t.Error("the token of a form is not of its session, or is its cookie")
	}
	form.Set("csrf", other)
	if got := s.send("POST", planPath, form.Encode()); got.status != 403 {
		t.Errorf("the token of another session: %d", got.status)
	}
	if got := stranger.get(planPath, "Cookie", name+"="+id+"."+other); got.status != 401 {
		t.Errorf("the token of a form as the mark of its session: %d", got.status)
	}
	another := serve(t, func(o *console.Options) { o.Token = "secret" })
	v, err := url.Parse(another.url)
	if err != nil {
		t.Fatal(err)
	}
	if got := another.withoutCookies().get("/runs", "Cookie", "trailspan-session-"+v.Port()+"="+value); got.status != 401 {
		t.Errorf("the session of another console: %d", got.status)
	}
}

// A form is read as far as any form of the console goes, and its token only from there.
func TestForms(t *testing.T) {
	s := serve(t, nil)
	form := s.form()
	csrf := form.Get("csrf")
	form.Del("csrf")
	if got := s.send("POST", planPath+"&csrf="+csrf, form.Encode()); got.status != 403 {
		t.Errorf("the token in the address: %d", got.status)
	}
	form.Set("csrf", csrf)
	form.Set("padding", strings.Repeat("x", 100<<10))
	if got := s.send("POST", planPath, form.Encode()); got.status != 403 {
		t.Errorf("a form of 100 KB: %d", got.status)
	}
	form.Del("padding")
	if got := s.send("POST", strings.Replace(planPath, own, "222222222222", 1), form.Encode()); got.status != 409 {
		t.Errorf("the plan of another account: %d", got.status)
	}
	if n := s.house.changes(); n != 0 {
		t.Errorf("%d changes", n)
	}
}

// A form that is sent twice at once begins one run, and both are led to it.
func TestTwiceAtOnce(t *testing.T) {
	s := serve(t, nil)
	form := s.form()
	s.house.opening = make(chan struct{})
	answers := make(chan answer, 2)
	for range 2 {
		go func() { answers <- s.send("POST", planPath, form.Encode()) }()
	}
	for deadline := time.Now().Add(300 * time.Millisecond); s.house.opened() < 2 && time.Now().Before(deadline); {
		runtime.Gosched() // a second that is let in comes in meanwhile
	}
	s.house.opening <- struct{}{} // one of them is being begun
	close(s.house.opening)
	for range 2 {
		if a := <-answers; a.status != 303 || a.header.Get("Location") != "/runs/"+theRun {
			t.Errorf("%d to %q: %s", a.status, a.header.Get("Location"), a.body)
		}
	}
	if n := s.house.changes(); n != 1 {
		t.Errorf("%d changes", n)
	}
}

// Once a console is being ended, it begins nothing any more.
func TestEndingBeginsNothing(t *testing.T) {
	h := newHouse()
	for name, ended := range map[string]func(*console.Console, func()){
		"interrupted": func(_ *console.Console, cancel func()) { cancel() },
		"waited for":  func(c *console.Console, _ func()) { c.Wait() },
	} {
		c, err := console.New(console.Options{Eyes: h, Judge: h, Planner: h, Shelf: h, Hands: h})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := served(t, h, c.Handler(ctx))
		form := s.form()
		ended(c, cancel)
		if got := s.send("POST", planPath, form.Encode()); got.status != 409 || !strings.Contains(got.body, "being ended") {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if n := h.changes(); n != 0 {
		t.Errorf("%d changes", n)
	}
}

// A browser, or who plays one, holds few streams open; one more is told to come again.
func TestFewStreams(t *testing.T) {
	s := serve(t, nil)
	if got := s.send("POST", planPath, s.form().Encode()); got.status != 303 {
		t.Fatal(got)
	}
	for i := range 40 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/runs/"+theRun+"/progress", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if want := map[bool]int{true: 200, false: 503}[i < 32]; resp.StatusCode != want {
			t.Errorf("stream %d: %d, want %d", i, resp.StatusCode, want)
		}
	}
}

// What costs calls of AWS is asked for one at a time, however often a page wants it.
func TestOneQuestionAtATime(t *testing.T) {
	s := serve(t, nil)
	s.house.searching = make(chan struct{})
	path := "/accounts/" + own + "/events?name=UpdateTrail"
	answers := make(chan answer, 3)
	for range 3 {
		go func() { answers <- s.get(path) }()
	}
	for range 3 {
		s.house.searching <- struct{}{}
		if a := <-answers; a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if n := s.house.most(); n != 1 {
		t.Errorf("%d searches at once", n)
	}
}

// deadlines is an answer that notes how long each write may take.
type deadlines struct {
	http.ResponseWriter
	until []time.Time
}

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.until = append(d.until, t)
	return nil
}

// Unwrap lets an http.ResponseController through.
func (d *deadlines) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// Who does not read a stream is not waited for.
func TestStreamsAreNotPatientForever(t *testing.T) {
	h := newHouse()
	c, err := console.New(console.Options{Eyes: h, Judge: h, Planner: h, Shelf: h, Hands: h})
	if err != nil {
		t.Fatal(err)
	}
	d := &deadlines{ResponseWriter: httptest.NewRecorder()}
	r := httptest.NewRequest(http.MethodGet, "/runs/"+theRun+"/progress", nil)
	r.Host = "127.0.0.1"
	c.Handler(t.Context()).ServeHTTP(d, r)
	if len(d.until) == 0 {
		t.Fatal("a message has all the time there is")
	}
	for _, until := range d.until {
		if left := time.Until(until); left <= 0 || left > time.Minute {
			t.Errorf("a message has %v", left)
		}
	}
}

// A stream that ended has left its place to another.
func TestStreamsEnd(t *testing.T) {
	s := serve(t, nil)
	for i := range 40 { // one after the other
		if got := s.get("/runs/" + theRun + "/progress"); got.status != 200 {
			t.Fatalf("stream %d: %d", i, got.status)
		}
	}
}
