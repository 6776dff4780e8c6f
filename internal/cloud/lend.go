package cloud

import (
	"context"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// Selectors asks for the event selectors of one trail, by its ARN in its home Region.
// Of an organization trail the management account and delegated administrators are
// told, where a member may not be.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
func (s *Session) Selectors(ctx context.Context, arn trail.ARN) (*trail.Selectors, error) {
	c := &collector{session: s, timeout: s.timeout}
	return c.selectors(ctx, arn.Region(), arn)
}

// Bucket looks at a bucket as Evidence does, in the name of this account. Whoever owns it
// may lend what he sees to those whose trails deliver to it: S3 lets nobody else read its
// policy.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html
func (s *Session) Bucket(ctx context.Context, name string, guess trail.Region) (plan.Bucket, []trail.Gap) {
	b := s.bucket(ctx, name, guess)
	return b.Bucket, b.gaps
}

// Key looks at the key of a trail in the name of this account, which may be that of the
// key; not at how the bucket encrypts.
func (s *Session) Key(ctx context.Context, arn trail.ARN) plan.Key {
	return *s.key(ctx, string(arn), arn.Region())
}

// BucketKey says whether a bucket encrypts with an S3 Bucket Key, which its owner may see.
func (s *Session) BucketKey(ctx context.Context, bucket string, r trail.Region) (bool, error) {
	return s.bucketKey(ctx, bucket, r)
}
