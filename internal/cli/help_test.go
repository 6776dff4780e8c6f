package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/trailspan/trailspan/internal/cli"
)

// screen is how many lines of 80 columns a help may have.
const screen = 40

// commands are the commands that the help names, and "" for trailspan itself.
func commands(t *testing.T) []string {
	t.Helper()
	all := []string{"", "help"}
	for line := range strings.Lines(trailspan(t, "__completeNoDesc", "").stdout) {
		if name := strings.TrimSpace(line); !strings.HasPrefix(name, ":") && name != "help" {
			all = append(all, name)
		}
	}
	if !slices.Contains(all, "convert") {
		t.Fatalf("there is no command convert in %q", all)
	}
	return all
}

func helpOf(t *testing.T, command string, more ...string) string {
	t.Helper()
	args := []string{"help"}
	if command != "" {
		args = append(args, command)
	}
	o := trailspan(t, append(args, more...)...)
	if o.code != 0 {
		t.Fatalf("help %s: exit %d: %s", command, o.code, o.stderr)
	}
	return o.stdout
}

// Every help fits one screen of 80 columns, and its long form its columns, in both
// languages; both have the exit codes and an example.
func TestHelpFits(t *testing.T) {
	for _, lang := range []string{"en", "ja"} {
		for _, command := range commands(t) {
			short, long := helpOf(t, command, "--lang", lang), helpOf(t, command, "--lang", lang, "--verbose")
			if n := strings.Count(short, "\n"); n > screen {
				t.Errorf("help %s in %s has %d lines: name some of its flags in further(), where they are only named", command, lang, n)
			}
			for _, text := range []string{short, long} {
				if !strings.Contains(text, "130") || !strings.Contains(text, "\n  trailspan ") {
					t.Errorf("help %s in %s has no exit codes, or no example:\n%s", command, lang, text)
				}
				if lang == "ja" && strings.Contains(text, "(default ") {
					t.Errorf("help %s in Japanese has defaults in English", command)
				}
				noWiderThan80(t, command+" in "+lang, text)
			}
		}
	}
}

func noWiderThan80(t *testing.T, what, text string) {
	t.Helper()
	narrow := runewidth.Condition{}
	for line := range strings.Lines(text) {
		if narrow.StringWidth(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("help %s has a line of more than 80 columns: %s", what, line)
		}
	}
}

// Every command stands in one chapter of the list of commands.
func TestHelpNamesEveryCommand(t *testing.T) {
	text := helpOf(t, "")
	for _, command := range commands(t)[2:] {
		if n := strings.Count(text, "\n  "+command+" "); n != 1 {
			t.Errorf("help names %s %d times: put it into one of chapters()", command, n)
		}
	}
}

// What the help of a command only names, its long form explains.
func TestHelpVerbose(t *testing.T) {
	short, long := helpOf(t, "check"), helpOf(t, "check", "--verbose")
	if strings.Contains(short, "NUMBER of accounts") || !strings.Contains(short, "--concurrency NUMBER,") {
		t.Errorf("the help of check explains --concurrency, or does not name it:\n%s", short)
	}
	if !strings.Contains(long, "--concurrency NUMBER ") || !strings.Contains(long, "NUMBER of accounts") {
		t.Errorf("the long help of check does not explain --concurrency:\n%s", long)
	}
}

// exampleOf are the lines of the examples of a help, as arguments: what stands before a
// pipe, a redirection or a remark.
func exampleOf(help string) (examples [][]string) {
	_, rest, _ := strings.Cut(help, "Example:\n")
	text, _, _ := strings.Cut(rest, "\n\n")
	for line := range strings.Lines(text) {
		_, line, _ = strings.Cut(line, "trailspan ")
		for _, end := range []string{"|", ">", "#", ")"} {
			line, _, _ = strings.Cut(line, end)
		}
		examples = append(examples, strings.Fields(line))
	}
	return examples
}

// endless and absent are what examples cannot be run for: they serve until interrupted, or
// name runs, files, profiles and accounts that there are not. They are parsed only: what
// is wrong with them is then nothing but the Region that they are given.
var (
	endless = []string{"sandbox", "console"}
	absent  = []string{"20261122T064206Z-7f3a10", "audit", "111111111111,222222222222"}
)

// Every example of every help works on the sandbox.
func TestHelpExamples(t *testing.T) {
	t.Chdir(t.TempDir())
	const template = "Resources:\n  T:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      IsLogging: true\n      S3BucketName: b\n      TrailName: your-trail-name\n      IncludeGlobalServiceEvents: true\n"
	const organization = "organization: {managementAccount: \"111111111111\"}\ndefaultAccount: \"111111111111\"\naccounts: [{id: \"111111111111\"}]\n"
	for name, text := range map[string]string{"trail.yaml": template, "infra/trail.yaml": template, "org.yaml": organization} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, command := range commands(t) {
		for _, args := range exampleOf(helpOf(t, command)) {
			t.Run(strings.Join(args, " "), func(t *testing.T) { tryExample(t, args) })
		}
	}
}

func tryExample(t *testing.T, args []string) {
	t.Helper()
	isAbsent := func(arg string) bool { return slices.Contains(absent, arg) }
	if slices.Contains(endless, args[0]) || slices.ContainsFunc(args, isAbsent) {
		if o := trailspan(t, slices.Concat(args, []string{"--region", "nowhere"})...); o.code != 2 || !strings.Contains(o.stderr, `"nowhere" is not the code of a Region`) {
			t.Errorf("exit %d: %s", o.code, o.stderr)
		}
		return
	}
	ends := []int{0, 3, 4} // done, or something is found
	if slices.Contains(args, "--source") {
		ends = []int{6} // and told what to set there
	}
	if o := onSandbox(t, args); !slices.Contains(ends, o.code) {
		t.Errorf("exit %d: %s%s", o.code, o.stdout, o.stderr)
	}
}

// onSandbox runs an example as its reader would: who agrees when asked, and, with --org,
// has an organization.
func onSandbox(t *testing.T, args []string) outcome {
	t.Helper()
	args = slices.Clone(args)
	for i, arg := range args {
		args[i] = strings.Replace(arg, "~", ".", 1)
	}
	if args[0] != "tour" {
		args = append(args, "--sandbox")
	}
	if args[0] == "convert" && !slices.Contains(args, "--plan") {
		args = append(args, "--yes")
	}
	if slices.Contains(args, "--org") {
		args = append(args, "--world", "org.yaml")
	}
	var out, errs bytes.Buffer
	code := cli.Main(t.Context(), cli.Env{
		Args: args, Getenv: func(name string) string { return map[string]string{"TRAILSPAN_JOURNAL": "runs"}[name] },
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
	})
	return outcome{code, out.String(), errs.String()}
}
