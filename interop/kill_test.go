package interop_test

import (
	"context"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	theAccount = "123456789012"
	theTrail   = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name"
)

// A conversion is killed, as by a power cut, while its change waits for an answer that
// never comes. AWS has not changed anything. The run is finished by --resume.
func TestKilledBeforeTheChangeIsResumed(t *testing.T) {
	t.Parallel()
	e, journal := startSandbox(t), t.TempDir()
	run := e.killWhileHanging(journal, `[{"action": "cloudtrail:UpdateTrail", "hang": true}]`)
	if e.multiRegion() {
		t.Fatal("the trail was changed by a call that hung")
	}
	o := e.trailspan(theAccount, "us-east-1", "convert", "--yes", "--journal", journal, "--resume", run)
	if o.code != 0 {
		t.Fatalf("resuming: %v", o)
	}
	after := e.check(theAccount, 0)
	if after.Verdict != "recorded" || after.FutureRegions != "recorded" || !e.multiRegion() {
		t.Errorf("after resuming: %+v", after)
	}
	if n := e.calls("UpdateTrail", ""); n != 1 {
		t.Errorf("the change was made %d times, want once", n)
	}
}

// A conversion is killed after its change, while a Region is asked whether it shows
// the trail. The run is walked back by rollback: the trail is as it was.
func TestKilledAfterTheChangeIsRolledBack(t *testing.T) {
	t.Parallel()
	e, journal := startSandbox(t), t.TempDir()
	before := e.check(theAccount, 3)
	run := e.killWhileHanging(journal, `[{"action": "cloudtrail:GetTrailStatus", "region": "eu-west-1", "hang": true}]`)
	if !e.multiRegion() {
		t.Fatal("the trail was not changed before a Region was asked to verify it")
	}
	o := e.trailspan(theAccount, "us-east-1", "rollback", run, "--yes", "--journal", journal)
	if o.code != 0 {
		t.Fatalf("rolling back: %v", o)
	}
	after := e.check(theAccount, 3)
	if e.multiRegion() || before.Trails[0] != after.Trails[0] {
		t.Errorf("the trail was %+v, and after rolling back is %+v", before.Trails[0], after.Trails[0])
	}
	// What was rolled back can be converted anew.
	if o := e.trailspan(theAccount, "us-east-1", "convert", "--yes", "--journal", journal); o.code != 0 {
		t.Errorf("converting again: %v", o)
	}
}

// killWhileHanging converts, waits until a call hangs in the sandbox, kills the process
// with SIGKILL, lets calls pass again, and returns the run that was killed.
func (e endpoint) killWhileHanging(journal, faults string) string {
	e.t.Helper()
	e.send(http.MethodPost, "/_sandbox/faults", strings.NewReader(faults), nil)
	ctx, kill := context.WithCancel(e.t.Context())
	defer kill()
	convert := exec.CommandContext(ctx, program, "convert", "--yes", "--journal", journal)
	convert.Env = e.env(theAccount, "us-east-1")
	wait, ended := start(e.t, convert), make(chan outcome, 1)
	go func() { ended <- wait() }()
	for e.hanging() == 0 {
		select {
		case o := <-ended:
			e.t.Fatalf("convert ended before a call hung: %v", o)
		case <-time.After(20 * time.Millisecond):
		}
	}
	kill() // with SIGKILL, as CommandContext says
	if o := <-ended; o.code != -1 {
		e.t.Fatalf("convert was not killed: %v", o)
	}
	e.send(http.MethodPost, "/_sandbox/faults", strings.NewReader(`[]`), nil)
	return e.onlyRun(journal)
}

// hanging returns how many calls met a fault.
func (e endpoint) hanging() int {
	e.t.Helper()
	var faults []struct{ Met int }
	e.get("/_sandbox/faults", &faults)
	n := 0
	for _, f := range faults {
		n += f.Met
	}
	return n
}

// calls returns how many calls of an operation ended with an error code; "" means success.
func (e endpoint) calls(operation, code string) int {
	e.t.Helper()
	var ledger []struct {
		Action, Error string
		Count         int
	}
	e.get("/_sandbox/calls", &ledger)
	n := 0
	for _, entry := range ledger {
		if entry.Action == operation && entry.Error == code {
			n += entry.Count
		}
	}
	return n
}

// multiRegion says what the trail of the default world is.
func (e endpoint) multiRegion() bool {
	e.t.Helper()
	for _, trail := range e.check(theAccount, 0, 3).Trails {
		if trail.ARN == theTrail {
			return trail.MultiRegion
		}
	}
	e.t.Fatal("the trail of the default world is gone")
	return false
}

// onlyRun returns the name of the one run whose journal is in the directory.
func (e endpoint) onlyRun(journal string) string {
	e.t.Helper()
	files, err := filepath.Glob(filepath.Join(journal, "*.jsonl"))
	if err != nil || len(files) != 1 {
		e.t.Fatalf("want the journal of one run, got %v %v", files, err)
	}
	return strings.TrimSuffix(filepath.Base(files[0]), ".jsonl")
}
