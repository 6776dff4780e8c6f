package plan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// alarmGate names the metric filters that match the call of the plan, as those of
// the CIS benchmark for changes to CloudTrail do: somebody may be woken.
// https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html#cloudwatch-5
func alarmGate(s trail.Snapshot, t trail.Trail, l LogGroup) Gate {
	const id = "alarms"
	calls := callsOf(t)
	group := groupName(t.LogGroupARN)
	if elsewhere(s, t.LogGroupARN) {
		return verdict(id, UnknownGate, "unknown-elsewhere", string(t.LogGroupARN), "group", group, "owner", string(t.LogGroupARN.Owner()),
			"command", "aws logs describe-metric-filters --region "+string(t.LogGroupARN.Region())+" --log-group-name "+group)
	}
	if gap, ok := gapOf(l.Gaps, describeMetricFilters); ok {
		return verdict(id, UnknownGate, "unknown", gap.Error, "group", group, "action", gap.Action)
	}
	var names, patterns []string
	for _, f := range l.Filters {
		if slices.ContainsFunc(calls, func(c string) bool { return matchesCall(f.Pattern, c) }) {
			names, patterns = append(names, f.Name), append(patterns, f.Pattern)
		}
	}
	if names == nil {
		return gate(id, Pass, describeMetricFilters, "group", group, "calls", strings.Join(calls, ", "))
	}
	return verdict(id, Warn, "warn", strings.Join(patterns, "; "),
		"filters", strings.Join(names, ", "), "group", group, "calls", strings.Join(calls, ", "))
}

// callsOf are the calls of the plan for t, as their events are named.
func callsOf(t trail.Trail) []string {
	var out []string
	if !t.MultiRegion {
		out = append(out, "UpdateTrail")
	}
	if stopped(t) {
		out = append(out, "StartLogging")
	}
	return out
}

// alarms tells of alarms that no gate can see. Those on the trail's own log group are the
// gate's.
func alarms(t trail.Trail) trail.Note {
	key := "becomes.alarms"
	if t.LogGroupARN != "" {
		key = "becomes.alarms-elsewhere"
	}
	return trail.Say(key, "trail", t.Name, "calls", strings.Join(callsOf(t), ", "))
}

// selected is what a pattern wants the name or the source of an event to be:
// { ($.eventName = UpdateTrail) || ($.eventSource = "cloudtrail.amazonaws.com") }.
var selected = regexp.MustCompile(`\$\.event(Name|Source)\s*=\s*"?([\w.*-]+)"?`)

// matchesCall says whether a filter pattern may match a call of CloudTrail. It looks for what
// names the call, and does not evaluate the rest: a warning too many harms nobody.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func matchesCall(pattern, call string) bool {
	for _, m := range selected.FindAllStringSubmatch(pattern, -1) {
		if m[1] == "Name" && policy.Match(m[2], call) {
			return true
		}
		if m[1] == "Source" && policy.Match(m[2], service) && !strings.Contains(pattern, "$.eventName") {
			return true
		}
	}
	return !strings.HasPrefix(strings.TrimSpace(pattern), "{") && strings.Contains(pattern, call)
}

// aroundGates are the gates of what not every trail has.
func aroundGates(s trail.Snapshot, t trail.Trail, e Evidence) []Gate {
	var out []Gate
	if e.Key != nil {
		out = append(out, keyGate(t, e))
	}
	if e.Topic != nil {
		out = append(out, topicGate(s, t, e))
	}
	if e.LogGroup != nil {
		out = append(out, logGroupGate(s, t, e), alarmGate(s, t, *e.LogGroup))
	}
	if g, ok := controlTowerGate(s, t, e); ok {
		out = append(out, g)
	}
	if t.Organization {
		out = append(out, verdict("security-lake", Warn, "warn", string(t.ARN), "trail", t.Name))
	}
	return out
}
