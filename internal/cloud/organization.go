package cloud

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// Account is an account of an organization.
type Account struct {
	ID   trail.AccountID
	Name string
	// State is AWS's word: ACTIVE; into an account that is SUSPENDED, CLOSED or on its
	// way in or out no role can be assumed.
	State string
	// Organization is its ID, o-…; "" when nobody asked for it.
	Organization string
}

// Accounts lists the accounts of the organization, sorted by ID. Only its management
// account and its delegated administrators may.
func (s *Session) Accounts(ctx context.Context) ([]Account, error) {
	out, err := listed(ctx, s.call("organizations:ListAccounts", ""), func(ctx context.Context, token *string) ([]types.Account, *string, error) {
		page, err := s.organizations().ListAccounts(ctx, &organizations.ListAccountsInput{NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return page.Accounts, page.NextToken, nil
	})
	return accountsOf(out), err
}

func accountsOf(list []types.Account) []Account {
	var out []Account
	for _, a := range list {
		out = append(out, accountOf(a))
	}
	slices.SortFunc(out, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// accountOf: State came in 2025, Status goes in September 2026.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
func accountOf(a types.Account) Account {
	return Account{
		ID:    trail.AccountID(aws.ToString(a.Id)),
		Name:  aws.ToString(a.Name),
		State: cmp.Or(string(a.State), string(a.Status)),

		Organization: organizationOf(aws.ToString(a.Arn)),
	}
}

// organizationOf reads the organization in the ARN of an account:
// arn:aws:organizations::111111111111:account/o-exampleorgid/222222222222
func organizationOf(arn string) string {
	if f := strings.Split(arn, "/"); len(f) == 3 {
		return f[1]
	}
	return ""
}

const describeOrganization = "organizations:DescribeOrganization"

// organization returns nil when the account is in none.
func (s *Session) organization(ctx context.Context) (*plan.Organization, error) {
	return run(ctx, s.call(describeOrganization, ""), func(ctx context.Context) (*plan.Organization, error) {
		out, err := s.organizations().DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
		var none *types.AWSOrganizationsNotInUseException
		switch {
		case errors.As(err, &none):
			return nil, nil
		case err != nil:
			return nil, err
		case out.Organization == nil:
			return nil, errors.New("the answer has no organization")
		}
		return &plan.Organization{
			ID:                aws.ToString(out.Organization.Id),
			ManagementAccount: trail.AccountID(aws.ToString(out.Organization.MasterAccountId)),
		}, nil
	})
}
