package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	describeKey         = "kms:DescribeKey"
	getKeyPolicy        = "kms:GetKeyPolicy"
	getBucketEncryption = "s3:GetEncryptionConfiguration" // what IAM calls GetBucketEncryption
)

func (s *Session) kms(r trail.Region) *kms.Client { return kms.NewFromConfig(s.in(r)) }

// trailKey looks at the key of a trail, nil for none, and at how its bucket encrypts.
// An ID that names no Region is one of the Region of the bucket.
func (s *Session) trailKey(ctx context.Context, t trail.Trail, b plan.Bucket) *plan.Key {
	if t.KMSKeyID == "" {
		return nil
	}
	at := b.Region
	if at == "" {
		at = t.HomeRegion
	}
	k := s.key(ctx, t.KMSKeyID, at)
	if !b.Exists {
		return k
	}
	var err error
	if k.BucketKey, err = s.bucketKey(ctx, t.Bucket, at); err != nil {
		k.Gaps = append(k.Gaps, gapOf(getBucketEncryption, at, "", err))
	}
	return k
}

// key looks at a key that is named by ID, alias or ARN. A policy is asked for by ID or ARN
// only, which the description gives.
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
func (s *Session) key(ctx context.Context, name string, guess trail.Region) *plan.Key {
	k := &plan.Key{ID: name, Region: guess}
	if r := trail.ARN(name).Region(); r != "" {
		k.Region = r
	}
	d, err := run(ctx, s.call(describeKey, k.Region), func(ctx context.Context) (*kms.DescribeKeyOutput, error) {
		return s.kms(k.Region).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &name})
	})
	switch {
	case kindOf(err) == NotFound:
		k.Missing = true
		return k
	case err != nil:
		k.Gaps = append(k.Gaps, gapOf(describeKey, k.Region, "", err))
	case d.KeyMetadata != nil:
		k.State = string(d.KeyMetadata.KeyState)
		if arn := aws.ToString(d.KeyMetadata.Arn); arn != "" {
			k.ID = arn
		}
	}
	s.readKeyPolicy(ctx, k)
	return k
}

func (s *Session) readKeyPolicy(ctx context.Context, k *plan.Key) {
	const only = "default" // there is no other name
	out, err := run(ctx, s.call(getKeyPolicy, k.Region), func(ctx context.Context) (*kms.GetKeyPolicyOutput, error) {
		return s.kms(k.Region).GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &k.ID, PolicyName: aws.String(only)})
	})
	if err != nil {
		k.Gaps = append(k.Gaps, gapOf(getKeyPolicy, k.Region, "", err))
		return
	}
	k.Policy = aws.ToString(out.Policy)
}

// bucketKey says whether a bucket encrypts with an S3 Bucket Key.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
func (s *Session) bucketKey(ctx context.Context, bucket string, r trail.Region) (bool, error) {
	return run(ctx, s.call(getBucketEncryption, r), func(ctx context.Context) (bool, error) {
		out, err := s.s3(r).GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &bucket})
		switch {
		case codeOf(err) == "ServerSideEncryptionConfigurationNotFoundError":
			return false, nil
		case err != nil:
			return false, err
		case out.ServerSideEncryptionConfiguration == nil:
			return false, nil
		}
		for _, rule := range out.ServerSideEncryptionConfiguration.Rules {
			if aws.ToBool(rule.BucketKeyEnabled) {
				return true, nil
			}
		}
		return false, nil
	})
}
