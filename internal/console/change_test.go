package console_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/console"
	"github.com/trailspan/trailspan/internal/trail"
)

// What a conversion takes: each row takes away one thing.
func TestConvertNeedsAllOfIt(t *testing.T) {
	for name, tt := range map[string]struct {
		set    func(*console.Options)
		form   func(url.Values)
		header []string
		status int
		says   string
	}{
		"everything is there": {nil, func(url.Values) {}, nil, 303, ""},
		"no token of the form": {
			nil, func(f url.Values) { f.Del("csrf") }, nil,
			403, "the form is not one of this console",
		},
		"the token of somebody else": {
			nil, func(f url.Values) { f.Set("csrf", strings.Repeat("A", len(f.Get("csrf")))) }, nil,
			403, "the form is not one of this console",
		},
		"the name is not typed": {
			nil, func(f url.Values) { f.Set("confirm", "") }, nil,
			422, "what was typed is not single",
		},
		"a plan that nobody was shown": {
			nil, func(f url.Values) { f.Set("run", "20990101T000000Z-000000") }, nil,
			409, "This plan is not known any more",
		},
		"a page of another site": {
			nil, func(url.Values) {},
			[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"},
			403, "Another site made this request",
		},
		"a page of another port, in a browser without Sec-Fetch-Site": {
			nil, func(url.Values) {},
			[]string{"Origin", "http://127.0.0.1:1"},
			403, "Another site made this request",
		},
		"a page without an origin": {
			nil, func(url.Values) {},
			[]string{"Origin", "null"},
			403, "Another site made this request",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tt.set)
			form := s.form()
			tt.form(form)
			got := s.send("POST", planPath, form.Encode(), tt.header...)
			if got.status != tt.status || !strings.Contains(got.body, tt.says) {
				t.Errorf("%d, want %d with %q: %s", got.status, tt.status, tt.says, got.body)
			}
			if begun := s.house.changes() > 0; begun != (tt.status == 303) {
				t.Errorf("begun: %v", begun)
			}
		})
	}
}

// A console that may not change says so, on the page and to whoever tries nevertheless.
func TestReadOnly(t *testing.T) {
	s := serve(t, func(o *console.Options) { o.Hands = nil })
	page := s.get(planPath).body
	for _, want := range []string{"disabled", "This console is read-only.", "trailspan convert --trail single"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the plan lacks %q", want)
		}
	}
	if strings.Contains(page, "<form method=\"post\"") {
		t.Error("the page of the plan has a form")
	}
	for _, path := range []string{planPath, rollbackPath, resumePath} {
		got := s.send("POST", path, "confirm=yes")
		if got.status != 403 || !strings.Contains(got.body, "--allow-changes") {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if n := s.house.changes(); n != 0 {
		t.Errorf("%d changes", n)
	}
}

// The way back wants a tick, and a run that has one.
func TestRollback(t *testing.T) {
	s := serve(t, nil)
	form := s.form()
	form.Set("confirm", "")
	if got := s.send("POST", rollbackPath, form.Encode()); got.status != 422 {
		t.Errorf("without a tick: %d", got.status)
	}
	form.Set("confirm", "yes")
	if got := s.send("POST", "/runs/none/rollback", form.Encode()); got.status != 404 {
		t.Errorf("a run that there is not: %d", got.status)
	}
	s.house.run.Way = console.LineWay
	if got := s.send("POST", rollbackPath, form.Encode()); got.status != 409 {
		t.Errorf("a run of many accounts: %d", got.status)
	}
	s.house.run.Way = console.HereWay
	if n := s.house.changes(); n != 0 {
		t.Fatalf("%d changes before all was there", n)
	}
	for range 2 { // sent twice, it goes back once
		if got := s.send("POST", rollbackPath, form.Encode()); got.status != 303 || got.header.Get("Location") != "/runs/"+theRun {
			t.Errorf("%d to %q", got.status, got.header.Get("Location"))
		}
	}
	if n := s.house.changes(); n != 1 {
		t.Errorf("%d changes", n)
	}
}

const resumePath = "/runs/" + theRun + "/resume"

// To go on wants a tick, and a run that is half-way; sent twice, it goes on once.
func TestResume(t *testing.T) {
	s := serve(t, nil)
	form := s.form()
	form.Set("confirm", "yes")
	if got := s.send("POST", resumePath, form.Encode()); got.status != 409 {
		t.Errorf("a run that is at its end: %d", got.status)
	}
	if page := s.get("/runs/" + theRun).body; strings.Contains(page, resumePath) || strings.Contains(page, "--resume") {
		t.Error("the page of a run that is at its end leads on")
	}
	s.house.run.On = console.LineWay
	if got := s.send("POST", resumePath, form.Encode()); got.status != 409 {
		t.Errorf("a run of many accounts: %d", got.status)
	}
	if page := s.get("/runs/" + theRun).body; strings.Contains(page, resumePath) || !strings.Contains(page, "trailspan convert --resume "+theRun) {
		t.Errorf("the page of a run of many accounts: %s", page)
	}
	s.house.run.On = console.HereWay
	if page := s.get("/runs/" + theRun).body; !strings.Contains(page, `action="`+resumePath) {
		t.Errorf("the page of a run that is half-way: %s", page)
	}
	for field, status := range map[string]int{"confirm": 422, "csrf": 403} {
		without := url.Values{"csrf": form["csrf"], "confirm": form["confirm"]}
		without.Del(field)
		if got := s.send("POST", resumePath, without.Encode()); got.status != status {
			t.Errorf("without %s: %d, want %d", field, got.status, status)
		}
	}
	if n := s.house.changes(); n != 0 {
		t.Fatalf("%d changes before all was there", n)
	}
	for range 2 {
		if got := s.send("POST", resumePath, form.Encode()); got.status != 303 || got.header.Get("Location") != "/runs/"+theRun {
			t.Errorf("%d to %q", got.status, got.header.Get("Location"))
		}
	}
	if n := s.house.changes(); n != 1 {
		t.Errorf("%d changes", n)
	}
}

// Sent twice, a form begins one run; and what keeps it from beginning is told.
func TestConvertOnce(t *testing.T) {
	s := serve(t, nil)
	form := s.form().Encode()
	s.house.trouble = &console.TroubleError{Kind: console.Refused, Message: trail.Say("fail.locked"), Hint: trail.Say("fail.locked.hint")}
	if got := s.send("POST", planPath, form); got.status != 409 || !strings.Contains(got.body, "another run") {
		t.Errorf("while another run has the account: %d %s", got.status, got.body)
	}
	s.house.trouble = nil
	for range 2 {
		if got := s.send("POST", planPath, form); got.status != 303 || got.header.Get("Location") != "/runs/"+theRun {
			t.Errorf("%d to %q", got.status, got.header.Get("Location"))
		}
	}
	if n := s.house.changes(); n != 1 {
		t.Errorf("%d changes", n)
	}
}
