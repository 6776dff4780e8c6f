package cloudformation

// keyKind is AWS::KMS::Key, whose physical ID is the key ID. A deleted one waits in KMS.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kms-key.html
func keyKind() kind {
	return kind{
		service: "Kms", taggable: true, attributes: []string{"Arn", "KeyId"},
		properties: properties{
			"BypassPolicyLockoutSafetyCheck": boolean(),
			"Description":                    text(),
			"Enabled":                        boolean(),
			"EnableKeyRotation":              boolean(),
			"KeyPolicy":                      free(),
			"KeySpec":                        text().once(),
			"KeyUsage":                       text().once(),
			"MultiRegion":                    boolean().once(),
			"Origin":                         text().once(),
			"PendingWindowInDays":            number(),
			"RotationPeriodInDays":           number(),
			"Tags":                           tagList(),
		},
		create: createKey, update: updateKey, remove: removeKey,
	}
}

func createKey(d *deed) error {
	input := d.pick(map[string]string{
		"BypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck", "Description": "Description", "KeySpec": "KeySpec",
		"KeyUsage": "KeyUsage", "MultiRegion": "MultiRegion", "Origin": "Origin",
	})
	if policy, given := d.properties["KeyPolicy"]; given {
		input["Policy"] = documentText(policy)
	}
	if tags := keyTags(d.list("Tags")); len(tags) > 0 {
		input["Tags"] = tags
	}
	var made struct {
		KeyMetadata struct {
			Arn   string
			KeyID string `json:"KeyId"`
		}
	}
	if err := d.do("kms", "CreateKey", input, &made); err != nil {
		return err
	}
	d.id = made.KeyMetadata.KeyID
	d.attributes = map[string]any{"Arn": made.KeyMetadata.Arn, "KeyId": d.id}
	return switchKey(d)
}

// keyTags turns tags into those of KMS, which names their parts otherwise.
func keyTags(tags []any) []any {
	var list []any
	for _, t := range tags {
		m, _ := t.(map[string]any)
		list = append(list, map[string]any{"TagKey": m["Key"], "TagValue": m["Value"]})
	}
	return list
}

// switchKey enables or disables the key and its rotation, as far as it is not so already: a
// new key is enabled and does not rotate.
func switchKey(d *deed) error {
	id := map[string]any{"KeyId": d.id}
	enabled, wasEnabled := unlessFalse(d.properties, "Enabled"), unlessFalse(d.old, "Enabled")
	if enabled && !wasEnabled {
		if err := d.do("kms", "EnableKey", id, nil); err != nil {
			return err
		}
	}
	if d.changed("EnableKeyRotation", "RotationPeriodInDays") {
		if err := rotateKey(d); err != nil {
			return err
		}
	}
	if wasEnabled && !enabled {
		return d.do("kms", "DisableKey", id, nil)
	}
	return nil
}

func rotateKey(d *deed) error {
	if d.is("EnableKeyRotation") {
		return d.do("kms", "EnableKeyRotation", with(d.pick(map[string]string{"RotationPeriodInDays": "RotationPeriodInDays"}), "KeyId", d.id), nil)
	}
	if on, _ := d.old["EnableKeyRotation"].(bool); on {
		return d.do("kms", "DisableKeyRotation", map[string]any{"KeyId": d.id}, nil)
	}
	return nil
}

func unlessFalse(properties map[string]any, name string) bool {
	on, given := properties[name].(bool)
	return on || !given
}

func updateKey(d *deed) error {
	if d.changed("Description") {
		input := map[string]any{"KeyId": d.id, "Description": d.text("Description")}
		if err := d.do("kms", "UpdateKeyDescription", input, nil); err != nil {
			return err
		}
	}
	if policy, given := d.properties["KeyPolicy"]; given && d.changed("KeyPolicy") {
		input := with(d.pick(map[string]string{"BypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck"}), "KeyId", d.id)
		input["PolicyName"], input["Policy"] = "default", documentText(policy)
		if err := d.do("kms", "PutKeyPolicy", input, nil); err != nil {
			return err
		}
	}
	set, lost := d.tagChanges()
	if len(set) > 0 {
		if err := d.do("kms", "TagResource", map[string]any{"KeyId": d.id, "Tags": keyTags(set)}, nil); err != nil {
			return err
		}
	}
	if len(lost) > 0 {
		if err := d.do("kms", "UntagResource", map[string]any{"KeyId": d.id, "TagKeys": lost}, nil); err != nil {
			return err
		}
	}
	return switchKey(d)
}

func removeKey(d *deed) error {
	input := with(d.pick(map[string]string{"PendingWindowInDays": "PendingWindowInDays"}), "KeyId", d.id)
	return d.do("kms", "ScheduleKeyDeletion", input, nil)
}

// aliasKind is AWS::KMS::Alias.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kms-alias.html
func aliasKind() kind {
	alias := map[string]string{"AliasName": "AliasName", "TargetKeyId": "TargetKeyId"}
	return kind{
		service: "Kms", name: "AliasName",
		properties: properties{"AliasName": text().must().once(), "TargetKeyId": text().must()},
		create: func(d *deed) error {
			if err := d.do("kms", "CreateAlias", d.pick(alias), nil); err != nil {
				return err
			}
			d.id = d.text("AliasName")
			return nil
		},
		update: func(d *deed) error { return d.do("kms", "UpdateAlias", d.pick(alias), nil) },
		remove: func(d *deed) error { return d.do("kms", "DeleteAlias", map[string]any{"AliasName": d.id}, nil) },
	}
}
