package interop_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// startConsole runs `trailspan console` on the endpoint, until the test ends.
func (e endpoint) startConsole(flags ...string) string {
	e.t.Helper()
	args := append([]string{
		"console", "--endpoint-url", e.url, "--journal", e.t.TempDir(), "--listen", "127.0.0.1:0",
	}, flags...)
	cmd := exec.Command("env", append([]string{"AWS_ACCESS_KEY_ID=" + theAccount, "AWS_SECRET_ACCESS_KEY=any", "AWS_REGION=us-east-1", program}, args...)...)
	return strings.TrimSuffix(listen(e.t, cmd, regexp.MustCompile(`^(http://127\.0\.0\.1:\d+/)`)), "/")
}

// trailPage is the address of a page about the trail of the default world.
func trailPage(page string) string {
	return "/accounts/" + theAccount + "/" + page + "?arn=" + strings.ReplaceAll(theTrail, ":", "%3A")
}

// The whole story in a browser: list, detail, plan, conversion with its progress Region
// by Region, verified, and back.
func TestConsoleConvertsAndRollsBack(t *testing.T) {
	t.Parallel()
	b, e := startBrowser(t, "en-US"), startSandbox(t)
	url := e.startConsole("--allow-changes")
	b.open(url)
	b.wants("your-trail-name")
	b.keep("trails")
	b.press(`table.list a[href*="/trail?"]`, ".facts")
	b.wants("This trail records ap-northeast-1 only")
	b.keep("trail")
	b.press(".headline a.button", "#confirm")
	b.wants("The plan to make this trail record all 17 enabled Regions")
	b.keep("plan")

	b.do(chromedp.SendKeys("#confirm", "another-trail"), chromedp.Submit("#confirm"), chromedp.WaitReady("#confirm[aria-invalid]"))
	b.wants("Nothing was changed: what was typed is not your-trail-name.")
	b.keep("plan-mistaken")
	if e.multiRegion() {
		t.Fatal("the trail was converted with the name of another")
	}

	e.send(http.MethodPost, "/_sandbox/faults", strings.NewReader(`[{"action": "cloudtrail:GetTrailStatus", "region": "eu-west-1", "error": "InternalErrorException"}]`), nil)
	b.do(chromedp.Clear("#confirm"), chromedp.SendKeys("#confirm", "your-trail-name"), chromedp.Submit("#confirm"), chromedp.WaitReady("#live"))
	b.wants("16 / 17") // what is not verified keeps the run going, and the page tells
	if got := b.text(`[data-region="eu-west-1"]`); strings.Contains(got, "verified") {
		t.Errorf("eu-west-1 does not answer, and the page says %q", got)
	}
	b.keep("run-progress")
	e.send(http.MethodPost, "/_sandbox/faults", strings.NewReader(`[]`), nil)
	b.do(chromedp.WaitReady("#outcome"))
	b.wants("your-trail-name is converted: seen, and logging, in 17 of 17 Regions")
	b.keep("run-verified")
	if !e.multiRegion() {
		t.Fatal("the page says that the trail is converted, and it is not")
	}

	b.open(url + "/accounts/" + theAccount + "/coverage")
	b.wants("17 / 17")
	b.keep("coverage-recorded")
	b.do(chromedp.NavigateBack(), chromedp.WaitReady("#confirm"), chromedp.Click("#confirm"))
	b.do(chromedp.Click("button.danger"), chromedp.WaitReady("#outcome"))
	b.wants("your-trail-name is as it was before")
	b.keep("run-rolled-back")
	if e.multiRegion() {
		t.Fatal("the page says that the trail is as before, and it is not")
	}
	b.open(url + "/runs")
	b.wants("rolled back")
	b.keep("runs")
}

