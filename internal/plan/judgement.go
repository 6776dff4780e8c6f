package plan

import (
	"slices"

	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// verdict is a Gate that says why in a sentence of its own, with what to do about it.
func verdict(id string, st GateStatus, why, evidence string, args ...string) Gate {
	key := "gate." + id + "." + why
	return Gate{ID: id, Status: st, Evidence: evidence, Message: trail.Say(key, args...), Hint: trail.Say(key+".hint", args...)}
}

// lacking makes g unknown where it says something in favor of the trail though it was not
// seen. What blocks or warns keeps doing so, with the Gap among its evidence.
func lacking(g Gate, gap trail.Gap, args ...string) Gate {
	switch g.Status {
	case Pass:
		return verdict(g.ID, UnknownGate, "unknown", gap.Error, append(args, "action", gap.Action)...)
	case UnknownGate:
		return g
	default:
		return g.also(gap)
	}
}

// gapOf finds what hid the answer of an action.
func gapOf(gaps []trail.Gap, action string) (trail.Gap, bool) {
	return Evidence{Gaps: gaps}.gap(action)
}

// weakest returns the answer to the call that is allowed least.
func weakest(doc policy.Document, asks []policy.Request) answer {
	return slices.MinFunc(judgeAll(doc, asks), func(a, b answer) int { return strength(a.Decision) - strength(b.Decision) })
}

// statements names the statements that answer calls, each once.
func statements(doc policy.Document, asks []policy.Request) string {
	set := map[string]bool{}
	for _, a := range judgeAll(doc, asks) {
		set[a.Statement] = true
	}
	return list(set)
}

// serviceContext holds what is known of every call that CloudTrail makes for a trail: it
// calls over TLS, from no VPC and no address of the customer's, and in every Region the
// source is the trail by its one ARN.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func serviceContext(t trail.Trail) map[string]string {
	return map[string]string{
		"aws:sourcearn":              string(t.ARN),
		"aws:sourceaccount":          string(t.ARN.Owner()),
		"aws:securetransport":        "true",
		"aws:principalisawsservice":  "true",
		"aws:principalservicename":   service,
		"aws:principalarn":           "",
		"aws:principalaccount":       "",
		"aws:principalorgid":         "",
		"aws:viaawsservice":          "false",
		"aws:sourcevpc":              "",
		"aws:sourcevpce":             "",
		"aws:sourceip":               "",
		"aws:multifactorauthpresent": "",
	}
}

// knowsOrganization adds the organization of the account that owns the trail, as far as
// it is known: "" is the ID of none.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceorgid
func (e Evidence) knowsOrganization(context map[string]string) {
	if _, gap := e.gap(describeOrganization); !gap {
		context["aws:sourceorgid"] = organizationID(e)
	}
}
