package kms

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A reach says which names an operation takes, and keys of which accounts.
type reach int

const (
	ownKeys  reach = iota // by ID or ARN, of the account of the caller
	anyKeys               // of other accounts too
	anyNames              // by alias too
)

// key finds the key that a call names and makes sure that its policy lets the caller in.
// Of other accounts' keys that do not exist, KMS says no more than of those that refuse.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
func (s *Store) key(c *wire.Call, name string, to reach, context map[string]string) (*Key, error) {
	arn, err := complete(c, name, to == anyNames)
	if err != nil {
		return nil, err
	}
	k, foreign := s.find(arn), accountOf(arn) != c.Account
	switch {
	case foreign && (k == nil || to == ownKeys):
		return nil, notAuthorized(callerOf(c), "kms:"+c.Operation, arn, otherAccounts)
	case k == nil:
		return nil, noSuchKey(arn)
	}
	return k, k.admits(c, context)
}

// ownKey is key for the operations that manage keys.
func (s *Store) ownKey(c *wire.Call, name string) (*Key, error) { return s.key(c, name, ownKeys, nil) }

// admits judges a call by the policy of the key.
func (k *Key) admits(c *wire.Call, context map[string]string) error {
	return k.allows(policy.Request{
		Principal: callerOf(c), Action: "kms:" + c.Operation, Resource: k.ARN, Context: conditions(c, k.Account, context),
	})
}

// The reasons that KMS gives for a refusal.
const (
	byNobody      = "no resource-based policy allows the %s action"
	denied        = "with an explicit deny in a resource-based policy"
	otherAccounts = "the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"
)

// allows is nil when the policy of the key allows what is asked.
func (k *Key) allows(r policy.Request) error {
	foreign := r.Principal.AWS != "" && !strings.Contains(r.Principal.AWS, ":"+k.Account+":")
	verdict, err := policy.Evaluate(k.Policy, r)
	switch {
	case err == nil && verdict == policy.Allow:
		return nil
	case foreign:
		return notAuthorized(r.Principal, r.Action, r.Resource, otherAccounts)
	case verdict == policy.Deny:
		return notAuthorized(r.Principal, r.Action, r.Resource, denied)
	}
	return notAuthorized(r.Principal, r.Action, r.Resource, byNobody)
}

// notAuthorized is KMS's refusal; why is one of the reasons above.
func notAuthorized(who policy.Principal, action, arn, why string) error {
	if why != denied {
		why = "because " + strings.ReplaceAll(why, "%s", action)
	}
	return wire.Errorf("AccessDeniedException", "User: %s is not authorized to perform: %s on resource: %s %s", who.AWS+who.Service, action, arn, why)
}

func callerOf(c *wire.Call) policy.Principal { return policy.Principal{AWS: c.Caller.ARN} }

// conditions holds the condition keys of a call that concerns a key of the owner.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html
func conditions(c *wire.Call, owner string, context map[string]string) map[string][]string {
	m := map[string][]string{
		"kms:CallerAccount":         {c.Account},
		"aws:PrincipalAccount":      {c.Account},
		"aws:PrincipalArn":          {c.Caller.ARN},
		"aws:PrincipalIsAWSService": {"false"},
		"aws:ViaAWSService":         {"false"},
		"aws:userid":                {c.Caller.UserID},
		"aws:RequestedRegion":       {c.Region},
		"aws:ResourceAccount":       {owner},
		"aws:SourceIp":              {c.SourceIP},
		"aws:UserAgent":             {c.UserAgent},
		"aws:CurrentTime":           {c.Time.UTC().Format(time.RFC3339)},
	}
	if c.Organization != "" {
		m["aws:PrincipalOrgID"] = []string{c.Organization}
	}
	for k, v := range context {
		m["kms:EncryptionContext:"+k] = []string{v}
	}
	if len(context) > 0 {
		m["kms:EncryptionContextKeys"] = slices.Sorted(maps.Keys(context))
	}
	return m
}

// changesNothing says whether an action works on a key in any state: it only looks.
func changesNothing(action string) bool {
	name := strings.TrimPrefix(action, "kms:")
	return strings.HasPrefix(name, "Describe") || strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List")
}

// usable is nil when the state of the key lets data be encrypted.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
func (k *Key) usable() error {
	if k.State == Disabled {
		return wire.Errorf("DisabledException", "%s is disabled.", k.ARN)
	}
	return k.lasting()
}

// lasting is nil unless the key is about to be deleted.
func (k *Key) lasting() error {
	if k.State == PendingDeletion {
		return wire.Errorf("KMSInvalidStateException", "%s is pending deletion.", k.ARN)
	}
	return nil
}
