package iam

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// policy finds a managed policy of the account or of AWS, or nil.
func (a *Account) policy(arn string) *Policy {
	if p := a.Policies[arn]; p != nil {
		return p
	}
	return ofAWS(arn)
}

// policyOf finds a managed policy that the caller may see.
func (s *Store) policyOf(c *wire.Call, arn string) (*Policy, error) {
	if !strings.HasPrefix(arn, "arn:") {
		return nil, wire.Errorf("ValidationError", "Invalid ARN:  Could not be parsed!")
	}
	if p := s.caller(c).policy(arn); p != nil {
		return p, nil
	}
	return nil, noPolicy(arn)
}

func noPolicy(arn string) error {
	return wire.Errorf("NoSuchEntityException", "Policy %s was not found.", arn)
}

// ownPolicy finds a managed policy that the caller may change.
func (s *Store) ownPolicy(c *wire.Call, arn string) (*Policy, error) {
	p, err := s.policyOf(c, arn)
	if err == nil && s.caller(c).Policies[arn] == nil {
		e := wire.Errorf("AccessDenied", "User: %s is not authorized to perform: iam:%s on resource: policy %s", c.Caller.ARN, c.Operation, arn)
		e.Status = 403
		return nil, e
	}
	return p, err
}

// ofAWS is a managed policy of AWS, as far as the sandbox has them, or nil.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
func ofAWS(arn string) *Policy {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != "iam" || parts[4] != "aws" {
		return nil
	}
	known := map[string]struct{ id, document string }{
		"policy/AdministratorAccess":      {"ANPAIWMBCKSKIEE64ZLYK", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
		"policy/CloudWatchLogsFullAccess": {"ANPAJ3ZGNWK2R5HW5BQFO", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:*","cloudwatch:GenerateQuery"],"Resource":"*"}]}`},
	}
	k, ok := known[parts[5]]
	if !ok {
		return nil
	}
	born := time.Date(2015, time.February, 6, 18, 39, 46, 0, time.UTC)
	return &Policy{
		Name: strings.TrimPrefix(parts[5], "policy/"), Path: "/", ID: k.id, ARN: arn, Created: born, Updated: born,
		Default: "v1", Latest: 1, Versions: []Version{{"v1", k.document, born}},
	}
}

type policyARN struct{ PolicyArn string }

type createPolicyInput struct {
	PolicyName     string
	Path           string
	PolicyDocument string
	Description    string
	Tags           []Tag
}

type policyOutput struct{ Policy policyDetail }

// A policyDetail is a managed policy as IAM shows it.
type policyDetail struct {
	PolicyName                    string
	PolicyID                      string `json:"PolicyId"`
	Arn                           string
	Path                          string
	DefaultVersionID              string `json:"DefaultVersionId"`
	AttachmentCount               int
	PermissionsBoundaryUsageCount int
	IsAttachable                  bool
	Description                   string `json:",omitempty"`
	CreateDate                    wire.Time
	UpdateDate                    wire.Time
	Tags                          []Tag `json:",omitempty"`
}

// listed is a managed policy as a list shows it: without description and tags.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
func (a *Account) listed(p *Policy) policyDetail {
	return policyDetail{
		PolicyName: p.Name, PolicyID: p.ID, Arn: p.ARN, Path: p.Path, DefaultVersionID: p.Default, AttachmentCount: len(a.holders(p.ARN)),
		IsAttachable: true, CreateDate: wire.Time{Time: p.Created}, UpdateDate: wire.Time{Time: p.Updated},
	}
}

func (o operations) createPolicy(c *wire.Call, in createPolicyInput) (policyOutput, error) {
	if err := checkManaged(in.PolicyDocument); err != nil {
		return policyOutput{}, err
	}
	if err := checkTags(in.Tags); err != nil {
		return policyOutput{}, err
	}
	a := o.store().account(c.Account)
	for _, p := range a.Policies {
		if strings.EqualFold(p.Name, in.PolicyName) {
			return policyOutput{}, wire.Errorf("EntityAlreadyExistsException", "A policy called %s already exists. Duplicate names are not allowed.", in.PolicyName)
		}
	}
	now := whole(c.Time)
	p := &Policy{
		Name: in.PolicyName, Path: cmp.Or(in.Path, "/"), ID: newID("ANPA"), Created: now, Updated: now, Description: in.Description, Tags: in.Tags,
		Default: "v1", Latest: 1, Versions: []Version{{"v1", in.PolicyDocument, now}},
	}
	p.ARN = arn(c, "policy", p.Path, p.Name)
	a.Policies[p.ARN] = p
	d := a.listed(p)
	d.Tags = p.Tags
	return policyOutput{d}, nil
}

func checkManaged(doc string) error {
	if err := checkIdentity(doc); err != nil {
		return err
	}
	if size(doc) > largestManaged {
		return wire.Errorf("LimitExceededException", "Cannot exceed quota for PolicySize: %d", largestManaged)
	}
	return nil
}

func (o operations) getPolicy(c *wire.Call, in policyARN) (policyOutput, error) {
	p, err := o.store().policyOf(c, in.PolicyArn)
	if err != nil {
		return policyOutput{}, err
	}
	d := o.store().caller(c).listed(p)
	d.Description, d.Tags = p.Description, p.Tags
	return policyOutput{d}, nil
}

// deletePolicy removes a policy that nobody has and that has one version left.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
func (o operations) deletePolicy(c *wire.Call, in policyARN) (nothing, error) {
	p, err := o.store().ownPolicy(c, in.PolicyArn)
	if err != nil {
		return nothing{}, err
	}
	a := o.store().account(c.Account)
	switch {
	case len(a.holders(p.ARN)) > 0:
		return nothing{}, wire.Errorf("DeleteConflictException", "Cannot delete a policy attached to entities.")
	case len(p.Versions) > 1:
		return nothing{}, wire.Errorf("DeleteConflictException", "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	}
	delete(a.Policies, p.ARN)
	return nothing{}, nil
}

type listPoliciesInput struct {
	paging
	Scope        string
	OnlyAttached bool
	PathPrefix   string
}

type listPoliciesOutput struct {
	Policies    []policyDetail
	IsTruncated bool
	Marker      string `json:",omitempty"`
}

// listPolicies lists the policies of the account, and those of AWS that it uses.
func (o operations) listPolicies(c *wire.Call, in listPoliciesInput) (listPoliciesOutput, error) {
	a := o.store().caller(c)
	known := maps.Clone(a.Policies)
	if known == nil || in.Scope == "AWS" {
		known = map[string]*Policy{}
	}
	for _, name := range []string{"AdministratorAccess", "CloudWatchLogsFullAccess"} {
		if arn := "arn:" + c.Partition + ":iam::aws:policy/" + name; in.Scope != "Local" {
			known[arn] = ofAWS(arn)
		}
	}
	list := []policyDetail{}
	for _, arn := range slices.Sorted(maps.Keys(known)) {
		p := known[arn]
		if strings.HasPrefix(p.Path, in.PathPrefix) && (!in.OnlyAttached || len(a.holders(arn)) > 0) {
			list = append(list, a.listed(p))
		}
	}
	list, next, err := page(in.paging, list)
	return listPoliciesOutput{list, next != "", next}, err
}
