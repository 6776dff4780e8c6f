package cloud

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/trail"
)

const (
	getObject  = "s3:GetObject"
	kmsDecrypt = "kms:Decrypt"
)

// readTimeout leaves time for the largest log file over a slow line.
const readTimeout = 5 * time.Minute

// Object is what is in a bucket.
type Object struct {
	Key      string
	Modified time.Time
}

// BucketRegion returns the Region of a bucket, or the guess where nobody tells.
func (s *Session) BucketRegion(ctx context.Context, bucket string, guess trail.Region) trail.Region {
	where, _ := s.whereIs(ctx, bucket, guess) // S3 tells it even when it denies
	return cmp.Or(where, guess)
}

// Objects lists the objects of a bucket below a prefix whose keys come after one.
func (s *Session) Objects(ctx context.Context, r trail.Region, bucket, prefix, after string) ([]Object, error) {
	return run(ctx, s.call(listBucket, r), func(ctx context.Context) ([]Object, error) {
		var out []Object
		pages := s3.NewListObjectsV2Paginator(s.s3(r), &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix, StartAfter: &after})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, o := range page.Contents {
				out = append(out, Object{aws.ToString(o.Key), utc(o.LastModified)})
			}
		}
		return out, nil
	})
}

// ReadObject hands what an object holds, as it is stored, to use.
func (s *Session) ReadObject(ctx context.Context, r trail.Region, bucket, key string, use func(io.Reader) error) error {
	_, err := run(ctx, call{getObject, r, readTimeout}, func(ctx context.Context) (struct{}, error) {
		out, err := s.s3(r).GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
		if err != nil {
			return struct{}{}, err
		}
		defer out.Body.Close()
		return struct{}{}, use(out.Body)
	})
	return lockedAway(err)
}

// lockedAway: it is S3 that answers when the key of an object may not be used, and only
// its sentence names the action that was denied.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
func lockedAway(err error) error {
	var c *callError
	if errors.As(err, &c) && (kindOf(err) == Denied && strings.Contains(said(err), "kms:") || strings.HasPrefix(codeOf(err), "KMS.")) {
		c.action = kmsDecrypt
	}
	return err
}

// OrganizationID returns the ID of the organization of the account, "" for none, or why
// it is not known.
func (s *Session) OrganizationID(ctx context.Context) (string, *trail.Gap) {
	org, err := s.organization(ctx)
	switch {
	case err != nil:
		g := gapOf(describeOrganization, "", "", err)
		return "", &g
	case org == nil:
		return "", nil
	}
	return org.ID, nil
}

// GapOf makes a Gap of an error of this room, and says whether waiting may mend it. A key
// that is disabled or gone is no matter of waiting.
func GapOf(err error) (g trail.Gap, passes bool) {
	p := Explain(err)
	switch p.Kind {
	case Denied, Rejected, Expired, NotFound, Unsupported:
	default:
		passes = p.Action != kmsDecrypt
	}
	return gapOf(p.Action, p.Region, "", err), passes
}
