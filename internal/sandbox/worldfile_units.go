package sandbox

import (
	"cmp"
	"regexp"
	"slices"
)

// unitID is that of an organizational unit.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
var unitID = regexp.MustCompile(`^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$`)

// units makes the organizational units, and puts accounts into them.
func (b *builder) units(o *organization, files []unitFile) error {
	placedIn := map[string]string{}
	for _, f := range files {
		if !unitID.MatchString(f.ID.text) {
			return f.ID.errorf("%q is not the ID of an organizational unit, as ou-exam-workloads", f.ID.text)
		}
		if o.unit(f.ID.text) != nil {
			return f.ID.errorf("the organizational unit %s comes twice", f.ID.text)
		}
		if f.Parent.text != "" && o.unit(f.Parent.text) == nil {
			return f.Parent.errorf("the organizational unit %s is not above %s in the file", f.Parent.text, f.ID.text)
		}
		u := unit{ID: f.ID.text, Name: cmp.Or(f.Name, f.ID.text), Parent: f.Parent.text}
		for _, a := range f.Accounts {
			if !slices.Contains(o.Members, a.text) {
				return a.errorf("the account %s is not a member of the organization", a.text)
			}
			if other := placedIn[a.text]; other != "" {
				return a.errorf("the account %s is in the organizational unit %s already", a.text, other)
			}
			placedIn[a.text] = u.ID
			u.Accounts = append(u.Accounts, a.text)
		}
		o.Units = append(o.Units, u)
	}
	return nil
}

// unit returns the organizational unit, or nil.
func (o *organization) unit(id string) *unit {
	i := slices.IndexFunc(o.Units, func(u unit) bool { return u.ID == id })
	if i < 0 {
		return nil
	}
	return &o.Units[i]
}
