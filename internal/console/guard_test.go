package console_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/console"
)

// Who may ask, and what becomes of everybody else.
func TestGuard(t *testing.T) {
	for name, tt := range map[string]struct {
		set    func(*console.Options)
		header []string
		want   int
	}{
		"an address of this machine":                        {nil, []string{"Host", "127.0.0.1:1"}, 200},
		"the same by its name":                              {nil, []string{"Host", "localhost:9"}, 200},
		"the same in IPv6":                                  {nil, []string{"Host", "[::1]:9"}, 200},
		"a name bent to this machine (DNS rebinding)":       {nil, []string{"Host", "evil.example"}, 421},
		"a name that begins like ours":                      {nil, []string{"Host", "localhost.evil.example:80"}, 421},
		"an address that is not of this machine":            {nil, []string{"Host", "192.0.2.1:80"}, 421},
		"no name":                                           {nil, []string{"Host", ":80"}, 421},
		"an address, where it listens on all":               {func(o *console.Options) { o.Anywhere = true }, []string{"Host", "192.0.2.1:80"}, 200},
		"a bent name, where it listens on all":              {func(o *console.Options) { o.Anywhere = true }, []string{"Host", "evil.example"}, 421},
		"a name that was given":                             {func(o *console.Options) { o.Names = []string{"box"} }, []string{"Host", "Box:80"}, 200},
		"a link of another site":                            {nil, []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 200},
		"an image of another site":                          {nil, []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"}, 403},
		"a frame of another port of this machine":           {nil, []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, 403},
		"a script of another port of this machine":          {nil, []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}, 403},
		"what calls itself a page and is not opened as one": {nil, []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "document"}, 403},
		"a token is wanted":                                 {func(o *console.Options) { o.Token = "secret" }, nil, 401},
		"a cookie that nobody here made":                    {func(o *console.Options) { o.Token = "secret" }, []string{"Cookie", "trailspan-session=abc.def; trailspan-session-1=abc.def"}, 401},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tt.set)
			for _, path := range append(everyPage(), "/static/style.css", "/runs/"+theRun+"/progress") {
				if got := s.get(path, tt.header...); got.status != tt.want {
					t.Errorf("%s: %d, want %d: %.200s", path, got.status, tt.want, got.body)
				}
			}
		})
	}
}

// A token opens the console once it stands in the address; then a cookie does that no
// script can read and no other site sends.
func TestToken(t *testing.T) {
	s := serve(t, func(o *console.Options) { o.Token = "secret" })
	if got := s.get("/runs?token=wrong"); got.status != 401 {
		t.Errorf("a wrong token: %d", got.status)
	}
	if got := s.get("/runs?token="); got.status != 401 {
		t.Errorf("an empty token: %d", got.status)
	}
	if got := s.send("HEAD", "/runs?token=secret", ""); got.status != 401 || len(got.header.Values("Set-Cookie")) > 0 {
		t.Errorf("the token, and not to see a page: %d", got.status)
	}
	in := s.get("/runs?token=secret")
	if in.status != 303 || in.header.Get("Location") != "/runs" {
		t.Errorf("the token: %d to %q, want 303 to /runs", in.status, in.header.Get("Location"))
	}
	if cookie := in.header.Get("Set-Cookie"); !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
		t.Errorf("the cookie of a session is %q", cookie)
	}
	got := s.get("/runs")
	if got.status != 200 || strings.Contains(got.body, "secret") {
		t.Errorf("with a session: %d %s", got.status, got.body)
	}
	if strings.Contains(s.logs.String(), "secret") {
		t.Errorf("the token is in the log: %s", s.logs)
	}
}

// A path of two slashes must not lead to another host.
func TestTokenLeadsNowhereElse(t *testing.T) {
	s := serve(t, func(o *console.Options) { o.Token = "secret" })
	for _, path := range []string{"//evil.example/?token=secret", "/%5Cevil.example/?token=secret", "//evil.example/?lang=ja"} {
		to := s.get(path).header.Get("Location")
		if u, err := url.Parse(to); err != nil || u.Host != "" || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}

// Every answer, also one that refuses, says what a browser may do with it.
func TestHeaders(t *testing.T) {
	s := serve(t, nil)
	answers := map[string]answer{"refused": s.get("/runs", "Host", "evil.example"), "missing": s.get("/nowhere"), "static": s.get("/static/console.js"), "home": s.get("/"), "range": s.get("/static/style.css", "Range", "bytes=99999999-"), "stream": s.get("/runs/" + theRun + "/progress")}
	for _, path := range everyPage() {
		answers[path] = s.get(path)
	}
	for name, a := range answers {
		csp := a.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: the policy %q lacks %q", name, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", name, csp)
		}
		for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
	}
}

// No page has a script or a style of its own, which the policy would stop, nor a way for
// what AWS says to become one.
func TestNothingInline(t *testing.T) {
	s := serve(t, nil)
	for _, path := range everyPage() {
		body := s.get(path).body
		for _, bad := range []string{"<script>", " style=", "<style", " onclick", "javascript:", "<b>second", "<i>way", "alert(1)</script>"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s has %q", path, bad)
			}
		}
	}
}

// Every page is JSON for whoever asks for that, by its header or by its address.
func TestJSON(t *testing.T) {
	s := serve(t, nil)
	for _, path := range everyPage() {
		before, query, _ := strings.Cut(path, "?")
		byHeader := s.get(path, "Accept", "application/json", "Accept-Language", "ja")
		byAddress := s.get(before + ".json?" + query)
		for _, a := range []answer{byHeader, byAddress} {
			if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") || !json.Valid([]byte(a.body)) {
				t.Errorf("%s: %d %s %.200s", path, a.status, a.header.Get("Content-Type"), a.body)
			}
			if strings.Contains(a.body, "null,") && !strings.Contains(a.body, `"logging": null`) && !strings.Contains(a.body, `"source": null`) && !strings.Contains(a.body, `"trouble": null`) {
				t.Errorf("%s: a list is null: %s", path, a.body)
			}
		}
	}
	if got := s.get("/nowhere.json"); got.status != 404 || !strings.Contains(got.body, `"error": "There is no such page."`) {
		t.Errorf("what is missing: %d %s", got.status, got.body)
	}
	if got := s.get("/runs.json", "Host", "evil.example"); got.status != 421 || !json.Valid([]byte(got.body)) {
		t.Errorf("what is refused: %d %s", got.status, got.body)
	}
}

// Nothing that only asks changes anything, whatever it asks with.
func TestReadingChangesNothing(t *testing.T) {
	s := serve(t, nil)
	query := s.form().Encode()
	for _, path := range append(everyPage(), rollbackPath, "/runs/"+theRun+"/progress") {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			s.send(method, path+"?"+query, "")
			s.send(method, path+"&"+query, "")
		}
	}
	if n := s.house.changes(); n != 0 {
		t.Errorf("%d changes came of reading", n)
	}
}
