package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Request is a call that a service makes on a resource.
type Request struct {
	Service string // cloudtrail.amazonaws.com
	// Account is the account CloudTrail once called from in the Region, before it had
	// a service principal; "" when there is none. Policies may still name it.
	Account  string
	Action   string // s3:PutObject
	Resource string // ARN
	// Context holds what is known of the call, by lower-case condition key. A key that
	// is present with no value is known to be absent from the call.
	Context map[string]string
}

// Decision is what a policy says of a Request.
type Decision int

// Denied is an explicit Deny; NotAllowed the lack of an Allow. Unclear means that it
// rests on a condition key that the Request knows nothing of.
const (
	NotAllowed Decision = iota
	Denied
	Unclear
	Allowed
)

// Answer is a Decision with the statement it rests on.
type Answer struct {
	Decision  Decision
	Statement string // its Sid, or #n; "" when no statement matches
	// Key is the condition that failed or is unclear, when one did.
	Key string
	// Legacy says that the permission rests on the account of the Region and not on
	// the service principal, so that Regions which are not listed have none.
	Legacy bool
}

// Judge applies the statements as IAM does: an explicit Deny wins, then any Allow.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (d Document) Judge(r Request) Answer {
	best := Answer{Decision: NotAllowed}
	unclearDeny := Answer{}
	for i, s := range d.Statements {
		legacy, applies := s.applies(r)
		if !applies {
			continue
		}
		truth, key := s.conditions(r)
		a := Answer{Statement: s.label(i), Key: key, Legacy: legacy}
		switch {
		case truth == no:
			best = nearMiss(best, a, s.Allow)
		case !s.Allow && truth == yes:
			a.Decision = Denied
			return a
		case !s.Allow:
			a.Decision = Unclear
			unclearDeny = a
		case truth == yes:
			a.Decision = Allowed
			best = better(best, a)
		default:
			a.Decision = Unclear
			best = better(best, a)
		}
	}
	if unclearDeny.Decision == Unclear && best.Decision == Allowed {
		return unclearDeny
	}
	return best
}

// nearMiss remembers an Allow that failed only by its condition: that is what a
// person wants to read.
func nearMiss(best, a Answer, allow bool) Answer {
	if allow && best.Decision == NotAllowed && best.Statement == "" {
		return a
	}
	return best
}

// better prefers what allows more surely, and the service principal to an account.
func better(a, b Answer) Answer {
	if b.Decision > a.Decision || b.Decision == a.Decision && a.Legacy && !b.Legacy {
		return b
	}
	return a
}

func (s Statement) label(i int) string {
	if s.Sid != "" {
		return s.Sid
	}
	return fmt.Sprintf("#%d", i+1)
}

// applies says whether principal, action and resource match.
func (s Statement) applies(r Request) (legacy, ok bool) {
	legacy, ok = s.principal(r)
	return legacy, ok && s.action(r.Action) && s.resource(r.Resource)
}

func (s Statement) principal(r Request) (legacy, ok bool) {
	if s.NotPrincipal != nil {
		_, named := names(s.NotPrincipal, r)
		return false, !named
	}
	return names(s.Principal, r)
}

// names says whether a principal element names the caller, and whether it does so only
// by the account of the Region.
func names(p map[string][]string, r Request) (legacy, ok bool) {
	if slices.Contains(p["AWS"], "*") || slices.Contains(p["*"], "*") || slices.Contains(p["Service"], r.Service) {
		return false, true
	}
	if r.Account == "" {
		return false, false
	}
	for _, a := range p["AWS"] {
		if a == r.Account || strings.HasPrefix(a, "arn:") && strings.HasSuffix(a, ":iam::"+r.Account+":root") {
			return true, true
		}
	}
	return false, false
}

func (s Statement) action(a string) bool {
	if s.NotAction != nil {
		return !matchAny(s.NotAction, a, true)
	}
	return matchAny(s.Action, a, true)
}

func (s Statement) resource(arn string) bool {
	if s.NotResource != nil {
		return !matchAny(s.NotResource, arn, false)
	}
	return matchAny(s.Resource, arn, false)
}

func matchAny(patterns []string, v string, fold bool) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if fold {
			return Match(strings.ToLower(p), strings.ToLower(v))
		}
		return Match(p, v)
	})
}

// Match compares with the wildcards of policies: * for any text, ? for one character.
func Match(pattern, v string) bool {
	star, mark := -1, 0
	p, i := 0, 0
	for i < len(v) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == v[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
