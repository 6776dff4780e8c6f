package sandbox

import (
	"net/http"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// down says whether an outage is where the call goes, and counts that it met it.
func (l *faults) down(c *wire.Call) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.list {
		if f := &l.list[i]; f.Outage && f.matches(c) {
			f.Met++
			return true
		}
	}
	return false
}

// unavailable is how a service says that it is down. CloudTrail records nothing of it.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
func unavailable(service string) *wire.Error {
	e := &wire.Error{Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server.", Status: http.StatusServiceUnavailable}
	switch service {
	case "s3":
		e.Message = "Service is unable to handle request."
	case "ec2":
		e.Code, e.Message = "Unavailable", "The server is overloaded and can't handle the request."
	}
	return e
}

// skew is how far ahead the clock is by which a service judges signatures. What the call
// is for, and by whom, is not known yet.
func (l *faults) skew(c *wire.Call) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.list {
		if f := &l.list[i]; f.ClockSkew != 0 && f.matches(c) {
			f.Met++
			return time.Duration(f.ClockSkew)
		}
	}
	return 0
}

// judgingTime is the time by which the signature of a request is judged.
func (s *Sandbox) judgingTime(x *exchange) time.Time {
	now, skew := s.clock.machine(), s.faults.skew(x.call)
	if skew != 0 {
		x.skewed = now.Add(skew)
	}
	return now.Add(skew)
}

// date shows a clock that is off where clients learn to correct theirs: in the header
// Date of the answer.
func (x *exchange) date(h http.Header) {
	if !x.skewed.IsZero() {
		h.Set("Date", x.skewed.UTC().Format(http.TimeFormat))
	}
}
