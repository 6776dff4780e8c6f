package sandbox

import "slices"

// organization makes the organization, when the file has one. Its accounts come
// into being if the file does not list them; all that it lists are members unless
// they say otherwise, or are of another partition.
func (b *builder) organization() error {
	f := b.file.Organization
	if f == nil {
		return b.checkNoMembers()
	}
	if err := b.checkOrganization(f); err != nil {
		return err
	}
	o := &organization{
		ID: f.ID.or("o-exampleorgid"), ManagementAccount: f.ManagementAccount.text,
		FeatureSet: f.FeatureSet.or("ALL"), TrustedAccess: or(f.TrustedAccess, true), Created: b.born,
	}
	b.w.Organization = o
	if err := b.join(o, f.ManagementAccount); err != nil {
		return err
	}
	for _, a := range b.file.Accounts {
		wanted := a.Partition.or("aws") == b.w.Accounts[o.ManagementAccount].Partition
		if !or(a.Member, wanted) {
			continue
		}
		if err := b.join(o, a.ID); err != nil {
			return err
		}
	}
	for _, admin := range f.DelegatedAdministrators {
		if err := b.join(o, admin); err != nil {
			return err
		}
		o.DelegatedAdmins = append(o.DelegatedAdmins, admin.text)
	}
	return b.units(o, f.Units)
}

func (b *builder) checkNoMembers() error {
	for _, a := range b.file.Accounts {
		if or(a.Member, false) {
			return a.ID.errorf("the account %s is a member, but there is no organization", a.ID.text)
		}
	}
	return nil
}

func (b *builder) checkOrganization(f *organizationFile) error {
	if f.ID.text != "" && !organizationID.MatchString(f.ID.text) {
		return f.ID.errorf("%q is not an organization ID, which is o- and 10 to 32 small letters or digits", f.ID.text)
	}
	if f.FeatureSet.text != "" {
		if err := f.FeatureSet.checkOneOf("featureSet", "ALL", "CONSOLIDATED_BILLING"); err != nil {
			return err
		}
	}
	if f.ManagementAccount.text == "" {
		return errorAt(max(f.ID.line, f.ManagementAccount.line, f.FeatureSet.line), "the organization has no managementAccount")
	}
	if err := f.ManagementAccount.checkAccount(); err != nil {
		return err
	}
	for i, admin := range f.DelegatedAdministrators {
		if err := admin.checkAccount(); err != nil {
			return err
		}
		if admin.text == f.ManagementAccount.text {
			return admin.errorf("the management account %s cannot be a delegated administrator", admin.text)
		}
		if slices.ContainsFunc(f.DelegatedAdministrators[:i], func(p placed) bool { return p.text == admin.text }) {
			return admin.errorf("the delegated administrator %s comes twice", admin.text)
		}
	}
	return nil
}

// join makes an account a member, which all must be of the partition of the
// management account.
func (b *builder) join(o *organization, id placed) error {
	management := b.w.Accounts[o.ManagementAccount]
	partition := "aws"
	if management != nil {
		partition = management.Partition
	}
	a := b.w.Accounts[id.text]
	if a == nil {
		a = newAccount(id.text, partition)
		a.Joined = b.born
		b.w.Accounts[id.text] = a
	}
	if a.Partition != partition {
		return id.errorf("the account %s is in the partition %s, the organization in %s", a.ID, a.Partition, partition)
	}
	if !slices.Contains(o.Members, a.ID) {
		o.Members = append(o.Members, a.ID)
	}
	return nil
}
