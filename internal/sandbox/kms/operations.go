package kms

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// service answers calls from the store of the moment: a reset puts another in its place.
type service struct{ current func() *Store }

// Operations lists what is implemented of KMS. The store is looked up at each call.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
func Operations(store func() *Store) map[string]wire.Operation {
	s := service{store}
	return map[string]wire.Operation{
		"CreateKey":            wire.Op(s.createKey),
		"DescribeKey":          wire.Op(s.describeKey),
		"ListKeys":             wire.Op(s.listKeys),
		"UpdateKeyDescription": wire.Op(s.updateKeyDescription),

		"CreateAlias": wire.Op(s.createAlias),
		"UpdateAlias": wire.Op(s.updateAlias),
		"DeleteAlias": wire.Op(s.deleteAlias),
		"ListAliases": wire.Op(s.listAliases),

		"GetKeyPolicy":    wire.Op(s.getKeyPolicy),
		"PutKeyPolicy":    wire.Op(s.putKeyPolicy),
		"ListKeyPolicies": wire.Op(s.listKeyPolicies),
		"ListGrants":      wire.Op(s.listGrants),

		"EnableKey":           wire.Op(s.enableKey),
		"DisableKey":          wire.Op(s.disableKey),
		"ScheduleKeyDeletion": wire.Op(s.scheduleKeyDeletion),
		"CancelKeyDeletion":   wire.Op(s.cancelKeyDeletion),

		"EnableKeyRotation":    wire.Op(s.enableKeyRotation),
		"DisableKeyRotation":   wire.Op(s.disableKeyRotation),
		"GetKeyRotationStatus": wire.Op(s.getKeyRotationStatus),

		"TagResource":      wire.Op(s.tagResource),
		"UntagResource":    wire.Op(s.untagResource),
		"ListResourceTags": wire.Op(s.listResourceTags),

		"Encrypt":                         wire.Op(s.encrypt),
		"Decrypt":                         wire.Op(s.decrypt),
		"GenerateDataKey":                 wire.Op(s.generateDataKey),
		"GenerateDataKeyWithoutPlaintext": wire.Op(s.generateDataKeyWithoutPlaintext),
	}
}

// nothing is the answer of operations that have none.
type nothing struct{}
