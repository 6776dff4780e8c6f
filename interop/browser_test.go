package interop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browser is one headless Chromium with a profile of its own.
type browser struct {
	t   *testing.T
	ctx context.Context
	axe string // the source of axe-core
}

// startBrowser starts Chromium for a reader of a language, until the test ends.
func startBrowser(t *testing.T, language string) browser {
	t.Helper()
	needCommand(t, "chromium", "chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath("chromium"), chromedp.Flag("accept-lang", language), chromedp.Flag("hide-scrollbars", true))
	if os.Getuid() == 0 { // Chromium's own sandbox refuses root
		options = append(options, chromedp.NoSandbox)
	}
	patience, stop := context.WithTimeout(context.Background(), 8*time.Minute)
	allocator, drop := chromedp.NewExecAllocator(patience, options...)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		end()
		drop()
		stop()
	})
	b := browser{t: t, ctx: ctx, axe: axeSource(t)}
	b.look(1280, 900, "light")
	return b
}

// axeSource reads axe-core, which .ci/run puts there.
func axeSource(t *testing.T) string {
	t.Helper()
	file := "../.tools/axe-core/package/axe.min.js"
	why := ""
	if _, err := os.Stat(file); err != nil {
		why = "axe-core is not in .tools; .ci/run says what these tests need"
	}
	need(t, "axe-core", why)
	return string(read(t, file))
}

// do runs steps in the browser.
func (b browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatalf("%v\n%s", err, b.text("body"))
	}
}

// open opens an address.
func (b browser) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url), chromedp.WaitReady("main"))
}

// press presses what a selector finds, and waits for the page that comes of it.
func (b browser) press(selector, wanted string) {
	b.t.Helper()
	b.do(chromedp.Click(selector), chromedp.WaitReady(wanted))
}

// look sets the width of the window and the scheme of its colors.
func (b browser) look(width, height int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Run(b.ctx, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return chromedp.Void{}, err
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// text is what a reader sees of an element.
func (b browser) text(selector string) string {
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf("(document.querySelector(%q)||{innerText:''}).innerText", selector)))
	if err != nil {
		return err.Error()
	}
	return out
}

// evaluate runs a script in the page.
func evaluate[T any](b browser, script string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return out
}

// wants waits until the page says something, in whatever of its elements.
func (b browser) wants(sentence string) {
	b.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !strings.Contains(b.text("body"), sentence) {
		if time.Now().After(deadline) {
			b.t.Fatalf("the page does not say %q, but\n%s", sentence, b.text("body"))
		}
		b.do(chromedp.Sleep(50 * time.Millisecond))
	}
}

// keep takes a picture of the page, where CI wants pictures, and makes sure that nobody
// is shut out from it: axe-core finds nothing, and nothing sticks out of the window.
func (b browser) keep(name string) {
	b.t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if dir := os.Getenv("TRAILSPAN_SCREENSHOTS"); dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			b.t.Fatal(err)
		}
		write(b.t, filepath.Join(dir, name+".png"), picture)
	}
	if wide := evaluate[int](b, "document.documentElement.scrollWidth - document.documentElement.clientWidth"); wide > 0 {
		b.t.Errorf("%s: the page is %d pixels wider than the window", name, wide)
	}
	b.accessible(name)
}

// violation is what axe-core says of a page.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Failure string `json:"failureSummary"`
	} `json:"nodes"`
}

func (b browser) accessible(name string) {
	b.t.Helper()
	evaluate[any](b, b.axe+";null")
	said := evaluate[string](b, `axe.run().then(r => JSON.stringify(r.violations))`)
	var found []violation
	if err := json.Unmarshal([]byte(said), &found); err != nil {
		b.t.Fatalf("%v: %s", err, said)
	}
	for _, v := range found {
		for _, n := range v.Nodes {
			b.t.Errorf("%s: %s (%s): %s: %s", name, v.ID, v.Help, n.HTML, n.Failure)
		}
	}
}
