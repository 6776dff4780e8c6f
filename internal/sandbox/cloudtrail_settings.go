package sandbox

import (
	"regexp"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// applySettings puts the settings of a request into a trail that is not yet the
// world's, and checks them in the order of CreateTrail: bucket, topic, key, log group.
func (s *Sandbox) applySettings(c *wire.Call, owner *account, t *trailRecord, in trailSettings) error {
	if in.EnableLogFileValidation != nil {
		t.LogFileValidationEnabled = *in.EnableLogFileValidation
	}
	for _, apply := range []func(*wire.Call, *account, *trailRecord, trailSettings) error{
		applyGlobalEvents, s.applyBucket, s.applyTopic, s.applyKey, s.applyLogGroup,
	} {
		if err := apply(c, owner, t, in); err != nil {
			return err
		}
	}
	return nil
}

// applyGlobalEvents sets whether global service events are included. A multi-Region
// trail always includes them: a request to become one says so by itself, a request to
// leave them out is refused.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
func applyGlobalEvents(_ *wire.Call, _ *account, t *trailRecord, in trailSettings) error {
	switch {
	case in.IncludeGlobalServiceEvents != nil:
		if t.IsMultiRegionTrail && !*in.IncludeGlobalServiceEvents {
			return globalEventsRequired()
		}
		t.IncludeGlobalServiceEvents = *in.IncludeGlobalServiceEvents
	case value(in.IsMultiRegionTrail):
		t.IncludeGlobalServiceEvents = true
	}
	return nil
}

// applyBucket sets where log files go, and verifies the bucket even if nothing was
// said of it: AWS refuses any update of a trail whose bucket has become unfit.
func (s *Sandbox) applyBucket(_ *wire.Call, owner *account, t *trailRecord, in trailSettings) error {
	if in.S3BucketName != nil {
		t.S3BucketName = *in.S3BucketName
	}
	if in.S3KeyPrefix != nil {
		t.S3KeyPrefix = *in.S3KeyPrefix
	}
	if !bucketName(t.S3BucketName) {
		return wire.Errorf("InvalidS3BucketNameException", "Bucket name %s is not valid.", t.S3BucketName)
	}
	if err := checkPrefix(t.S3KeyPrefix); err != nil {
		return err
	}
	return s.verifyBucket(t, owner)
}

// bucketName says whether S3 could have a bucket of the name.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func bucketName(name string) bool {
	const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789"
	return len(name) >= 3 && len(name) <= 63 && strings.Trim(name, lowerAlphanumeric+".-") == "" &&
		strings.Contains(lowerAlphanumeric, name[:1]) && strings.Contains(lowerAlphanumeric, name[len(name)-1:])
}

// checkPrefix refuses prefixes that are too long, or could write into the folder of
// another account.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-set-bucket-policy-for-multiple-accounts.html
func checkPrefix(prefix string) error {
	const code = "InvalidS3PrefixException"
	switch {
	case len(prefix) > 200:
		return wire.Errorf(code, "The S3 key prefix is longer than 200 characters.")
	case strings.Contains(prefix+"/", "AWSLogs/"):
		return wire.Errorf(code, "The S3 key prefix must not contain AWSLogs/.")
	}
	return nil
}

// matches says whether all of s matches the expression.
func matches(expression, s string) bool {
	return regexp.MustCompile(`^(?:` + expression + `)$`).MatchString(s)
}
