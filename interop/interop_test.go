// Package interop_test holds trailspan against software that we did not write: the AWS
// CLI, boto3 and Terraform speak to our sandbox, our program speaks to moto's server,
// and cfn-lint and an HCL parser read the templates that we print.
//
// Nothing here leaves the machine: every endpoint is on loopback. A test whose tool is
// missing is skipped with a sentence, unless TRAILSPAN_REQUIRE names the tool, as CI
// does: then it fails.
package interop_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program is the path of the trailspan that TestMain built. Tests read it only.
var program string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "trailspan-interop-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "trailspan")
	build := exec.Command("go", "build", "-o", program, "../cmd/trailspan")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building trailspan: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// need skips the test when a tool is missing, or fails it where the tool is required.
// why is a sentence when it is missing, "" when it is here.
func need(t *testing.T, tool, why string) {
	t.Helper()
	if why == "" {
		return
	}
	for _, required := range strings.Split(os.Getenv("TRAILSPAN_REQUIRE"), ",") {
		if strings.TrimSpace(required) == tool {
			t.Fatalf("%s is required by TRAILSPAN_REQUIRE: %s", tool, why)
		}
	}
	t.Skip(why)
}

// needCommand wants a command on PATH.
func needCommand(t *testing.T, tool, command string) {
	t.Helper()
	why := ""
	if _, err := exec.LookPath(command); err != nil {
		why = command + " is not on PATH; .ci/run says what these tests need"
	}
	need(t, tool, why)
}

// needModule wants a module of the python3 on PATH.
func needModule(t *testing.T, module string) {
	t.Helper()
	needCommand(t, module, "python3")
	why := ""
	if err := exec.Command("python3", "-c", "import "+module).Run(); err != nil {
		why = "python3 has no " + module + "; .ci/run says what these tests need"
	}
	need(t, module, why)
}
