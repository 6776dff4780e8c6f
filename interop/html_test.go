package interop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hostileNames are names of accounts that would do something if they were more than text.
func hostileNames() []string {
	return []string{
		"production", "データ分析基盤", `<script>window.hacked = 1</script>`, `<img src=x onerror="window.hacked = 1">`,
		`" onmouseover="window.hacked = 1" x="`, "</title></style><script>window.hacked=1</script>", "evil\u202egpj.exe", "{{.}} ${1} `x`",
	}
}

// manyAccounts is a saved check of some accounts: that of the default world, one that is
// recorded in full, one with gaps, and so on in turns, with hostile names.
func (e endpoint) manyAccounts(count int) string {
	e.t.Helper()
	kinds := []json.RawMessage{e.rawAccount(3)}
	e.trailspan(theAccount, "ap-northeast-1", "convert", "--yes", "--journal", e.t.TempDir())
	kinds = append(kinds, e.rawAccount(0))
	e.send("POST", "/_sandbox/faults", strings.NewReader(`[{"action": "cloudtrail:GetTrailStatus", "region": "eu-west-1", "error": "AccessDeniedException"}]`), nil)
	kinds = append(kinds, e.rawAccount(4))
	var accounts []json.RawMessage
	for i := range count {
		text := strings.ReplaceAll(string(kinds[i%len(kinds)]), theAccount, fmt.Sprint(100000000000+i))
		name, err := json.Marshal(hostileNames()[i%len(hostileNames())])
		if err != nil {
			e.t.Fatal(err)
		}
		accounts = append(accounts, json.RawMessage(strings.Replace(text, `"name": ""`, `"name": `+string(name), 1)))
	}
	text, err := json.Marshal(map[string]any{
		"schema": "trailspan/check/v1", "generatedAt": "2026-11-22T12:00:00Z", "accounts": accounts,
		"skipped": []map[string]string{{"id": "999999999999", "name": "old", "state": "SUSPENDED"}},
	})
	if err != nil {
		e.t.Fatal(err)
	}
	file := filepath.Join(e.t.TempDir(), "check.json")
	write(e.t, file, text)
	return file
}

// rawAccount is the account of the default world as check writes it.
func (e endpoint) rawAccount(code int) json.RawMessage {
	e.t.Helper()
	o := e.trailspan(theAccount, "us-east-1", "check", "--format", "json")
	var r struct{ Accounts []json.RawMessage }
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil || o.code != code || len(r.Accounts) != 1 {
		e.t.Fatalf("check: want one account and exit code %d: %v", code, o)
	}
	return r.Accounts[0]
}

// page writes a page, and returns its address.
func (e endpoint) page(name string, args ...string) string {
	e.t.Helper()
	file := filepath.Join(e.t.TempDir(), name+".html")
	o := e.trailspan(theAccount, "us-east-1", append(args, "--format", "html", "--output", file)...)
	if o.code != 0 && o.code != 3 {
		e.t.Fatalf("%v: %v", args, o)
	}
	return "file://" + file
}

// alone makes sure that the page asked nobody for anything, and that no name did anything.
func (b browser) alone(name string) {
	b.t.Helper()
	if n := evaluate[int](b, "performance.getEntriesByType('resource').length"); n != 0 {
		b.t.Errorf("%s: the page loaded %d files", name, n)
	}
	if evaluate[bool](b, "'hacked' in window") {
		b.t.Errorf("%s: a name ran as a script", name)
	}
	if n := evaluate[int](b, `document.querySelectorAll("main img, main iframe, main script:not([type]), [onmouseover], [onerror]").length`); n != 0 {
		b.t.Errorf("%s: names became %d elements", name, n)
	}
}

// Pages of a check of one account and of a few, and of a plan, in both languages, light
// and dark, at both widths, with nobody shut out.
func TestHTMLReportForEverybody(t *testing.T) {
	t.Parallel()
	e := startSandbox(t)
	saved := startSandbox(t).manyAccounts(8)
	for _, language := range []string{"en", "ja"} {
		b := startBrowser(t, language)
		for name, url := range map[string]string{
			"report-one":  e.page("one", "check", "--lang", language),
			"report-plan": e.page("plan", "convert", "--plan", "--lang", language),
			"report-few":  e.page("few", "report", saved, "--lang", language),
		} {
			b.open(url)
			if got := evaluate[string](b, "document.documentElement.lang"); got != language {
				t.Errorf("%s says that its language is %q, want %q", name, got, language)
			}
			for _, look := range []struct {
				width  int64
				scheme string
			}{{1280, "light"}, {390, "light"}, {1280, "dark"}, {390, "dark"}} {
				b.look(look.width, 844, look.scheme)
				b.keep(fmt.Sprintf("%s-%s-%d-%s", name, language, look.width, look.scheme))
			}
			b.alone(name)
		}
	}
}

