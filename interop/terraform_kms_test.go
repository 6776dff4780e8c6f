package interop_test

import (
	"strings"
	"testing"
)

// Terraform makes a key with an alias and a trail under it, finds them as it made them,
// changes the key in place, finds that, and takes all away.
func TestTerraformKey(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	w := terraformIn(t, startSandbox(t), map[string][]byte{"main.tf": read(t, "testdata/terraform/kms.tf")})

	w.ok("apply", "-auto-approve", "-no-color")
	w.settled()
	if got := strings.TrimSpace(w.ok("output", "-json", "trail_key_has_alias")); got != "true" {
		t.Errorf("the trail does not have the key of the alias: %s", got)
	}

	changed := w.ok("apply", "-auto-approve", "-no-color", "-var=description=another")
	if !strings.Contains(changed, "0 added, 1 changed, 0 destroyed") {
		t.Errorf("another description is more than one change in place:\n%s", changed)
	}
	w.settled("-var=description=another")

	w.ok("destroy", "-auto-approve", "-no-color", "-var=description=another")
	if left := w.ok("state", "list"); left != "" {
		t.Errorf("after destroy there is still:\n%s", left)
	}
}
