package sandbox

import (
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// supportOperations lists what is implemented of AWS Support: the one check of Trusted
// Advisor that is about trails.
//
// https://docs.aws.amazon.com/awssupport/latest/APIReference/API_Operations.html
func (s *Sandbox) supportOperations() map[string]wire.Operation {
	return map[string]wire.Operation{
		"DescribeTrustedAdvisorChecks":               wire.Op(s.describeAdvisorChecks),
		"DescribeTrustedAdvisorCheckResult":          wire.Op(s.describeAdvisorResult),
		"DescribeTrustedAdvisorCheckSummaries":       wire.Op(s.describeAdvisorSummaries),
		"DescribeTrustedAdvisorCheckRefreshStatuses": wire.Op(s.describeAdvisorRefreshes),
		"RefreshTrustedAdvisorCheck":                 wire.Op(s.refreshAdvisorCheck),
	}
}

// advisorCheck is the check "AWS CloudTrail Management Event Logging".
//
// https://docs.aws.amazon.com/awssupport/latest/user/security-checks.html
const advisorCheck = "c25hn9x03v"

type advisorDescription struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Category    string   `json:"category"`
	Metadata    []string `json:"metadata"`
}

type advisorChecksInput struct {
	Language string `json:"language"`
}

type advisorChecksAnswer struct {
	Checks []advisorDescription `json:"checks"`
}

// describeAdvisorChecks describes the check, in English whatever the language.
//
// https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeTrustedAdvisorChecks.html
func (s *Sandbox) describeAdvisorChecks(c *wire.Call, in advisorChecksInput) (advisorChecksAnswer, error) {
	if err := s.admitToSupport(c, in.Language); err != nil {
		return advisorChecksAnswer{}, err
	}
	return advisorChecksAnswer{[]advisorDescription{{
		ID: advisorCheck, Name: "AWS CloudTrail Management Event Logging", Category: "security",
		Description: "Checks your use of AWS CloudTrail.\n<br>\n<br><b>Alert Criteria</b>\n" +
			"<br>Red: No trail is created for an AWS Region, or logging is not enabled for any trail.\n" +
			"<br>Yellow: CloudTrail is enabled, but all trails report log delivery errors.\n" +
			"<br>Green: CloudTrail is enabled, and no log delivery errors are reported.",
		Metadata: []string{"Status", "Region", "Logging Enabled", "Delivery Error Reported", "Last Updated Time"},
	}}}, nil
}

type advisorInput struct {
	CheckID  string `json:"checkId"`
	Language string `json:"language"`
}

type advisorResultAnswer struct {
	Result advisorResult `json:"result"`
}

type advisorResult struct {
	advisorSummary
	Flagged []advisorRow `json:"flaggedResources"`
}

// advisorSummary is what results and summaries share.
type advisorSummary struct {
	CheckID   string       `json:"checkId"`
	Timestamp string       `json:"timestamp"`
	Status    string       `json:"status"` // ok, warning or error
	Resources advisorCount `json:"resourcesSummary"`
	Category  struct {
		Cost struct {
			Savings float64 `json:"estimatedMonthlySavings"`
			Percent float64 `json:"estimatedPercentMonthlySavings"`
		} `json:"costOptimizing"`
	} `json:"categorySpecificSummary"`
}

type advisorCount struct {
	Processed  int `json:"resourcesProcessed"`
	Flagged    int `json:"resourcesFlagged"`
	Ignored    int `json:"resourcesIgnored"`
	Suppressed int `json:"resourcesSuppressed"`
}

// describeAdvisorResult has a row for each enabled Region, as of now.
//
// https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeTrustedAdvisorCheckResult.html
func (s *Sandbox) describeAdvisorResult(c *wire.Call, in advisorInput) (advisorResultAnswer, error) {
	if err := s.admitToSupport(c, in.Language); err != nil {
		return advisorResultAnswer{}, err
	}
	if err := knowsCheck(in.CheckID); err != nil {
		return advisorResultAnswer{}, err
	}
	summary, rows := s.advise(s.w.Accounts[c.Account])
	return advisorResultAnswer{advisorResult{summary, rows}}, nil
}

