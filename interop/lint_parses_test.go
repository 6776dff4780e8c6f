package interop_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// A foreignParser reads a language as those do who run it.
type foreignParser struct {
	command string
	args    []string // before the file
}

// foreignParsers are those of files that lint repairs, by extension. TypeScript has none
// here: node reads it only since version 22.
func foreignParsers() map[string]foreignParser {
	return map[string]foreignParser{
		".sh":   {"bash", []string{"-n"}},
		".py":   {"python3", []string{"-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())"}},
		".js":   {"node", []string{"--check"}},
		".java": {"javac", []string{"-proc:none", "-XDshould-stop.ifNoError=PARSE", "-XDshould-stop.ifError=PARSE"}}, // which stops before it looks for classes
	}
}

func (p foreignParser) refuses(file string) string {
	out, err := exec.Command(p.command, append(p.args, file)...).CombinedOutput()
	if err != nil {
		return err.Error() + "\n" + string(out)
	}
	return ""
}

// What lint --fix writes is what its case says, and its own language still parses it.
func TestFixedCodeParses(t *testing.T) {
	t.Parallel()
	for extension, parser := range foreignParsers() {
		t.Run(strings.TrimPrefix(extension, "."), func(t *testing.T) {
			t.Parallel()
			needCommand(t, parser.command, parser.command)
			cases, err := filepath.Glob("../internal/iac/commands/testdata/cases/*.txtar")
			if err != nil {
				t.Fatal(err)
			}
			parsed := 0
			for _, name := range cases {
				if fixedCase(t, name, extension, parser) {
					parsed++
				}
			}
			if parsed < 3 {
				t.Errorf("only %d cases were parsed", parsed)
			}
		})
	}
}

// fixedCase repairs one case in a directory of its own; false when the case is not of this
// language, or needs no repair.
func fixedCase(t *testing.T, name, extension string, parser foreignParser) bool {
	t.Helper()
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var fixed []byte
	file, dir := "", t.TempDir()
	for _, f := range archive.Files {
		path, isInput := strings.CutPrefix(f.Name, "input/")
		switch {
		case f.Name == "fixed":
			fixed = f.Data
		case isInput:
			path = filepath.Join(dir, path)
			if file == "" {
				file = path
			}
			putInput(t, path, f.Data)
		}
	}
	if fixed == nil || filepath.Ext(file) != extension || parser.refuses(file) != "" {
		return false
	}
	out, _ := exec.Command(program, "lint", "--fix", file).CombinedOutput()
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, fixed) {
		t.Errorf("%s: lint --fix wrote\n%s\nand said\n%s", filepath.Base(name), got, out)
	}
	if why := parser.refuses(file); why != "" {
		t.Errorf("%s: %s refuses what was fixed: %s\n%s", filepath.Base(name), parser.command, why, got)
	}
	return true
}

func putInput(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
