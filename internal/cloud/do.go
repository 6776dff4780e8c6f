package cloud

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/trailspan/trailspan/internal/plan"
)

// Do sends the call, with exactly the members that are set in its request. An action
// that no plan can hold is an error. Throttling is retried within the timeout of a
// call; while AWS says that another change is under way the call is sent again, with
// growing waits, for some minutes or until ctx ends. Only a Session that is ForChange
// sends anything.
func (s *Session) Do(ctx context.Context, c plan.Call) error {
	send, known := s.deedOf(c)
	switch {
	case !known:
		return unknownAction(c)
	case !s.writes:
		return fmt.Errorf("%s: %w", c.Action, errReadOnly)
	}
	for attempt := 0; ; attempt++ {
		_, err := run(ctx, s.call(c.Action, c.Region), func(ctx context.Context) (struct{}, error) { return struct{}{}, send(ctx) })
		if !isConflict(err) || attempt == len(s.pauses) {
			return err
		}
		if sleep(ctx, s.pauses[attempt]) != nil {
			return err
		}
	}
}

// isConflict: CloudTrail asks to wait a few minutes and try again.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
func isConflict(err error) bool {
	return isOneOf(codeOf(err), "ConflictException", "ConcurrentModificationException", "ConcurrentModification", "OperationAborted")
}

func conflictPauses() []time.Duration {
	const s = time.Second
	return []time.Duration{2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s, 30 * s, 30 * s, 30 * s}
}

// deedOf returns what sends the call.
func (s *Session) deedOf(c plan.Call) (send func(context.Context) error, known bool) {
	switch c.Action {
	case plan.UpdateTrail:
		send = s.updateTrail(c)
	case plan.CreateTrail:
		send = s.createTrail(c)
	case plan.DeleteTrail:
		send = s.deleteTrail(c)
	case plan.StartLogging:
		send = s.startLogging(c)
	case plan.StopLogging:
		send = s.stopLogging(c)
	case plan.CreateBucket:
		send = s.createBucket(c)
	case plan.DeleteBucket:
		send = s.deleteBucket(c)
	case plan.PutBucketPolicy:
		send = s.putBucketPolicy(c)
	case plan.DeleteBucketPolicy:
		send = s.deleteBucketPolicy(c)
	case plan.PutPublicAccessBlock:
		send = s.blockPublicAccess(c)
	}
	return send, send != nil
}

func (s *Session) updateTrail(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.cloudTrail(c.Region).UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{
			Name:                       set(c.Request.Name),
			IsMultiRegionTrail:         c.Request.IsMultiRegionTrail,
			IncludeGlobalServiceEvents: c.Request.IncludeGlobalServiceEvents,
			EnableLogFileValidation:    c.Request.EnableLogFileValidation,
			S3BucketName:               set(c.Request.S3BucketName),
			KmsKeyId:                   set(c.Request.KmsKeyID),
		})
		return err
	}
}

func (s *Session) createTrail(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.cloudTrail(c.Region).CreateTrail(ctx, &cloudtrail.CreateTrailInput{
			Name:                       set(c.Request.Name),
			IsMultiRegionTrail:         c.Request.IsMultiRegionTrail,
			IncludeGlobalServiceEvents: c.Request.IncludeGlobalServiceEvents,
			EnableLogFileValidation:    c.Request.EnableLogFileValidation,
			S3BucketName:               set(c.Request.S3BucketName),
			KmsKeyId:                   set(c.Request.KmsKeyID),
		})
		return err
	}
}

func (s *Session) deleteTrail(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.cloudTrail(c.Region).DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: set(c.Request.Name)})
		return err
	}
}

func (s *Session) startLogging(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.cloudTrail(c.Region).StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: set(c.Request.Name)})
		return err
	}
}

func (s *Session) stopLogging(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.cloudTrail(c.Region).StopLogging(ctx, &cloudtrail.StopLoggingInput{Name: set(c.Request.Name)})
		return err
	}
}

// createBucket: us-east-1 is the one Region that must not be named.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
func (s *Session) createBucket(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		in := &s3.CreateBucketInput{Bucket: set(c.Request.Bucket)}
		if c.Region != "us-east-1" {
			in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(c.Region)}
		}
		_, err := s.s3(c.Region).CreateBucket(ctx, in)
		return err
	}
}

func (s *Session) deleteBucket(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.s3(c.Region).DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: set(c.Request.Bucket)})
		return err
	}
}

func (s *Session) putBucketPolicy(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.s3(c.Region).PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: set(c.Request.Bucket), Policy: set(c.Request.Policy)})
		return err
	}
}

func (s *Session) deleteBucketPolicy(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.s3(c.Region).DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: set(c.Request.Bucket)})
		return err
	}
}

func (s *Session) blockPublicAccess(c plan.Call) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := s.s3(c.Region).PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
			Bucket: set(c.Request.Bucket),
			PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
				BlockPublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true),
				IgnorePublicAcls: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
			},
		})
		return err
	}
}

// set returns nil for what is not set, so that it is not sent.
func set(v string) *string {
	if v == "" {
		return nil
	}
	return &v
}

// sleep returns early, with the error of ctx, when that ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
