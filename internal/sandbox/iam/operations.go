package iam

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// operations answer calls, on the Store that there is at the time.
type operations struct{ store func() *Store }

// nothing is the answer of operations that have none.
type nothing struct{}

// Operations is what the sandbox has of
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
// store is asked at every call.
func Operations(store func() *Store) map[string]wire.Operation {
	o := operations{store}
	return map[string]wire.Operation{
		"AttachRolePolicy":            wire.Op(o.attachRolePolicy),
		"CreatePolicy":                wire.Op(o.createPolicy),
		"CreatePolicyVersion":         wire.Op(o.createPolicyVersion),
		"CreateRole":                  wire.Op(o.createRole),
		"CreateServiceLinkedRole":     wire.Op(o.createServiceLinkedRole),
		"DeletePolicy":                wire.Op(o.deletePolicy),
		"DeletePolicyVersion":         wire.Op(o.deletePolicyVersion),
		"DeleteRole":                  wire.Op(o.deleteRole),
		"DeleteRolePolicy":            wire.Op(o.deleteRolePolicy),
		"DetachRolePolicy":            wire.Op(o.detachRolePolicy),
		"GetPolicy":                   wire.Op(o.getPolicy),
		"GetPolicyVersion":            wire.Op(o.getPolicyVersion),
		"GetRole":                     wire.Op(o.getRole),
		"GetRolePolicy":               wire.Op(o.getRolePolicy),
		"ListAttachedRolePolicies":    wire.Op(o.listAttachedRolePolicies),
		"ListEntitiesForPolicy":       wire.Op(o.listEntitiesForPolicy),
		"ListInstanceProfilesForRole": wire.Op(o.listInstanceProfilesForRole),
		"ListPolicies":                wire.Op(o.listPolicies),
		"ListPolicyTags":              wire.Op(o.listPolicyTags),
		"ListPolicyVersions":          wire.Op(o.listPolicyVersions),
		"ListRolePolicies":            wire.Op(o.listRolePolicies),
		"ListRoleTags":                wire.Op(o.listRoleTags),
		"ListRoles":                   wire.Op(o.listRoles),
		"PutRolePolicy":               wire.Op(o.putRolePolicy),
		"TagPolicy":                   wire.Op(o.tagPolicy),
		"TagRole":                     wire.Op(o.tagRole),
		"UntagPolicy":                 wire.Op(o.untagPolicy),
		"UntagRole":                   wire.Op(o.untagRole),
		"UpdateAssumeRolePolicy":      wire.Op(o.updateAssumeRolePolicy),
		"UpdateRole":                  wire.Op(o.updateRole),
		"UpdateRoleDescription":       wire.Op(o.updateRoleDescription),
	}
}
