package interop_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A workspace is a directory with a Terraform configuration, initialized without a
// network.
type workspace struct {
	endpoint
	dir string
}

// terraformIn prepares a configuration. TF_PLUGIN_DIR names a directory that holds
// registry.terraform.io/hashicorp/aws.
func terraformIn(t *testing.T, e endpoint, files map[string][]byte) workspace {
	t.Helper()
	w := workspace{e, t.TempDir()}
	for name, content := range files {
		write(t, filepath.Join(w.dir, name), content)
	}
	w.ok("init", "-input=false", "-plugin-dir="+os.Getenv("TF_PLUGIN_DIR"))
	return w
}

func needTerraform(t *testing.T) {
	t.Helper()
	needCommand(t, "terraform", "terraform")
	why := ""
	if os.Getenv("TF_PLUGIN_DIR") == "" {
		why = "TF_PLUGIN_DIR names no directory with the AWS provider; .ci/run looks for one"
	}
	need(t, "terraform", why)
}

func (w workspace) run(args ...string) outcome {
	w.t.Helper()
	cmd := exec.Command("terraform", args...)
	cmd.Dir = w.dir
	cmd.Env = append(w.env("123456789012", "eu-west-1"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"TF_CLI_CONFIG_FILE="+os.DevNull, "TF_INPUT=0")
	return run(w.t, cmd)
}

// ok runs a command that must succeed, and returns what it prints.
func (w workspace) ok(args ...string) string {
	w.t.Helper()
	o := w.run(args...)
	if o.code != 0 {
		w.t.Fatalf("terraform %s: %v", strings.Join(args, " "), o)
	}
	return o.stdout
}

// settled wants a plan that changes nothing: what was written is what is read back.
func (w workspace) settled(args ...string) {
	w.t.Helper()
	plan := append([]string{"plan", "-no-color", "-detailed-exitcode"}, args...)
	if o := w.run(plan...); o.code != 0 {
		w.t.Fatalf("a plan just after apply is not empty: %v", o)
	}
}

// Terraform makes a trail, finds it as it made it, widens it, finds that, and takes it
// all away.
func TestTerraformTrail(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	w := terraformIn(t, startSandbox(t), map[string][]byte{"main.tf": read(t, "testdata/terraform/main.tf")})

	w.ok("apply", "-auto-approve", "-no-color")
	w.settled()
	w.wantOutput(`"arn:aws:cloudtrail:eu-west-1:123456789012:trail/audit"`, `"eu-west-1"`, `false`)

	widened := w.ok("apply", "-auto-approve", "-no-color", "-var=multi_region=true")
	if !strings.Contains(widened, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("widening is more than one change in place:\n%s", widened)
	}
	w.settled("-var=multi_region=true")
	w.wantOutput(`"arn:aws:cloudtrail:eu-west-1:123456789012:trail/audit"`, `"eu-west-1"`, `true`)

	w.ok("destroy", "-auto-approve", "-no-color", "-var=multi_region=true")
	if left := w.ok("state", "list"); left != "" {
		t.Errorf("after destroy there is still:\n%s", left)
	}
}

func (w workspace) wantOutput(arn, home, multi string) {
	w.t.Helper()
	got := strings.Join(strings.Fields(w.ok("output", "-json", "trail")), "")
	if want := `{"arn":` + arn + `,"home_region":` + home + `,"multi_region":` + multi + `}`; got != want {
		w.t.Errorf("the trail is %s, want %s", got, want)
	}
}
