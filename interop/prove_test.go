package interop_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// proof is the part of a proof that tests are about.
type proof struct {
	Schema, Run string
	Regions     []struct{ Region, Status, RequestID, File string }
	Summary     struct{ Regions, Proven, Seen, Pending, Unknown int }
}

func parseProof(t *testing.T, o outcome) proof {
	t.Helper()
	var p proof
	if err := json.Unmarshal([]byte(o.stdout), &p); err != nil || p.Schema != "trailspan/prove/v1" {
		t.Fatalf("no proof: %v: %v", err, o)
	}
	return p
}

// A proof is killed, as by a power cut, while it waits. What it sent is found by
// --resume, without sending anything again, and nothing but reading calls were sent.
func TestKilledProofIsResumed(t *testing.T) {
	t.Parallel()
	e, journal := startSandbox(t, "--world", worldFile(t, everyRegionRecorded)), t.TempDir()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	cmd := exec.CommandContext(ctx, program, "prove", "--journal", journal)
	cmd.Env = e.env(theAccount, "us-east-1")
	wait := start(t, cmd)
	ended := make(chan outcome, 1)
	go func() { ended <- wait() }()
	run := ""
	for deadline := time.Now().Add(startup); marks(t, journal, &run) < 17; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the marks were never written down")
		}
	}
	kill() // with SIGKILL, as CommandContext says
	if o := <-ended; o.code != -1 {
		t.Fatalf("prove was not killed: %v", o)
	}
	sent := e.calls("DescribeTrails", "")
	e.send(http.MethodPost, "/_sandbox/clock?advance=5m", nil, nil)
	o := e.trailspan(theAccount, "us-east-1", "prove", "--journal", journal, "--resume", run, "--format", "json")
	p := parseProof(t, o)
	if o.code != 0 || p.Run != run || p.Summary.Proven != 17 || p.Summary.Regions != 17 {
		t.Errorf("exit %d: %+v", o.code, p.Summary)
	}
	if n := e.calls("DescribeTrails", "") - sent; n != 17 { // those of the look at the account
		t.Errorf("resuming described trails %d times, want 17", n)
	}
	for _, change := range []string{"UpdateTrail", "CreateTrail", "StartLogging", "PutObject", "PutBucketPolicy"} {
		if e.calls(change, "") > 0 {
			t.Errorf("a proof called %s", change)
		}
	}
}

const everyRegionRecorded = `
defaultAccount: "123456789012"
accounts:
  - id: "123456789012"
    trails: [{name: your-trail-name, homeRegion: ap-northeast-1, bucket: logs, multiRegion: true, globalServiceEvents: true, logging: true}]
buckets: [{name: logs, account: "123456789012", region: eu-west-1, policy: documented}]
`

// marks counts the marks in the one journal of a folder, and tells its run.
func marks(t *testing.T, journal string, run *string) int {
	t.Helper()
	files, err := os.ReadDir(journal)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), ".jsonl"); ok {
			*run = name
			return strings.Count(string(read(t, journal+"/"+f.Name())), `"kind":"marked"`)
		}
	}
	return 0
}
