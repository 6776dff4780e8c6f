package house_test

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

// A small house without a fault: thinker, doer (uses thinker), sandbox and a command.
func sound() map[string]string {
	return map[string]string{
		"internal/thinker/thinker.go":   "// Package thinker thinks.\npackage thinker\n\nimport \"time\"\n\nfunc Late(t time.Time) bool { return t.IsZero() }\n",
		"internal/thinker/t_test.go":    "package thinker\n\nimport (\n\t\"os\"\n\t\"time\"\n)\n\nvar _ = time.Now\n\nvar _ = os.Exit\n",
		"internal/doer/doer.go":         "// Package doer does.\npackage doer\n\nimport (\n\t\"os\"\n\t\"" + module + "/internal/thinker\"\n)\n\nvar _ = os.Getenv\n\nvar _ = thinker.Late\n",
		"internal/sandbox/sandbox.go":   "// Package sandbox is AWS in a box.\npackage sandbox\n\nimport (\n\t_ \"go.yaml.in/yaml/v4\"\n\t_ \"" + module + "/internal/sandbox/wire\"\n)\n\nconst A = 1\n",
		"internal/sandbox/wire/wire.go": "// Package wire speaks.\npackage wire\n\nconst A = 1\n",
		"internal/cloud/cloud.go":       "// Package cloud is the door.\npackage cloud\n\nimport _ \"github.com/aws/aws-sdk-go-v2/aws\"\n\nconst A = 1\n",
		"cmd/tool/main.go":              "// Tool is a tool.\npackage main\n\nimport (\n\t\"os\"\n\t_ \"" + module + "/internal/doer\"\n)\n\nfunc main() { os.Exit(0) }\n",
		"trials/trials_test.go":         "// Package trials_test tries.\npackage trials_test\n\nconst a = 1\n",
		"root_test.go":                  "// Package root_test is at the root.\npackage root_test\n\nconst a = 1\n",
		"docs/x.md":                     "Look at https://example.com/work/x and ~/work/y.\n",
		".tools/pip.txt":                "/ro" + "ot/.cache\n",
		"internal/doer/testdata/bad.go": "this is not Go",
	}
}

func soundPlan() map[string]room {
	return map[string]room{
		"thinker":  {pure: true},
		"doer":     {may: []string{"thinker"}},
		"sandbox":  {},
		"cloud":    {},
		"cmd/tool": {may: []string{"doer"}},
		"trials":   {},
	}
}

