package report

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	reading "github.com/yuin/goldmark/text"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// TestCheckFormats shows the formats of a check that has one of everything, and of many.
func TestCheckFormats(t *testing.T) {
	maker := Maker{Version: "1.2.3", Region: "ap-northeast-1"}
	for f, ending := range map[Format]string{SARIF: "sarif", JUnit: "junit.xml", OCSF: "ocsf.json", ASFF: "asff.json"} {
		japanese := Options{Speaker: say.New(say.Japanese), Maker: maker} // machines are spoken to in English
		golden(t, "check-troubled."+ending, func(w io.Writer) error { return Check(w, f, check(troubled()), japanese) })
	}
	for _, lang := range []say.Lang{say.English, say.Japanese} {
		o := Options{Speaker: say.New(lang)}
		golden(t, "check-many."+string(lang)+".md", func(w io.Writer) error {
			return Check(w, Markdown, check(healthy("111111111111", "audit"), classic(), troubled()), o)
		})
		golden(t, "plan-blocked."+string(lang)+".md", func(w io.Writer) error { return Plan(w, Markdown, blocked(), o) })
	}
}

// awkward are names that mean something to a format.
func awkward() []string {
	return []string{
		"production, east", `"quoted" 'name'`, "a|b|c", "`code` **bold** _it_ ~~no~~", "<script>alert(1)</script> &amp; &lt;",
		"[link](https://example.com) ![i](x)", "# heading", "- item", "1. item", "+ item", "> quote", "=HYPERLINK(\"x\")", "\\|back\\slash\\",
		"データ分析|基盤", "𠮷野家", "two\nlines\r\nthree", "tab\there", "@team #12 :key:", "a]]>b", "https://example.com/a_b_c", "| --- |", "<!-- x", "\\",
	}
}

// TestMarkdownNames reads Markdown back with a parser that is not ours: every cell holds
// the name as it is, and the tables stay whole.
func TestMarkdownNames(t *testing.T) {
	var snapshots []trail.Snapshot
	for i, name := range awkward() {
		s := with(empty(trail.AccountID(fmt.Sprintf("%012d", i)), name), "111111111111", home, "t", trail.Settings{Bucket: name})
		snapshots = append(snapshots, s)
	}
	var out bytes.Buffer
	if err := Check(&out, Markdown, check(snapshots...), Options{}); err != nil {
		t.Fatal(err)
	}
	page := readMarkdown(t, out.Bytes())
	last := page.tables[len(page.tables)-1]
	if len(last) != len(awkward())+1 {
		t.Fatalf("the last table has %d rows, want a head and %d accounts", len(last), len(awkward()))
	}
	for i, name := range awkward() {
		want := strings.TrimSpace(strings.Join(strings.Fields(clean(name)), " "))
		if got := strings.Join(strings.Fields(last[i+1][1]), " "); got != want {
			t.Errorf("the name %q is read back as %q", want, got)
		}
		if !slices.ContainsFunc(page.tables, func(rows [][]string) bool {
			return slices.ContainsFunc(rows, func(r []string) bool { return strings.Join(strings.Fields(r[len(r)-1]), " ") == want })
		}) {
			t.Errorf("no table has the bucket %q", want)
		}
		if !slices.ContainsFunc(page.headings, func(h string) bool { return strings.Contains(strings.Join(strings.Fields(h), " "), want) }) {
			t.Errorf("no heading has the name %q", want)
		}
	}
	if page.others != "" {
		t.Errorf("a name became %s", page.others)
	}
}

type markdownPage struct {
	headings []string
	tables   [][][]string
	others   string // what no report has: links, images, HTML, emphasis, lists, quotes
}

func readMarkdown(t *testing.T, source []byte) markdownPage {
	t.Helper()
	var page markdownPage
	root := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Parser().Parse(reading.NewReader(source))
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			page.headings = append(page.headings, plainText(t, n, source))
		case *tables.Table:
			page.tables = append(page.tables, tableRows(t, n, source))
			return ast.WalkSkipChildren, nil
		case *ast.RawHTML:
			if string(n.Segments.Value(source)) != "<br>" {
				page.others += " " + n.Kind().String()
			}
		case *ast.Document, *ast.Paragraph, *ast.Text, *ast.FencedCodeBlock, *ast.String:
		default:
			page.others += " " + n.Kind().String()
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func tableRows(t *testing.T, n ast.Node, source []byte) [][]string {
	var rows [][]string
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, plainText(t, c, source))
		}
		rows = append(rows, cells)
	}
	return rows
}

// plainText is what a reader sees of a block, by the HTML that goldmark makes of it.
func plainText(t *testing.T, n ast.Node, source []byte) string {
	t.Helper()
	var out bytes.Buffer
	r := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Renderer()
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if err := r.Render(&out, source, c); err != nil {
			t.Fatal(err)
		}
	}
	return html.UnescapeString(out.String())
}

// TestCSVNames reads CSV back: a name is what it was, but for what a spreadsheet would run.
func TestCSVNames(t *testing.T) {
	for _, name := range awkward() {
		var out bytes.Buffer
		if err := Check(&out, CSV, check(empty(account, name)), Options{}); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimPrefix(lines[1][1], "'"); got != clean(name) && "'"+got != clean(name) {
			t.Errorf("the name %q is read back as %q", name, lines[1][1])
		}
	}
}

