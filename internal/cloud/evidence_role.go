package cloud

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	getRole                  = "iam:GetRole"
	listRolePolicies         = "iam:ListRolePolicies"
	getRolePolicy            = "iam:GetRolePolicy"
	listAttachedRolePolicies = "iam:ListAttachedRolePolicies"
	getPolicy                = "iam:GetPolicy"
	getPolicyVersion         = "iam:GetPolicyVersion"
)

func (s *Session) iam() *iam.Client { return iam.NewFromConfig(s.cfg) }

// role looks at a role: whom it trusts, and what its policies say. What could not be read
// is a Gap, and its Policies are then not all.
func (s *Session) role(ctx context.Context, arn trail.ARN) (plan.Role, []trail.Gap) {
	var r plan.Role
	name := arn.Name()
	out, err := run(ctx, s.call(getRole, ""), func(ctx context.Context) (*iam.GetRoleOutput, error) {
		return s.iam().GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	})
	switch {
	case kindOf(err) == NotFound:
		r.Missing = true
		return r, nil
	case err != nil:
		return r, []trail.Gap{gapOf(getRole, "", "", err)}
	}
	if out.Role != nil {
		r.Trust = decoded(out.Role.AssumeRolePolicyDocument)
		if b := out.Role.PermissionsBoundary; b != nil {
			r.Boundary = aws.ToString(b.PermissionsBoundaryArn)
		}
	}
	r.Policies = map[string]string{}
	gaps := append(s.inlinePolicies(ctx, name, r.Policies), s.attachedPolicies(ctx, name, r.Policies)...)
	return r, gaps
}

// decoded undoes the encoding that IAM gives its documents.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func decoded(document *string) string {
	text := aws.ToString(document)
	if plain, err := url.PathUnescape(text); err == nil && plain != "" && text[0] == '%' {
		return plain
	}
	return text
}

func (s *Session) inlinePolicies(ctx context.Context, role string, into map[string]string) []trail.Gap {
	names, err := run(ctx, s.call(listRolePolicies, ""), func(ctx context.Context) ([]string, error) {
		var names []string
		pages := iam.NewListRolePoliciesPaginator(s.iam(), &iam.ListRolePoliciesInput{RoleName: &role})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			names = append(names, page.PolicyNames...)
		}
		return names, nil
	})
	if err != nil {
		return []trail.Gap{gapOf(listRolePolicies, "", "", err)}
	}
	for _, name := range names {
		out, err := run(ctx, s.call(getRolePolicy, ""), func(ctx context.Context) (*iam.GetRolePolicyOutput, error) {
			return s.iam().GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
		})
		if err != nil {
			return []trail.Gap{gapOf(getRolePolicy, "", "", err)}
		}
		into[name] = decoded(out.PolicyDocument)
	}
	return nil
}

func (s *Session) attachedPolicies(ctx context.Context, role string, into map[string]string) []trail.Gap {
	arns, err := run(ctx, s.call(listAttachedRolePolicies, ""), func(ctx context.Context) ([]string, error) {
		var arns []string
		pages := iam.NewListAttachedRolePoliciesPaginator(s.iam(), &iam.ListAttachedRolePoliciesInput{RoleName: &role})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, p := range page.AttachedPolicies {
				arns = append(arns, aws.ToString(p.PolicyArn))
			}
		}
		return arns, nil
	})
	if err != nil {
		return []trail.Gap{gapOf(listAttachedRolePolicies, "", "", err)}
	}
	for _, arn := range arns {
		if gap := s.managedPolicy(ctx, arn, into); gap != nil {
			return []trail.Gap{*gap}
		}
	}
	return nil
}

// managedPolicy reads the version of a policy that is in force.
func (s *Session) managedPolicy(ctx context.Context, arn string, into map[string]string) *trail.Gap {
	version, err := run(ctx, s.call(getPolicy, ""), func(ctx context.Context) (string, error) {
		out, err := s.iam().GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
		if err != nil || out.Policy == nil {
			return "", err
		}
		return aws.ToString(out.Policy.DefaultVersionId), nil
	})
	if err != nil {
		g := gapOf(getPolicy, "", "", err)
		return &g
	}
	text, err := run(ctx, s.call(getPolicyVersion, ""), func(ctx context.Context) (string, error) {
		out, err := s.iam().GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: &version})
		if err != nil || out.PolicyVersion == nil {
			return "", err
		}
		return decoded(out.PolicyVersion.Document), nil
	})
	if err != nil {
		g := gapOf(getPolicyVersion, "", "", err)
		return &g
	}
	into[arn] = text
	return nil
}
