package iam

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// defaultSession is for how many seconds a role can be assumed that says nothing of it.
const defaultSession = 3600

// servicePath begins the paths of service-linked roles, which only AWS changes.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
const servicePath = "/aws-service-role/"

// role finds a role of the caller's account.
func (s *Store) role(c *wire.Call, name string) (*Role, error) {
	if r := s.caller(c).Roles[strings.ToLower(name)]; r != nil {
		return r, nil
	}
	return nil, wire.Errorf("NoSuchEntityException", "The role with name %s cannot be found.", name)
}

// mutable finds a role that the caller may change.
func (s *Store) mutable(c *wire.Call, name string) (*Role, error) {
	r, err := s.role(c, name)
	if err == nil && strings.HasPrefix(r.Path, servicePath) {
		return nil, wire.Errorf("UnmodifiableEntityException", "Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", r.Name)
	}
	return r, err
}

type roleName struct{ RoleName string }

type createRoleInput struct {
	RoleName                 string
	Path                     string
	AssumeRolePolicyDocument string
	Description              string
	MaxSessionDuration       int
	PermissionsBoundary      string
	Tags                     []Tag
}

// createRole makes a role.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
func (o operations) createRole(c *wire.Call, in createRoleInput) (roleOutput, error) {
	if err := checkTrust(in.AssumeRolePolicyDocument); err != nil {
		return roleOutput{}, err
	}
	if err := checkTags(in.Tags); err != nil {
		return roleOutput{}, err
	}
	r := &Role{
		Name: in.RoleName, Path: cmp.Or(in.Path, "/"), ID: newID("AROA"), Created: whole(c.Time), Description: in.Description,
		MaxSession: cmp.Or(in.MaxSessionDuration, defaultSession), Boundary: in.PermissionsBoundary, Trust: in.AssumeRolePolicyDocument, Tags: in.Tags,
	}
	r.ARN = arn(c, "role", r.Path, r.Name)
	if err := o.store().add(c, r); err != nil {
		return roleOutput{}, err
	}
	return roleOutput{r.created()}, nil
}

// add puts a role into the caller's account, unless its name is taken.
func (s *Store) add(c *wire.Call, r *Role) error {
	roles, key := s.account(c.Account).Roles, strings.ToLower(r.Name)
	if roles[key] != nil {
		return wire.Errorf("EntityAlreadyExistsException", "Role with name %s already exists.", r.Name)
	}
	roles[key] = r
	return nil
}

func (o operations) getRole(c *wire.Call, in roleName) (roleOutput, error) {
	r, err := o.store().role(c, in.RoleName)
	if err != nil {
		return roleOutput{}, err
	}
	return roleOutput{r.detail()}, nil
}

type listRolesInput struct {
	paging
	PathPrefix string
}

type listRolesOutput struct {
	Roles       []roleDetail
	IsTruncated bool
	Marker      string `json:",omitempty"`
}

func (o operations) listRoles(c *wire.Call, in listRolesInput) (listRolesOutput, error) {
	roles := o.store().caller(c).Roles
	list := []roleDetail{}
	for _, key := range slices.Sorted(maps.Keys(roles)) {
		if r := roles[key]; strings.HasPrefix(r.Path, in.PathPrefix) {
			list = append(list, r.listed())
		}
	}
	list, next, err := page(in.paging, list)
	return listRolesOutput{list, next != "", next}, err
}

// deleteRole removes a role that has no policies any more.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
func (o operations) deleteRole(c *wire.Call, in roleName) (nothing, error) {
	r, err := o.store().mutable(c, in.RoleName)
	switch {
	case err != nil:
		return nothing{}, err
	case len(r.Attached) > 0:
		return nothing{}, wire.Errorf("DeleteConflictException", "Cannot delete entity, must detach all policies first.")
	case len(r.Inline) > 0:
		return nothing{}, wire.Errorf("DeleteConflictException", "Cannot delete entity, must delete policies first.")
	}
	delete(o.store().account(c.Account).Roles, strings.ToLower(r.Name))
	return nothing{}, nil
}

type updateTrustInput struct{ RoleName, PolicyDocument string }

func (o operations) updateAssumeRolePolicy(c *wire.Call, in updateTrustInput) (nothing, error) {
	r, err := o.store().mutable(c, in.RoleName)
	if err != nil {
		return nothing{}, err
	}
	if err := checkTrust(in.PolicyDocument); err != nil {
		return nothing{}, err
	}
	r.Trust = in.PolicyDocument
	return nothing{}, nil
}

type updateRoleInput struct {
	RoleName           string
	Description        *string
	MaxSessionDuration *int
}

func (o operations) updateRole(c *wire.Call, in updateRoleInput) (nothing, error) {
	r, err := o.store().mutable(c, in.RoleName)
	if err != nil {
		return nothing{}, err
	}
	if in.Description != nil {
		r.Description = *in.Description
	}
	if in.MaxSessionDuration != nil {
		r.MaxSession = *in.MaxSessionDuration
	}
	return nothing{}, nil
}

type roleDescription struct{ RoleName, Description string }

func (o operations) updateRoleDescription(c *wire.Call, in roleDescription) (roleOutput, error) {
	r, err := o.store().mutable(c, in.RoleName)
	if err != nil {
		return roleOutput{}, err
	}
	r.Description = in.Description
	return roleOutput{r.detail()}, nil
}

type tagRoleInput struct {
	RoleName string
	Tags     []Tag
}

func (o operations) tagRole(c *wire.Call, in tagRoleInput) (nothing, error) {
	r, err := o.store().role(c, in.RoleName)
	if err != nil {
		return nothing{}, err
	}
	tags, err := tagged(r.Tags, in.Tags)
	if err == nil {
		r.Tags = tags
	}
	return nothing{}, err
}

type untagRoleInput struct {
	RoleName string
	TagKeys  []string
}

func (o operations) untagRole(c *wire.Call, in untagRoleInput) (nothing, error) {
	r, err := o.store().role(c, in.RoleName)
	if err != nil {
		return nothing{}, err
	}
	r.Tags = untagged(r.Tags, in.TagKeys)
	return nothing{}, nil
}

type roleList struct {
	roleName
	paging
}

func (o operations) listRoleTags(c *wire.Call, in roleList) (tagsOutput, error) {
	r, err := o.store().role(c, in.RoleName)
	if err != nil {
		return tagsOutput{}, err
	}
	return listTags(r.Tags, in.paging)
}

type instanceProfilesOutput struct {
	InstanceProfiles []struct{}
	IsTruncated      bool
}

// listInstanceProfilesForRole finds none: there are no instance profiles here.
func (o operations) listInstanceProfilesForRole(c *wire.Call, in roleList) (instanceProfilesOutput, error) {
	_, err := o.store().role(c, in.RoleName)
	return instanceProfilesOutput{InstanceProfiles: []struct{}{}}, err
}
