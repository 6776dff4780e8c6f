package report

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// TestHTML shows pages, without their style and script, which are files of their own.
func TestHTML(t *testing.T) {
	maker := Maker{Version: "1.2.3"}
	many := shownCheck(check(healthy("111111111111", "audit"), troubled()), Skipped{Account: "999999999999", Name: "old", State: "SUSPENDED"})
	for _, x := range []struct {
		name string
		lang say.Lang
		show shown
	}{
		{"check-classic", say.English, shownCheck(check(classic()))},
		{"check-classic", say.Japanese, shownCheck(check(classic()))},
		{"check-many", say.English, many},
		{"plan-blocked", say.English, func(w io.Writer, f Format, o Options) error { return Plan(w, f, blocked(), o) }},
	} {
		golden(t, x.name+"."+string(x.lang)+".html", func(w io.Writer) error {
			_, err := io.WriteString(w, bare(x.show.as(t, HTML, Options{Speaker: say.New(x.lang), Maker: maker})))
			return err
		})
	}
}

// bare is a page without what every page has.
func bare(page string) string {
	page = strings.Replace(page, pageFile("style.css"), "", 1)
	page = strings.Replace(page, pageFile("script.js"), "", 1)
	return regexp.MustCompile(`'sha256-[^']*'`).ReplaceAllString(page, "'sha256-…'")
}

// TestHTMLNames holds that no name becomes an element or an attribute, wherever a name
// can stand: the elements are those of the page with a plain name.
func TestHTMLNames(t *testing.T) {
	hostile := append(awkward(), "</script><script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", `"onfocus="alert(1)`, "'><svg/onload=alert(1)>",
		"javascript:alert(1)", "</title><h1>x", "--><b>x", "{{.}}", "\u202egpj.exe", "\u2066x\u2069", "a\x00b")
	for count, names := range map[int][]string{1: hostile, 2: hostile, laidOut + 1: {strings.Join(hostile, " ")}} {
		want := elementsOf(t, checkNamed(t, "plain", count))
		for _, name := range names {
			page := checkNamed(t, name, count)
			if got := elementsOf(t, page); got != want {
				t.Errorf("%d accounts: the name %q makes other elements", count, name)
			}
			if strings.ContainsAny(page, "\u202e\u2066\u2069\x00") {
				t.Errorf("%d accounts: the name %q turns the direction of the text", count, name)
			}
		}
	}
}

// checkNamed is a page of accounts with a name; that of the trail and bucket too.
func checkNamed(t *testing.T, name string, count int) string {
	t.Helper()
	var all []trail.Snapshot
	for i := range count {
		s := with(empty(trail.AccountID(fmt.Sprintf("%012d", i)), name), "111111111111", home, "t", trail.Settings{Bucket: name})
		s.Trails[0].Name = name
		s.Gaps = []trail.Gap{{Region: home, Action: name, Kind: trail.Denied, Error: name}}
		all = append(all, s)
	}
	return shownCheck(check(all...), Skipped{Account: "999999999999", Name: name, State: "ACTIVE", Reason: name}).as(t, HTML, Options{})
}

// elementsOf are the elements of a page with the names of their attributes, but for
// what is packed.
func elementsOf(t *testing.T, page string) string {
	t.Helper()
	page = regexp.MustCompile(`(?s)(<script type="application/gzip"[^>]*>).*?</script>`).ReplaceAllString(bare(page), "$1</script>")
	values := regexp.MustCompile(`="[^"]*"`)
	var out []string
	for _, tag := range regexp.MustCompile(`<[^>]*>?`).FindAllString(page, -1) {
		out = append(out, values.ReplaceAllString(tag, ""))
	}
	return strings.Join(out, "\n")
}

