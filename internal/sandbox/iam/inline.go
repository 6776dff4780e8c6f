package iam

import (
	"maps"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type rolePolicyName struct{ RoleName, PolicyName string }

type rolePolicy struct {
	RoleName       string
	PolicyName     string
	PolicyDocument string
}

// putRolePolicy writes a policy into a role, in the place of the one of that name.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
func (o operations) putRolePolicy(c *wire.Call, in rolePolicy) (nothing, error) {
	r, err := o.store().mutable(c, in.RoleName)
	if err != nil {
		return nothing{}, err
	}
	if err := checkIdentity(in.PolicyDocument); err != nil {
		return nothing{}, err
	}
	total := size(in.PolicyDocument)
	for name, doc := range r.Inline {
		if name != in.PolicyName {
			total += size(doc)
		}
	}
	if total > largestInline {
		return nothing{}, wire.Errorf("LimitExceededException", "Maximum policy size of %d bytes exceeded for role %s", largestInline, r.Name)
	}
	if r.Inline == nil {
		r.Inline = map[string]string{}
	}
	r.Inline[in.PolicyName] = in.PolicyDocument
	return nothing{}, nil
}

func (o operations) getRolePolicy(c *wire.Call, in rolePolicyName) (rolePolicy, error) {
	r, err := o.store().role(c, in.RoleName)
	if err != nil {
		return rolePolicy{}, err
	}
	doc, ok := r.Inline[in.PolicyName]
	if !ok {
		return rolePolicy{}, noInlinePolicy(in)
	}
	return rolePolicy{r.Name, in.PolicyName, encoded(doc)}, nil
}

func (o operations) deleteRolePolicy(c *wire.Call, in rolePolicyName) (nothing, error) {
	r, err := o.store().mutable(c, in.RoleName)
	if err != nil {
		return nothing{}, err
	}
	if _, ok := r.Inline[in.PolicyName]; !ok {
		return nothing{}, noInlinePolicy(in)
	}
	delete(r.Inline, in.PolicyName)
	return nothing{}, nil
}

func noInlinePolicy(in rolePolicyName) error {
	return wire.Errorf("NoSuchEntityException", "The role policy with name %s cannot be found.", in.PolicyName)
}

type policyNamesOutput struct {
	PolicyNames []string
	IsTruncated bool
	Marker      string `json:",omitempty"`
}

func (o operations) listRolePolicies(c *wire.Call, in roleList) (policyNamesOutput, error) {
	r, err := o.store().role(c, in.RoleName)
	if err != nil {
		return policyNamesOutput{}, err
	}
	list, next, err := page(in.paging, slices.Sorted(maps.Keys(r.Inline)))
	return policyNamesOutput{list, next != "", next}, err
}
