package sandbox_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// anything is a policy that allows all.
const anything = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

// A role is made, found, changed and taken away, in the words of IAM.
func TestRoleLife(t *testing.T) {
	l, ctx := newLab(t, alone), t.Context()
	c, name := l.iam(self), ptr("trail")
	_, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: name})
	l.refused(err, "NoSuchEntity", "The role with name trail cannot be found.")
	made, err := c.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: name, Path: ptr("/a/b/"), Description: ptr("d"), MaxSessionDuration: aws.Int32(7200), AssumeRolePolicyDocument: ptr(trusting), Tags: []types.Tag{{Key: ptr("k"), Value: ptr("v")}},
	})
	l.must(err)
	if r := made.Role; *r.Arn != "arn:aws:iam::123456789012:role/a/b/trail" || !strings.HasPrefix(*r.RoleId, "AROA") || len(*r.RoleId) != 21 || len(r.Tags) != 1 {
		t.Errorf("made: %s", l.last())
	}
	_, err = c.CreateRole(ctx, &iam.CreateRoleInput{RoleName: ptr("TRAIL"), AssumeRolePolicyDocument: ptr(trusting)})
	l.refused(err, "EntityAlreadyExists", "Role with name TRAIL already exists.")
	_, err = c.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: name, MaxSessionDuration: aws.Int32(3600)})
	l.must(err)
	_, err = c.TagRole(ctx, &iam.TagRoleInput{RoleName: name, Tags: []types.Tag{{Key: ptr("K"), Value: ptr("w")}, {Key: ptr("l"), Value: ptr("")}}})
	l.must(err)
	_, err = c.UntagRole(ctx, &iam.UntagRoleInput{RoleName: name, TagKeys: []string{"l"}})
	l.must(err)
	got, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: name})
	l.must(err)
	if r := got.Role; *r.MaxSessionDuration != 3600 || *r.Description != "d" || len(r.Tags) != 1 || *r.Tags[0].Value != "w" || *r.AssumeRolePolicyDocument != strings.ReplaceAll(url.QueryEscape(trusting), "+", "%20") {
		t.Errorf("found: %s", l.last())
	}
	l.setRolePolicy(self, anything)
	_, err = c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name})
	l.refused(err, "DeleteConflict", "Cannot delete entity, must delete policies first.")
	_, err = c.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: ptr("none")})
	l.refused(err, "NoSuchEntity", "The role policy with name none cannot be found.")
	_, err = c.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: ptr("write")})
	l.must(err)
	_, err = c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name})
	l.must(err)
	if list, err := c.ListRoles(ctx, nil); err != nil || len(list.Roles) != 0 {
		t.Errorf("after that: %s, %v", l.last(), err)
	}
}

