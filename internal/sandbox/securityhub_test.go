package sandbox_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
)

// hubWorld has Security Hub in Tokyo, and in no other Region.
const hubWorld = `
defaultAccount: "123456789012"
accounts: [{id: "123456789012", securityHub: {regions: [ap-northeast-1]}}, {id: "222222222222"}]
`

func (l *lab) hub(account, region string) *securityhub.Client {
	return securityhub.NewFromConfig(l.config(account, region))
}

// finding is one that Security Hub takes from the account self in Tokyo; changes are JSON
// members that it has instead, null for those that it has not.
func finding(t *testing.T, id string, changes ...string) types.AwsSecurityFinding {
	t.Helper()
	members := map[string]any{
		"SchemaVersion": "2018-10-08", "Id": id, "ProductArn": "arn:aws:securityhub:ap-northeast-1:123456789012:product/123456789012/default",
		"GeneratorId": "g", "AwsAccountId": "123456789012", "Types": []string{"Software and Configuration Checks"},
		"CreatedAt": "2026-01-02T03:04:05Z", "UpdatedAt": "2026-01-02T03:04:05Z", "Severity": map[string]string{"Label": "HIGH"},
		"Title": "title", "Description": "text", "Resources": []map[string]string{{"Type": "AwsAccount", "Id": "AWS::::Account:123456789012"}},
	}
	for _, c := range changes {
		if err := json.Unmarshal([]byte(c), &members); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	var f types.AwsSecurityFinding
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func (l *lab) importing(account, region string, findings ...types.AwsSecurityFinding) (*securityhub.BatchImportFindingsOutput, error) {
	return l.hub(account, region).BatchImportFindings(l.t.Context(), &securityhub.BatchImportFindingsInput{Findings: findings})
}

func (l *lab) findings(filters *types.AwsSecurityFindingFilters) []types.AwsSecurityFinding {
	l.t.Helper()
	var out []types.AwsSecurityFinding
	pages := securityhub.NewGetFindingsPaginator(l.hub(self, "ap-northeast-1"), &securityhub.GetFindingsInput{Filters: filters, MaxResults: ptr(int32(2))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(l.t.Context())
		l.must(err)
		out = append(out, page.Findings...)
	}
	return out
}

// What is wrong with a finding is said of that finding; the others are taken in.
func TestSecurityHubJudgesEachFinding(t *testing.T) {
	l := newLab(t, hubWorld)
	for _, tt := range []struct{ why, change, says string }{
		{"a title that is too long", `{"Title": "` + strings.Repeat("長", 257) + `"}`, "data.Title should NOT be longer than 256 characters"},
		{"characters count, not bytes", `{"Title": "` + strings.Repeat("長", 256) + `"}`, ""},
		{"a text of nothing", `{"Description": ""}`, "data.Description should NOT be shorter than 1 characters"},
		{"what to do, in too many words", `{"Remediation": {"Recommendation": {"Text": "` + strings.Repeat("x", 513) + `"}}}`, "data.Remediation.Recommendation.Text should NOT be longer than 512"},
		{"no resource", `{"Resources": []}`, "data.Resources should NOT have fewer than 1 items"},
		{"a resource of no partition", `{"Resources": [{"Type": "Other", "Id": "x", "Partition": "mars"}]}`, "data.Resources[0].Partition"},
		{"a time that is none", `{"UpdatedAt": "yesterday"}`, "data.UpdatedAt should match format"},
		{"another format", `{"SchemaVersion": "2026-01-01"}`, "data.SchemaVersion"},
		{"a status of one's own", `{"Compliance": {"Status": "MAYBE"}}`, "data.Compliance.Status"},
		{"a label of one's own", `{"Severity": {"Label": "BAD"}}`, "data.Severity.Label"},
		{"a type of one's own", `{"Types": ["Trails"]}`, "data.Types[0]"},
		{"no severity anywhere", `{"Severity": null}`, "FindingProviderFields"},
		{"severity by the provider", `{"Severity": null, "FindingProviderFields": {"Severity": {"Label": "LOW"}}}`, ""},
	} {
		id := "bad"
		if tt.says == "" {
			id = "good"
		}
		out, err := l.importing(self, "ap-northeast-1", finding(t, "well"), finding(t, id, tt.change))
		l.must(err)
		says := ""
		for _, f := range out.FailedFindings {
			says = *f.Id + " " + *f.ErrorCode + " " + *f.ErrorMessage
		}
		want := int32(1)
		if tt.says == "" {
			want = 2
		}
		if *out.SuccessCount != want || *out.FailedCount != 2-want || (tt.says == "") != (says == "") || !strings.Contains(says, tt.says) {
			t.Errorf("%s: %d taken, %q", tt.why, *out.SuccessCount, says)
		}
		if says != "" && !strings.HasPrefix(says, "bad InvalidInput Finding does not adhere to Amazon Finding Format. ") {
			t.Errorf("%s: %q", tt.why, says)
		}
	}
	var kept []string
	for _, f := range l.findings(nil) {
		kept = append(kept, *f.Id)
	}
	if got := strings.Join(kept, " "); got != "good well" {
		t.Errorf("kept: %s", got)
	}
}

// What the caller may not send refuses the whole batch.
func TestSecurityHubRefusesBatches(t *testing.T) {
	l := newLab(t, hubWorld)
	product := func(arn string) string { return `{"ProductArn": "` + arn + `"}` }
	many := make([]types.AwsSecurityFinding, 101)
	for i := range many {
		many[i] = finding(t, fmt.Sprint(i))
	}
	for _, tt := range []struct {
		why, account, region string
		findings             []types.AwsSecurityFinding
		code, says           string
	}{
		{"it is not enabled in the Region", self, "us-east-1", many[:1], "InvalidAccessException", "Account 123456789012 is not subscribed to AWS Security Hub"},
		{"it is not enabled in the account", "222222222222", "ap-northeast-1", many[:1], "InvalidAccessException", "Account 222222222222 is not subscribed to AWS Security Hub"},
		{"more than 100", self, "ap-northeast-1", many, "InvalidInputException", "Invalid parameter 'Findings'. data.Findings should NOT have more than 100 items"},
		{"of another account", self, "ap-northeast-1", []types.AwsSecurityFinding{many[0], finding(t, "x", `{"AwsAccountId": "222222222222"}`)}, "AccessDeniedException", "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: securityhub:BatchImportFindings on resource: arn:aws:securityhub:ap-northeast-1:123456789012:product/123456789012/default"},
		{"for another Region", self, "ap-northeast-1", []types.AwsSecurityFinding{finding(t, "x", product("arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default"))}, "AccessDeniedException", ""},
		{"a product of others", self, "ap-northeast-1", []types.AwsSecurityFinding{finding(t, "x", product("arn:aws:securityhub:ap-northeast-1::product/acme/acme"))}, "AccessDeniedException", ""},
		{"no product", self, "ap-northeast-1", []types.AwsSecurityFinding{finding(t, "x", product("acme"))}, "InvalidInputException", `productArn: "acme"`},
	} {
		_, err := l.importing(tt.account, tt.region, tt.findings...)
		t.Log(tt.why)
		l.refused(err, tt.code, tt.says)
	}
	if got := l.findings(nil); len(got) != 0 {
		t.Errorf("%d findings were taken all the same", len(got))
	}
}

// The user guide has another answer where Security Hub is not enabled, and a switch chooses.
func TestSecurityHubFailsFindings(t *testing.T) {
	l := newLab(t, hubWorld+"switches: {disabledSecurityHub: fail-findings}\n")
	product := `{"ProductArn": "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default"}`
	out, err := l.importing(self, "us-east-1", finding(t, "a", product), finding(t, "b", product))
	l.must(err)
	if *out.SuccessCount != 0 || *out.FailedCount != 2 || *out.FailedFindings[1].Id != "b" || *out.FailedFindings[1].ErrorCode != "InvalidAccess" {
		t.Errorf("%d taken, %d failed: %+v", *out.SuccessCount, *out.FailedCount, out.FailedFindings)
	}
}

// The same ID is the same finding: what is newer replaces it, but for what customers say
// of it; what is not newer is taken and forgotten.
func TestSecurityHubUpdates(t *testing.T) {
	l := newLab(t, hubWorld)
	for _, f := range []types.AwsSecurityFinding{
		finding(t, "a", `{"Title": "first", "Workflow": {"Status": "NOTIFIED"}}`),
		finding(t, "a", `{"Title": "older", "UpdatedAt": "2026-01-02T03:04:04Z"}`),
		finding(t, "a", `{"Title": "newer", "UpdatedAt": "2026-01-02T03:04:06Z", "Workflow": {"Status": "RESOLVED"}, "Compliance": {"Status": "PASSED"}}`),
		finding(t, "b", `{"RecordState": "ARCHIVED"}`),
		finding(t, "c"),
	} {
		out, err := l.importing(self, "ap-northeast-1", f)
		l.must(err)
		if *out.SuccessCount != 1 {
			t.Errorf("%s was not taken", *f.Title)
		}
	}
	all := l.findings(nil)
	if len(all) != 3 {
		t.Fatalf("there are %d findings, want 3", len(all))
	}
	a := all[0]
	if *a.Title != "newer" || a.Compliance.Status != "PASSED" || a.Workflow.Status != "NOTIFIED" {
		t.Errorf("the newer one came to %s, %s, %s", *a.Title, a.Compliance.Status, a.Workflow.Status)
	}
	if *a.Region != "ap-northeast-1" || a.RecordState != "ACTIVE" || *a.Severity.Normalized != 70 || a.FindingProviderFields.Severity.Label != "HIGH" {
		t.Errorf("Security Hub did not add what it adds: %s %s %+v", *a.Region, a.RecordState, a.Severity)
	}
	if got := a.ProductFields["aws/securityhub/FindingId"]; got != *a.ProductArn+"/a" {
		t.Errorf("the finding is known as %s", got)
	}
}

func TestSecurityHubFilters(t *testing.T) {
	l := newLab(t, hubWorld)
	_, err := l.importing(self, "ap-northeast-1", finding(t, "x/1"), finding(t, "x/2", `{"RecordState": "ARCHIVED"}`), finding(t, "y/1", `{"Compliance": {"Status": "FAILED"}}`))
	l.must(err)
	is := func(comparison types.StringFilterComparison, values ...string) []types.StringFilter {
		var out []types.StringFilter
		for _, v := range values {
			out = append(out, types.StringFilter{Comparison: comparison, Value: &v})
		}
		return out
	}
	for _, tt := range []struct {
		why     string
		filters types.AwsSecurityFindingFilters
		want    string
	}{
		{"none", types.AwsSecurityFindingFilters{}, "x/1 x/2 y/1"},
		{"values of one filter are alternatives", types.AwsSecurityFindingFilters{Id: is("EQUALS", "x/1", "y/1", "z")}, "x/1 y/1"},
		{"filters are not", types.AwsSecurityFindingFilters{Id: is("PREFIX", "x/"), RecordState: is("EQUALS", "ACTIVE")}, "x/1"},
		{"what is not wanted", types.AwsSecurityFindingFilters{Id: is("PREFIX_NOT_EQUALS", "x/", "z/")}, "y/1"},
		{"deeper", types.AwsSecurityFindingFilters{ComplianceStatus: is("EQUALS", "FAILED")}, "y/1"},
		{"in a list", types.AwsSecurityFindingFilters{ResourceType: is("CONTAINS", "Account")}, "x/1 x/2 y/1"},
	} {
		var ids []string
		for _, f := range l.findings(&tt.filters) {
			ids = append(ids, *f.Id)
		}
		if got := strings.Join(ids, " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.why, got, tt.want)
		}
	}
	_, err = l.hub(self, "ap-northeast-1").GetFindings(t.Context(), &securityhub.GetFindingsInput{Filters: &types.AwsSecurityFindingFilters{ProcessName: is("EQUALS", "x")}})
	l.refused(err, "InvalidInputException", "The sandbox does not implement the filter ProcessName.")
}

func TestEnableSecurityHub(t *testing.T) {
	l := newLab(t, hubWorld)
	h := l.hub(self, "us-east-1")
	_, err := h.DescribeHub(t.Context(), &securityhub.DescribeHubInput{})
	l.refused(err, "InvalidAccessException", "Account 123456789012 is not subscribed to AWS Security Hub")
	_, err = h.EnableSecurityHub(t.Context(), &securityhub.EnableSecurityHubInput{})
	l.must(err)
	_, err = h.EnableSecurityHub(t.Context(), &securityhub.EnableSecurityHubInput{})
	l.refused(err, "ResourceConflictException", "Account is already subscribed to Security Hub")
	d, err := h.DescribeHub(t.Context(), &securityhub.DescribeHubInput{})
	l.must(err)
	if *d.HubArn != "arn:aws:securityhub:us-east-1:123456789012:hub/default" {
		t.Errorf("the hub is %s", *d.HubArn)
	}
	_, err = h.DisableSecurityHub(t.Context(), &securityhub.DisableSecurityHubInput{})
	l.must(err)
	_, err = h.DisableSecurityHub(t.Context(), &securityhub.DisableSecurityHubInput{})
	l.refused(err, "InvalidAccessException", "Account 123456789012 is not subscribed to AWS Security Hub")
}
