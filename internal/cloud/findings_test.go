package cloud_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/plan"
)

const hub = `
defaultAccount: "123456789012"
accounts: [{id: "123456789012", securityHub: {regions: [ap-northeast-1]}}]
`

const product = "arn:aws:securityhub:ap-northeast-1:123456789012:product/123456789012/default"

func findingOf(id, title string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"SchemaVersion": "2018-10-08", "Id": %q, "ProductArn": %q, "GeneratorId": "g", "AwsAccountId": "123456789012",
		"Types": ["Software and Configuration Checks"], "CreatedAt": "2026-01-02T03:04:05Z", "UpdatedAt": "2026-01-02T03:04:05Z",
		"Severity": {"Label": "HIGH"}, "Title": %q, "Description": "text", "Resources": [{"Type": "Other", "Id": "x"}]}`, id, product, title))
}

// Findings go out by the hundred, in order, and what is refused is told with its reason.
func TestImportFindings(t *testing.T) {
	t.Parallel()
	var sizes []int
	count := func(_ http.ResponseWriter, r *http.Request) (bool, error) {
		var body struct{ Findings []any }
		if err := json.Unmarshal([]byte(peek(r)), &body); err != nil {
			return false, err
		}
		sizes = append(sizes, len(body.Findings))
		return false, nil
	}
	s, _ := open(t, hub, rule{region: tokyo, answer: count})
	var findings []json.RawMessage
	for i := range 205 {
		findings = append(findings, findingOf(fmt.Sprint(i), "title"))
	}
	findings[3], findings[201] = findingOf("3", strings.Repeat("x", 300)), findingOf("201", "")
	taken, refused, err := s.ForFindings().ImportFindings(t.Context(), findings)
	if err != nil || taken != 203 || len(refused) != 2 {
		t.Fatalf("taken %d, refused %v, %v", taken, refused, err)
	}
	if fmt.Sprint(sizes) != "[100 100 5]" {
		t.Errorf("sent by %v", sizes)
	}
	if r := refused[0]; r.ID != "3" || r.Code != "InvalidInput" || !strings.Contains(r.Message, "data.Title") {
		t.Errorf("refused: %+v", r)
	}
	if r := refused[1]; r.ID != "201" {
		t.Errorf("refused: %+v", r)
	}
}

// Where Security Hub is not enabled is another thing than what a policy forbids.
func TestImportFindingsInVain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why    string
		world  string
		answer answer
		want   cloud.Kind
	}{
		{"it is not enabled", "", nil, cloud.NotEnabled},
		{"it is not enabled, and says so of each finding", "switches: {disabledSecurityHub: fail-findings}", nil, cloud.NotEnabled},
		{"a policy forbids it", hub, says("AccessDeniedException", "User: u is not authorized"), cloud.Denied},
		{"there is no Security Hub", hub, func(http.ResponseWriter, *http.Request) (bool, error) { return false, io.ErrUnexpectedEOF }, cloud.Unreachable},
	} {
		s, l := session(t, world(t, c.world), production, tokyo, 2*time.Second)
		if c.answer != nil {
			l.add(rule{answer: c.answer})
		}
		taken, refused, err := s.ForFindings().ImportFindings(t.Context(), []json.RawMessage{findingOf("1", "title")})
		p := cloud.Explain(err)
		if taken != 0 || refused != nil || p.Kind != c.want || p.Action != "securityhub:BatchImportFindings" || p.Region != tokyo {
			t.Errorf("%s: %d %v %+v", c.why, taken, refused, p)
		}
	}
}

// What the SDK has no member for is not dropped in silence.
func TestImportFindingsLosesNothing(t *testing.T) {
	t.Parallel()
	s, l := open(t, hub)
	_, _, err := s.ForFindings().ImportFindings(t.Context(), []json.RawMessage{[]byte(`{"Id": "1", "Mood": "bad"}`)})
	if err == nil || !strings.Contains(err.Error(), "Mood") || len(l.calls("")) != 0 {
		t.Errorf("%v, sent %v", err, l.calls(""))
	}
}

// A Session for findings sends findings and looks; a Session that only looks sends none.
func TestForFindingsChangesNothing(t *testing.T) {
	t.Parallel()
	s, l := open(t, hub)
	if _, _, err := s.ImportFindings(t.Context(), []json.RawMessage{findingOf("1", "title")}); err == nil || !strings.Contains(err.Error(), "only looks") {
		t.Errorf("a session that only looks: %v", err)
	}
	f := s.ForFindings()
	for _, action := range []string{plan.UpdateTrail, plan.DeleteTrail, plan.StopLogging, plan.DeleteBucket, plan.PutBucketPolicy} {
		c := plan.Call{Action: action, Region: tokyo, Request: plan.Request{Name: string(classic), Bucket: "b", Policy: "{}"}}
		for name, err := range map[string]error{"Do": f.Do(t.Context(), c), "a client": f.Unplanned(t.Context(), c)} {
			if err == nil || !strings.Contains(err.Error(), "only looks") {
				t.Errorf("%s by %s: %v, want a refusal", action, name, err)
			}
		}
	}
	if sent := l.calls(""); len(sent) != 0 {
		t.Errorf("sent all the same: %v", sent)
	}
	if got := f.Collect(t.Context(), cloud.CollectOptions{}); got.Account != production {
		t.Errorf("it does not look: %+v", got.Gaps)
	}
}
