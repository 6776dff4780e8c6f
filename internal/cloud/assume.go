package cloud

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"

	"github.com/trailspan/trailspan/internal/trail"
)

// Assume returns a Session of another account. The role is a name, with its path if it
// has one, or a whole ARN; externalID and sessionName may be empty. The credentials are
// fetched now, so that a role that may not be assumed is an error now, and renewed when
// they are about to expire.
//
// The account of s itself needs no role, and OrganizationAccountAccessRole is not even
// there in a management account: s is returned, unless role is the ARN of one.
func (s *Session) Assume(ctx context.Context, account trail.AccountID, role, externalID, sessionName string) (*Session, error) {
	id, err := s.Identify(ctx)
	if err != nil {
		return nil, err
	}
	if account == id.Account && !strings.HasPrefix(role, "arn:") {
		return s, nil
	}
	arn, err := roleARN(id.Partition, account, role)
	if err != nil {
		return nil, err
	}
	provider := stscreds.NewAssumeRoleProvider(s.sts(), arn, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = cmp.Or(sessionName, "trailspan")
		if externalID != "" {
			o.ExternalID = &externalID
		}
	})
	base := s.base.Copy()
	base.Credentials = aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = 2 * time.Minute })
	_, err = run(ctx, s.call("sts:AssumeRole", s.Region()), base.Credentials.Retrieve)
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", account, err)
	}
	member := newSession(base, s.timeout, s.family, s.family.limitsOf(account))
	member.expected = account
	return member, nil
}

// roleARN makes an ARN of the name of a role. An ARN has to be of the account.
func roleARN(p trail.Partition, account trail.AccountID, role string) (string, error) {
	if !strings.HasPrefix(role, "arn:") {
		return fmt.Sprintf("arn:%s:iam::%s:role/%s", p, account, strings.TrimPrefix(role, "/")), nil
	}
	if owner := trail.ARN(role).Owner(); owner != account {
		return "", fmt.Errorf("the role %s is not of account %s", role, account)
	}
	return role, nil
}