// Every page in both languages, light and dark, at both widths, with nobody shut out.
func TestConsolePagesForEverybody(t *testing.T) {
	t.Parallel()
	e := startSandbox(t)
	url := e.startConsole()
	pages := map[string]string{
		"trails": "/accounts/" + theAccount + "/trails", "trail": trailPage("trail"), "plan": trailPage("convert"),
		"forecast": trailPage("convert") + "&cost=forecast",
		"coverage": "/accounts/" + theAccount + "/coverage", "findings": "/accounts/" + theAccount + "/findings",
		"events": "/accounts/" + theAccount + "/events?name=&pages=1", "accounts": "/accounts", "runs": "/runs", "missing": "/nowhere",
	}
	for language, sentences := range map[string]map[string]string{
		"en-US": {"trails": "Multi-Region trail", "plan": "This console is read-only.", "coverage": "no trail reaches this Region"},
		"ja-JP": {"trails": "マルチリージョン証跡", "plan": "読み取り専用", "events": "イベント履歴"},
	} {
		b := startBrowser(t, language)
		for name, path := range pages {
			b.open(url + path)
			b.wants(sentences[name])
			for _, look := range looks(language) {
				b.look(look.width, 844, look.scheme)
				b.keep(fmt.Sprintf("%s-%s-%d-%s", name, language[:2], look.width, look.scheme))
			}
		}
		b.press(".languages a", "main")
		want := map[string]string{"en-US": "ja", "ja-JP": "en"}[language]
		if got := evaluate[string](b, "document.documentElement.lang"); got != want {
			t.Errorf("the switch of the page in %s leads to %q, want %q", language, got, want)
		}
	}
}

// look is a window and the colors that its reader likes.
type look struct {
	width  int64
	scheme string
}

// looks are all of them in English; in Japanese, whose words are as long, the extremes.
func looks(language string) []look {
	all := []look{{1280, "light"}, {390, "dark"}, {390, "light"}, {1280, "dark"}}
	if language == "ja-JP" {
		return all[:2]
	}
	return all
}

// A page of another origin, on another port of the same machine, makes the browser of
// somebody who uses the console send what a conversion takes.
func TestHostilePageCannotConvert(t *testing.T) {
	t.Parallel()
	b, e := startBrowser(t, "en-US"), startSandbox(t)
	url := e.startConsole("--allow-changes")
	b.open(url + trailPage("convert"))
	run := evaluate[string](b, `document.querySelector("[name=run]").value`)
	csrf := evaluate[string](b, `document.querySelector("[name=csrf]").value`)
	hostile := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><main>hostile</main><form method="post" action="%s"><input name="run" value="%s"><input name="csrf" value="%s"><input name="confirm" value="your-trail-name"></form><iframe src="%s"></iframe><a id="link" href="%s">link</a>`,
			url+trailPage("convert"), run, csrf, url, url+"/accounts/"+theAccount+"/events?name=&amp;pages=10")
	}))
	defer hostile.Close()
	b.open(hostile.URL)
	// the best that a hostile page can do: it even knows the plan and the token of the form
	evaluate[any](b, fmt.Sprintf(`fetch(%q, {method: "POST", mode: "no-cors", credentials: "include", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: new URLSearchParams(new FormData(document.forms[0]))}).then(() => null, () => null)`, url+trailPage("convert")))
	if got := evaluate[string](b, fmt.Sprintf(`fetch(%q, {credentials: "include"}).then(r => r.text(), e => "unreadable")`, url+"/accounts/"+theAccount+"/trails.json")); got != "unreadable" {
		t.Errorf("a hostile page can read the console: %s", got)
	}
	b.press("#link", "a.button.primary")
	b.wants("Another site led here.")
	b.keep("door")
	if n := e.calls("LookupEvents", ""); n != 0 {
		t.Errorf("a link of a hostile page costs %d calls", n)
	}
	b.press("a.button.primary", "#found") // its reader goes on, and is known
	b.open(hostile.URL)
	b.do(chromedp.Submit("form"))
	b.wants("Another site made this request. Nothing was done.")
	if e.multiRegion() || e.calls("UpdateTrail", "") != 0 {
		t.Fatal("a hostile page converted the trail")
	}
	b.open(url + trailPage("convert"))
	b.do(chromedp.SendKeys("#confirm", "your-trail-name"), chromedp.Submit("#confirm"), chromedp.WaitReady("#outcome"))
	if !e.multiRegion() {
		t.Fatal("the same form of the console itself does not convert: the test proves nothing")
	}
}
