package kms

import (
	"cmp"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// DefaultPolicy is the policy of a key that was given none: it lets the account in, to
// be ruled by IAM policies, and no service.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func DefaultPolicy(partition, account string) string {
	return `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:` + partition + `:iam::` + account + `:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`
}

// policyName is the name of the one policy that a key has.
const policyName = "default"

// checkPolicy refuses what is no policy, and, unless told otherwise, one that would not
// let the caller put another.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
func (k *Key) checkPolicy(c *wire.Call, text string, lockout bool) error {
	const code = "MalformedPolicyDocumentException"
	p, err := policy.Parse(text)
	switch {
	case err != nil && strings.Contains(err.Error(), `principal "`):
		return wire.Errorf(code, "Policy contains a statement with one or more invalid principals.")
	case err != nil:
		return wire.Errorf(code, "The policy document is not valid: %v.", err) // words of the sandbox
	case lockout:
		return nil
	}
	r := policy.Request{Principal: callerOf(c), Action: "kms:PutKeyPolicy", Resource: k.ARN, Context: conditions(c, k.Account, nil)}
	if p.Evaluate(r) != policy.Allow {
		return wire.Errorf(code, "The new key policy will not allow you to update the key policy in the future.")
	}
	return nil
}

type policyInput struct {
	keyName
	PolicyName                     string
	Policy                         string
	BypassPolicyLockoutSafetyCheck bool
}

type policyOutput struct{ Policy, PolicyName string }

// getKeyPolicy shows the policy of a key.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
func (s service) getKeyPolicy(c *wire.Call, in policyInput) (policyOutput, error) {
	k, err := s.policyOf(c, in)
	if err != nil {
		return policyOutput{}, err
	}
	return policyOutput{k.Policy, policyName}, nil
}

// policyOf finds the key whose policy is asked for.
func (s service) policyOf(c *wire.Call, in policyInput) (*Key, error) {
	k, err := s.current().ownKey(c, in.KeyID)
	if err != nil {
		return nil, err
	}
	if cmp.Or(in.PolicyName, policyName) != policyName {
		return nil, wire.Errorf("NotFoundException", "No such policy exists")
	}
	return k, nil
}

// putKeyPolicy replaces the policy of a key.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
func (s service) putKeyPolicy(c *wire.Call, in policyInput) (nothing, error) {
	k, err := s.policyOf(c, in)
	if err != nil {
		return nothing{}, err
	}
	if err := k.checkPolicy(c, in.Policy, in.BypassPolicyLockoutSafetyCheck); err != nil {
		return nothing{}, err
	}
	k.Policy = in.Policy
	return nothing{}, nil
}

type listOfKeyInput struct {
	keyName
	page
}

type policyNamesOutput struct {
	PolicyNames []string
	more
}

// listKeyPolicies lists the one name that there is.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html
func (s service) listKeyPolicies(c *wire.Call, in listOfKeyInput) (policyNamesOutput, error) {
	if _, err := s.current().ownKey(c, in.KeyID); err != nil {
		return policyNamesOutput{}, err
	}
	return policyNamesOutput{PolicyNames: []string{policyName}}, nil
}

type grantsOutput struct {
	Grants []nothing
	more
}

// listGrants lists nothing: the sandbox has no grants.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
func (s service) listGrants(c *wire.Call, in listOfKeyInput) (grantsOutput, error) {
	if _, err := s.current().key(c, in.KeyID, anyKeys, nil); err != nil {
		return grantsOutput{}, err
	}
	return grantsOutput{Grants: []nothing{}}, nil
}
