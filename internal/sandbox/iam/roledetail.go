package iam

import "github.com/trailspan/trailspan/internal/sandbox/wire"

type roleOutput struct{ Role roleDetail }

// A roleDetail is a role as IAM shows it.
type roleDetail struct {
	Path                     string
	RoleName                 string
	RoleID                   string `json:"RoleId"`
	Arn                      string
	CreateDate               wire.Time
	AssumeRolePolicyDocument string
	Description              string    `json:",omitempty"`
	MaxSessionDuration       int       `json:",omitempty"`
	PermissionsBoundary      *boundary `json:",omitempty"`
	Tags                     []Tag     `json:",omitempty"`
	RoleLastUsed             *struct{} `json:",omitempty"`
}

type boundary struct{ PermissionsBoundaryType, PermissionsBoundaryArn string }

// listed is a role as a list shows it: without tags.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
func (r *Role) listed() roleDetail {
	return roleDetail{
		Path: r.Path, RoleName: r.Name, RoleID: r.ID, Arn: r.ARN, CreateDate: wire.Time{Time: r.Created},
		AssumeRolePolicyDocument: encoded(r.Trust), Description: r.Description, MaxSessionDuration: r.MaxSession,
	}
}

// created is a role as CreateRole shows it.
func (r *Role) created() roleDetail {
	d := r.listed()
	d.Tags = r.Tags
	if r.Boundary != "" {
		d.PermissionsBoundary = &boundary{"Policy", r.Boundary}
	}
	return d
}

// detail is a role as it shows by its name. Nothing is known of its use.
func (r *Role) detail() roleDetail {
	d := r.created()
	d.RoleLastUsed = &struct{}{}
	return d
}
