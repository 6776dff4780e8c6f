package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/cli"
	"github.com/trailspan/trailspan/internal/sandbox"
)

// A check that was interrupted goes on: accounts that are in the checkpoint are not
// called again, and the report is that of a check which was not interrupted.
func TestCheckpoint(t *testing.T) {
	const n = 30
	var accounts strings.Builder
	for i := range n {
		fmt.Fprintf(&accounts, "  - {id: %q}\n", fmt.Sprintf("2%011d", i))
	}
	box, err := sandbox.New(sandbox.Options{World: []byte(`
defaultAccount: "111111111111"
organization: {managementAccount: "111111111111"}
accounts:
  - {id: "111111111111", trails: [{name: org-trail, homeRegion: us-east-1, bucket: logs, multiRegion: true, organization: true}]}
` + accounts.String() + `buckets: [{name: logs, policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: ["s3:GetBucketAcl", "s3:PutObject"], Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}]}}]` + "\nswitches: {memberSelectors: deny}\n")})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box)
	defer func() { server.Close(); _ = box.Close() }()
	file := filepath.Join(t.TempDir(), "check.jsonl")
	check := func(ctx context.Context, out *interrupter, more ...string) outcome {
		var errs bytes.Buffer
		code := cli.Main(ctx, cli.Env{
			Args: append([]string{"check", "--org", "--format", "csv", "--concurrency", "2"}, more...), Stdin: strings.NewReader(""), Stdout: out, Stderr: &errs,
			Getenv: func(string) string { return "" },
		})
		return outcome{code, out.String(), errs.String()}
	}
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "111111111111")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "any")
	t.Setenv("AWS_REGION", "us-east-1")

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	first := check(ctx, &interrupter{mark: "200000000009", interrupt: cancel}, "--checkpoint", file)
	if first.code != 130 || !strings.Contains(first.stderr, "the same command goes on") {
		t.Fatalf("exit %d: %s", first.code, first.stderr)
	}
	before := callsOf(t, server.URL)
	again := check(t.Context(), &interrupter{mark: "never", interrupt: cancel}, "--checkpoint", file)
	after := callsOf(t, server.URL)
	whole := check(t.Context(), &interrupter{mark: "never", interrupt: cancel})
	if again.code != 0 || again.stdout != whole.stdout {
		t.Errorf("exit %d: the report is another than without an interruption\n%s", again.code, again.stderr)
	}
	if !strings.Contains(again.stderr, "answers already") {
		t.Errorf("it does not say that it goes on: %s", again.stderr)
	}
	asked := 0
	for i := range n {
		id := fmt.Sprintf("2%011d", i)
		if after[id] != before[id] {
			asked++
		}
		if i < 9 && after[id] != before[id] {
			t.Errorf("account %s was finished, and was called again", id)
		}
	}
	if asked == 0 || asked > n-9 {
		t.Errorf("%d accounts were called after the interruption", asked)
	}
	if other := check(t.Context(), &interrupter{mark: "never", interrupt: cancel}, "--checkpoint", file, "--role-name", "Other"); other.code != 2 || !strings.Contains(other.stderr, `its role-name is "OrganizationAccountAccessRole"`) {
		t.Errorf("exit %d: %s", other.code, other.stderr)
	}
}

// callsOf counts the calls of each account in the ledger of a sandbox.
func callsOf(t *testing.T, url string) map[string]int {
	t.Helper()
	resp, err := http.Get(url + "/_sandbox/calls")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var entries []struct {
		Account string
		Count   int
	}
	if err := json.NewDecoder(resp.Body).Decode(&entries); err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, e := range entries {
		out[e.Account] += e.Count
	}
	return out
}
