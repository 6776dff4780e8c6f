package iac

import "github.com/trailspan/trailspan/internal/trail"

// Rule is something that can be wrong with a trail.
type Rule struct {
	ID       string
	Severity trail.Severity
	On       bool // unless the user says otherwise
}

// Rules are all rules, in the order in which they are shown. Those that say which Regions
// are recorded are on; the others wait to be turned on.
func Rules() []Rule {
	return []Rule{
		{SingleRegion, trail.High, true},
		{GlobalServiceEvents, trail.High, true},
		{NotLogging, trail.Medium, false},
		{ManagementEvents, trail.Medium, false},
		{LogFileValidation, trail.Low, false},
	}
}

// ruleOf returns the rule with this ID.
func ruleOf(id string) (Rule, bool) {
	for _, r := range Rules() {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}

// breaks says whether a trail breaks a rule.
func (t Trail) breaks(rules ...string) bool {
	for _, p := range t.Problems {
		for _, r := range rules {
			if p.Rule == r {
				return true
			}
		}
	}
	return false
}
