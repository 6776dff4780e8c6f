package iac

import (
	"sync"

	"github.com/trailspan/trailspan/internal/trail"
)

// Rule is something that can be wrong with a trail.
type Rule struct {
	ID       string
	Severity trail.Severity
	On       bool // unless the user says otherwise
	// Bad is a part of a template that breaks the rule, Good the same that does not.
	Bad, Good string
}

// Rules are all rules, in the order in which they are shown. Those that say which Regions
// are recorded are on; the others wait to be turned on.
func Rules() []Rule {
	return []Rule{
		{SingleRegion, trail.High, true, trailWith(logging), trailWith(logging + multi)},
		{GlobalServiceEvents, trail.High, true, trailWith(logging + "\nIsMultiRegionTrail: true"), trailWith(logging + multi)},
		{BucketPolicy, trail.High, true, trailBeside("/CloudTrail/${AWS::Region}"), trailBeside("")},
		{NotLogging, trail.Medium, false, trailWith("IsLogging: false" + multi), trailWith(logging + multi)},
		{ManagementEvents, trail.Medium, false, trailWith(logging + multi + selecting("WriteOnly")), trailWith(logging + multi + selecting("All"))},
		{LogFileValidation, trail.Low, false, trailWith(logging + multi), trailWith(logging + multi + "\nEnableLogFileValidation: true")},
	}
}

// known are the rules, built once: ruleOf is asked of every problem.
var known = sync.OnceValue(Rules)

// ruleOf returns the rule with this ID.
func ruleOf(id string) (Rule, bool) {
	for _, r := range known() {
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
