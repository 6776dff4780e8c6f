package cloud

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// AccountsIn lists the accounts of organizational units, those of units below them too,
// sorted by ID. A unit is named by its ID, ou-…, and a root by its, r-….
func (s *Session) AccountsIn(ctx context.Context, units []string) ([]Account, error) {
	var found []types.Account
	seen := map[string]bool{}
	for open := slices.Clone(units); len(open) > 0; {
		unit := open[0]
		open = open[1:]
		if seen[unit] {
			continue
		}
		seen[unit] = true
		accounts, err := s.accountsBelow(ctx, unit)
		if err != nil {
			return nil, err
		}
		below, err := s.unitsBelow(ctx, unit)
		if err != nil {
			return nil, err
		}
		found = append(found, accounts...)
		open = append(open, below...)
	}
	return accountsOf(found), nil
}

// accountsBelow lists the accounts right below a unit.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
func (s *Session) accountsBelow(ctx context.Context, unit string) ([]types.Account, error) {
	return listed(ctx, s.call("organizations:ListAccountsForParent", ""), func(ctx context.Context, token *string) ([]types.Account, *string, error) {
		page, err := s.organizations().ListAccountsForParent(ctx, &organizations.ListAccountsForParentInput{ParentId: &unit, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return page.Accounts, page.NextToken, nil
	})
}

// unitsBelow lists the units right below a unit.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
func (s *Session) unitsBelow(ctx context.Context, unit string) ([]string, error) {
	return listed(ctx, s.call("organizations:ListOrganizationalUnitsForParent", ""), func(ctx context.Context, token *string) ([]string, *string, error) {
		page, err := s.organizations().ListOrganizationalUnitsForParent(ctx,
			&organizations.ListOrganizationalUnitsForParentInput{ParentId: &unit, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		var ids []string
		for _, u := range page.OrganizationalUnits {
			ids = append(ids, aws.ToString(u.Id))
		}
		return ids, page.NextToken, nil
	})
}

// listed asks for page after page. Each is a call with a time of its own: a thousand
// accounts are fifty pages. A page may be empty and yet not the last.
func listed[T any](ctx context.Context, c call, ask func(ctx context.Context, token *string) ([]T, *string, error)) ([]T, error) {
	var out []T
	for token, first := (*string)(nil), true; first || token != nil; first = false {
		var next *string
		page, err := run(ctx, c, func(ctx context.Context) (list []T, err error) {
			list, next, err = ask(ctx, token)
			return list, err
		})
		if err != nil {
			return nil, err
		}
		out, token = append(out, page...), next
	}
	return out, nil
}
