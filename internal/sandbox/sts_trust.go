package sandbox

import (
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/iam"
	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// trusts says whether the trust policy of a role that IAM has lets the caller assume it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
func (s *Sandbox) trusts(c *wire.Call, account string, in assumeRoleInput) bool {
	if a := s.w.Accounts[account]; a != nil && a.State != "ACTIVE" {
		return false
	}
	context := map[string][]string{
		"aws:PrincipalAccount": {c.Account}, "aws:PrincipalArn": {c.Caller.ARN}, "aws:userid": {c.Caller.UserID},
		"aws:SourceIp": {c.SourceIP}, "aws:UserAgent": {c.UserAgent}, "aws:CurrentTime": {c.Time.UTC().Format(time.RFC3339)},
		"aws:RequestedRegion": {c.Region}, "aws:PrincipalIsAWSService": {"false"}, "sts:RoleSessionName": {in.RoleSessionName},
	}
	if in.ExternalID != "" {
		context["sts:ExternalId"] = []string{in.ExternalID}
	}
	if c.Organization != "" {
		context["aws:PrincipalOrgID"] = []string{c.Organization}
	}
	return s.w.IAM.Assume(in.RoleArn, policy.Request{Principal: policy.Principal{AWS: c.Caller.ARN}, Context: context}) == nil
}

// roleID is the unique ID of a role; one that IAM does not have has always the same.
func roleID(known *iam.Role, account, name string) string {
	if known != nil {
		return known.ID
	}
	return uniqueID("AROA", account+"/"+name)
}
