package cli_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/trailspan/trailspan/internal/cli"
	"github.com/trailspan/trailspan/internal/sandbox"
)

// TestTrustedAdvisor holds our reading of the published criteria against another: the
// sandbox has a Trusted Advisor of its own, which shares no code with ours.
func TestTrustedAdvisor(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "any")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "any")
	t.Setenv("AWS_REGION", "us-east-1")
	for name, world := range map[string]string{
		"one Region of seventeen":              trails(single("abc", "us-east-1", "")),
		"every Region":                         trails(multi("abc", "")),
		"no trail":                             account("    name: empty"),
		"a delivery error in one Region":       trails(multi("abc", `, deliveryErrors: {eu-west-1: AccessDenied}`)),
		"another trail delivers from there":    trails(multi("abc", `, deliveryErrors: {eu-west-1: AccessDenied}`), single("def", "eu-west-1", "")),
		"stopped":                              trails(strings.Replace(multi("abc", ""), "logging: true", "logging: false", 1)),
		"an organization trail":                organization("us-east-1"),
		"one whose home Region is not enabled": organization("af-south-1"),
		"data events only":                     trails(multi("abc", `, eventSelectors: [{ReadWriteType: All, IncludeManagementEvents: false}]`)),
	} {
		t.Run(name, func(t *testing.T) {
			box, err := sandbox.New(sandbox.Options{World: []byte(world)})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(box)
			defer server.Close()
			defer func() { _ = box.Close() }()
			theirs, ours := advised(t, server.URL), controlsAt(t, server.URL).regions("trusted-advisor/c25hn9x03v")
			if len(theirs) < 17 || len(theirs) != len(ours) {
				t.Fatalf("Trusted Advisor speaks of %d Regions, trailspan of %d", len(theirs), len(ours))
			}
			for region, status := range theirs {
				want := map[string]string{"ok": "pass", "warning": "warn", "error": "fail"}[status]
				if ours[region] != want {
					t.Errorf("%s: Trusted Advisor says %s, trailspan that it says %q", region, status, ours[region])
				}
			}
		})
	}
}

// regions is what a check says of each Region.
func (r controlsReport) regions(id string) map[string]string {
	out := map[string]string{}
	for _, c := range r.Accounts[0].Controls {
		for _, g := range c.Regions {
			for _, region := range g.Regions {
				if c.ID == id {
					out[region] = g.Status
				}
			}
		}
	}
	return out
}

func controlsAt(t *testing.T, url string) controlsReport {
	t.Helper()
	var out, errs bytes.Buffer
	cli.Main(t.Context(), cli.Env{
		Args: []string{"check", "--endpoint-url", url, "--format", "json"}, Getenv: func(string) string { return "" },
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
	})
	var r controlsReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	return r
}

// advised asks Trusted Advisor for its rows: the status of each Region.
func advised(t *testing.T, url string) map[string]string {
	t.Helper()
	const body = `{"checkId":"c25hn9x03v","language":"en"}`
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSSupport_20130415.DescribeTrustedAdvisorCheckResult")
	sum := sha256.Sum256([]byte(body))
	keys := aws.Credentials{AccessKeyID: "any", SecretAccessKey: "any"}
	if err := v4.NewSigner().SignHTTP(t.Context(), keys, r, hex.EncodeToString(sum[:]), "support", "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var result struct {
		Result struct {
			FlaggedResources []struct{ Status, Region string }
		}
	}
	if err := json.Unmarshal(text, &result); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%d %s: %v", answer.StatusCode, text, err)
	}
	out := map[string]string{}
	for _, row := range result.Result.FlaggedResources {
		out[row.Region] = row.Status
	}
	return out
}