// Pages have no gaps, and do not show what is elsewhere.
func TestListRoles(t *testing.T) {
	l, ctx := newLab(t, alone), t.Context()
	for i := range 5 {
		_, err := l.iam(self).CreateRole(ctx, &iam.CreateRoleInput{RoleName: ptr(fmt.Sprint("r", i)), Path: ptr("/p/"), AssumeRolePolicyDocument: ptr(trusting)})
		l.must(err)
	}
	l.role(self, trusting, "")
	l.role(stranger, trusting, "")
	var names []string
	pages := iam.NewListRolesPaginator(l.iam(self), &iam.ListRolesInput{PathPrefix: ptr("/p/"), MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		l.must(err)
		for _, r := range page.Roles {
			names = append(names, *r.RoleName)
		}
	}
	if got := strings.Join(names, " "); got != "r0 r1 r2 r3 r4" {
		t.Errorf("roles: %s", got)
	}
}

func TestMalformedPolicies(t *testing.T) {
	l, ctx := newLab(t, alone), t.Context()
	l.role(self, trusting, "")
	for _, c := range []struct{ why, trust, message string }{
		{"no JSON", `{`, "This policy contains invalid Json"},
		{"no statement", `{"Version":"2012-10-17"}`, "This policy contains invalid Json"},
		{"a resource", strings.Replace(trusting, `"Action"`, `"Resource":"*","Action"`, 1), "Has prohibited field Resource"},
		{"no principal", `{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}`, "Missing required field Principal"},
		{"no action", `{"Statement":[{"Effect":"Allow","Principal":"*"}]}`, "Missing required field Action"},
		{"an action of another service", strings.Replace(trusting, "sts:", "s3:", 1), "AssumeRole policy may only specify STS AssumeRole actions."},
	} {
		_, err := l.iam(self).UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: ptr("trail"), PolicyDocument: &c.trust})
		t.Log(c.why)
		l.refused(err, "MalformedPolicyDocument", c.message)
	}
	for _, c := range []struct{ why, policy, message string }{
		{"no JSON", `{`, "Syntax errors in policy."},
		{"a principal", strings.Replace(anything, `"Action"`, `"Principal":"*","Action"`, 1), "Policy document should not specify a principal."},
		{"no action", strings.Replace(anything, `"Action":"*",`, ``, 1), "Policy statement must contain actions."},
		{"no resource", strings.Replace(anything, `,"Resource":"*"`, ``, 1), "Policy statement must contain resources."},
		{"no service", strings.Replace(anything, `"Action":"*"`, `"Action":"PutLogEvents"`, 1), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
		{"no ARN", strings.Replace(anything, `"Resource":"*"`, `"Resource":"all"`, 1), `Resource all must be in ARN format or "*".`},
		{"another version", strings.Replace(anything, "2012", "2013", 1), "The policy must contain a valid version string."},
		{"another effect", strings.Replace(anything, "Allow", "Let", 1), ""},
	} {
		_, err := l.iam(self).PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: ptr("trail"), PolicyName: ptr("p"), PolicyDocument: &c.policy})
		t.Log(c.why)
		l.refused(err, "MalformedPolicyDocument", c.message)
	}
	_, err := l.iam(self).PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: ptr("trail"), PolicyName: ptr("p"), PolicyDocument: ptr(strings.Replace(anything, `"Resource":"*"`, `"Resource":"arn:`+strings.Repeat("x", 10240)+`"`, 1))})
	l.refused(err, "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role trail")
}

// A managed policy with its versions and the roles that have it.
func TestManagedPolicyLife(t *testing.T) {
	l, ctx := newLab(t, alone), t.Context()
	c := l.iam(self)
	made, err := c.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: ptr("read"), PolicyDocument: ptr(anything), Description: ptr("d")})
	l.must(err)
	arn := made.Policy.Arn
	_, err = c.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: ptr("read"), PolicyDocument: ptr(anything), Path: ptr("/p/")})
	l.refused(err, "EntityAlreadyExists", "A policy called read already exists. Duplicate names are not allowed.")
	l.role(self, trusting, "")
	attach := func(arn string) error {
		_, err := c.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: ptr("trail"), PolicyArn: &arn})
		return err
	}
	l.refused(attach(*arn+"s"), "NoSuchEntity", "Policy arn:aws:iam::123456789012:policy/reads does not exist or is not attachable.")
	l.must(attach(*arn))
	l.must(attach(*arn)) // again: no error
	for range 4 {
		_, err = c.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: ptr(anything), SetAsDefault: true})
		l.must(err)
	}
	_, err = c.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: ptr(anything)})
	l.refused(err, "LimitExceeded", "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
	got, err := c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn})
	if err != nil || *got.Policy.DefaultVersionId != "v5" || *got.Policy.AttachmentCount != 1 || *got.Policy.Description != "d" {
		t.Errorf("found: %s, %v", l.last(), err)
	}
	_, err = c.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: ptr("v5")})
	l.refused(err, "DeleteConflict", "Cannot delete the default version of a policy.")
	_, err = c.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: arn})
	l.refused(err, "DeleteConflict", "Cannot delete a policy attached to entities.")
	_, err = c.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: ptr("trail")})
	l.refused(err, "DeleteConflict", "Cannot delete entity, must detach all policies first.")
	who, err := c.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: arn})
	if err != nil || len(who.PolicyRoles) != 1 {
		t.Errorf("entities: %s, %v", l.last(), err)
	}
	_, err = c.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: ptr("trail"), PolicyArn: arn})
	l.must(err)
	_, err = c.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: arn})
	l.refused(err, "DeleteConflict", "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	for _, v := range []string{"v1", "v2", "v3", "v4"} {
		_, err = c.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: &v})
		l.must(err)
	}
	_, err = c.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: arn})
	l.must(err)
	_, err = c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn})
	l.refused(err, "NoSuchEntity", "Policy arn:aws:iam::123456789012:policy/read was not found.")
}

