package sandbox

import (
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// organizationsOperations is what the sandbox has of
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
func (s *Sandbox) organizationsOperations() map[string]wire.Operation {
	return map[string]wire.Operation{
		"DescribeAccount":                     wire.Op(s.describeAccount),
		"DescribeOrganization":                wire.Op(s.describeOrganization),
		"ListAWSServiceAccessForOrganization": wire.Op(s.listServiceAccess),
		"ListAccounts":                        wire.Op(s.listAccounts),
		"ListAccountsForParent":               wire.Op(s.listAccountsForParent),
		"ListDelegatedAdministrators":         wire.Op(s.listDelegatedAdministrators),
		"ListOrganizationalUnitsForParent":    wire.Op(s.listUnitsForParent),
		"ListRoots":                           wire.Op(s.listRoots),
	}
}

const cloudTrailPrincipal = "cloudtrail.amazonaws.com"

// administered returns the organization, for the operations that only the management
// account and delegated administrators may call.
func (s *Sandbox) administered(c *wire.Call) (*organization, error) {
	o, err := s.memberOf(c)
	if err != nil {
		return nil, err
	}
	if o.ManagementAccount != c.Account && !slices.Contains(o.DelegatedAdmins, c.Account) {
		return nil, wire.Errorf("AccessDeniedException", "You don't have permissions to access this resource.")
	}
	return o, nil
}

func (s *Sandbox) memberOf(c *wire.Call) (*organization, error) {
	if o := s.organizationOf(c.Account); o != nil {
		return o, nil
	}
	return nil, wire.Errorf("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
}

type organizationDescription struct {
	ID                   string `json:"Id"`
	Arn                  string
	FeatureSet           string
	MasterAccountArn     string
	MasterAccountID      string `json:"MasterAccountId"`
	MasterAccountEmail   string
	AvailablePolicyTypes []policyType
}

type policyType struct {
	Type   string
	Status string
}

type describeOrganizationOutput struct {
	Organization organizationDescription
}

// describeOrganization answers every member.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
func (s *Sandbox) describeOrganization(c *wire.Call, _ struct{}) (describeOrganizationOutput, error) {
	o, err := s.memberOf(c)
	if err != nil {
		return describeOrganizationOutput{}, err
	}
	management := s.w.Accounts[o.ManagementAccount]
	d := organizationDescription{
		ID: o.ID, Arn: o.arn(c, "organization", ""), FeatureSet: o.FeatureSet,
		MasterAccountArn: o.arn(c, "account", management.ID), MasterAccountID: management.ID, MasterAccountEmail: management.Email,
		AvailablePolicyTypes: []policyType{},
	}
	if o.FeatureSet == "ALL" {
		d.AvailablePolicyTypes = append(d.AvailablePolicyTypes, policyType{"SERVICE_CONTROL_POLICY", "ENABLED"})
	}
	return describeOrganizationOutput{d}, nil
}

// arn is that of the organization, or of something in it.
func (o *organization) arn(c *wire.Call, kind, id string) string {
	arn := "arn:" + c.Partition + ":organizations::" + o.ManagementAccount + ":" + kind + "/" + o.ID
	if id != "" {
		arn += "/" + id
	}
	return arn
}

// accountDescription has Status beside State, which takes its place.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
type accountDescription struct {
	ID              string `json:"Id"`
	Arn             string
	Email           string
	Name            string
	Status          string
	State           string
	JoinedMethod    string
	JoinedTimestamp wire.Time
}

func (s *Sandbox) describe(c *wire.Call, o *organization, id string) accountDescription {
	a := s.w.Accounts[id]
	d := accountDescription{
		ID: id, Arn: o.arn(c, "account", id), Email: a.Email, Name: a.Name, Status: oldStatus(a.State), State: a.State,
		JoinedMethod: "CREATED", JoinedTimestamp: wire.Time{Time: o.joined(a)},
	}
	if id == o.ManagementAccount {
		d.JoinedMethod = "INVITED"
	}
	return d
}

// joined is when an account became a member.
func (o *organization) joined(a *account) time.Time {
	if a.Joined.IsZero() {
		return o.Created
	}
	return a.Joined
}

// oldStatus is a State in the fewer words of Status.
func oldStatus(state string) string {
	switch state {
	case "PENDING_ACTIVATION":
		return "ACTIVE"
	case "CLOSED":
		return "SUSPENDED"
	}
	return state
}

type listAccountsInput struct {
	MaxResults *int
	NextToken  string
}

type listAccountsOutput struct {
	Accounts  []accountDescription
	NextToken string `json:",omitempty"`
}

func (s *Sandbox) listAccounts(c *wire.Call, in listAccountsInput) (listAccountsOutput, error) {
	o, err := s.administered(c)
	if err != nil {
		return listAccountsOutput{}, err
	}
	page, next, ok := pageOf(o.Members, in.NextToken, or(in.MaxResults, 20))
	if !ok {
		return listAccountsOutput{}, invalidToken()
	}
	out := listAccountsOutput{Accounts: []accountDescription{}, NextToken: next}
	for _, id := range page {
		out.Accounts = append(out.Accounts, s.describe(c, o, id))
	}
	return out, nil
}

func invalidToken() *wire.Error {
	return wire.Errorf("InvalidInputException", "You specified an invalid next token.")
}

type describeAccountInput struct {
	AccountID string `json:"AccountId"`
}

type describeAccountOutput struct {
	Account accountDescription
}

func (s *Sandbox) describeAccount(c *wire.Call, in describeAccountInput) (describeAccountOutput, error) {
	o, err := s.administered(c)
	if err != nil {
		return describeAccountOutput{}, err
	}
	if !slices.Contains(o.Members, in.AccountID) {
		return describeAccountOutput{}, wire.Errorf("AccountNotFoundException", "You specified an account that doesn't exist.")
	}
	return describeAccountOutput{s.describe(c, o, in.AccountID)}, nil
}

type listDelegatedAdministratorsInput struct {
	ServicePrincipal string
	MaxResults       *int
	NextToken        string
}

type delegatedAdministrator struct {
	accountDescription
	DelegationEnabledDate wire.Time
}

type listDelegatedAdministratorsOutput struct {
	DelegatedAdministrators []delegatedAdministrator
	NextToken               string `json:",omitempty"`
}

// listDelegatedAdministrators knows those of CloudTrail.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html
func (s *Sandbox) listDelegatedAdministrators(c *wire.Call, in listDelegatedAdministratorsInput) (listDelegatedAdministratorsOutput, error) {
	o, err := s.administered(c)
	if err != nil {
		return listDelegatedAdministratorsOutput{}, err
	}
	admins := o.DelegatedAdmins
	if in.ServicePrincipal != "" && in.ServicePrincipal != cloudTrailPrincipal {
		admins = nil
	}
	page, next, ok := pageOf(admins, in.NextToken, or(in.MaxResults, 20))
	if !ok {
		return listDelegatedAdministratorsOutput{}, invalidToken()
	}
	out := listDelegatedAdministratorsOutput{DelegatedAdministrators: []delegatedAdministrator{}, NextToken: next}
	for _, id := range page {
		out.DelegatedAdministrators = append(out.DelegatedAdministrators, delegatedAdministrator{s.describe(c, o, id), wire.Time{Time: o.Created}})
	}
	return out, nil
}

type listServiceAccessInput struct {
	MaxResults *int
	NextToken  string
}

type enabledPrincipal struct {
	ServicePrincipal string
	DateEnabled      wire.Time
}

type listServiceAccessOutput struct {
	EnabledServicePrincipals []enabledPrincipal
}

// listServiceAccess knows CloudTrail's trusted access.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html
func (s *Sandbox) listServiceAccess(c *wire.Call, in listServiceAccessInput) (listServiceAccessOutput, error) {
	o, err := s.administered(c)
	if err != nil {
		return listServiceAccessOutput{}, err
	}
	if in.NextToken != "" {
		return listServiceAccessOutput{}, invalidToken()
	}
	out := listServiceAccessOutput{EnabledServicePrincipals: []enabledPrincipal{}}
	if o.TrustedAccess {
		out.EnabledServicePrincipals = append(out.EnabledServicePrincipals, enabledPrincipal{cloudTrailPrincipal, wire.Time{Time: o.Created}})
	}
	return out, nil
}
