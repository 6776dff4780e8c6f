package cloud

import (
	"cmp"
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	listBucket              = "s3:ListBucket" // what IAM calls HeadBucket
	getBucketLocation       = "s3:GetBucketLocation"
	getBucketPolicy         = "s3:GetBucketPolicy"
	getBucketRequestPayment = "s3:GetBucketRequestPayment"
)

// bucketLook is what was seen of a bucket, and what was not.
type bucketLook struct {
	plan.Bucket
	gaps []trail.Gap
}

// bucket looks at a bucket. The guess is the Region that is asked first.
func (s *Session) bucket(ctx context.Context, name string, guess trail.Region) bucketLook {
	b := bucketLook{Bucket: plan.Bucket{Name: name}}
	where, err := s.whereIs(ctx, name, guess)
	switch kind := kindOf(err); {
	case err == nil, kind == Denied: // to see a bucket takes s3:ListBucket, to read its policy does not
	case kind == NotFound:
		return b
	default:
		b.hide(listBucket, guess, err)
		return b
	}
	b.Exists, b.Region = true, where
	s.readBucket(ctx, &b, cmp.Or(where, guess))
	return b
}

// hide notes that the policy could not be read, and why.
func (b *bucketLook) hide(action string, r trail.Region, err error) {
	g := gapOf(action, r, "", err)
	b.Gap = &g
	b.gaps = append(b.gaps, g)
}

// readBucket reads the policy and who pays. A bucket whose policy may not be read is
// taken for somebody else's.
func (s *Session) readBucket(ctx context.Context, b *bucketLook, r trail.Region) {
	var policy string
	var payer types.Payer
	var policyErr, payerErr error
	together(
		func() { policy, policyErr = s.bucketPolicy(ctx, b.Name, r) },
		func() { payer, payerErr = s.payer(ctx, b.Name, r) },
	)
	b.Policy, b.RequesterPays = policy, payer == types.PayerRequester
	switch {
	case policyErr != nil && codeOf(policyErr) == "NoSuchBucket":
		b.Exists = false
		return
	case policyErr != nil:
		b.Elsewhere = kindOf(policyErr) == Denied
		b.hide(getBucketPolicy, r, policyErr)
	}
	if payerErr != nil {
		b.gaps = append(b.gaps, gapOf(getBucketRequestPayment, r, "", payerErr))
	}
}

// whereIs returns the Region of a bucket, which S3 tells in every answer: also when it
// sends the caller elsewhere, and when it denies. "" when it does not tell.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
func (s *Session) whereIs(ctx context.Context, name string, guess trail.Region) (trail.Region, error) {
	out, err := run(ctx, s.call(listBucket, guess), func(ctx context.Context) (*s3.HeadBucketOutput, error) {
		return s.s3(guess).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
	})
	if err == nil && aws.ToString(out.BucketRegion) != "" {
		return trail.Region(*out.BucketRegion), nil
	}
	if err == nil {
		return s.location(ctx, name, guess), nil
	}
	told := toldRegion(err)
	if told != "" && kindOf(err) != Denied && kindOf(err) != NotFound { // 301, or 400 for the signature of another Region
		return told, nil
	}
	return told, err
}

// toldRegion is the Region that an error answer of S3 names.
func toldRegion(err error) trail.Region {
	var r *smithyhttp.ResponseError
	if !errors.As(err, &r) || r.Response == nil {
		return ""
	}
	return trail.Region(r.Response.Header.Get("X-Amz-Bucket-Region"))
}

// location asks what an emulator left out of HeadBucket. Names of old:
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
func (s *Session) location(ctx context.Context, name string, guess trail.Region) trail.Region {
	out, err := run(ctx, s.call(getBucketLocation, guess), func(ctx context.Context) (*s3.GetBucketLocationOutput, error) {
		return s.s3(guess).GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &name})
	})
	switch {
	case err != nil:
		return ""
	case out.LocationConstraint == "":
		return "us-east-1"
	case out.LocationConstraint == types.BucketLocationConstraintEu:
		return "eu-west-1"
	default:
		return trail.Region(out.LocationConstraint)
	}
}

// bucketPolicy returns "" for a bucket without one.
func (s *Session) bucketPolicy(ctx context.Context, name string, r trail.Region) (string, error) {
	return run(ctx, s.call(getBucketPolicy, r), func(ctx context.Context) (string, error) {
		out, err := s.s3(r).GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &name})
		switch {
		case codeOf(err) == "NoSuchBucketPolicy":
			return "", nil
		case err != nil:
			return "", err
		}
		return aws.ToString(out.Policy), nil
	})
}

func (s *Session) payer(ctx context.Context, name string, r trail.Region) (types.Payer, error) {
	return run(ctx, s.call(getBucketRequestPayment, r), func(ctx context.Context) (types.Payer, error) {
		out, err := s.s3(r).GetBucketRequestPayment(ctx, &s3.GetBucketRequestPaymentInput{Bucket: &name})
		if err != nil {
			return "", err
		}
		return out.Payer, nil
	})
}

// exists says whether there is a bucket of this name, in whatever Region. One of
// another account is an error.
func (s *Session) exists(ctx context.Context, name string, r trail.Region) (bool, error) {
	_, err := s.whereIs(ctx, name, r)
	switch {
	case err == nil:
		return true, nil
	case kindOf(err) == NotFound:
		return false, nil
	default:
		return false, err
	}
}

// codeOf returns AWS's code of an error, or "".
func codeOf(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	return api.ErrorCode()
}
