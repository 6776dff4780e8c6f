package sandbox

import (
	"github.com/trailspan/trailspan/internal/sandbox/s3"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// keyError is the S3 error that an object would meet now because of the key of the trail,
// "" for none. Nothing of it is recorded: CloudTrail calls KMS by itself.
func (s *Sandbox) keyError(bucket s3.Info, src source, object string) string {
	key := src.trail.KmsKeyID
	if key == "" {
		return ""
	}
	if a, _ := parseARN(key); a.Region != bucket.Region {
		return s3CodeOf("NotFoundException")
	}
	if err := s.mayEncrypt(bucket, src, generateDataKey, object); err != nil {
		return s3CodeOf(wire.CodeOf(err))
	}
	return ""
}

// s3CodeOf is what S3 answers when KMS refuses: of a policy what it says of its own, of
// the state of a key the error of KMS after its name. That these are what GetTrailStatus
// shows is inferred: it shows the S3 error.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
func s3CodeOf(code string) string {
	if code == "AccessDeniedException" {
		return "AccessDenied"
	}
	return "KMS." + code
}