type advisorListInput struct {
	CheckIDs []string `json:"checkIds"`
}

type advisorSummariesAnswer struct {
	Summaries []advisorListed `json:"summaries"`
}

type advisorListed struct {
	advisorSummary
	HasFlagged bool `json:"hasFlaggedResources"`
}

// describeAdvisorSummaries tells how checks came out, without their rows.
//
// https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeTrustedAdvisorCheckSummaries.html
func (s *Sandbox) describeAdvisorSummaries(c *wire.Call, in advisorListInput) (advisorSummariesAnswer, error) {
	if err := s.admitToSupport(c, ""); err != nil {
		return advisorSummariesAnswer{}, err
	}
	answer := advisorSummariesAnswer{Summaries: []advisorListed{}}
	for _, id := range in.CheckIDs {
		if err := knowsCheck(id); err != nil {
			return advisorSummariesAnswer{}, err
		}
		summary, rows := s.advise(s.w.Accounts[c.Account])
		answer.Summaries = append(answer.Summaries, advisorListed{summary, len(rows) > 0})
	}
	return answer, nil
}

type advisorRefreshesAnswer struct {
	Statuses []advisorRefresh `json:"statuses"`
}

type advisorRefreshAnswer struct {
	Status advisorRefresh `json:"status"`
}

type advisorRefresh struct {
	CheckID string `json:"checkId"`
	Status  string `json:"status"`
	Wait    int    `json:"millisUntilNextRefreshable"`
}

// describeAdvisorRefreshes refuses, for the check is refreshed by AWS alone.
//
// https://docs.aws.amazon.com/awssupport/latest/APIReference/API_DescribeTrustedAdvisorCheckRefreshStatuses.html
func (s *Sandbox) describeAdvisorRefreshes(c *wire.Call, in advisorListInput) (advisorRefreshesAnswer, error) {
	for _, id := range in.CheckIDs {
		if err := s.refuseRefresh(c, id); err != nil {
			return advisorRefreshesAnswer{}, err
		}
	}
	return advisorRefreshesAnswer{[]advisorRefresh{}}, s.admitToSupport(c, "")
}

// refreshAdvisorCheck refuses, too.
//
// https://docs.aws.amazon.com/awssupport/latest/APIReference/API_RefreshTrustedAdvisorCheck.html
func (s *Sandbox) refreshAdvisorCheck(c *wire.Call, in advisorInput) (advisorRefreshAnswer, error) {
	return advisorRefreshAnswer{}, s.refuseRefresh(c, in.CheckID)
}

func (s *Sandbox) refuseRefresh(c *wire.Call, id string) error {
	if err := s.admitToSupport(c, ""); err != nil {
		return err
	}
	if err := knowsCheck(id); err != nil {
		return err
	}
	return wire.Errorf("InvalidParameterValueException", "Check %s cannot be refreshed", id)
}

// admitToSupport refuses calls to Regions without an endpoint of Support, from accounts
// without a plan, and in languages that Trusted Advisor does not speak.
//
// https://docs.aws.amazon.com/awssupport/latest/user/about-support-api.html
func (s *Sandbox) admitToSupport(c *wire.Call, language string) error {
	if c.Region != globalRegion(c.Partition) {
		return wire.Distrust("support", wire.WrongCredential, "Credential should be scoped to a valid Region, not '"+c.Region+"'.")
	}
	if s.w.Accounts[c.Account].NoSupport {
		return wire.Errorf("SubscriptionRequiredException", "Amazon Web Services Premium Support Subscription is required to use this service.")
	}
	spoken := []string{"", "de", "en", "es", "fr", "id", "it", "ja", "ko", "pt_BR", "zh", "zh_TW"}
	if !slices.Contains(spoken, language) {
		return wire.Errorf("InvalidParameterValueException", "Invalid language: %s", language)
	}
	return nil
}

func knowsCheck(id string) error {
	if id != advisorCheck {
		return wire.Errorf("InvalidParameterValueException", "Invalid check id: %s", id)
	}
	return nil
}

// advisorTime writes a time as Trusted Advisor does.
func advisorTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
