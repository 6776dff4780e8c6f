package sandbox

import (
	"cmp"
	"time"
)

// deliveryStatus is how deliveries from a source have been going.
type deliveryStatus struct {
	Error       string // an S3 error code, of log files
	DigestError string
	Attempt     time.Time // of the last delivery; zero: none yet
	Success     time.Time // of the last one that succeeded
	Digest      time.Time // of the last digest that succeeded

	Notification notification
}

// deliveryOf tells how deliveries of a source have gone, and whether one would fail at
// a time: what the bucket and its policy say now, whatever was so before. Errors
// therefore show at once, and go when what caused them has been mended. A source that
// fails tries all the time.
func (s *Sandbox) deliveryOf(src source, now time.Time) deliveryStatus {
	t := src.trail
	status := deliveryStatus{Error: t.DeliveryErrors[src.region]}
	fault := s.faults.shown(s.putOf(src))
	if t.Logging {
		status.Error = cmp.Or(fault, s.deliveryError(src, s.objectKey(src, logFolder, now)))
	}
	if t.Logging && t.LogFileValidationEnabled {
		status.DigestError = cmp.Or(fault, s.deliveryError(src, s.objectKey(src, digestFolder, now)))
	}
	if f := s.w.Feeds[feedKey(t.ARN, src.account, src.region)]; f != nil {
		status.Attempt, status.Success, status.Digest = f.Success, f.Success, f.Digest
	}
	status.Notification = s.notificationOf(src)
	if status.Error != "" && t.Logging {
		status.Attempt = now
	}
	if !t.LogFileValidationEnabled || status.DigestError != "" {
		status.Digest = time.Time{}
	}
	return status
}

// deliveryError is the S3 error that a delivery to a key would meet now, "" for none.
// What the world file forces goes first.
func (s *Sandbox) deliveryError(src source, key string) string {
	if forced := src.trail.DeliveryErrors[src.region]; forced != "" {
		return forced
	}
	bucket, ok := s.buckets.Bucket(src.trail.S3BucketName)
	switch {
	case !ok:
		return "NoSuchBucket"
	case bucket.RequesterPays || !s.mayUse(bucket, src, "s3:PutObject", key):
		return "AccessDenied"
	}
	return s.keyError(bucket, src, key)
}
