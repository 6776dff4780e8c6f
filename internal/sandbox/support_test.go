package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// support calls AWS Support, for which there is no SDK here.
func (l *lab) support(region, operation, body string) (status int, text string) {
	l.t.Helper()
	return l.call("support", region, "POST", "/", body, "Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "AWSSupport_20130415."+operation)
}

// advised returns the status of the check and the rows by Region.
func (l *lab) advised() (string, map[string][]string) {
	l.t.Helper()
	status, text := l.support("us-east-1", "DescribeTrustedAdvisorCheckResult", `{"checkId":"c25hn9x03v","language":"en"}`)
	var a struct {
		Result struct {
			Status           string
			ResourcesSummary struct{ ResourcesProcessed, ResourcesFlagged int }
			FlaggedResources []struct {
				Status, Region string
				Metadata       []string
			}
		}
	}
	l.must(json.Unmarshal([]byte(text), &a))
	if status != 200 {
		l.t.Fatalf("%d %s", status, text)
	}
	rows, flagged := map[string][]string{}, 0
	for _, r := range a.Result.FlaggedResources {
		rows[r.Region] = append([]string{r.Status}, r.Metadata[:4]...)
		if r.Status != "ok" {
			flagged++
		}
	}
	if n := a.Result.ResourcesSummary; n.ResourcesProcessed != len(rows) || n.ResourcesFlagged != flagged {
		l.t.Errorf("counted %+v of %d rows", n, len(rows))
	}
	return a.Result.Status, rows
}

// The check as a trail is made, widened and broken.
func TestTrustedAdvisor(t *testing.T) {
	l := newLab(t, alone)
	expect := func(why, status string, want map[string]string) {
		t.Helper()
		got, rows := l.advised()
		if got != status || len(rows) != 18 { // 17 that are there by default, and af-south-1
			t.Errorf("%s: %s with %d rows, want %s", why, got, len(rows), status)
		}
		for region, row := range want {
			if got := strings.Join(rows[region], " "); got != row {
				t.Errorf("%s, %s: %q, want %q", why, region, got, row)
			}
		}
	}
	expect("nothing", "error", map[string]string{"us-east-1": "error Red us-east-1 No No"})
	arn := l.create(self, "us-east-1", "main")
	expect("not logging", "error", map[string]string{"us-east-1": "error Red us-east-1 No No"})
	l.start(self, "us-east-1", arn)
	expect("one Region", "error", map[string]string{"us-east-1": "ok Green us-east-1 Yes No", "eu-west-1": "error Red eu-west-1 No No"})
	l.must(l.widen(self, "us-east-1", arn))
	expect("all Regions", "ok", map[string]string{"us-east-1": "ok Green us-east-1 Yes No", "af-south-1": "ok Green af-south-1 Yes No"})
	l.setPolicy(self, "")
	expect("no bucket policy", "warning", map[string]string{"eu-west-1": "warning Yellow eu-west-1 Yes Yes"})
}

// The other operations, and what Support refuses.
func TestSupportRefuses(t *testing.T) {
	l := newLab(t, "accounts: [{id: \"123456789012\"}]")
	for _, tt := range []struct {
		why, region, operation, body string
		status                       int
		want                         string
	}{
		{"the check", "us-east-1", "DescribeTrustedAdvisorChecks", `{"language":"en"}`, 200, `"metadata":["Status","Region","Logging Enabled","Delivery Error Reported","Last Updated Time"]`},
		{"no language", "us-east-1", "DescribeTrustedAdvisorChecks", `{}`, 400, "ValidationException"},
		{"no such language", "us-east-1", "DescribeTrustedAdvisorChecks", `{"language":"tlh"}`, 400, `"InvalidParameterValueException"`},
		{"a summary", "us-east-1", "DescribeTrustedAdvisorCheckSummaries", `{"checkIds":["c25hn9x03v"]}`, 200, `"status":"error","resourcesSummary":{"resourcesProcessed":17,"resourcesFlagged":17,`},
		{"no such check", "us-east-1", "DescribeTrustedAdvisorCheckResult", `{"checkId":"vjafUGJ9H0"}`, 400, `{"__type":"InvalidParameterValueException","message":"Invalid check id: vjafUGJ9H0"}`},
		{"a refresh", "us-east-1", "RefreshTrustedAdvisorCheck", `{"checkId":"c25hn9x03v"}`, 400, `{"__type":"InvalidParameterValueException","message":"Check c25hn9x03v cannot be refreshed"}`},
		{"the status of one", "us-east-1", "DescribeTrustedAdvisorCheckRefreshStatuses", `{"checkIds":["c25hn9x03v"]}`, 400, "cannot be refreshed"},
		{"of none", "us-east-1", "DescribeTrustedAdvisorCheckRefreshStatuses", `{"checkIds":[]}`, 200, `{"statuses":[]}`},
		{"a Region without an endpoint", "eu-west-1", "DescribeTrustedAdvisorChecks", `{"language":"en"}`, 400, `"InvalidSignatureException"`},
	} {
		if status, text := l.support(tt.region, tt.operation, tt.body); status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s: %d %s", tt.why, status, text)
		}
	}
	poor := newLab(t, `accounts: [{id: "123456789012", supportPlan: none}]`)
	if status, text := poor.support("us-east-1", "DescribeTrustedAdvisorChecks", `{"language":"en"}`); status != 400 ||
		text != `{"__type":"SubscriptionRequiredException","message":"Amazon Web Services Premium Support Subscription is required to use this service."}` {
		t.Errorf("without a plan: %d %s", status, text)
	}
}

// refusedWorld checks that a world file is refused with these words.
func refusedWorld(t *testing.T, world, want string) {
	t.Helper()
	s, err := sandbox.New(sandbox.Options{World: []byte(world)})
	if err == nil {
		_ = s.Close()
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", world, err, want)
	}
}
