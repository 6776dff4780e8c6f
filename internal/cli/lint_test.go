package cli

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// fakeReader reads lines such as "cloudtrail NAME one" in files called *.fake: of one
// Region, of all, or of who knows how many. It cannot understand "???".
type fakeReader struct{}

var fakeTrail = regexp.MustCompile(`(?m)cloudtrail (\w+) (one|all|who)`)

func (fakeReader) Kind(path string, _ []byte) iac.Kind {
	if strings.HasSuffix(path, ".fake") {
		return "fake"
	}
	return ""
}

func (fakeReader) Read(in iac.Input) iac.File {
	f := iac.File{Kind: "fake"}
	if bytes.Contains(in.Text, []byte("???")) {
		f.Unreadable = "question marks"
	}
	for _, m := range fakeTrail.FindAllSubmatchIndex(in.Text, -1) {
		t := iac.Trail{Name: string(in.Text[m[2]:m[3]]), Reason: trail.Say("why so")}
		t.Line, t.Column = iac.Place(in.Text, m[0])
		switch string(in.Text[m[4]:m[5]]) {
		case "one":
			t.Verdict, t.Fix = iac.Single, []iac.Edit{{Start: m[4], End: m[5], Text: "all"}}
			t.Problems = []iac.Problem{{Rule: iac.SingleRegion, Line: t.Line, Column: t.Column, Message: trail.Say("it is single: 100%")}}
		case "all":
			t.Verdict = iac.Multi
			t.Problems = []iac.Problem{{Rule: iac.LogFileValidation, Line: t.Line, Column: t.Column, Message: trail.Say("no validation")}}
		default:
			t.Verdict = iac.Unknown
		}
		t.Default = t.Verdict
		f.Trails = append(f.Trails, t)
	}
	return f
}

