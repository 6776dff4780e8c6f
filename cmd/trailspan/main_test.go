package main

import (
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trailspan/trailspan/internal/sandbox"
)

var update = flag.Bool("update", false, "rewrite the wanted output in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"trailspan": main})
}

// TestScript runs the program as a user does, on a sandbox of its own for each script
// that asks for one.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("TRAILSPAN_JOURNAL", env.WorkDir+"/runs")
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "serve": serve, "admin": admin, "run-of": runOf,
		},
	})
}

// exits runs a command and wants one exact exit code: exits 3 trailspan check.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// serve starts a sandbox and points the environment at it: serve [world.yaml].
func serve(ts *testscript.TestScript, _ bool, args []string) {
	var o sandbox.Options
	if len(args) > 0 {
		o.World = []byte(ts.ReadFile(args[0]))
	}
	box, err := sandbox.New(o)
	ts.Check(err)
	server := httptest.NewServer(box)
	ts.Defer(func() {
		_ = box.Close()
		server.Close()
	})
	for k, v := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": box.DefaultAccount(),
		"AWS_SECRET_ACCESS_KEY": "sandbox", "AWS_REGION": box.HomeRegion(),
	} {
		ts.Setenv(k, v)
	}
}

// admin sends a request to the sandbox, whose answer is its output:
// admin POST /_sandbox/faults [body.json].
func admin(ts *testscript.TestScript, _ bool, args []string) {
	body := ""
	if len(args) > 2 {
		body = ts.ReadFile(args[2])
	}
	req, err := http.NewRequest(args[0], ts.Getenv("AWS_ENDPOINT_URL")+args[1], strings.NewReader(body))
	ts.Check(err)
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if resp.StatusCode >= 300 {
		ts.Fatalf("%s %s: %s: %s", args[0], args[1], resp.Status, text)
	}
	_, err = ts.Stdout().Write(text)
	ts.Check(err)
}

// runOf sets RUN to the run that a file names: the argument of the first "rollback RUN"
// or of "run": "RUN" in it.
func runOf(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	for _, mark := range []string{"trailspan rollback ", "--resume ", `"run": "`} {
		if _, rest, ok := strings.Cut(text, mark); ok {
			run, _, _ := strings.Cut(strings.FieldsFunc(rest, func(r rune) bool { return r == '\n' || r == '"' || r == ';' })[0], " ")
			ts.Setenv("RUN", run)
			return
		}
	}
	ts.Fatalf("no run in %s", text)
}
