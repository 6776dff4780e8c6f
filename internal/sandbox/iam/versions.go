package iam

import (
	"fmt"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// mostVersions is how many versions a managed policy can have.
const mostVersions = 5

// version returns the version of an ID; the zero Version if there is none.
func (p *Policy) version(id string) Version {
	i := slices.IndexFunc(p.Versions, func(v Version) bool { return v.ID == id })
	if i < 0 {
		return Version{}
	}
	return p.Versions[i]
}

type versionDetail struct {
	Document         string `json:",omitempty"`
	VersionID        string `json:"VersionId"`
	IsDefaultVersion bool
	CreateDate       wire.Time
}

// listed is a version as a list shows it: without its document.
func (p *Policy) listed(v Version) versionDetail {
	return versionDetail{VersionID: v.ID, IsDefaultVersion: v.ID == p.Default, CreateDate: wire.Time{Time: v.Created}}
}

type versionOutput struct{ PolicyVersion versionDetail }

type createVersionInput struct {
	PolicyArn      string
	PolicyDocument string
	SetAsDefault   bool
}

// createPolicyVersion gives a policy another text. Numbers do not come twice.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
func (o operations) createPolicyVersion(c *wire.Call, in createVersionInput) (versionOutput, error) {
	p, err := o.store().ownPolicy(c, in.PolicyArn)
	if err != nil {
		return versionOutput{}, err
	}
	if err := checkManaged(in.PolicyDocument); err != nil {
		return versionOutput{}, err
	}
	if len(p.Versions) == mostVersions {
		return versionOutput{}, wire.Errorf("LimitExceededException",
			"A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", mostVersions)
	}
	p.Latest++
	v := Version{fmt.Sprintf("v%d", p.Latest), in.PolicyDocument, whole(c.Time)}
	p.Versions = append(p.Versions, v)
	if p.Updated = v.Created; in.SetAsDefault {
		p.Default = v.ID
	}
	return versionOutput{p.listed(v)}, nil
}

type policyVersion struct {
	PolicyArn string
	VersionID string `json:"VersionId"`
}

func (o operations) getPolicyVersion(c *wire.Call, in policyVersion) (versionOutput, error) {
	p, err := o.store().policyOf(c, in.PolicyArn)
	if err != nil {
		return versionOutput{}, err
	}
	v := p.version(in.VersionID)
	if v.ID == "" {
		return versionOutput{}, noVersion(in)
	}
	d := p.listed(v)
	d.Document = encoded(v.Document)
	return versionOutput{d}, nil
}

func noVersion(in policyVersion) error {
	return wire.Errorf("NoSuchEntityException", "Policy %s version %s does not exist or is not attachable.", in.PolicyArn, in.VersionID)
}

func (o operations) deletePolicyVersion(c *wire.Call, in policyVersion) (nothing, error) {
	p, err := o.store().ownPolicy(c, in.PolicyArn)
	switch {
	case err != nil:
		return nothing{}, err
	case p.version(in.VersionID).ID == "":
		return nothing{}, noVersion(in)
	case in.VersionID == p.Default:
		return nothing{}, wire.Errorf("DeleteConflictException", "Cannot delete the default version of a policy.")
	}
	p.Versions = slices.DeleteFunc(p.Versions, func(v Version) bool { return v.ID == in.VersionID })
	return nothing{}, nil
}

type versionsOutput struct {
	Versions    []versionDetail
	IsTruncated bool
	Marker      string `json:",omitempty"`
}

// listPolicyVersions lists the newest version first.
func (o operations) listPolicyVersions(c *wire.Call, in policyList) (versionsOutput, error) {
	p, err := o.store().policyOf(c, in.PolicyArn)
	if err != nil {
		return versionsOutput{}, err
	}
	var all []versionDetail
	for _, v := range slices.Backward(p.Versions) {
		all = append(all, p.listed(v))
	}
	list, next, err := page(in.paging, all)
	return versionsOutput{list, next != "", next}, err
}
