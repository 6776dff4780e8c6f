package iam

import (
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type serviceLinkedRoleInput struct{ AWSServiceName, Description, CustomSuffix string }

// createServiceLinkedRole makes the role of a service, which trusts that service only.
// It may do nothing here: what such roles may do is in managed policies of AWS.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
func (o operations) createServiceLinkedRole(c *wire.Call, in serviceLinkedRoleInput) (roleOutput, error) {
	service, ok := strings.CutSuffix(in.AWSServiceName, ".amazonaws.com")
	if !ok || service == "" {
		return roleOutput{}, wire.Errorf("InvalidInputException", "Service %s does not exist.", in.AWSServiceName)
	}
	name := "AWSServiceRoleFor" + serviceTitle(service)
	if in.CustomSuffix != "" {
		name += "_" + in.CustomSuffix
	}
	r := &Role{
		Name: name, Path: servicePath + in.AWSServiceName + "/", ID: newID("AROA"), Created: whole(c.Time), Description: in.Description, MaxSession: defaultSession,
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + in.AWSServiceName + `"},"Action":"sts:AssumeRole"}]}`,
	}
	r.ARN = arn(c, "role", r.Path, r.Name)
	if err := o.store().add(c, r); err != nil {
		return roleOutput{}, wire.Errorf("InvalidInputException", "Service role name %s has been taken in this account, please try a different suffix.", name)
	}
	return roleOutput{r.created()}, nil
}

// serviceTitle is what the name of a role calls a service.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/using-service-linked-roles.html
func serviceTitle(service string) string {
	switch service {
	case "cloudtrail":
		return "CloudTrail"
	case "context.cloudtrail":
		return "CloudTrailEventContext"
	case "organizations":
		return "Organizations"
	}
	name, _, _ := strings.Cut(service, ".")
	return strings.ToUpper(name[:1]) + name[1:]
}
