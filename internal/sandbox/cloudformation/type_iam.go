package cloudformation

import (
	"slices"
)

// roleKind is AWS::IAM::Role.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-role.html
func roleKind() kind {
	return kind{
		service: "Iam", name: "RoleName", taggable: true, iam: true, attributes: []string{"Arn", "RoleId"},
		properties: properties{
			"AssumeRolePolicyDocument": free().must(),
			"Description":              text(),
			"ManagedPolicyArns":        listOf(text()),
			"MaxSessionDuration":       number(),
			"Path":                     text().once(),
			"PermissionsBoundary":      text(),
			"Policies":                 listOf(object(properties{"PolicyName": text().must(), "PolicyDocument": free().must()})),
			"RoleName":                 text().once(),
			"Tags":                     tagList(),
		},
		create: createRole, update: updateRole, remove: removeRole,
	}
}

func createRole(d *deed) error {
	name := d.named("RoleName", 64)
	input := d.pick(map[string]string{
		"Description": "Description", "MaxSessionDuration": "MaxSessionDuration", "Path": "Path",
		"PermissionsBoundary": "PermissionsBoundary", "Tags": "Tags",
	})
	input["RoleName"] = name
	input["AssumeRolePolicyDocument"] = documentText(d.properties["AssumeRolePolicyDocument"])
	var made struct {
		Role struct {
			Arn    string
			RoleID string `json:"RoleId"`
		}
	}
	if err := d.do("iam", "CreateRole", input, &made); err != nil {
		return err
	}
	d.id = name
	d.attributes = map[string]any{"Arn": made.Role.Arn, "RoleId": made.Role.RoleID}
	return rolePolicies(d)
}

func updateRole(d *deed) error {
	if d.changed("AssumeRolePolicyDocument") {
		input := map[string]any{"RoleName": d.id, "PolicyDocument": documentText(d.properties["AssumeRolePolicyDocument"])}
		if err := d.do("iam", "UpdateAssumeRolePolicy", input, nil); err != nil {
			return err
		}
	}
	if d.changed("Description", "MaxSessionDuration") {
		input := d.pick(map[string]string{"MaxSessionDuration": "MaxSessionDuration"})
		input["RoleName"], input["Description"] = d.id, d.text("Description")
		if err := d.do("iam", "UpdateRole", input, nil); err != nil {
			return err
		}
	}
	if err := tagIAM(d, "Role", map[string]any{"RoleName": d.id}); err != nil {
		return err
	}
	return rolePolicies(d)
}

// rolePolicies gives the role the policies that are new, and takes those that are gone.
func rolePolicies(d *deed) error {
	inline, before := inlinePolicies(d.properties), inlinePolicies(d.old)
	for name, document := range inline {
		if before[name] == document {
			continue
		}
		input := map[string]any{"RoleName": d.id, "PolicyName": name, "PolicyDocument": document}
		if err := d.do("iam", "PutRolePolicy", input, nil); err != nil {
			return err
		}
	}
	for name := range before {
		if _, stays := inline[name]; stays {
			continue
		}
		if err := d.do("iam", "DeleteRolePolicy", map[string]any{"RoleName": d.id, "PolicyName": name}, nil); err != nil {
			return err
		}
	}
	wanted, had := texts(d.properties, "ManagedPolicyArns"), texts(d.old, "ManagedPolicyArns")
	if err := attach(d, "AttachRolePolicy", without(wanted, had), []string{d.id}); err != nil {
		return err
	}
	return attach(d, "DetachRolePolicy", without(had, wanted), []string{d.id})
}

// attach attaches or detaches each of the policies and each of the roles.
func attach(d *deed, operation string, policies, roles []string) error {
	for _, policy := range policies {
		for _, role := range roles {
			if err := d.do("iam", operation, map[string]any{"RoleName": role, "PolicyArn": policy}, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

func inlinePolicies(properties map[string]any) map[string]string {
	policies := map[string]string{}
	for _, p := range listIn(properties, "Policies") {
		m, _ := p.(map[string]any)
		policies[textOf(m, "PolicyName")] = documentText(m["PolicyDocument"])
	}
	return policies
}

func texts(properties map[string]any, name string) []string {
	var list []string
	for _, v := range listIn(properties, name) {
		s, _ := v.(string)
		list = append(list, s)
	}
	return list
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(others, s) })
}

// tagIAM brings the tags of a role or policy up to date; id names it.
func tagIAM(d *deed, noun string, id map[string]any) error {
	set, lost := d.tagChanges()
	if len(set) > 0 {
		if err := d.do("iam", "Tag"+noun, with(id, "Tags", set), nil); err != nil {
			return err
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return d.do("iam", "Untag"+noun, with(id, "TagKeys", lost), nil)
}

// with returns the members and one more.
func with(members map[string]any, name string, value any) map[string]any {
	all := map[string]any{name: value}
	for k, v := range members {
		all[k] = v
	}
	return all
}

// removeRole removes a role with the policies that the stack gave it. What others gave it
// keeps it there, as IAM says.
func removeRole(d *deed) error {
	for name := range inlinePolicies(d.properties) {
		if err := d.do("iam", "DeleteRolePolicy", map[string]any{"RoleName": d.id, "PolicyName": name}, nil); err != nil && !gone(err) {
			return err
		}
	}
	for _, arn := range texts(d.properties, "ManagedPolicyArns") {
		if err := d.do("iam", "DetachRolePolicy", map[string]any{"RoleName": d.id, "PolicyArn": arn}, nil); err != nil && !gone(err) {
			return err
		}
	}
	return d.do("iam", "DeleteRole", map[string]any{"RoleName": d.id}, nil)
}
