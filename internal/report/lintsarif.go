package report

import (
	"net/url"
	"path"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// The members of SARIF that lint and check use.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		ShortDescription sarifText    `json:"shortDescription"`
		FullDescription  sarifText    `json:"fullDescription,omitzero"`
		HelpURI          string       `json:"helpUri"`
		Default          sarifDefault `json:"defaultConfiguration"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Kind         string             `json:"kind,omitempty"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Fixes        []sarifFix         `json:"fixes,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Full string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification,omitempty"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homePage    = "https://github.com/trailspan/trailspan"
)

// rulePage is where a rule is described.
func rulePage(rule string) string { return homePage + "/blob/main/docs/rules/" + rule + ".md" }

func sarifDocument(r LintReport) sarifLog {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "trailspan", Version: r.Version, InformationURI: homePage, Rules: each(iac.Rules(), sarifRuleOf)}
	invocation := sarifInvocation{Successful: true, Notifications: []sarifNotification{}}
	for _, f := range r.Files {
		if f.Error != "" {
			at := []sarifLocation{{Physical: sarifPhysical{Artifact: sarifArtifact{uri(f.Path)}}}}
			invocation.Notifications = append(invocation.Notifications, sarifNotification{"error", sarifText{f.Error}, at})
		}
		for _, t := range f.Trails {
			run.Results = append(run.Results, sarifResults(f, t)...)
		}
	}
	run.Invocations = []sarifInvocation{invocation}
	return sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}
}

func sarifRuleOf(r iac.Rule) sarifRule {
	out := sarifRule{ID: r.ID, HelpURI: rulePage(r.ID)}
	out.ShortDescription.Text, out.FullDescription.Text = english().Say("lint.rule."+r.ID), english().Say("lint.why."+r.ID)
	out.Default.Level = sarifLevel(r.Severity)
	return out
}

func sarifLevel(s trail.Severity) string {
	switch s {
	case trail.Critical, trail.High:
		return "error"
	case trail.Medium:
		return "warning"
	default:
		return "note"
	}
}

// sarifResults are the problems of a trail; what is suppressed says so, and what is
// unknown is there for a person to review.
func sarifResults(f LintFile, t LintTrail) []sarifResult {
	var out []sarifResult
	for i, p := range t.Problems {
		x := sarifResultOf(f, p.Rule, p.Line, p.Column)
		x.Level, x.Message = sarifLevel(p.Severity), sarifText{lintMessage(t, p.Message)}
		if i == 0 && len(t.Mends) > 0 {
			x.Fixes = []sarifFix{sarifFixOf(f, t.Mends)}
		}
		out = append(out, x)
	}
	if t.Verdict == iac.Unknown && len(t.Problems) == 0 && !t.suppresses(iac.SingleRegion) {
		x := sarifResultOf(f, iac.SingleRegion, t.Line, t.Column)
		x.Level, x.Kind, x.Message = "none", "review", sarifText{lintMessage(t, t.Reason)}
		out = append(out, x)
	}
	for _, s := range t.Suppressed {
		x := sarifResultOf(f, s.Rule, t.Line, t.Column)
		x.Level, x.Message = "note", sarifText{lintMessage(t, t.Reason)}
		x.Suppressions = []sarifSuppression{{"inSource", s.Reason}}
		out = append(out, x)
	}
	return out
}

func sarifResultOf(f LintFile, rule string, line, column int) sarifResult {
	at := &sarifRegion{StartLine: max(line, 1), StartColumn: max(column, 1)}
	out := sarifResult{RuleID: rule, Locations: []sarifLocation{{Physical: sarifPhysical{sarifArtifact{uri(f.Path)}, at}}}}
	for i, r := range iac.Rules() {
		if r.ID == rule {
			out.RuleIndex = i
		}
	}
	return out
}

func sarifFixOf(f LintFile, mends []Mend) sarifFix {
	change := sarifChange{Artifact: sarifArtifact{uri(f.Path)}}
	for _, m := range mends {
		at := sarifRegion{m.StartLine, m.StartColumn, m.EndLine, m.EndColumn}
		change.Replacements = append(change.Replacements, sarifReplacement{at, sarifText{m.New}})
	}
	return sarifFix{sarifText{english().Say("lint.fix")}, []sarifChange{change}}
}

// uri is a path as a reference: relative where the path is.
func uri(name string) string {
	u := url.URL{Path: strings.ReplaceAll(name, `\`, "/")}
	if path.IsAbs(u.Path) {
		u.Scheme = "file"
	}
	return strings.TrimPrefix(u.String(), "./")
}
