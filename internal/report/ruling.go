package report

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// outcome is how something stands by one rule.
type outcome string

const (
	passed  outcome = "pass"
	failed  outcome = "fail"
	open    outcome = "unknown" // a Gap hides the answer
	leftOut outcome = "leftOut" // the user did not want it looked at
)

// ruling is what one rule says of one thing, in English, for the systems that keep a
// verdict for each thing and want to hear of those that are well too.
type ruling struct {
	rule     string       // ID
	region   trail.Region // "" when it is not about one
	trail    trail.ARN    // "" when it is not about one
	outcome  outcome
	severity trail.Severity
	title    string // the rule, as what should be
	message  string
	hint     string
}

// The rules that are not findings of their own: each Region answers the one, each
// account the other. Unseen is of an account that could not be entered.
const (
	regionRule = "region-recorded"
	futureRule = "future-regions"
	unseenRule = "account-not-seen"
)

// rulings are what there is to say of an account: of each enabled Region and of those to
// come, well or not, and then every other finding.
func rulings(s *say.Speaker, a coverage.Assessment) []ruling {
	if len(a.Regions) == 0 {
		return []ruling{unseen(s, gapText(s, a.Snapshot.Gaps))}
	}
	all := sober(a)
	out := regionRulings(s, a, all)
	out = append(out, futureRuling(s, a, all))
	for _, f := range all {
		if strings.HasPrefix(f.ID, "region-") && f.ID != "region-changing" || f.ID == futureRule {
			continue
		}
		out = append(out, findingRuling(s, f.ID, f))
	}
	return out
}

// unseen is the one ruling of an account of which nothing is known.
func unseen(s *say.Speaker, why string) ruling {
	return ruling{rule: unseenRule, outcome: open, severity: trail.Medium, title: ruleTitle(s, unseenRule), message: why}
}

func regionRulings(s *say.Speaker, a coverage.Assessment, all []trail.Finding) []ruling {
	var out []ruling
	for _, r := range a.Regions {
		if r.Verdict == coverage.Disabled {
			continue
		}
		x := ruling{
			rule: regionRule, region: r.Region, outcome: outcomeOf(r.Verdict), severity: trail.Info, title: ruleTitle(s, regionRule),
			message: s.Say("report.ruling.recorded", "region", string(r.Region), "trails", witnessNames(a.Snapshot, r)),
		}
		if i := slices.IndexFunc(all, func(f trail.Finding) bool {
			return f.Region == r.Region && strings.HasPrefix(f.ID, "region-") && f.ID != "region-changing"
		}); i >= 0 {
			x.severity, x.message, x.hint = all[i].Severity, reasoned(s, all[i], r), s.Note(all[i].Hint)
		}
		if r.LeftOut {
			x.outcome = leftOut
		}
		out = append(out, x)
	}
	return out
}

// reasoned is the message of a finding about a Region, with why it is so.
func reasoned(s *say.Speaker, f trail.Finding, r coverage.Region) string {
	why := strings.Join(sentences(s, r.Reasons()), "; ")
	if why == "" {
		return s.Note(f.Message)
	}
	return s.Say("report.ruling.because", "message", s.Note(f.Message), "why", why)
}

func witnessNames(seen trail.Snapshot, r coverage.Region) string {
	return strings.Join(each(r.RecordedBy(), func(arn trail.ARN) string { return witness(seen, arn) }), ", ")
}

func futureRuling(s *say.Speaker, a coverage.Assessment, all []trail.Finding) ruling {
	if i := slices.IndexFunc(all, func(f trail.Finding) bool { return f.ID == futureRule }); i >= 0 {
		return findingRuling(s, futureRule, all[i])
	}
	return ruling{
		rule: futureRule, outcome: outcomeOf(a.Future), severity: trail.Info, title: ruleTitle(s, futureRule),
		message: s.Say("report.later") + ": " + s.Say("report.later."+string(a.Future)),
	}
}

func findingRuling(s *say.Speaker, rule string, f trail.Finding) ruling {
	return ruling{
		rule: rule, region: f.Region, trail: f.Trail, outcome: failed, severity: f.Severity,
		title: ruleTitle(s, rule), message: s.Note(f.Message), hint: s.Note(f.Hint),
	}
}

func outcomeOf(v coverage.Verdict) outcome {
	switch v {
	case coverage.Recorded:
		return passed
	case coverage.Unknown:
		return open
	default:
		return failed
	}
}

// id is the same for the same rule and thing, whenever it is looked at.
func (r ruling) id(account trail.AccountID) string {
	out := string(account) + "/" + r.rule
	if r.region != "" {
		out += "/" + string(r.region)
	}
	if r.trail != "" {
		out += "/" + string(r.trail.Owner()) + "/" + r.trail.Name()
	}
	return out
}

// ruleIDs are the IDs of all findings of a check, in the order of docs/findings.md, and
// of the rules that are not findings of their own.
func ruleIDs() []string {
	return []string{
		"no-trail", "region-unrecorded", "region-failing", "region-partial", "region-unknown", "region-left-out", "region-changing",
		"global-events", futureRule, "not-logging", "single-region-trail", "log-file-validation", "delivery-error", "digest-delivery-error",
		"organization-trail-opt-in-home", "event-data-store-only", "second-copy", regionRule, unseenRule,
	}
}

func ruleTitle(s voice, rule string) string { return s.Note(trail.Say("report.rule." + rule)) }

// findingPage is where a finding is described.
func findingPage(rule string) string {
	if rule == regionRule || rule == unseenRule {
		return homePage + "/blob/main/docs/findings.md"
	}
	return homePage + "/blob/main/docs/findings.md#" + rule
}
