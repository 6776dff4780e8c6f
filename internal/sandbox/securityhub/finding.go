package securityhub

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A finding is in the AWS Security Finding Format, by the names of its members. Its types
// are those of the model; what it says has still to be judged.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
type finding map[string]any

func (f finding) text(name string) string {
	text, _ := f[name].(string)
	return text
}

// object is a member that has members, as a copy; one that is not there has none.
func (f finding) object(name string) map[string]any {
	in, _ := f[name].(map[string]any)
	return merged(map[string]any{}, in)
}

func (f finding) time(name string) time.Time {
	at, _ := time.Parse(time.RFC3339, f.text(name))
	return at
}

// key tells findings apart.
func (f finding) key() string { return f.text("ProductArn") + "|" + f.text("Id") }

// fault is what is wrong with a finding, in the words of Security Hub, or "".
func (f finding) fault() string {
	for _, judge := range []func(finding) string{missing, tooLong, notATime, notOneOf, withoutType, withoutResource} {
		if what := judge(f); what != "" {
			return "Finding does not adhere to Amazon Finding Format. " + what + "."
		}
	}
	return ""
}

// missing: severity and types may stand in FindingProviderFields, and have to stand
// somewhere.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
func missing(f finding) string {
	for _, name := range []string{
		"SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description", "Resources",
	} {
		if f[name] == nil {
			return "data should have required property '" + name + "'"
		}
	}
	said := f.object("FindingProviderFields")
	for _, name := range []string{"Severity", "Types"} {
		if f[name] == nil && said[name] == nil {
			return "data should have required property 'FindingProviderFields', data should match some schema in anyOf"
		}
	}
	return ""
}

// tooLong: lengths are in characters, and nothing that has to be there is empty.
func tooLong(f finding) string {
	recommendation := finding(finding(f.object("Remediation")).object("Recommendation"))
	for _, limit := range []struct {
		path  string
		value any
		most  int
	}{
		{"Id", f["Id"], 512},
		{"GeneratorId", f["GeneratorId"], 512},
		{"Title", f["Title"], 256},
		{"Description", f["Description"], 1024},
		{"ProductName", f["ProductName"], 128},
		{"CompanyName", f["CompanyName"], 128},
		{"Remediation.Recommendation.Text", recommendation["Text"], 512},
	} {
		text, there := limit.value.(string)
		switch {
		case there && utf8.RuneCountInString(text) > limit.most:
			return fmt.Sprintf("data.%s should NOT be longer than %d characters", limit.path, limit.most)
		case there && strings.TrimSpace(text) == "":
			return fmt.Sprintf("data.%s should NOT be shorter than 1 characters", limit.path)
		}
	}
	return ""
}

func notATime(f finding) string {
	for _, name := range []string{"CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"} {
		if f[name] != nil && f.time(name).IsZero() {
			return "data." + name + ` should match format "date-time"`
		}
	}
	return ""
}

// notOneOf: the words that Security Hub knows.
func notOneOf(f finding) string {
	labels := []string{"INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"}
	said := finding(f.object("FindingProviderFields"))
	for _, c := range []struct {
		path    string
		value   any
		allowed []string
	}{
		{"SchemaVersion", f["SchemaVersion"], []string{"2018-10-08"}},
		{"RecordState", f["RecordState"], []string{"ACTIVE", "ARCHIVED"}},
		{"Compliance.Status", f.object("Compliance")["Status"], []string{"PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"}},
		{"Workflow.Status", f.object("Workflow")["Status"], []string{"NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED"}},
		{"Severity.Label", f.object("Severity")["Label"], labels},
		{"FindingProviderFields.Severity.Label", said.object("Severity")["Label"], labels},
	} {
		if text, there := c.value.(string); there && !slices.Contains(c.allowed, text) {
			return "data." + c.path + " should be equal to one of the allowed values"
		}
	}
	return ""
}

// typeStarts are the namespaces of types.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Types
func typeStarts() []string {
	return []string{"Software and Configuration Checks", "TTPs", "Effects", "Unusual Behaviors", "Sensitive Data Identifications"}
}

func withoutType(f finding) string {
	for _, types := range []any{f["Types"], f.object("FindingProviderFields")["Types"]} {
		list, _ := types.([]any)
		for i, t := range list {
			namespace, _, _ := strings.Cut(fmt.Sprint(t), "/")
			if !slices.Contains(typeStarts(), namespace) {
				return fmt.Sprintf("data.Types[%d] should match pattern \"^(%s)\"", i, strings.Join(typeStarts(), "|"))
			}
		}
	}
	return ""
}

func withoutResource(f finding) string {
	list, _ := f["Resources"].([]any)
	switch {
	case len(list) == 0:
		return "data.Resources should NOT have fewer than 1 items"
	case len(list) > 32:
		return "data.Resources should NOT have more than 32 items"
	}
	for i, r := range list {
		resource, _ := r.(map[string]any)
		for _, name := range []string{"Type", "Id"} {
			if finding(resource).text(name) == "" {
				return fmt.Sprintf("data.Resources[%d] should have required property '%s'", i, name)
			}
		}
		partition, there := resource["Partition"].(string)
		if there && !slices.Contains([]string{"aws", "aws-cn", "aws-us-gov"}, partition) {
			return fmt.Sprintf("data.Resources[%d].Partition should be equal to one of the allowed values", i)
		}
	}
	return ""
}

// UnmarshalJSON keeps numbers as they are written.
func (f *finding) UnmarshalJSON(text []byte) error {
	m := map[string]any{}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	err := d.Decode(&m)
	*f = m
	return err
}