func TestServiceLinkedRole(t *testing.T) {
	l, ctx := newLab(t, alone), t.Context()
	out, err := l.iam(self).CreateServiceLinkedRole(ctx, &iam.CreateServiceLinkedRoleInput{AWSServiceName: ptr("cloudtrail.amazonaws.com")})
	if err != nil || *out.Role.Arn != "arn:aws:iam::123456789012:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail" {
		t.Fatalf("made: %s, %v", l.last(), err)
	}
	_, err = l.iam(self).CreateServiceLinkedRole(ctx, &iam.CreateServiceLinkedRoleInput{AWSServiceName: ptr("cloudtrail.amazonaws.com")})
	l.refused(err, "InvalidInput", "Service role name AWSServiceRoleForCloudTrail has been taken in this account, please try a different suffix.")
	_, err = l.iam(self).DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: ptr("AWSServiceRoleForCloudTrail")})
	l.refused(err, "UnmodifiableEntity", "Cannot perform the operation on the protected role 'AWSServiceRoleForCloudTrail' - this role is only modifiable by AWS")
}

// Who may assume a role that IAM has, its trust policy says.
func TestAssumeTrustedRole(t *testing.T) {
	const root = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"%"},"Action":"sts:AssumeRole"}}`
	for _, c := range []struct{ why, trust, externalID, code string }{
		{"the caller's account", fill(root, "arn:aws:iam::123456789012:root"), "", ""},
		{"the caller itself", fill(root, "arn:aws:iam::123456789012:user/sandbox"), "", ""},
		{"another user", fill(root, "arn:aws:iam::123456789012:user/other"), "", "AccessDenied"},
		{"another account", fill(root, "999999999999"), "", "AccessDenied"},
		{"a service", trusting, "", "AccessDenied"},
		{"an external ID", strings.Replace(fill(root, self), `"Action"`, `"Condition":{"StringEquals":{"sts:ExternalId":"sesame"}},"Action"`, 1), "sesame", ""},
		{"no external ID", strings.Replace(fill(root, self), `"Action"`, `"Condition":{"StringEquals":{"sts:ExternalId":"sesame"}},"Action"`, 1), "", "AccessDenied"},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, together)
			arn := l.role(member, c.trust, "")
			in := &sts.AssumeRoleInput{RoleArn: &arn, RoleSessionName: ptr("me")}
			if c.externalID != "" {
				in.ExternalId = &c.externalID
			}
			_, err := l.sts(self, "us-east-1").AssumeRole(t.Context(), in)
			l.refused(err, c.code, "")
			in.DurationSeconds = aws.Int32(7200)
			if _, err := l.sts(self, "us-east-1").AssumeRole(t.Context(), in); c.code == "" {
				l.refused(err, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
			}
		})
	}
}

// Roles and policies are kept.
func TestIAMSurvivesRestart(t *testing.T) {
	dir := t.TempDir()
	l, s := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	l.role(self, trusting, anything)
	l.must(s.Close())
	l, _ = serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	out, err := l.iam(self).GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: ptr("trail"), PolicyName: ptr("write")})
	if err != nil || *out.PolicyDocument != url.QueryEscape(anything) {
		t.Errorf("after a restart: %v, %v", out, err)
	}
	if role, err := l.iam(self).GetRole(t.Context(), &iam.GetRoleInput{RoleName: ptr("trail")}); err != nil || time.Since(*role.Role.CreateDate) > time.Hour {
		t.Errorf("the role: %v, %v", role, err)
	}
}