// TestHTMLAlone holds that a page names nothing to load, and that the policy it carries
// lets nothing in but its own style and script.
func TestHTMLAlone(t *testing.T) {
	page := shownCheck(check(troubled())).as(t, HTML, Options{})
	for _, x := range []string{" src=", "<link", "@import", "<iframe", "<object", "style=\""} {
		if strings.Contains(page, x) {
			t.Errorf("the page has %q", x)
		}
	}
	for _, x := range []string{
		"default-src &#39;none&#39;", digest(pageFile("style.css")), digest(pageFile("script.js")),
		"<style>" + pageFile("style.css") + "</style>", "<script>" + pageFile("script.js") + "</script>",
	} {
		if !strings.Contains(page, strings.ReplaceAll(x, "&#39;", "'")) && !strings.Contains(page, strings.ReplaceAll(x, "+", "&#43;")) {
			t.Errorf("the page has no %.60q", x)
		}
	}
}

// TestHTMLSentences holds that what the templates say is in the catalog: the test of the
// catalog reads Go only.
func TestHTMLSentences(t *testing.T) {
	said := regexp.MustCompile(`\b(T|Say) "([^"]+)"`)
	files, err := os.ReadDir("page")
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	for _, f := range files {
		for _, m := range said.FindAllStringSubmatch(pageFile(f.Name()), -1) {
			key := m[2]
			if m[1] == "T" {
				key = "html." + key
			}
			if keys++; say.New(say.English).Say(key) == key {
				t.Errorf("%s: the catalog has no %s", f.Name(), key)
			}
		}
	}
	if keys < 40 {
		t.Errorf("only %d keys were found", keys)
	}
}

// TestHTMLMap holds that every Region of the tests has a place, that no two have the same,
// that each has a name, and that a Region which nobody knows yet is shown all the same.
func TestHTMLMap(t *testing.T) {
	p := newPage(Options{})
	at := map[[2]int]trail.Region{}
	for _, s := range spots() {
		where := [2]int{s.column, s.row}
		if other, taken := at[where]; taken {
			t.Errorf("%s lies on %s", s.region, other)
		}
		at[where] = s.region
		if p.placeOf(s.region) == string(s.region) {
			t.Errorf("%s has no name", s.region)
		}
	}
	s := classic()
	for _, v := range s.Regions {
		if !slices.ContainsFunc(spots(), func(x spot) bool { return x.region == v.Region }) {
			t.Errorf("%s has no place", v.Region)
		}
	}
	s.Regions = append(s.Regions, trail.RegionView{Region: "xx-moon-1", OptStatus: trail.Enabled})
	if page := shownCheck(check(s)).as(t, HTML, Options{}); strings.Count(page, ">xx-moon-1</text>") != 2 {
		t.Error("a Region without a place is not on both maps")
	}
}

// TestHTMLOfMany holds that the details of many accounts are packed, so that a page of a
// thousand is no burden, and that each verdict stands there without unpacking.
func TestHTMLOfMany(t *testing.T) {
	var all []trail.Snapshot
	for i := range 1000 {
		s := classic()
		s.Account = trail.AccountID(strconv.Itoa(100000000000 + i))
		all = append(all, s)
	}
	page := shownCheck(check(all...)).as(t, HTML, Options{})
	if mb := float64(len(page)) / 1e6; mb > 3 {
		t.Errorf("a page of 1,000 accounts has %.1f MB", mb)
	}
	if n := strings.Count(page, `<td class="u">not recorded</td>`); n != 16*1000 {
		t.Errorf("%d cells say that a Region is not recorded, want 16,000", n)
	}
	if n := strings.Count(page, `<script type="application/gzip"`); n != 1000/packedTogether {
		t.Errorf("there are %d parcels, want %d", n, 1000/packedTogether)
	}
}

// TestHTMLNone shows that a page of no account is whole.
func TestHTMLNone(t *testing.T) {
	var out bytes.Buffer
	s, err := NewCheckStream(&out, HTML, time.Time{}, 0, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.End(nil); err != nil || !strings.HasSuffix(out.String(), "</html>\n") || strings.Contains(out.String(), "<table") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