// TestMachineNames holds that awkward names leave the formats for machines readable.
func TestMachineNames(t *testing.T) {
	for _, name := range append(awkward(), "\x00\x1b[2J\ufffe") {
		r := check(with(empty(account, name), account, home, "t", trail.Settings{Bucket: name}))
		for _, f := range []Format{SARIF, OCSF, ASFF} {
			var out bytes.Buffer
			if err := Check(&out, f, r, Options{}); err != nil || !json.Valid(out.Bytes()) {
				t.Errorf("%q as %s: %v", name, f, err)
			}
		}
		var out bytes.Buffer
		if err := Check(&out, JUnit, r, Options{}); err != nil {
			t.Fatal(err)
		}
		var suites struct {
			Suites []struct {
				Name  string `xml:"name,attr"`
				Tests int    `xml:"tests,attr"`
				Cases []struct {
					Failure *struct{} `xml:"failure"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(out.Bytes(), &suites); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if s := suites.Suites[0]; s.Name != string(account)+" "+clean(name) || s.Tests != 18 || len(s.Cases) != 18 || s.Cases[0].Failure != nil {
			t.Errorf("%q is read back as %+v", name, s)
		}
	}
}

// TestNoAccounts shows that a format of no account is whole.
func TestNoAccounts(t *testing.T) {
	for f, want := range map[Format]string{OCSF: "[]\n", ASFF: "[]\n", JUnit: xml.Header + "<testsuites name=\"trailspan\">\n</testsuites>\n"} {
		if diff := cmp.Diff(want, shownCheck(check()).as(t, f, Options{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
	}
	if got := shownCheck(check()).as(t, SARIF, Options{}); !json.Valid([]byte(got)) {
		t.Errorf("no JSON:\n%s", got)
	}
}

// TestRuleIDs holds the rules that SARIF lists against the findings that are described,
// and that each has a sentence.
func TestRuleIDs(t *testing.T) {
	page, err := os.ReadFile("../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	section, _, _ := strings.Cut(string(page), "\n## Gates")
	var described []string
	for _, m := range regexp.MustCompile(`(?m)^### (\S+)$`).FindAllStringSubmatch(section, -1) {
		described = append(described, m[1])
	}
	ours := slices.DeleteFunc(ruleIDs(), func(id string) bool { return id == regionRule || id == unseenRule })
	slices.Sort(described)
	slices.Sort(ours)
	if diff := cmp.Diff(described, ours); diff != "" {
		t.Errorf("(-docs/findings.md +SARIF):\n%s", diff)
	}
	for _, id := range ruleIDs() {
		if title := ruleTitle(english(), id); title == "report.rule."+id {
			t.Errorf("%s has no sentence", id)
		}
	}
}

// TestSARIFSchema holds SARIF against the schema of OASIS. Some members are then read back.
func TestSARIFSchema(t *testing.T) {
	shut := trail.Snapshot{Account: "111111111111", Partition: trail.AWS, Gaps: []trail.Gap{{Action: "sts:AssumeRole", Kind: trail.Denied, Error: "no"}}}
	for name, s := range map[string]shown{
		"check": shownCheck(check(troubled(), classic(), shut), Skipped{Account: "999999999999", State: "ACTIVE", Reason: "AccessDenied"}),
		"none":  shownCheck(check()),
		"lint":  func(w io.Writer, f Format, o Options) error { return Lint(w, f, linted(), o) },
	} {
		document := s.as(t, SARIF, Options{Maker: Maker{Version: "1.2.3"}})
		if err := validSARIF(t, document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if broken := strings.Replace(document, `"version":`, `"vers":`, 1); validSARIF(t, broken) == nil {
			t.Errorf("%s: the schema sees no mistake", name)
		}
		if name != "check" {
			continue
		}
		var log sarifRead
		if err := json.Unmarshal([]byte(document), &log); err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		if n := len(run.Results); n != len(check(troubled()).Accounts[0].Findings)+len(check(classic()).Accounts[0].Findings) {
			t.Errorf("it has %d results", n)
		}
		if n := len(run.Invocations[0].ToolExecutionNotifications); n != 4 { // two actions denied, an account shut, one skipped
			t.Errorf("it has %d notifications", n)
		}
		for _, r := range run.Results {
			if r.RuleID != run.Tool.Driver.Rules[r.RuleIndex].ID {
				t.Errorf("the rule %s has the index of %s", r.RuleID, run.Tool.Driver.Rules[r.RuleIndex].ID)
			}
		}
	}
}

// sarifRead is what the test reads back.
type sarifRead struct {
	Runs []struct {
		Tool struct {
			Driver struct{ Rules []struct{ ID string } }
		}
		Results []struct {
			RuleID    string
			RuleIndex int
		}
		Invocations []struct{ ToolExecutionNotifications []any }
	}
}

// validSARIF holds a document against the schema of OASIS.
func validSARIF(t *testing.T, document string) error {
	t.Helper()
	f, err := os.Open("testdata/sarif-schema-2.1.0.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(z)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		return err
	}
	return compiled.Validate(value)
}
