package sandbox

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// organizationOf returns the organization of an account, or nil.
func (s *Sandbox) organizationOf(id string) *organization {
	o := s.w.Organization
	if o == nil || o.ManagementAccount != id && !slices.Contains(o.Members, id) {
		return nil
	}
	return o
}

// isDelegatedAdmin says whether an account administers CloudTrail for its organization.
func (s *Sandbox) isDelegatedAdmin(id string) bool {
	o := s.organizationOf(id)
	return o != nil && slices.Contains(o.DelegatedAdmins, id)
}

// checkMayOrganize says whether the caller may make organization trails and event
// data stores: the management account and delegated administrators may, in an
// organization with all features that trusts CloudTrail.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-an-organizational-trail-prepare.html
func (s *Sandbox) checkMayOrganize(c *wire.Call) error {
	o := s.organizationOf(c.Account)
	switch {
	case o == nil:
		return notInOrganization(c)
	case o.ManagementAccount != c.Account && !s.isDelegatedAdmin(c.Account):
		return wire.Errorf("NotOrganizationMasterAccountException", "The request could not be processed because the account %s is not the management account of an organization.", c.Account)
	}
	return checkOrganization(o, c)
}

func notInOrganization(c *wire.Call) error {
	return wire.Errorf("OrganizationsNotInUseException", "The account %s is not a member of an organization.", c.Account)
}

// checkOrganization says whether the organization is ready for CloudTrail.
func checkOrganization(o *organization, c *wire.Call) error {
	switch {
	case o.FeatureSet != "ALL":
		return wire.Errorf("OrganizationNotInAllFeaturesModeException", "All features must be enabled in your organization to use CloudTrail with it.")
	case !o.TrustedAccess:
		return wire.Errorf("CloudTrailAccessNotEnabledException", "The request could not be processed because your organization hasn't enabled CloudTrail service access. Enable service access for CloudTrail, and then try again. You are signed in with the following AWS account ID: %s", c.Account)
	}
	return nil
}

// ownerFor returns the account that owns what the caller creates: the management
// account owns whatever is made for the organization.
func (s *Sandbox) ownerFor(c *wire.Call, forOrganization bool) *account {
	if forOrganization {
		return s.accountOf(s.organizationOf(c.Account).ManagementAccount, c.Partition)
	}
	return s.accountOf(c.Account, c.Partition)
}

// delegatedAdminQuota is how many delegated administrators CloudTrail takes.
const delegatedAdminQuota = 3

type registerDelegatedAdminInput struct {
	Account string `json:"MemberAccountId"`
}

// registerDelegatedAdmin makes a member account a delegated administrator.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RegisterOrganizationDelegatedAdmin.html
func (s *Sandbox) registerDelegatedAdmin(c *wire.Call, in registerDelegatedAdminInput) (nothing, error) {
	o, err := s.managedOrganization(c, in.Account)
	if err != nil {
		return nothing{}, err
	}
	id := in.Account
	switch {
	case id == o.ManagementAccount:
		err = wire.Errorf("CannotDelegateManagementAccountException", "The management account %s cannot be registered as a delegated administrator.", id)
	case !slices.Contains(o.Members, id):
		err = wire.Errorf("AccountNotFoundException", "The account %s is not part of the organization.", id)
	case slices.Contains(o.DelegatedAdmins, id):
		err = wire.Errorf("AccountRegisteredException", "The account %s is already registered as a delegated administrator.", id)
	case len(o.DelegatedAdmins) >= delegatedAdminQuota:
		err = wire.Errorf("DelegatedAdminAccountLimitExceededException", "The organization already has %d delegated administrators for CloudTrail.", delegatedAdminQuota)
	default:
		o.DelegatedAdmins = append(o.DelegatedAdmins, id)
	}
	return nothing{}, err
}

type deregisterDelegatedAdminInput struct {
	Account string `json:"DelegatedAdminAccountId"`
}

// deregisterDelegatedAdmin takes the rights of a delegated administrator back. The
// trails it made stay: the management account owns them.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeregisterOrganizationDelegatedAdmin.html
func (s *Sandbox) deregisterDelegatedAdmin(c *wire.Call, in deregisterDelegatedAdminInput) (nothing, error) {
	id := in.Account
	o, err := s.managedOrganization(c, id)
	if err != nil {
		return nothing{}, err
	}
	switch {
	case id != o.ManagementAccount && !slices.Contains(o.Members, id):
		err = wire.Errorf("AccountNotFoundException", "The account %s is not part of the organization.", id)
	case !slices.Contains(o.DelegatedAdmins, id):
		err = wire.Errorf("AccountNotRegisteredException", "The account %s is not registered as a delegated administrator.", id)
	default:
		o.DelegatedAdmins = slices.DeleteFunc(slices.Clone(o.DelegatedAdmins), func(a string) bool { return a == id })
	}
	return nothing{}, err
}

// managedOrganization returns the organization that the caller is the management
// account of, when it is ready for CloudTrail and id can be an account.
func (s *Sandbox) managedOrganization(c *wire.Call, id string) (*organization, error) {
	o := s.organizationOf(c.Account)
	switch {
	case !isAccountID(id):
		return nil, wire.Errorf("InvalidParameterException", "The account ID %q is not valid.", id)
	case o == nil:
		return nil, notInOrganization(c)
	case o.ManagementAccount != c.Account:
		return nil, wire.Errorf("NotOrganizationManagementAccountException", "The account %s is not the management account of the organization.", c.Account)
	}
	return o, checkOrganization(o, c)
}
