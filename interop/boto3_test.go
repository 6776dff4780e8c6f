package interop_test

import (
	"os/exec"
	"strings"
	"testing"
)

// An organization with a few members, and accounts outside of it.
const walkWorld = `
organization:
  id: o-exampleorgid
  managementAccount: "111111111111"
  featureSet: ALL
  trustedAccess: true
accounts:
  - {id: "111111111111", name: management}
  - {id: "222222222222", name: member}
  - {id: "333333333333", name: delegate}
  - {id: "777777777777", name: second delegate}
  - {id: "888888888888", name: third delegate}
  - {id: "444444444444", name: loner, member: false}
  - {id: "555555555555", name: crowd, member: false}
switches: {queryDuration: 1m}
`

// boto3 walks through CloudTrail: each of its checks is a test of its own here. The model
// of the installed botocore judges every answer on the way.
func TestBoto3Walk(t *testing.T) {
	t.Parallel()
	needModule(t, "boto3")
	together := startSandbox(t, "--world", worldFile(t, walkWorld))
	billing := startSandbox(t, "--world", worldFile(t, strings.Replace(walkWorld, "featureSet: ALL", "featureSet: CONSOLIDATED_BILLING", 1)))
	untrusting := startSandbox(t, "--world", worldFile(t, strings.Replace(walkWorld, "trustedAccess: true", "trustedAccess: false", 1)))

	cmd := exec.Command("python3", "testdata/cloudtrail_walk.py", together.url, billing.url, untrusting.url)
	cmd.Env = cleanEnv("PYTHONDONTWRITEBYTECODE=1")
	o := run(t, cmd)
	checks := 0
	for line := range strings.Lines(o.stdout) {
		verdict, what, _ := strings.Cut(strings.TrimSpace(line), " ")
		if verdict != "ok" && verdict != "FAIL" {
			continue
		}
		checks++
		if verdict == "FAIL" {
			t.Error(strings.TrimSpace(what))
		}
	}
	if o.code != 0 && !t.Failed() || checks == 0 {
		t.Errorf("the walk broke off: %v", o)
	}
}
