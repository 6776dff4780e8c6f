package cloud

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// around collects the Gaps of what not every trail has.
func around(e plan.Evidence) []trail.Gap {
	var out []trail.Gap
	if e.Key != nil {
		out = append(out, e.Key.Gaps...)
	}
	if e.Topic != nil {
		out = append(out, e.Topic.Gaps...)
	}
	if e.LogGroup != nil {
		out = append(out, e.LogGroup.Gaps...)
	}
	return out
}

const (
	cloudTrailPrincipal         = "cloudtrail.amazonaws.com"
	listDelegatedAdministrators = "organizations:ListDelegatedAdministrators"
)

// membership adds to org how many members an organization trail of this account reaches,
// or, of one that is another account's, whether this one is a delegated administrator,
// which is the only account besides the management account that may ask.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html
func (s *Session) membership(ctx context.Context, t trail.Trail, org *plan.Organization) []trail.Gap {
	if org == nil || !t.Organization {
		return nil
	}
	me, err := s.Identify(ctx)
	if err != nil {
		return []trail.Gap{gapOf(getCallerIdentity, "", "", err)}
	}
	if t.ARN.Owner() != me.Account {
		return s.delegated(ctx, me.Account, org)
	}
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return []trail.Gap{gapOf("organizations:ListAccounts", "", "", err)}
	}
	for _, a := range accounts {
		if a.ID != org.ManagementAccount && a.State == "ACTIVE" {
			org.Members++
		}
	}
	return nil
}

// delegated asks for the delegated administrators. To be denied is what a member is told.
func (s *Session) delegated(ctx context.Context, me trail.AccountID, org *plan.Organization) []trail.Gap {
	ids, err := s.administrators(ctx)
	if err != nil {
		return []trail.Gap{gapOf(listDelegatedAdministrators, "", "", err)}
	}
	org.Delegated = slices.Contains(ids, me)
	return nil
}

// Administrators returns the accounts that can change a trail beside its owner: of an
// organization trail the delegated administrators of CloudTrail. A Gap says why they are
// not known.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
func (s *Session) Administrators(ctx context.Context, t trail.Trail) ([]trail.AccountID, *trail.Gap) {
	if !t.Organization {
		return nil, nil
	}
	ids, err := s.administrators(ctx)
	if err != nil {
		g := gapOf(listDelegatedAdministrators, "", t.ARN, err)
		return nil, &g
	}
	return ids, nil
}

func (s *Session) administrators(ctx context.Context) ([]trail.AccountID, error) {
	return run(ctx, s.call(listDelegatedAdministrators, ""), func(ctx context.Context) ([]trail.AccountID, error) {
		var ids []trail.AccountID
		pages := organizations.NewListDelegatedAdministratorsPaginator(s.organizations(),
			&organizations.ListDelegatedAdministratorsInput{ServicePrincipal: aws.String(cloudTrailPrincipal)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, a := range page.DelegatedAdministrators {
				ids = append(ids, trail.AccountID(aws.ToString(a.Id)))
			}
		}
		return ids, nil
	})
}