// plant writes files below a new directory, and goes there.
func plant(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

type linted struct {
	code        int
	out, errors string
}

// lintWith runs lint with the fake Reader, with the flags as on a command line.
func lintWith(t *testing.T, stdin, format string, f lintFlags, paths ...string) linted {
	t.Helper()
	return lintBy(t, iac.Several{fakeReader{}}, stdin, format, f, paths...)
}

// lintBy runs lint with a Reader.
func lintBy(t *testing.T, r iac.Reader, stdin, format string, f lintFlags, paths ...string) linted {
	t.Helper()
	var out, errors bytes.Buffer
	a := &app{speaker: say.New(say.English), env: Env{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errors, Getenv: func(string) string { return "" }}}
	a.shared.format = format
	if f.failOn == nil {
		f.failOn = lintFailOn()
	}
	code := a.end(a.lint(t.Context(), paths, f, r))
	return linted{code, out.String(), errors.String()}
}

// What the walk passes by, and what counts for the exit code.
func TestLintWalk(t *testing.T) {
	const one, all, who = "cloudtrail t one\n", "cloudtrail t all\n", "cloudtrail t who\n"
	for name, tt := range map[string]struct {
		files map[string]string
		paths string
		code  int
		want  string // the paths in the report
	}{
		"findings":                     {map[string]string{"b/a.fake": one, "a.fake": all}, ".", 3, "a.fake b/a.fake"},
		"nothing":                      {map[string]string{"a.fake": all, "a.txt": one}, ".", 0, "a.fake"},
		"only unknown":                 {map[string]string{"a.fake": all + who}, ".", 4, "a.fake"},
		"unreadable":                   {map[string]string{"a.fake": "cloudtrail ???"}, ".", 4, "a.fake"},
		"worse than unknown":           {map[string]string{"a.fake": who, "b.fake": one}, ".", 3, "a.fake b.fake"},
		"no such path":                 {map[string]string{"a.fake": one}, "a.fake nowhere", 2, ""},
		"ignored by git":               {map[string]string{".gitignore": "x/\n*.gen.fake\n!keep.gen.fake", "x/a.fake": one, "y/b.gen.fake": one, "y/keep.gen.fake": all}, ".", 0, "y/keep.gen.fake"},
		"ignored below":                {map[string]string{"d/.gitignore": "/a.fake", "d/a.fake": one, "d/e/a.fake": all}, ".", 0, "d/e/a.fake"},
		"named, though ignored":        {map[string]string{".gitignore": "a.fake", "a.fake": one}, "a.fake", 3, "a.fake"},
		"ignored by .trailspan.yaml":   {map[string]string{".trailspan.yaml": "ignore: [\"old/**\"]", "old/a/b.fake": one, "a.fake": all}, ".", 0, "a.fake"},
		"foreign and hidden places":    {map[string]string{"node_modules/a.fake": one, "vendor/a.fake": one, ".x/a.fake": one, ".terraform/a.fake": one, ".github/workflows/a.fake": all, ".a.fake": all}, ".", 0, ".a.fake .github/workflows/a.fake"},
		"a binary":                     {map[string]string{"a.fake": "\x00" + one}, ".", 0, ""},
		"each file once":               {map[string]string{"a/a.fake": one}, "a a/a.fake ./a", 3, "a/a.fake"},
		"suppressed":                   {map[string]string{"a.fake": "cloudtrail t one # trailspan:ignore single-region x\n" + "\ncloudtrail u who # trailspan:ignore single-region x\n"}, ".", 0, "a.fake"},
		"a rule turned on":             {map[string]string{".trailspan.yaml": "rules: {log-file-validation: on}", "d/a.fake": all}, "d", 3, "d/a.fake"},
		"a rule turned off":            {map[string]string{".trailspan.yaml": "rules: {single-region: off}", "a.fake": one}, ".", 0, "a.fake"},
		"a wrong configuration":        {map[string]string{".trailspan.yaml": "x: y", "a.fake": one}, ".", 2, ""},
		"a configuration further down": {map[string]string{"d/.trailspan.yaml": "rules: {single-region: off}", "d/a.fake": one, "a.fake": all}, ".", 0, "a.fake d/a.fake"},
	} {
		t.Run(name, func(t *testing.T) {
			plant(t, tt.files)
			got := lintWith(t, "", "json", lintFlags{}, strings.Fields(tt.paths)...)
			var doc struct{ Files []struct{ Path string } }
			if got.out != "" {
				if err := json.Unmarshal([]byte(got.out), &doc); err != nil {
					t.Fatal(err)
				}
			}
			var paths []string
			for _, f := range doc.Files {
				paths = append(paths, filepath.ToSlash(f.Path))
			}
			if got.code != tt.code || strings.Join(paths, " ") != tt.want {
				t.Errorf("exit %d, %q, want %d, %q\n%s", got.code, paths, tt.code, tt.want, got.errors)
			}
		})
	}
}

func TestLintLinks(t *testing.T) {
	plant(t, map[string]string{"in/a.fake": "cloudtrail t all\n", "out/b.fake": "cloudtrail t one\n"})
	if err := os.Symlink("../out", "in/away"); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("../out/b.fake", "in/b.fake"); err != nil {
		t.Skip(err)
	}
	if got := lintWith(t, "", "json", lintFlags{}, "in"); got.code != 0 {
		t.Errorf("a link was followed: %s", got.out)
	}
}

func TestLintFailOn(t *testing.T) {
	plant(t, map[string]string{"a.fake": "cloudtrail t one\ncloudtrail u who\n"})
	for failOn, want := range map[string]int{"none": 0, "unknown": 4, "single": 3, "single-region": 3, "log-file-validation": 0, "finding": 3, "x": 2} {
		if got := lintWith(t, "", "text", lintFlags{failOn: []string{failOn}}, "."); got.code != want {
			t.Errorf("--fail-on %s: exit %d, want %d", failOn, got.code, want)
		}
	}
}

// A fix writes what changed and nothing else, keeps the mode, and is not made twice; the
// patch says the same, and writes nothing.
func TestLintFix(t *testing.T) {
	const text = "cloudtrail t one\r\nx\ncloudtrail s one # trailspan:ignore single-region x\ncloudtrail u one"
	const want = "cloudtrail t all\r\nx\ncloudtrail s one # trailspan:ignore single-region x\ncloudtrail u all"
	plant(t, map[string]string{"d/a b.fake": text, "d/c.fake": "cloudtrail t one\n"})
	if _, err := exec.LookPath("git"); err == nil {
		git := func(stdin string, args ...string) {
			c := exec.CommandContext(t.Context(), "git", args...)
			c.Stdin = strings.NewReader(stdin)
			if out, err := c.CombinedOutput(); err != nil {
				t.Fatalf("git %v: %v\n%s", args, err, out)
			}
		}
		git("", "init", "-q")
		patch := lintWith(t, "", "text", lintFlags{diff: true}, "d")
		if patch.code != 3 || read(t, "d/a b.fake") != text {
			t.Fatalf("--diff: exit %d, %s", patch.code, patch.errors)
		}
		git(patch.out, "apply", "-")
		if got := read(t, "d/a b.fake"); got != want {
			t.Errorf("the patch makes %q", got)
		}
		git(patch.out, "apply", "-R", "-")
	}
	if err := os.Chmod("d/a b.fake", 0o750); err != nil {
		t.Fatal(err)
	}
	got := lintWith(t, "", "text", lintFlags{fix: fixTrails}, "d")
	if info, err := os.Stat("d/a b.fake"); got.code != 0 || read(t, "d/a b.fake") != want || err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("exit %d, %q, %v\n%s%s", got.code, read(t, "d/a b.fake"), err, got.out, got.errors)
	}
	if again := lintWith(t, "", "text", lintFlags{fix: fixTrails}, "d"); again.code != 0 || strings.Contains(again.out, "fixed") {
		t.Errorf("again: %s", again.out)
	}
	if left, _ := filepath.Glob("d/.*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// --fix tells of what only --fix=declarations repairs, and of nothing that was just tried.
func TestLintFixOffersDeclarations(t *testing.T) {
	const offer = "--fix=declarations replaces at line 1"
	const template = `Parameters: {M: {Type: String, Default: "false"}}
Resources: {T: {Type: AWS::CloudTrail::Trail, Properties: {IsMultiRegionTrail: !Ref M, IncludeGlobalServiceEvents: true}}}
`
	plant(t, map[string]string{"a.yaml": template})
	for _, tt := range []struct {
		fix    string
		stdin  string // the name of standard input
		offers bool
	}{
		{"", "", true},
		{fixTrails, "", true},
		{fixTrails, "a.yaml", true},
		{fixDeclarations, "a.yaml", false}, // there is one stream only
		{fixDeclarations, "", false},       // last, for it repairs
	} {
		f, paths := lintFlags{fix: tt.fix, stdin: tt.stdin}, []string{"a.yaml"}
		if tt.stdin != "" {
			paths = nil
		}
		got := lintBy(t, readers(), template, "text", f, paths...)
		if strings.Contains(got.out+got.errors, offer) != tt.offers {
			t.Errorf("%+v: offered is not %v:\n%s%s", tt, tt.offers, got.out, got.errors)
		}
	}
	if text := read(t, "a.yaml"); !strings.Contains(text, `Default: "true"`) {
		t.Error(text)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestLintStdin(t *testing.T) {
	plant(t, map[string]string{".trailspan.yaml": "ignore: [\"old/\"]"})
	got := lintWith(t, "cloudtrail t one", "json", lintFlags{stdin: "new/a.fake"})
	if got.code != 3 || !strings.Contains(got.out, `"path": "new/a.fake"`) {
		t.Errorf("exit %d: %s%s", got.code, got.out, got.errors)
	}
	if got := lintWith(t, "cloudtrail t one", "json", lintFlags{stdin: "old/a.fake"}); got.code != 0 {
		t.Errorf("ignored: exit %d: %s", got.code, got.out)
	}
	if got := lintWith(t, "cloudtrail t one", "text", lintFlags{stdin: "a.fake", fix: fixTrails}); got.code != 0 || got.out != "cloudtrail t all" {
		t.Errorf("--fix: exit %d: %s", got.code, got.out)
	}
	if got := lintWith(t, "nothing", "text", lintFlags{stdin: "a.txt", fix: fixTrails}); got.code != 0 || got.out != "nothing" {
		t.Errorf("--fix of nothing: exit %d: %s", got.code, got.out)
	}
	if got := lintWith(t, "cloudtrail t one", "text", lintFlags{stdin: "x/a.fake", diff: true}); !strings.Contains(got.out, "+++ b/x/a.fake\n@@ -1 +1 @@\n-cloudtrail t one\n\\ No newline") {
		t.Errorf("--diff: %s", got.out)
	}
}

// What machines read has the members that their formats require.
func TestLintFormats(t *testing.T) {
	plant(t, map[string]string{"a,b.fake": "cloudtrail t one\ncloudtrail u who\ncloudtrail v one # trailspan:ignore single-region x", "c.fake": "cloudtrail ???"})
	sarif := lintWith(t, "", "sarif", lintFlags{}, ".")
	var log struct {
		Version string
		Schema  string `json:"$schema"`
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct{ ID string }
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Kind      string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
				Fixes []struct {
					ArtifactChanges []struct {
						Replacements []struct {
							DeletedRegion   struct{ StartLine, StartColumn, EndLine, EndColumn int }
							InsertedContent struct{ Text string }
						}
					}
				}
				Suppressions []struct{ Kind string }
			}
		}
	}
	if err := json.Unmarshal([]byte(sarif.out), &log); err != nil || log.Version != "2.1.0" || log.Schema == "" || len(log.Runs) != 1 {
		t.Fatalf("%v\n%s", err, sarif.out)
	}
	run := log.Runs[0]
	if run.Tool.Driver.Name != "trailspan" || len(run.Results) != 3 {
		t.Fatalf("%+v", run)
	}
	for _, r := range run.Results {
		at := r.Locations[0].PhysicalLocation
		if r.Message.Text == "" || run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || at.ArtifactLocation.URI != "a,b.fake" || at.Region.StartLine == 0 {
			t.Errorf("%+v", r)
		}
	}
	change := run.Results[0].Fixes[0].ArtifactChanges[0].Replacements[0]
	if fmt.Sprint(change) != "{{1 14 1 17} {all}}" || run.Results[1].Kind != "review" || run.Results[2].Suppressions[0].Kind != "inSource" {
		t.Errorf("%+v\n%s", change, sarif.out)
	}
	junit := lintWith(t, "", "junit", lintFlags{}, ".")
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	if err := xml.Unmarshal([]byte(junit.out), &suites); err != nil || fmt.Sprint(suites) != "{4 1 2 1}" {
		t.Errorf("%v %v\n%s", err, suites, junit.out)
	}
	github := lintWith(t, "", "github", lintFlags{}, ".")
	if !strings.HasPrefix(github.out, "::error file=a%2Cb.fake,line=1,col=1,title=trailspan%3A single-region::t: it is single: 100%25\n::warning ") || strings.Count(github.out, "\n") != 3 {
		t.Errorf("%s", github.out)
	}
	text := lintWith(t, "", "text", lintFlags{}, ".")
	for _, want := range []string{"a,b.fake (fake)\n", "✗  1:1", "t: it is single: 100% (single-region, high)", "→ --fix replaces at line 1: one by all", "?  2:1", "question marks", "files: 2, unreadable: 1; trails: 3 (0 multi-Region, 2 single-Region, 1 unknown)"} {
		if !strings.Contains(strings.Join(strings.Fields(text.out), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("no %q in\n%s", want, text.out)
		}
	}
}

func TestIgnored(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"a", "a", true},
		{"a", "x/a", true},
		{"/a", "x/a", false},
		{"x/a", "x/a", true},
		{"x/a", "y/x/a", false},
		{"*.x", "d/b.x", true},
		{"d/*.x", "d/e/b.x", false},
		{"**/b", "d/e/b", true},
		{"d/**", "d/e/b", true},
		{"d/**", "d", false},
		{"d/**/b", "d/b", true},
		{"d/**/b", "d/e/f/b", true},
		{"[ab].x", "a.x", true},
		{"[!ab].x", "a.x", false},
		{"a?", "ab", true},
		{`\#a`, "#a", true},
		{"#a", "#a", false},
		{"a/", "a", false},
		{"a.b", "axb", false},
		{"[", "[", true},
		{"[]", "[]", true},
	} {
		if got := ignored([]level{{".", patterns([]string{tt.pattern})}}, tt.name, false); got != tt.want {
			t.Errorf("%s ignores %s: %v", tt.pattern, tt.name, got)
		}
	}
}
