package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailspan/trailspan/internal/trail"
)

// Identity is who a Session is.
type Identity struct {
	Account   trail.AccountID
	ARN       string // of the user, or of the assumed role
	Partition trail.Partition
}

const getCallerIdentity = "sts:GetCallerIdentity"

// Identify asks AWS who the Session is, once. No policy can forbid the question, so
// that an error means that the credentials or the network are bad.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (s *Session) Identify(ctx context.Context) (Identity, error) {
	return s.identify(ctx, s.call(getCallerIdentity, s.Region()))
}

func (s *Session) identify(ctx context.Context, c call) (Identity, error) {
	if id := s.known(); id != nil {
		return *id, nil
	}
	out, err := run(ctx, c, func(ctx context.Context) (*sts.GetCallerIdentityOutput, error) {
		return s.sts().GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	})
	if err != nil {
		return Identity{}, err
	}
	id := Identity{
		Account:   trail.AccountID(aws.ToString(out.Account)),
		ARN:       aws.ToString(out.Arn),
		Partition: partitionOf(aws.ToString(out.Arn), s.Region()),
	}
	s.remember(id)
	return id, nil
}

// partitionOf reads the partition in an ARN, or else takes that of a Region.
func partitionOf(arn string, r trail.Region) trail.Partition {
	if f := strings.SplitN(arn, ":", 3); len(f) == 3 && f[0] == "arn" && f[1] != "" {
		return trail.Partition(f[1])
	}
	return r.Partition()
}

func (s *Session) known() *Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identity
}

func (s *Session) remember(id Identity) {
	s.family.adopt(id.Account, s.limits)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identity = &id
}

// call makes a call with the Session's timeout.
func (s *Session) call(action string, r trail.Region) call {
	return call{action: action, region: r, timeout: s.timeout}
}