// TestWallsStand plants one fault at a time in a sound house: each is found, and
// nothing else is.
func TestWallsStand(t *testing.T) {
	for _, planted := range []struct {
		name string
		file string // replaced or added
		src  string // "" removes it
		want string // "" means sound
	}{
		{"nothing", "README", "x", ""},

		{"a room uses one that it may not", "internal/thinker/up.go", importing("thinker", module+"/internal/doer"), "thinker may not use doer"},
		{"a package below a room uses one that the room may not", "internal/thinker/deep/up.go", "// Package deep is deep.\n" + importing("deep", module+"/internal/doer") + "\nconst A = 1\n", "thinker may not use doer"},
		{"a command goes past its one room", "cmd/tool/past.go", importing("main", module+"/internal/thinker"), "cmd/tool may not use thinker"},
		{"the sandbox borrows from the house", "internal/sandbox/borrow.go", importing("sandbox", module+"/internal/thinker"), "sandbox may not use thinker"},
		{"a part of the sandbox does", "internal/sandbox/wire/borrow.go", importing("wire", module+"/internal/thinker"), "sandbox may not use thinker"},
		{"a test of the sandbox does", "internal/sandbox/borrow_test.go", importing("sandbox", module+"/internal/thinker"), "sandbox may not use thinker"},
		{"a test of another room may", "internal/thinker/borrow_test.go", importing("thinker", module+"/internal/doer"), ""},
		{"the sandbox takes a library", "internal/sandbox/lib.go", importing("sandbox", "golang.org/x/time/rate"), "not \"golang.org/x/time/rate\""},
		{"the sandbox takes the SDK", "internal/sandbox/sdk.go", importing("sandbox", "github.com/aws/smithy-go"), "not \"github.com/aws/smithy-go\""},
		{"a second door to AWS", "internal/doer/aws.go", importing("doer", "github.com/aws/aws-sdk-go-v2/aws"), "may be used by cloud only"},
		{"a library of tests in the house", "internal/doer/rapid.go", importing("doer", "pgregory.net/rapid"), "may be used by tests only"},
		{"all names of a package", "internal/doer/dot.go", "package doer\n\nimport . \"strings\"\n\nvar _ = ToUpper\n", "imports all names"},

		{"a pure room reads files", "internal/thinker/os.go", importing("thinker", "os"), `thinker only thinks and may not use "os"`},
		{"… the network", "internal/thinker/net.go", importing("thinker", "net/http"), `may not use "net/http"`},
		{"… chance", "internal/thinker/rand.go", importing("thinker", "math/rand/v2"), `may not use "math/rand/v2"`},
		{"… a log", "internal/thinker/log.go", importing("thinker", "log/slog"), `may not use "log/slog"`},
		{"… the clock", "internal/thinker/now.go", "package thinker\n\nimport \"time\"\n\nvar _ = time.Now\n", "time.Now must come from outside"},
		{"… the clock by another name", "internal/thinker/now.go", "package thinker\n\nimport clock \"time\"\n\nvar _ = clock.Sleep\n", "time.Sleep must come from outside"},
		{"a field called Now is no clock", "internal/thinker/now.go", "package thinker\n\ntype c struct{ Now int }\n\nfunc f(time c) int { return time.Now }\n", ""},

		{"init", "internal/doer/init.go", "package doer\n\nfunc init() {}\n", "an init function"},
		{"init in a test", "internal/doer/init_test.go", "package doer\n\nfunc init() {}\n", "an init function"},
		{"a method called init", "internal/doer/init.go", "package doer\n\ntype t int\n\nfunc (t) init() {}\n", ""},
		{"exit outside cmd", "internal/doer/exit.go", "package doer\n\nimport \"os\"\n\nvar _ = os.Exit\n", "only cmd may call os.Exit"},
		{"exit by another name", "internal/doer/exit.go", "package doer\n\nimport o \"os\"\n\nvar _ = o.Exit\n", "only cmd may call os.Exit"},
		{"exit by way of log", "internal/doer/exit.go", "package doer\n\nimport \"log\"\n\nvar _ = log.Fatalf\n", "only cmd may call log.Fatalf"},

		{"no package comment", "internal/cloud/cloud.go", "package cloud\n\nconst A = 1\n", "internal/cloud: 0 package comments"},
		{"two package comments", "internal/cloud/two.go", "// Package cloud again.\npackage cloud\n\nconst B = 1\n", "internal/cloud: 2 package comments"},
		{"tests without a package comment", "trials/trials_test.go", "package trials_test\n\nconst a = 1\n", "trials: 0 package comments"},
		{"a comment in a test does not stand for the package's", "internal/cloud/x_test.go", "// Package cloud in a test.\npackage cloud\n", ""},

		{"a room that is not on the plan", "internal/attic/attic.go", "// Package attic is new.\npackage attic\n\nconst A = 1\n", `room "attic" is not on the plan`},
		{"a command that is not on the plan", "cmd/other/main.go", "// Other is new.\npackage main\n\nfunc main() {}\n", `room "cmd/other" is not on the plan`},
		{"a directory that is not on the plan", "tools/x.go", "// Package tools is new.\npackage tools\n\nconst A = 1\n", `room "tools" is not on the plan`},
		{"code at the root", "x.go", "// Package x is lost.\npackage x\n\nconst A = 1\n", "only tests live at the root"},
		{"a room that was never built", "trials/trials_test.go", "", "trials: on the plan, but not in the house"},
		{"an empty package", "internal/cloud/cloud.go", "// Package cloud is empty.\npackage cloud\n", "internal/cloud: an empty package"},
		{"an empty room", "internal/attic/.keep", "x", "internal/attic: an empty room"},

		{"a file of 600 lines", "internal/doer/long.go", "package doer\n" + strings.Repeat("\n", 599), ""},
		{"a file of 601 lines", "internal/doer/long.go", "package doer\n" + strings.Repeat("\n", 600), "601 lines"},
		{"a test of 601 lines", "internal/doer/long_test.go", "package doer\n" + strings.Repeat("\n", 600), "601 lines"},

		{"a path of a machine in a comment", "internal/doer/path.go", "package doer\n\n// See /ro" + "ot/notes.\nconst P = 1\n", "path.go:3: a path of somebody's machine"},
		{"… in a script", "x.sh", "cd /wo" + "rk/main\n", "x.sh:1: a path of somebody's machine"},
		{"… in a paper", "docs/y.md", "see `/ho" + "me/jo/x`\n", "docs/y.md:1: a path of somebody's machine"},
		{"… in CI", ".ci/run", "PATH=/Us" + "ers/jo/bin\n", ".ci/run:1: a path of somebody's machine"},
		{"bytes that are no text", "x.bin", "\x00/ro" + "ot/", ""},
	} {
		t.Run(planted.name, func(t *testing.T) {
			house := sound()
			house[planted.file] = planted.src
			wantFaults(t, survey(t, build(house), soundPlan()), planted.want)
		})
	}
}

// TestWallsPlan plants a fault in the plan itself.
func TestWallsPlan(t *testing.T) {
	rooms := maps.Clone(soundPlan())
	rooms["doer"] = room{may: []string{"thinker", "cellar"}}
	wantFaults(t, survey(t, build(sound()), rooms), `may use "cellar", which is not on the plan`)
}

func importing(pkg, path string) string {
	return "package " + pkg + "\n\nimport _ \"" + path + "\"\n"
}

func build(files map[string]string) fstest.MapFS {
	tree := fstest.MapFS{}
	for name, src := range files {
		if src != "" {
			tree[name] = &fstest.MapFile{Data: []byte(src)}
		}
	}
	return tree
}

func wantFaults(t *testing.T, got []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(got) > 0:
		t.Errorf("found in a sound house:\n%s", strings.Join(got, "\n"))
	case want != "" && (len(got) != 1 || !strings.Contains(got[0], want)):
		t.Errorf("got:\n%s\nwant one fault that says: %s", strings.Join(got, "\n"), want)
	}
}
