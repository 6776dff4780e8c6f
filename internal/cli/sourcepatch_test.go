package cli_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// sourceReport is the part of the plan report that a source is about.
type sourceReport struct {
	Gates  []struct{ ID, Status, Message string }
	Source struct {
		File, Patch, Remark string
		Set                 []string
	}
}

// A file of testdata/sources begins with what it shows, then come
//
//	source      the file that is given to convert --source
//	flags       --terraform-state FILE; or crlf: the lines of the code end with CR and LF
//	world.yaml  what is in AWS
//	code/…      a repository
//	fixed/…     what the patch changes in it; without one there must be no patch
//	remark      a part of what is said of the patch, or of its absence
//	set         the lines to be set
//
// git apply has to take the patch, and to change nothing else.
func TestSourcePatch(t *testing.T) {
	files, err := filepath.Glob("testdata/sources/*.txtar")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d sources, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sourcePatch(t, a)
		})
	}
}

func sourcePatch(t *testing.T, a *txtar.Archive) {
	t.Helper()
	if len(strings.TrimSpace(string(a.Comment))) == 0 {
		t.Error("it does not say what it shows")
	}
	given, want, fixed := map[string]string{}, map[string]string{}, false
	for _, f := range a.Files {
		text := string(f.Data)
		where, rest, _ := strings.Cut(f.Name, "/")
		switch where {
		case "code":
			if want[rest] == "" {
				want[rest] = text
			}
		case "fixed":
			want[rest], fixed = text, true
		default:
			given[f.Name] = strings.TrimSpace(text)
		}
	}
	repo := t.TempDir()
	crlf := given["flags"] == "crlf"
	for _, f := range a.Files {
		if rest, ok := strings.CutPrefix(f.Name, "code/"); ok {
			write(t, filepath.Join(repo, rest), ended(string(f.Data), crlf))
		}
	}
	gitIn(t, repo, "", "init", "--quiet")
	args := []string{"convert", "--plan", "--format", "json", "--sandbox", "--world", file(t, "world.yaml", given["world.yaml"]), "--trail", "abc", "--source", filepath.Join(repo, given["source"])}
	if name, ok := strings.CutPrefix(given["flags"], "--terraform-state "); ok {
		args = append(args, "--terraform-state", filepath.Join(repo, name))
	}
	o := trailspan(t, args...)
	var r sourceReport
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil || o.code != 6 {
		t.Fatalf("exit %d, %v\n%s%s", o.code, err, o.stdout, o.stderr)
	}
	if got := strings.Join(r.Source.Set, ", "); got != given["set"] {
		t.Errorf("to be set: %s; want %s", got, given["set"])
	}
	if remark := given["remark"]; (remark == "") != (r.Source.Remark == "") || !strings.Contains(r.Source.Remark, remark) {
		t.Errorf("the remark is %q, want %q", r.Source.Remark, remark)
	}
	if fixed != (r.Source.Patch != "") {
		t.Fatalf("a patch is wanted: %t\n%s", fixed, r.Source.Patch)
	}
	if fixed {
		gitIn(t, repo, r.Source.Patch, "apply", "--whitespace=nowarn")
	}
	for name, text := range want {
		have, err := os.ReadFile(filepath.Join(repo, name))
		if err != nil || string(have) != ended(text, crlf) {
			t.Errorf("%s, %v:\n%s\nwant\n%s", name, err, have, text)
		}
	}
}

// ended gives lines other ends.
func ended(text string, crlf bool) string {
	if crlf {
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func gitIn(t *testing.T, dir, stdin string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	c := exec.CommandContext(t.Context(), "git", args...)
	c.Dir, c.Stdin = dir, strings.NewReader(stdin)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s\n%s", args, err, out, stdin)
	}
}
