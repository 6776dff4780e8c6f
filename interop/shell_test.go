package interop_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// completionOf is the script for a shell, in a file.
func completionOf(t *testing.T, shell string) string {
	t.Helper()
	out, err := exec.Command(program, "completion", shell).Output()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "completion."+shell)
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// inShell runs lines in a shell that finds our program on PATH, and returns what they print.
func inShell(t *testing.T, lines string, shell ...string) string {
	t.Helper()
	c := exec.Command(shell[0], append(shell[1:], lines)...)
	c.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"), "LC_ALL=C.UTF-8")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// TestBashCompletes presses the tabulator in a real bash: what stands in COMPREPLY is what
// the user sees. bash-completion is not needed; the two functions of it that the script
// calls are here as it documents them.
func TestBashCompletes(t *testing.T) {
	needCommand(t, "bash", "bash")
	const press = `
_get_comp_words_by_ref() { while [ $# -gt 0 ]; do case $1 in -n) shift;; esac; shift; done
	cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=("${COMP_WORDS[@]}") cword=$COMP_CWORD; }
__ltrim_colon_completions() { :; }
compopt() { :; }
source "$SCRIPT"
press() { COMP_WORDS=("$@") COMP_CWORD=$(($#-1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMP_TYPE=9 COMPREPLY=()
	__start_trailspan; printf '%s\n' "${COMPREPLY[@]}"; }
`
	script := completionOf(t, "bash")
	for line, want := range map[string]string{
		`trailspan conv`: "convert", // one that fits is taken, without what it is for
		`trailspan check --region ap-northeast-1`:        "ap-northeast-1",     // a Region
		`trailspan check --regions us-east-1,us-we`:      "us-east-1,us-west-", // as far as all that fit agree, or all of them
		`trailspan lint --fail-on unread`:                "unreadable",         // a value in a list
		`trailspan policy organization --template terra`: "terraform",          // a flag of the command
		`trailspan convert --plan-f`:                     "--plan-file",        // a flag
	} {
		t.Run(line, func(t *testing.T) {
			got := inShell(t, "SCRIPT="+script+press+"press "+line, "bash", "--norc", "-c")
			if !strings.HasPrefix(got, want) {
				t.Errorf("%s is completed with %q, want %q", line, got, want)
			}
		})
	}
}

// TestOtherShellsRead lets the other shells that are here read their scripts; fish is asked too.
func TestOtherShellsRead(t *testing.T) {
	for shell, arguments := range map[string][]string{
		"zsh":  {"-f", "-c"},
		"fish": {"--no-config", "-c"},
	} {
		t.Run(shell, func(t *testing.T) {
			needCommand(t, shell, shell)
			script := completionOf(t, shell)
			lines := map[string]string{
				"zsh":  "autoload -Uz compinit && compinit -D && source " + script + " && print -r -- $_comps[trailspan]",
				"fish": "source " + script + "; complete -C 'trailspan conv'",
			}[shell]
			want := map[string]string{"zsh": "_trailspan", "fish": "convert"}[shell]
			if got := inShell(t, lines, append([]string{shell}, arguments...)...); !strings.Contains(got, want) {
				t.Errorf("%q has no %q", got, want)
			}
		})
	}
}

// TestManPagesAreWellFormed has groff read every page in both languages, with all warnings.
func TestManPagesAreWellFormed(t *testing.T) {
	needCommand(t, "groff", "groff")
	for _, lang := range []string{"en", "ja"} {
		dir := t.TempDir()
		if out, err := exec.Command(program, "man", "--dir", dir, "--lang", lang).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
		if err != nil || len(pages) < 10 {
			t.Fatalf("%d pages: %v", len(pages), err)
		}
		for _, page := range pages {
			out, err := exec.Command("groff", "-ww", "-K", "utf8", "-T", "utf8", "-man", "-z", page).CombinedOutput()
			if err != nil || len(out) > 0 {
				t.Errorf("%s in %s: %v: %s", filepath.Base(page), lang, err, out)
			}
		}
	}
}

// TestProgressIsForTerminals runs a check on a terminal of 80 columns: a status line is
// drawn and erased there, and nowhere where it could not be, or is not wanted.
func TestProgressIsForTerminals(t *testing.T) {
	needCommand(t, "python3", "python3")
	const erase, red = "\x1b[K", "\x1b[31m"
	for name, tt := range map[string]struct {
		environment string
		arguments   []string
		bar, colors bool
	}{
		"a terminal":                      {"TERM=xterm", nil, true, true},
		"one that cannot be steered":      {"TERM=dumb", nil, false, false},
		"no colors, but it can be erased": {"TERM=xterm NO_COLOR=1", nil, true, false},
		"an empty NO_COLOR says nothing":  {"TERM=xterm NO_COLOR=", nil, true, true},
		"no colors by flag":               {"TERM=xterm", []string{"--no-color"}, true, false},
		"quiet":                           {"TERM=xterm", []string{"--quiet"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := exec.Command("python3", append([]string{"testdata/terminal.py", program, "check", "--sandbox"}, tt.arguments...)...)
			for _, v := range os.Environ() {
				if !strings.HasPrefix(v, "NO_COLOR=") {
					c.Env = append(c.Env, v)
				}
			}
			c.Env = append(c.Env, strings.Fields(tt.environment)...)
			out, err := c.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if got := strings.Contains(string(out), erase); got != tt.bar {
				t.Errorf("a status line: %v, want %v: %q", got, tt.bar, out)
			}
			if got := strings.Contains(string(out), red); got != tt.colors {
				t.Errorf("colors: %v, want %v: %q", got, tt.colors, out)
			}
			if !strings.Contains(string(out), "123456789012") {
				t.Errorf("no report: %q", out)
			}
		})
	}
}
