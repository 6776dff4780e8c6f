package iam

import (
	"maps"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// mostAttached is how many managed policies a role can have.
const mostAttached = 10

type roleAndPolicy struct{ RoleName, PolicyArn string }

// attachRolePolicy gives a role a managed policy; one that it has already is no error.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
func (o operations) attachRolePolicy(c *wire.Call, in roleAndPolicy) (nothing, error) {
	r, err := o.store().mutable(c, in.RoleName)
	switch {
	case err != nil:
		return nothing{}, err
	case !strings.HasPrefix(in.PolicyArn, "arn:"):
		return nothing{}, wire.Errorf("InvalidInputException", "ARN %s is not valid.", in.PolicyArn)
	case o.store().caller(c).policy(in.PolicyArn) == nil:
		return nothing{}, wire.Errorf("NoSuchEntityException", "Policy %s does not exist or is not attachable.", in.PolicyArn)
	case slices.Contains(r.Attached, in.PolicyArn):
		return nothing{}, nil
	case len(r.Attached) == mostAttached:
		return nothing{}, wire.Errorf("LimitExceededException", "Cannot exceed quota for PoliciesPerRole: %d", mostAttached)
	}
	r.Attached = append(r.Attached, in.PolicyArn)
	return nothing{}, nil
}

func (o operations) detachRolePolicy(c *wire.Call, in roleAndPolicy) (nothing, error) {
	r, err := o.store().mutable(c, in.RoleName)
	if err != nil {
		return nothing{}, err
	}
	i := slices.Index(r.Attached, in.PolicyArn)
	if i < 0 {
		return nothing{}, noPolicy(in.PolicyArn)
	}
	r.Attached = slices.Delete(r.Attached, i, i+1)
	return nothing{}, nil
}

type attachedInput struct {
	roleList
	PathPrefix string
}

type attachedPolicy struct{ PolicyName, PolicyArn string }

type attachedOutput struct {
	AttachedPolicies []attachedPolicy
	IsTruncated      bool
	Marker           string `json:",omitempty"`
}

func (o operations) listAttachedRolePolicies(c *wire.Call, in attachedInput) (attachedOutput, error) {
	r, err := o.store().role(c, in.RoleName)
	if err != nil {
		return attachedOutput{}, err
	}
	var all []attachedPolicy
	for _, arn := range r.Attached {
		if p := o.store().caller(c).policy(arn); p != nil && strings.HasPrefix(p.Path, in.PathPrefix) {
			all = append(all, attachedPolicy{p.Name, arn})
		}
	}
	list, next, err := page(in.paging, all)
	return attachedOutput{list, next != "", next}, err
}

// holders returns the roles that have a managed policy, by name.
func (a *Account) holders(arn string) []*Role {
	var list []*Role
	for _, key := range slices.Sorted(maps.Keys(a.Roles)) {
		if r := a.Roles[key]; slices.Contains(r.Attached, arn) {
			list = append(list, r)
		}
	}
	return list
}

type entitiesInput struct {
	policyList
	EntityFilter string
	PathPrefix   string
}

type policyRole struct {
	RoleName string
	RoleID   string `json:"RoleId"`
}

type entitiesOutput struct {
	PolicyGroups []struct{}
	PolicyUsers  []struct{}
	PolicyRoles  []policyRole
	IsTruncated  bool
	Marker       string `json:",omitempty"`
}

// listEntitiesForPolicy lists the roles that have a policy. There are no users and groups.
func (o operations) listEntitiesForPolicy(c *wire.Call, in entitiesInput) (entitiesOutput, error) {
	p, err := o.store().policyOf(c, in.PolicyArn)
	if err != nil {
		return entitiesOutput{}, err
	}
	var all []policyRole
	for _, r := range o.store().caller(c).holders(p.ARN) {
		if (in.EntityFilter == "" || in.EntityFilter == "Role") && strings.HasPrefix(r.Path, in.PathPrefix) {
			all = append(all, policyRole{r.Name, r.ID})
		}
	}
	list, next, err := page(in.paging, all)
	return entitiesOutput{[]struct{}{}, []struct{}{}, list, next != "", next}, err
}
