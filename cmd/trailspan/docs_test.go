package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/cli"
)

// TestDocs types what the papers tell their readers to type, page by page and in order,
// each page on a sandbox of its own, and holds what comes to what is shown: each line
// that is shown comes, in that order, and … stands for any lines. Of the READMEs, which
// tell of other machines too, only the commands whose output is shown.
func TestDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/ja/*.md")
	if err != nil || len(pages) < 5 {
		t.Fatalf("docs/ja holds %v, %v", pages, err)
	}
	for _, page := range append(pages, "../../README.ja.md", "../../README.md") {
		name := filepath.Base(filepath.Dir(page)) + "/" + filepath.Base(page)
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			locale := "ja_JP.UTF-8"
			if page == "../../README.md" {
				locale = "C"
			}
			r := reader{t: t, served: sandboxed(t, locale), all: strings.Contains(page, "docs/")}
			for _, b := range blocks(string(text)) {
				r.read(b)
			}
			if r.typed == 0 {
				t.Error("nothing was typed")
			}
		})
	}
}

// block is a fenced block; its info is what stands behind the fence: console, or the
// language and the name of a file.
type block struct {
	info  []string
	lines []string
}

func blocks(text string) (out []block) {
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && !inside:
			out = append(out, block{info: strings.Fields(fence)})
		case !isFence && inside:
			out[len(out)-1].lines = append(out[len(out)-1].lines, line)
		}
		inside = inside != isFence
	}
	return out
}

// reader does what a page says.
type reader struct {
	t      *testing.T
	served string // what trailspan sandbox printed
	all    bool   // types commands without output, too
	run    string // the last that was named
	typed  int
}

func (r *reader) read(b block) {
	r.t.Helper()
	if len(b.info) == 2 {
		if err := os.WriteFile(b.info[1], []byte(strings.Join(b.lines, "\n")+"\n"), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	if len(b.info) != 1 || b.info[0] != "console" {
		return
	}
	for i := 0; i < len(b.lines); {
		typed, isTyped := strings.CutPrefix(b.lines[i], "$ trailspan ")
		end := i + 1
		for end < len(b.lines) && !strings.HasPrefix(b.lines[end], "$ ") {
			end++
		}
		if shown := b.lines[i+1 : end]; isTyped && (r.all || len(shown) > 0) {
			r.typed++
			r.try(typed, shown)
		}
		i = end
	}
}

var (
	wantedCode = regexp.MustCompile(`# .*(?:終了コード|exit code) (\d+)`)
	runName    = regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{6}`)
	port       = regexp.MustCompile(`127\.0\.0\.1:\d+`)
)

// try types one command and looks at what comes.
func (r *reader) try(typed string, shown []string) {
	r.t.Helper()
	want := ""
	if m := wantedCode.FindStringSubmatch(typed); m != nil {
		want = m[1]
	} else if r.all {
		want = "0"
	}
	typed, _, _ = strings.Cut(typed, " #")
	typed = strings.TrimSpace(typed)
	args := strings.Fields(strings.ReplaceAll(typed, "RUN", r.run))
	out, code := r.served, 0
	if args[0] != "sandbox" {
		out, code = r.exec(args)
	}
	if want != "" && strconv.Itoa(code) != want {
		r.t.Errorf("trailspan %s: exit code %d, want %s\n%s", typed, code, want, out)
	}
	if name := runName.FindString(out); name != "" {
		r.run = name
	}
	if line, ok := holds(out, shown); !ok {
		r.t.Errorf("trailspan %s does not say %q where it is shown, but\n%s", typed, line, out)
	}
}

func (r *reader) exec(args []string) (string, int) {
	var out bytes.Buffer
	code := cli.Main(r.t.Context(), cli.Env{
		Args: args, Getenv: os.Getenv,
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: io.Discard,
	})
	return out.String(), code
}

// holds says whether the shown lines stand in a text in their order, and else which
// does not. Names of runs and ports are any.
func holds(text string, shown []string) (string, bool) {
	lines := strings.Split(anyNames(text), "\n")
	for _, want := range shown {
		if strings.TrimSpace(want) == "…" || want == "" {
			continue
		}
		for len(lines) > 0 && lines[0] != anyNames(want) {
			lines = lines[1:]
		}
		if len(lines) == 0 {
			return want, false
		}
		lines = lines[1:]
	}
	return "", true
}

func anyNames(text string) string {
	return port.ReplaceAllString(runName.ReplaceAllString(text, "RUN"), "ADDRESS")
}

// sandboxed starts `trailspan sandbox`, sets the lines that it prints, and returns them.
func sandboxed(t *testing.T, locale string) string {
	t.Helper()
	for name, value := range map[string]string{
		"LANG": locale, "LC_ALL": "", "LC_MESSAGES": "", "HOME": t.TempDir(), "XDG_STATE_HOME": "",
		"TRAILSPAN_JOURNAL": "", "AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
	printed := serveSandbox(t)
	for line := range strings.Lines(printed) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		t.Setenv(name, value)
	}
	return printed
}

// serveSandbox returns the first that it prints: all lines, once it can be called.
func serveSandbox(t *testing.T) string {
	t.Helper()
	lines, out := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		code := cli.Main(t.Context(), cli.Env{
			Args: []string{"sandbox", "--listen", "127.0.0.1:0"}, Getenv: func(string) string { return "" },
			Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard,
		})
		out.CloseWithError(fmt.Errorf("the sandbox ended with %d", code))
	}()
	t.Cleanup(func() { <-ended })
	buf := make([]byte, 4096)
	n, err := lines.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return string(buf[:n])
}

// TestHolds shows that what is not so would be found.
func TestHolds(t *testing.T) {
	const text = "one\ntwo 20261122T064206Z-7f3a10\nthree\n"
	for shown, want := range map[string]string{
		"one\n…\nthree":               "",
		"two 20250101T000000Z-000000": "", // a run has another name each time
		"three\none":                  "one",
		"two":                         "two",
		"…\nfour":                     "four",
	} {
		if got, ok := holds(text, strings.Split(shown, "\n")); got != want || ok != (want == "") {
			t.Errorf("%q: %q is missing, want %q", shown, got, want)
		}
	}
}
