package securityhub

import (
	"encoding/json"
	"net/http"
	"regexp"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type importInput struct{ Findings []json.RawMessage }

type importOutput struct {
	FailedCount    int
	SuccessCount   int
	FailedFindings []importFailure
}

type importFailure struct {
	ID           string `json:"Id"`
	ErrorCode    string
	ErrorMessage string
}

// batchImportFindings takes findings in, each by itself; but one that the caller may not
// send refuses them all.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
func (o operations) batchImportFindings(c *wire.Call, in importInput) (importOutput, error) {
	h, disabled := o.store().hub(c)
	if disabled != nil && !o.fails() {
		return importOutput{}, disabled
	}
	switch n := len(in.Findings); {
	case n == 0:
		return importOutput{}, invalid("Invalid parameter 'Findings'. data.Findings should NOT have fewer than 1 items")
	case n > most:
		return importOutput{}, invalid("Invalid parameter 'Findings'. data.Findings should NOT have more than %d items", most)
	}
	all := make([]finding, len(in.Findings))
	for i, text := range in.Findings {
		if err := json.Unmarshal(text, &all[i]); err != nil {
			return importOutput{}, invalid("Findings: %v", err)
		}
		if err := maySend(c, all[i]); err != nil {
			return importOutput{}, err
		}
	}
	out := importOutput{FailedFindings: []importFailure{}}
	for _, f := range all {
		if disabled != nil {
			out.FailedFindings = append(out.FailedFindings, importFailure{f.text("Id"), "InvalidAccess", "Account " + c.Account + " is not subscribed to AWS Security Hub"})
			continue
		}
		fault := f.fault()
		if fault == "" {
			fault = h.take(c, f)
		}
		if fault != "" {
			out.FailedFindings = append(out.FailedFindings, importFailure{f.text("Id"), "InvalidInput", fault})
			continue
		}
		out.SuccessCount++
	}
	out.FailedCount = len(out.FailedFindings)
	return out, nil
}

var productARN = regexp.MustCompile(`^arn:(aws[a-z-]*):securityhub:([a-z0-9-]+):([0-9]{12})?:product/([^/]+)/([^/]+)$`)

// maySend refuses findings of other accounts, for other Regions and for products of
// others, which would have to be enabled first: all of it is a matter of permission.
// https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
func maySend(c *wire.Call, f finding) error {
	arn := f.text("ProductArn")
	m := productARN.FindStringSubmatch(arn)
	if m == nil {
		return invalid("productArn: %q", arn)
	}
	own := m[1] == c.Partition && m[2] == c.Region && m[3] == c.Account && m[4] == c.Account && m[5] == "default"
	if own && f.text("AwsAccountId") == c.Account {
		return nil
	}
	return &wire.Error{
		Code: "AccessDeniedException", Status: http.StatusForbidden,
		Message: "User: " + c.Caller.ARN + " is not authorized to perform: securityhub:BatchImportFindings on resource: " + arn,
	}
}

// ofCustomers are the members that a provider says once, and customers from then on.
func ofCustomers() []string {
	return []string{"Note", "UserDefinedFields", "VerificationState", "Workflow", "WorkflowState"}
}

// take keeps a finding, or what is newer of one that is there, and returns what is wrong
// with it, or "". One that is not newer is taken and forgotten.
// https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
func (h *Hub) take(c *wire.Call, f finding) (fault string) {
	var before finding
	if text := h.Findings[f.key()]; text != nil && json.Unmarshal(text, &before) == nil {
		if !f.time("UpdatedAt").After(before.time("UpdatedAt")) {
			return ""
		}
		for _, name := range ofCustomers() {
			if f[name] = before[name]; f[name] == nil {
				delete(f, name)
			}
		}
	}
	f.complete(c)
	text, err := json.Marshal(f)
	switch {
	case err != nil:
		return err.Error()
	case len(text) > largest:
		return "Finding is too large."
	}
	h.Findings[f.key()] = text
	return ""
}

// The most findings of a batch, and the largest finding in bytes.
// https://docs.aws.amazon.com/securityhub/latest/partnerguide/guidelines-batchimportfindings.html
const (
	most    = 100
	largest = 240 << 10
)

// complete adds what Security Hub says of every finding.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-top-level-attributes.html
func (f finding) complete(c *wire.Call) {
	f["Region"], f["ProcessedAt"] = c.Region, stamp(c.Time)
	for name, value := range map[string]any{
		"RecordState": "ACTIVE", "WorkflowState": "NEW", "Workflow": map[string]any{"Status": "NEW"},
		"ProductName": "Default", "CompanyName": "Personal",
	} {
		if f[name] == nil {
			f[name] = value
		}
	}
	f["ProductFields"] = merged(f.object("ProductFields"), map[string]any{
		"aws/securityhub/FindingId":   f.text("ProductArn") + "/" + f.text("Id"),
		"aws/securityhub/ProductName": f["ProductName"], "aws/securityhub/CompanyName": f["CompanyName"],
	})
	said := f.object("FindingProviderFields")
	if said["Severity"] == nil {
		said["Severity"] = pick(f.object("Severity"), "Label", "Original")
	}
	if said["Types"] == nil {
		said["Types"] = f["Types"]
	}
	f["FindingProviderFields"], f["Types"] = said, said["Types"]
	f["Severity"] = f.severity(said)
}

// severity has the label of the provider, and the number that goes with it.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html
func (f finding) severity(said map[string]any) map[string]any {
	label, _ := finding(said).object("Severity")["Label"].(string)
	out := merged(f.object("Severity"), finding(said).object("Severity"))
	if label != "" {
		out["Normalized"] = map[string]int{"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}[label]
	}
	return out
}

func merged(a, b map[string]any) map[string]any {
	for k, v := range b {
		a[k] = v
	}
	return a
}

func pick(from map[string]any, names ...string) map[string]any {
	out := map[string]any{}
	for _, name := range names {
		if from[name] != nil {
			out[name] = from[name]
		}
	}
	return out
}

// stamp writes a time as Security Hub does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