// What a reader does with a page: asks a cell why, moves by keys, and filters; in a page
// whose details are laid out, and in one in which they are packed.
func TestHTMLReportAnswers(t *testing.T) {
	t.Parallel()
	b, e := startBrowser(t, "en"), startSandbox(t)
	for _, count := range []int{8, 101} {
		b.open(e.page(fmt.Sprint(count), "report", startSandbox(t).manyAccounts(count)))
		b.wants(fmt.Sprintf("Accounts shown: %d of %d", count, count))

		b.do(chromedp.Click(`tr[data-i="0"] td:nth-of-type(8)`), chromedp.WaitVisible("#details[open]")) // a Region that is not that of the trail
		b.wants("no trail reaches this Region")
		if got := b.text("#details-title"); !strings.Contains(got, "100000000000 production") {
			t.Errorf("%d accounts: the details are of %q", count, got)
		}
		if count == 8 { // axe-core takes minutes for thousands of cells
			b.keep("report-details")
		}
		b.do(chromedp.KeyEvent(kb.Escape), chromedp.WaitReady("#details:not([open])"))
		b.do(chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible("#details[open]"))
		if got := b.text("#details-title"); strings.Contains(got, "100000000000") {
			t.Errorf("%d accounts: the keys lead nowhere: %q", count, got)
		}
		b.do(chromedp.KeyEvent(kb.Escape), chromedp.WaitReady("#details:not([open])"))
		if !evaluate[bool](b, `document.activeElement.closest("#matrix td") !== null`) {
			t.Errorf("%d accounts: the focus does not return to the cell", count)
		}

		b.choose("#filter-account", "IMG SRC")
		named := len(hostileNames())
		b.wants(fmt.Sprintf("Accounts shown: %d of %d", (count+named-4)/named, count)) // every eighth is called so
		evaluate[any](b, `document.querySelector("#filters button").click(); null`)
		b.wants(fmt.Sprintf("Accounts shown: %d of %d", count, count))
		b.choose("#filter-verdict", "k")
		b.choose("#filter-region", "eu-west-1")
		b.wants(fmt.Sprintf("Accounts shown: %d of %d", count/3, count)) // every third has a gap there
		if n := evaluate[int](b, `[...document.querySelectorAll("#matrix thead .region")].filter(h => !h.hidden).length`); n != 1 {
			t.Errorf("%d accounts: %d Regions are shown, want the one that was asked for", count, n)
		}
		b.keep(fmt.Sprintf("report-filtered-%d", count))
		b.alone(fmt.Sprint(count))
	}
}

// choose gives a filter a value, as somebody who types or selects.
func (b browser) choose(filter, value string) {
	b.t.Helper()
	evaluate[any](b, fmt.Sprintf(`(e => { e.value = %q; e.dispatchEvent(new Event("input", {bubbles: true})); return null })(document.querySelector(%q))`, value, filter))
}

// Without scripts it is a plain page: the verdicts are there, and the cells of a report
// of a few accounts lead to the reasons.
func TestHTMLReportWithoutScripts(t *testing.T) {
	t.Parallel()
	b, e := startBrowser(t, "en"), startSandbox(t)
	_, err := chromedp.Run(b.ctx, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	b.open(e.page("one", "check"))
	b.wants("All management events are recorded in 1 of 17 enabled Regions only.")
	if evaluate[bool](b, `document.querySelector("#filters").checkVisibility()`) {
		t.Error("there are filters that do nothing")
	}
	b.do(chromedp.Click(`tr[data-i="0"] td:nth-of-type(8) a`), chromedp.WaitReady(".answer:target"))
	if got := b.text(".answer:target"); !strings.Contains(got, "no trail reaches this Region") {
		t.Errorf("the cell leads to %q", got)
	}
}
