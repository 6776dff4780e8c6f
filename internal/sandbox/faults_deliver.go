package sandbox

import (
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// begins says whether a round of a feed takes place, and asks the faults what becomes of
// it. While its Region is down there is none, and the next round tries again. When S3 is
// slow, the round goes on until what it delivers has got through.
func (s *Sandbox) begins(d *delivery) bool {
	if s.faults.down(&wire.Call{Service: "cloudtrail", Region: d.Region, Account: d.Account}) {
		return false
	}
	late, code := s.faults.meetPut(s.putOf(d.src))
	if late > 0 && d.Late.IsZero() {
		d.Late = d.now.Add(late)
		s.changed()
		return false
	}
	d.fault, d.Late = code, time.Time{}
	return true
}

// putOf is the call to S3 that delivers what comes from a source: in the Region of the
// bucket, for the account whose events they are.
func (s *Sandbox) putOf(src source) *wire.Call {
	bucket, _ := s.buckets.Bucket(src.trail.S3BucketName)
	return &wire.Call{Service: "s3", Operation: "PutObject", Region: bucket.Region, Account: src.account, Bucket: src.trail.S3BucketName}
}

// timedOut stands for the error code of a delivery that S3 does not answer.
const timedOut = "RequestTimeout"

// meetPut returns what a delivery to S3 meets: how late it is, and the error code, "" for
// none.
func (l *faults) meetPut(c *wire.Call) (time.Duration, string) {
	if l.down(c) {
		return 0, unavailable(c.Service).Code
	}
	late, stop := l.meet(c)
	switch {
	case stop == nil:
		return late, ""
	case stop.Hang:
		return late, timedOut
	}
	return late, stop.answer(c).Code
}

// shown is the error code of S3 that the status of a trail shows for a fault that a
// delivery would meet now, "" for none. Requests that time out do not show, nor do those
// for which S3 has no time.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
func (l *faults) shown(c *wire.Call) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.list, func(f fault) bool {
		return (f.Outage || f.stops() && !f.spent() && f.passed[""] >= f.After) && f.matches(c)
	})
	if i < 0 || l.list[i].Outage || l.list[i].Hang {
		return ""
	}
	e := l.list[i].answer(c)
	if e.Status >= 500 || e.Code == timedOut {
		return ""
	}
	return e.Code
}
