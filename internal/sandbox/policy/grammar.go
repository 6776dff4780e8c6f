package policy

import (
	"encoding/json"
	"fmt"
)

// A grammar says which elements the statements of a kind of policy have. What they may
// not have means everything, and everyone.
type grammar string

const (
	ofResource grammar = "resource" // who may do what to which resource
	ofIdentity grammar = "identity" // has no principal: it is about whom it is attached to
	ofTrust    grammar = "trust"    // has no resource: it is about the role that it belongs to
)

// ParseIdentity reads a policy that is attached to a role, or is one of its own. It is
// strict as Parse is, but for the principal, which must not be there: the policy is
// about whoever has the role, and Evaluate does not look at the Principal of a Request.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
func ParseIdentity(doc string) (*Policy, error) { return parse(doc, ofIdentity) }

// ParseTrust reads the policy of a role that says who may assume it. It is strict as
// Parse is, but for the resource, which must not be there: Evaluate does not look at the
// Resource of a Request.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
func ParseTrust(doc string) (*Policy, error) { return parse(doc, ofTrust) }

// imply refuses the element that the grammar does not have, and puts in its place what
// its absence means.
func (g grammar) imply(m map[string]json.RawMessage) error {
	absent := map[grammar]string{ofIdentity: "Principal", ofTrust: "Resource"}[g]
	if absent == "" {
		return nil
	}
	for _, name := range []string{absent, "Not" + absent} {
		if m[name] != nil {
			return fmt.Errorf("%s has no place in this kind of policy", name)
		}
	}
	m[absent] = json.RawMessage(`"*"`)
	return nil
}
