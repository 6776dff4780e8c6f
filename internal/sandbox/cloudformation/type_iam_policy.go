package cloudformation

// rolePolicyKind is AWS::IAM::Policy: an inline policy of roles. There are no users and
// groups in the sandbox that could have one.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-policy.html
func rolePolicyKind() kind {
	return kind{
		service: "Iam", iam: true, attributes: []string{"Id"},
		properties: properties{
			"Groups": listOf(text()), "PolicyDocument": free().must(), "PolicyName": text().must().once(), "Roles": listOf(text()), "Users": listOf(text()),
		},
		create: func(d *deed) error {
			d.id = generateName(d.stack.Name, d.logicalID, 64)
			d.attributes = map[string]any{"Id": d.id}
			return putInRoles(d)
		},
		update: putInRoles,
		remove: func(d *deed) error { return deleteFromRoles(d, texts(d.properties, "Roles")) },
	}
}

func putInRoles(d *deed) error {
	roles, before := texts(d.properties, "Roles"), texts(d.old, "Roles")
	if len(roles)+len(d.list("Users"))+len(d.list("Groups")) == 0 {
		return failure("At least one of [Groups,Roles,Users] must be non-empty.")
	}
	to := roles
	if !d.changed("PolicyDocument") {
		to = without(roles, before)
	}
	document := documentText(d.properties["PolicyDocument"])
	for _, role := range to {
		input := map[string]any{"RoleName": role, "PolicyName": d.text("PolicyName"), "PolicyDocument": document}
		if err := d.do("iam", "PutRolePolicy", input, nil); err != nil {
			return err
		}
	}
	return deleteFromRoles(d, without(before, roles))
}

func deleteFromRoles(d *deed, roles []string) error {
	for _, role := range roles {
		err := d.do("iam", "DeleteRolePolicy", map[string]any{"RoleName": role, "PolicyName": d.text("PolicyName")}, nil)
		if err != nil && !gone(err) {
			return err
		}
	}
	return nil
}

// managedPolicyKind is AWS::IAM::ManagedPolicy, whose physical ID is its ARN.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-managedpolicy.html
func managedPolicyKind() kind {
	return kind{
		service: "Iam", name: "ManagedPolicyName", iam: true, attributes: []string{"PolicyArn", "PolicyId"},
		properties: properties{
			"Description": text().once(), "Groups": listOf(text()), "ManagedPolicyName": text().once(), "Path": text().once(),
			"PolicyDocument": free().must(), "Roles": listOf(text()), "Users": listOf(text()),
		},
		create: createManagedPolicy, update: updateManagedPolicy, remove: removeManagedPolicy,
	}
}

func createManagedPolicy(d *deed) error {
	input := d.pick(map[string]string{"Description": "Description", "Path": "Path"})
	input["PolicyName"] = d.named("ManagedPolicyName", 128)
	input["PolicyDocument"] = documentText(d.properties["PolicyDocument"])
	var made struct {
		Policy struct {
			Arn      string
			PolicyID string `json:"PolicyId"`
		}
	}
	if err := d.do("iam", "CreatePolicy", input, &made); err != nil {
		return err
	}
	d.id = made.Policy.Arn
	d.attributes = map[string]any{"PolicyArn": made.Policy.Arn, "PolicyId": made.Policy.PolicyID}
	return attach(d, "AttachRolePolicy", []string{d.id}, texts(d.properties, "Roles"))
}

// updateManagedPolicy makes a new version of the policy, and deletes the one that was in
// force: a policy has at most five.
func updateManagedPolicy(d *deed) error {
	if d.changed("PolicyDocument") {
		var policy struct {
			Policy struct {
				DefaultVersionID string `json:"DefaultVersionId"`
			}
		}
		if err := d.do("iam", "GetPolicy", map[string]any{"PolicyArn": d.id}, &policy); err != nil {
			return err
		}
		input := map[string]any{"PolicyArn": d.id, "PolicyDocument": documentText(d.properties["PolicyDocument"]), "SetAsDefault": true}
		if err := d.do("iam", "CreatePolicyVersion", input, nil); err != nil {
			return err
		}
		old := map[string]any{"PolicyArn": d.id, "VersionId": policy.Policy.DefaultVersionID}
		if err := d.do("iam", "DeletePolicyVersion", old, nil); err != nil {
			return err
		}
	}
	wanted, had := texts(d.properties, "Roles"), texts(d.old, "Roles")
	if err := attach(d, "AttachRolePolicy", []string{d.id}, without(wanted, had)); err != nil {
		return err
	}
	return attach(d, "DetachRolePolicy", []string{d.id}, without(had, wanted))
}

func removeManagedPolicy(d *deed) error {
	for _, role := range texts(d.properties, "Roles") {
		if err := attach(d, "DetachRolePolicy", []string{d.id}, []string{role}); err != nil && !gone(err) {
			return err
		}
	}
	return d.do("iam", "DeletePolicy", map[string]any{"PolicyArn": d.id}, nil)
}
