package iam

import (
	"fmt"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
)

// Assume says whether a role may be assumed: nil, or an error that says why not, which
// is no error of AWS. r says who asks and under which conditions; its Action is
// sts:AssumeRole when it has none.
//
// Whoever the trust policy names may assume the role. Where it names an account, AWS
// would ask policies of the caller too; here nobody has any.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-cross-account.html
func (s *Store) Assume(roleARN string, r policy.Request) error {
	role := s.Role(roleARN)
	if role == nil {
		return fmt.Errorf("there is no role %s", roleARN)
	}
	trust, err := policy.ParseTrust(role.Trust)
	if err != nil {
		return fmt.Errorf("the trust policy of %s: %w", roleARN, err)
	}
	r.Resource = roleARN
	if r.Action == "" {
		r.Action = "sts:AssumeRole"
	}
	if verdict := trust.Evaluate(r); verdict != policy.Allow {
		return fmt.Errorf("the trust policy of %s does not allow it", roleARN)
	}
	return nil
}

// Allows says whether the policies of a role, inline and attached, let it do something
// to a resource. context holds the condition keys of the request; it may be nil. A role
// that is not there may do nothing, and a policy that cannot be understood says nothing.
func (s *Store) Allows(roleARN, action, resource string, context map[string][]string) bool {
	role := s.Role(roleARN)
	if role == nil {
		return false
	}
	verdict := policy.Implicit
	for _, doc := range s.identityPolicies(role) {
		if p, err := policy.ParseIdentity(doc); err == nil {
			verdict = max(verdict, p.Evaluate(policy.Request{Action: action, Resource: resource, Context: context}))
		}
	}
	return verdict == policy.Allow
}

// identityPolicies returns the texts of all policies of a role.
func (s *Store) identityPolicies(r *Role) []string {
	account, _ := splitRole(r.ARN)
	var docs []string
	for _, doc := range r.Inline {
		docs = append(docs, doc)
	}
	for _, arn := range r.Attached {
		if p := s.look(account).policy(arn); p != nil {
			docs = append(docs, p.version(p.Default).Document)
		}
	}
	return docs
}
