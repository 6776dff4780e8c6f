package sandbox

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// rootID is that of the one root that an organization has.
const rootID = "r-exam"

type listRootsInput struct {
	MaxResults *int
	NextToken  string
}

type rootDescription struct {
	ID          string `json:"Id"`
	Arn         string
	Name        string
	PolicyTypes []policyType
}

type listRootsOutput struct {
	Roots []rootDescription
}

// listRoots always has one.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html
func (s *Sandbox) listRoots(c *wire.Call, in listRootsInput) (listRootsOutput, error) {
	o, err := s.administered(c)
	if err != nil {
		return listRootsOutput{}, err
	}
	if in.NextToken != "" {
		return listRootsOutput{}, invalidToken()
	}
	return listRootsOutput{[]rootDescription{{ID: rootID, Arn: o.arn(c, "root", rootID), Name: "Root", PolicyTypes: []policyType{}}}}, nil
}

type forParentInput struct {
	ParentID   string `json:"ParentId"`
	MaxResults *int
	NextToken  string
}

// parent returns the organization, and the unit that is meant; nil is its root.
func (s *Sandbox) parent(c *wire.Call, id string) (*organization, *unit, error) {
	o, err := s.administered(c)
	if err != nil {
		return nil, nil, err
	}
	u := o.unit(id)
	if u == nil && id != rootID {
		return nil, nil, wire.Errorf("ParentNotFoundException", "You specified a parent that doesn't exist.")
	}
	return o, u, nil
}

// listAccountsForParent lists the accounts right below a root or a unit.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
func (s *Sandbox) listAccountsForParent(c *wire.Call, in forParentInput) (listAccountsOutput, error) {
	o, u, err := s.parent(c, in.ParentID)
	if err != nil {
		return listAccountsOutput{}, err
	}
	page, next, ok := pageOf(o.children(u), in.NextToken, or(in.MaxResults, 20))
	if !ok {
		return listAccountsOutput{}, invalidToken()
	}
	out := listAccountsOutput{Accounts: []accountDescription{}, NextToken: next}
	for _, id := range page {
		out.Accounts = append(out.Accounts, s.describe(c, o, id))
	}
	return out, nil
}

// children are the accounts right below a unit, or below the root.
func (o *organization) children(u *unit) []string {
	if u != nil {
		return u.Accounts
	}
	return slices.DeleteFunc(slices.Clone(o.Members), func(id string) bool {
		return slices.ContainsFunc(o.Units, func(u unit) bool { return slices.Contains(u.Accounts, id) })
	})
}

type unitDescription struct {
	ID   string `json:"Id"`
	Arn  string
	Name string
}

type listUnitsOutput struct {
	OrganizationalUnits []unitDescription
	NextToken           string `json:",omitempty"`
}

// listUnitsForParent lists the units right below a root or a unit.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
func (s *Sandbox) listUnitsForParent(c *wire.Call, in forParentInput) (listUnitsOutput, error) {
	o, u, err := s.parent(c, in.ParentID)
	if err != nil {
		return listUnitsOutput{}, err
	}
	above := ""
	if u != nil {
		above = u.ID
	}
	below := slices.DeleteFunc(slices.Clone(o.Units), func(u unit) bool { return u.Parent != above })
	page, next, ok := pageOf(below, in.NextToken, or(in.MaxResults, 20))
	if !ok {
		return listUnitsOutput{}, invalidToken()
	}
	out := listUnitsOutput{OrganizationalUnits: []unitDescription{}, NextToken: next}
	for _, u := range page {
		out.OrganizationalUnits = append(out.OrganizationalUnits, unitDescription{u.ID, o.arn(c, "ou", u.ID), u.Name})
	}
	return out, nil
}
