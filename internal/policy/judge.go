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
	Statement string // its Sid, or #n; "" when no statement comes near
	// Key is the condition that failed or is unclear, or the unknown variable, when one did.
	Key string
	// Only are the resources of a statement that would allow the call on them, but not
	// on the one that was asked for.
	Only []string
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
		a, truth, concerns := s.judge(r)
		if !concerns {
			continue
		}
		a.Statement = s.label(i)
		switch {
		case truth == no:
			best = nearMiss(best, a, s.Allow, r.Resource)
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

// nearMiss remembers an Allow that failed only by its condition, or else only by its
// resource, of several the one that names more of what was asked for: that is what a
// person wants to read.
func nearMiss(best, a Answer, allow bool, resource string) Answer {
	switch {
	case !allow || best.Decision != NotAllowed || a.Key == "" && a.Only == nil:
		return best
	case best.Statement == "", best.Only != nil && a.Only == nil:
		return a
	case best.Only != nil && nearness(a.Only, resource) > nearness(best.Only, resource):
		return a
	default:
		return best
	}
}

// nearness is how many characters at the beginning the nearest pattern has in common with
// a resource.
func nearness(patterns []string, resource string) int {
	most := 0
	for _, p := range patterns {
		n := 0
		for n < len(p) && n < len(resource) && p[n] == resource[n] {
			n++
		}
		most = max(most, n)
	}
	return most
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

// judge says whether the resource and the conditions of a statement match; it concerns
// the call when principal and action do.
func (s Statement) judge(r Request) (a Answer, t truth, concerns bool) {
	legacy, named := s.principal(r)
	if !named || !s.action(r.Action) {
		return Answer{}, no, false
	}
	t, key := s.resource(r)
	if t == no {
		return Answer{Only: s.Resource}, no, true
	}
	if c, k := s.conditions(r); c < t {
		t, key = c, k
	}
	return Answer{Key: key, Legacy: legacy}, t, true
}

// principal says whether the statement is about the caller, and whether it is so only
// by the account of the Region. CloudTrail calls as the service: the account may help
// it, and never stands for it in a Deny or a NotPrincipal.
func (s Statement) principal(r Request) (legacy, ok bool) {
	switch {
	case s.NotPrincipal != nil:
		return false, !namesService(s.NotPrincipal, r)
	case namesService(s.Principal, r):
		return false, true
	default:
		legacy = s.Allow && namesAccount(s.Principal, r)
		return legacy, legacy
	}
}

// namesService: "*" and {"AWS": "*"} are everybody; no other kind of principal takes a
// wildcard.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func namesService(p map[string][]string, r Request) bool {
	return slices.Contains(p["AWS"], "*") || slices.Contains(p["Service"], r.Service)
}

func namesAccount(p map[string][]string, r Request) bool {
	return r.Account != "" && slices.ContainsFunc(p["AWS"], func(a string) bool {
		return a == r.Account || strings.HasPrefix(a, "arn:") && strings.HasSuffix(a, ":iam::"+r.Account+":root")
	})
}

func (s Statement) action(a string) bool {
	if s.NotAction != nil {
		return !matchAction(s.NotAction, a)
	}
	return matchAction(s.Action, a)
}

func matchAction(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return Match(strings.ToLower(p), strings.ToLower(action))
	})
}

// resource says whether the resource is the statement's, or which variable hides it.
func (s Statement) resource(r Request) (truth, string) {
	if s.NotResource != nil {
		t, key := s.matchAny(s.NotResource, r.Resource, Match, r.Context)
		return yes - t, key
	}
	return s.matchAny(s.Resource, r.Resource, Match, r.Context)
}

// matchAny says whether any pattern matches once its variables are filled in, or, when
// that is not clear, which variable is unknown.
func (s Statement) matchAny(patterns []string, v string, compare func(pattern, v string) bool, context map[string]string) (truth, string) {
	most, blame := no, ""
	for _, p := range patterns {
		text, unknown := s.expand(p, context)
		switch {
		case unknown != "":
			most, blame = unclear, unknown
		case compare(text, v):
			return yes, ""
		}
	}
	return most, blame
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
