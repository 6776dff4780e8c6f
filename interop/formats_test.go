package interop_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The formats of a check are read by parsers and schemas of others: markdown-it,
// junitparser, the schema of OCSF and the models that Prowler has of it, botocore's model
// of Security Hub, and the csv of Python.
func TestFormats(t *testing.T) {
	t.Parallel()
	for _, module := range []string{"botocore", "markdown_it", "junitparser", "ocsf_json_schema", "py_ocsf_models"} {
		needModule(t, module)
	}
	for _, name := range []string{"plain", `a, "b" | c; 'd'`, "データ分析|基盤、本番", "<b>*bold*</b> & `code` [x](y) # ~~z~~", "@team #12 \\ _it_"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			saved := filepath.Join(dir, "check.json")
			named := filepath.Join(dir, "named.json")
			world := []string{"check", "--sandbox", "--output"}
			if o := run(t, exec.Command(program, append(world, saved, "--format", "json")...)); o.code != 3 {
				t.Fatal(o)
			}
			text, err := os.ReadFile(saved)
			if err != nil {
				t.Fatal(err)
			}
			quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
			if err := os.WriteFile(named, []byte(strings.Replace(string(text), `"name": ""`, `"name": "`+quoted+`"`, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, format := range []string{"csv", "md", "junit", "ocsf", "asff"} {
				if o := run(t, exec.Command(program, "report", named, "--format", format, "--output", filepath.Join(dir, "check."+format))); o.code != 0 {
					t.Fatal(o)
				}
			}
			cmd := exec.Command("python3", "testdata/formats_judge.py", name, dir)
			cmd.Env = cleanEnv("PYTHONDONTWRITEBYTECODE=1")
			o := run(t, cmd)
			for line := range strings.Lines(o.stdout) {
				if what, bad := strings.CutPrefix(strings.TrimSpace(line), "FAIL "); bad {
					t.Error(what)
				}
			}
			if n := strings.Count(o.stdout, "ok "); o.code != 0 || n != 6 && !t.Failed() {
				t.Errorf("%d judgments: %v", n, o)
			}
		})
	}
}
