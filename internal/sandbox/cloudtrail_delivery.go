package sandbox

import (
	"slices"
	"time"
)

// CloudTrail delivers log files about every five minutes and digests every hour.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
const (
	deliverEvery = 5 * time.Minute
	digestEvery  = time.Hour
)

// deliveryStatus is how deliveries from a source have been going.
type deliveryStatus struct {
	Error       string // an S3 error code, of log files
	DigestError string
	Attempt     time.Time // of the last delivery; zero: none yet
	Success     time.Time // of the last one that succeeded
	Digest      time.Time // of the last digest that succeeded
}

// deliveryKey is the key of trailRecord.Delivery.
func deliveryKey(account, region string) string { return account + "/" + region }

// deliveryOf works out the delivery status of a source at a time: what the bucket and
// its policy say now, whatever was so before. Errors therefore show at once, and go
// when what caused them has been mended. Where nothing was recorded of deliveries, a
// healthy source has delivered at every round since it began.
func (s *Sandbox) deliveryOf(src source, now time.Time) deliveryStatus {
	t := src.trail
	status := deliveryStatus{Error: t.DeliveryErrors[src.region]}
	if t.Logging {
		status.Error = s.deliveryError(src, logFolder, now)
	}
	if t.Logging && t.LogFileValidationEnabled {
		status.DigestError = s.deliveryError(src, digestFolder, now)
	}
	status.fillTimes(src, now)
	return status
}

// deliveryError is the S3 error that a delivery would meet now, "" for none. What the
// world file forces goes first.
func (s *Sandbox) deliveryError(src source, f folder, now time.Time) string {
	if forced := src.trail.DeliveryErrors[src.region]; forced != "" {
		return forced
	}
	bucket, ok := s.buckets.Bucket(src.trail.S3BucketName)
	switch {
	case !ok:
		return "NoSuchBucket"
	case bucket.RequesterPays || !s.mayUse(bucket, src, "s3:PutObject", s.objectKey(src, f, now)):
		return "AccessDenied"
	}
	return ""
}

// fillTimes works out when the last deliveries were. A source that fails tries all the
// time; of when it last succeeded only the record knows.
func (d *deliveryStatus) fillTimes(src source, now time.Time) {
	t := src.trail
	end := now
	if !t.Logging && t.StopLogging.Before(now) {
		end = t.StopLogging
	}
	round := lastRound(src.began(), end, deliverEvery)
	d.Attempt, d.Success, d.Digest = round, round, lastRound(src.began(), end, digestEvery)
	if r := t.Delivery[deliveryKey(src.account, src.region)]; r != nil {
		d.Attempt, d.Success, d.Digest = r.Attempt, r.Success, r.Digest
	} else if d.Error != "" {
		d.Success = time.Time{}
	}
	if d.Error != "" && t.Logging {
		d.Attempt = now
	}
	if !t.LogFileValidationEnabled || d.DigestError != "" {
		d.Digest = time.Time{}
	}
}

// began is when the trail last began to deliver from the source; zero: it never did.
func (src source) began() time.Time {
	t := src.trail
	times := []time.Time{t.StartLogging}
	if src.region != t.HomeRegion {
		times = append(times, t.MultiRegionSince)
	}
	if src.account != src.owner.ID {
		times = append(times, t.OrganizationSince)
	}
	if t.StartLogging.IsZero() {
		return time.Time{}
	}
	return slices.MaxFunc(times, time.Time.Compare)
}

// lastRound is the last of the rounds that come every so often after begin, up to and
// with end; zero: none has come yet.
func lastRound(begin, end time.Time, every time.Duration) time.Time {
	if begin.IsZero() || end.Sub(begin) < every {
		return time.Time{}
	}
	return begin.Add(end.Sub(begin).Truncate(every))
}
