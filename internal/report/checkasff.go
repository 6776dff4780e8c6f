package report

import (
	"cmp"
	"io"
	"time"
	"unicode/utf8"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// SecurityFinding is a finding as Security Hub takes it in. Times are RFC 3339.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
type SecurityFinding struct {
	SchemaVersion         string                 `json:"SchemaVersion"`
	ID                    string                 `json:"Id"`
	ProductARN            string                 `json:"ProductArn"`
	ProductName           string                 `json:"ProductName"`
	CompanyName           string                 `json:"CompanyName"`
	GeneratorID           string                 `json:"GeneratorId"`
	AwsAccountID          string                 `json:"AwsAccountId"`
	Types                 []string               `json:"Types"`
	CreatedAt             string                 `json:"CreatedAt"`
	UpdatedAt             string                 `json:"UpdatedAt"`
	Severity              SecuritySeverity       `json:"Severity"`
	Title                 string                 `json:"Title"`
	Description           string                 `json:"Description"`
	Remediation           *SecurityRemediation   `json:"Remediation,omitempty"`
	ProductFields         map[string]string      `json:"ProductFields"`
	Resources             []SecurityResource     `json:"Resources"`
	Compliance            SecurityCompliance     `json:"Compliance"`
	RecordState           string                 `json:"RecordState"`
	FindingProviderFields SecurityProviderFields `json:"FindingProviderFields"`
}

// SecuritySeverity is how bad a finding is, in AWS's word and in ours.
type SecuritySeverity struct {
	Label    string `json:"Label"`
	Original string `json:"Original"`
}

// SecurityRemediation is what to do.
type SecurityRemediation struct {
	Recommendation struct {
		Text string `json:"Text"`
		URL  string `json:"Url"`
	} `json:"Recommendation"`
}

// SecurityResource is what a finding is about.
type SecurityResource struct {
	Type      string `json:"Type"`
	ID        string `json:"Id"`
	Partition string `json:"Partition"`
	Region    string `json:"Region,omitempty"`
}

// SecurityCompliance is whether what should be is.
type SecurityCompliance struct {
	Status string `json:"Status"` // PASSED, WARNING, FAILED or NOT_AVAILABLE
}

// SecurityProviderFields are what a provider may say anew of a finding that is there.
type SecurityProviderFields struct {
	Severity SecuritySeverity `json:"Severity"`
	Types    []string         `json:"Types"`
}

// Lengths that Security Hub allows, in characters.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
const (
	asffTitle       = 256
	asffDescription = 1024
	asffText        = 512
)

// asffStream writes findings of all accounts as one array, one a line.
type asffStream struct {
	lines   jsonLines
	english *say.Speaker
	at      time.Time
	maker   Maker
}

func newASFFStream(w io.Writer, at time.Time, m Maker) *asffStream {
	return &asffStream{jsonLines{w: w}, english(), at, m}
}

func (s *asffStream) add(a coverage.Assessment) error {
	for _, f := range securityFindings(s.english, a, s.at, s.maker) {
		if err := s.lines.add(f); err != nil {
			return err
		}
	}
	return nil
}

func (s *asffStream) end([]Skipped) error { return s.lines.end() }

// SecurityFindings are what Security Hub is told of an account: each enabled Region and
// those to come, well or not, so that what was mended is seen to be; and what else was found.
func SecurityFindings(a coverage.Assessment, at time.Time, m Maker) []SecurityFinding {
	return securityFindings(english(), a, at, m)
}

func securityFindings(s *say.Speaker, a coverage.Assessment, at time.Time, m Maker) []SecurityFinding {
	var out []SecurityFinding
	for _, r := range rulings(s, a) {
		if r.outcome != leftOut {
			out = append(out, securityFinding(s, a.Snapshot, r, at, m))
		}
	}
	return out
}

func securityFinding(english *say.Speaker, seen trail.Snapshot, r ruling, at time.Time, m Maker) SecurityFinding {
	types := []string{english.Say("report.asff.type")}
	when, severity := at.UTC().Format(time.RFC3339), SecuritySeverity{asffLabel(r), string(r.severity)}
	out := SecurityFinding{
		SchemaVersion: "2018-10-08", ID: "trailspan/" + r.id(seen.Account), ProductARN: productARN(seen, m),
		ProductName: "trailspan", CompanyName: "trailspan", GeneratorID: "trailspan/" + r.rule, AwsAccountID: string(seen.Account),
		Types: types, CreatedAt: when, UpdatedAt: when, Severity: severity,
		Title: short(clean(r.title), asffTitle), Description: short(cmp.Or(clean(r.message), r.title), asffDescription),
		ProductFields: map[string]string{"trailspan/rule": r.rule, "trailspan/version": cmp.Or(m.Version, "unknown")},
		Resources:     []SecurityResource{asffResource(seen, r)}, Compliance: SecurityCompliance{asffStatus(r.outcome)},
		RecordState: "ACTIVE", FindingProviderFields: SecurityProviderFields{severity, types},
	}
	if r.hint != "" {
		out.Remediation = &SecurityRemediation{}
		out.Remediation.Recommendation.Text = short(clean(r.hint), asffText)
		out.Remediation.Recommendation.URL = findingPage(r.rule)
	}
	return out
}

// productARN is that of whoever sends findings of an account in its own name.
// https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-custom-providers.html
func productARN(seen trail.Snapshot, m Maker) string {
	region := cmp.Or(m.Region, seen.Partition.GlobalRegion())
	account := string(seen.Account)
	return "arn:" + string(seen.Partition) + ":securityhub:" + string(region) + ":" + account + ":product/" + account + "/default"
}

func asffResource(seen trail.Snapshot, r ruling) SecurityResource {
	if r.trail != "" {
		return SecurityResource{"AwsCloudTrailTrail", string(r.trail), string(seen.Partition), string(r.trail.Region())}
	}
	return SecurityResource{"AwsAccount", "AWS::::Account:" + string(seen.Account), string(seen.Partition), string(r.region)}
}

func asffStatus(o outcome) string {
	switch o {
	case passed:
		return "PASSED"
	case failed:
		return "FAILED"
	default:
		return "NOT_AVAILABLE"
	}
}

func asffLabel(r ruling) string {
	switch {
	case r.outcome == passed || r.severity == trail.Info:
		return "INFORMATIONAL"
	case r.severity == trail.Critical:
		return "CRITICAL"
	case r.severity == trail.High:
		return "HIGH"
	case r.severity == trail.Medium:
		return "MEDIUM"
	default:
		return "LOW"
	}
}

// short cuts a text that has more than most characters.
func short(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
