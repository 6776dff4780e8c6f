package sandbox

import (
	"errors"
	"maps"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/s3"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// applyKey sets the KMS key, named by ID, ARN, alias or ARN of an alias; it shows as
// the ARN of the key. As with the bucket, the key is verified even if nothing was said
// of it.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
func (s *Sandbox) applyKey(c *wire.Call, owner *account, t *trailRecord, in trailSettings) error {
	bucket, _ := s.buckets.Bucket(t.S3BucketName)
	if in.KmsKeyID != nil {
		key, err := s.findKey(c, *in.KmsKeyID, bucket.Region)
		if err != nil {
			return err
		}
		t.KmsKeyID = key
	}
	if t.KmsKeyID == "" {
		return nil
	}
	return s.verifyKey(bucket, home(t, owner))
}

const uuidPattern = `(mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`

// findKey returns the ARN of the key that the caller named, which must be in a Region: of
// a trail, in that of the bucket. "" names none.
func (s *Sandbox) findKey(c *wire.Call, name, region string) (string, error) {
	const arn = `arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:`
	switch {
	case name == "":
		return "", nil
	case !matches(uuidPattern+`|(`+arn+`)?alias/[\w/-]{1,250}|`+arn+`key/`+uuidPattern, name):
		return "", wire.Errorf("InvalidKmsKeyIdException", "The KMS key ID %s is not valid.", name)
	}
	if a, ok := parseARN(name); ok && a.Region != region {
		return "", keyElsewhere(name, region)
	}
	key, ok := s.w.KMS.Find(c.Partition, c.Account, region, name)
	if !ok {
		return "", keyElsewhere(name, region)
	}
	return key.ARN, nil
}

// keyElsewhere is said of a key that does not exist in the Region. The sentence is the
// sandbox's own; that of AWS is not on record.
func keyElsewhere(name, region string) error {
	return wire.Errorf("KmsKeyNotFoundException", "The KMS key %s does not exist in %s, the Region where it is needed.", name, region)
}

// verifyKey makes sure that CloudTrail may encrypt under the key of a trail, as
// CreateTrail and UpdateTrail do. A bucket with an S3 Bucket Key wants kms:Decrypt too.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
func (s *Sandbox) verifyKey(bucket s3.Info, src source) error {
	key := src.trail.KmsKeyID
	if a, _ := parseARN(key); a.Region != bucket.Region {
		return keyElsewhere(key, bucket.Region)
	}
	actions := []string{"kms:DescribeKey", generateDataKey}
	if bucket.BucketKey {
		actions = append(actions, "kms:Decrypt")
	}
	for _, action := range actions {
		if err := s.mayEncrypt(bucket, src, action, s.probeKey(src, logFolder)); err != nil {
			return keyRefusal(err, key, bucket.Region, "Insufficient permissions to access S3 bucket "+bucket.Name+" or KMS key "+key+".")
		}
	}
	return nil
}

// generateDataKey is what encrypting an object takes.
const generateDataKey = "kms:GenerateDataKey"

// keyRefusal is what CloudTrail says when KMS refuses. KmsKeyDisabledException is no
// longer in use, so that keys which are disabled or about to go are a KmsException; its
// sentence is the sandbox's own.
func keyRefusal(err error, key, region, insufficient string) error {
	var refusal *wire.Error
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Code {
	case "NotFoundException":
		return keyElsewhere(key, region)
	case "AccessDeniedException":
		return wire.Errorf("InsufficientEncryptionPolicyException", "%s", insufficient)
	}
	return wire.Errorf("KmsException", "The KMS key cannot be used: %s", refusal.Message)
}

// mayEncrypt asks KMS whether CloudTrail may do something with the key of a trail, for an
// object in the bucket, on behalf of the source. It is nil, or the error of KMS.
func (s *Sandbox) mayEncrypt(bucket s3.Info, src source, action, object string) error {
	return s.w.KMS.Permit(src.trail.KmsKeyID, policy.Request{
		Principal: policy.Principal{Service: "cloudtrail.amazonaws.com"},
		Action:    action,
		Context:   s.keyContext(bucket, src, action, object),
	})
}

// keyContext holds the condition keys. CloudTrail looks at a key by itself, and encrypts
// through S3, which adds to the encryption context the object or, where it has an S3 Bucket
// Key, the bucket. In every Region the source and the context are the trail by its one ARN.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
func (s *Sandbox) keyContext(bucket s3.Info, src source, action, object string) map[string][]string {
	m := s.deliveryContext(bucket, src)
	maps.DeleteFunc(m, func(key string, _ []string) bool {
		return strings.HasPrefix(key, "s3:") || key == "aws:ResourceAccount"
	})
	m["aws:ResourceAccount"] = []string{accountOfARN(src.trail.KmsKeyID)}
	if action == "kms:DescribeKey" {
		return m
	}
	encrypted := "arn:" + src.owner.Partition + ":s3:::" + bucket.Name
	if !bucket.BucketKey {
		encrypted += "/" + object
	}
	m["kms:ViaService"] = []string{"s3." + bucket.Region + ".amazonaws.com"}
	m["kms:EncryptionContext:aws:cloudtrail:arn"] = []string{src.trail.ARN}
	m["kms:EncryptionContext:aws:s3:arn"] = []string{encrypted}
	m["kms:EncryptionContextKeys"] = []string{"aws:cloudtrail:arn", "aws:s3:arn"}
	return m
}

// dataStoreKey returns the ARN of the key that an event data store is to be encrypted
// under. CloudTrail uses it without conditions: a policy that has some does not let it in.
// The sentence of the refusal is the sandbox's own.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
func (s *Sandbox) dataStoreKey(c *wire.Call, name string) (string, error) {
	key, err := s.findKey(c, name, c.Region)
	if err != nil || key == "" {
		return "", err
	}
	for _, action := range []string{generateDataKey, "kms:Decrypt"} {
		r := policy.Request{Principal: policy.Principal{Service: "cloudtrail.amazonaws.com"}, Action: action}
		if err := s.w.KMS.Permit(key, r); err != nil {
			return "", keyRefusal(err, key, c.Region, "Insufficient permissions to access KMS key "+key+".")
		}
	}
	return key, nil
}
