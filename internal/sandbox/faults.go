package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// fault is a failure asked for by a test. Its fields are those of a world file, of
// --faults and of /_sandbox/faults:
//
//	{action: "cloudtrail:GetTrailStatus", region: eu-west-1, account: "*",
//	 error: AccessDeniedException, message: "…", status: 400, latency: 100ms, times: 0}
//
// Action, Region, Account and Bucket are patterns with * and ?; left out they mean all.
// Of Error, Throttle, Hang, Expire, Outage and ClockSkew a fault has at most one.
type fault struct {
	Action   string   `json:"action"`
	Region   string   `json:"region"`
	Account  string   `json:"account"`
	Bucket   string   `json:"bucket,omitempty"` // of S3 only
	Error    string   `json:"error,omitempty"`
	Message  string   `json:"message,omitempty"`
	Status   int      `json:"status,omitempty"` // HTTP; 0 means the usual one of the service
	Latency  duration `json:"latency,omitempty"`
	Throttle int      `json:"throttle,omitempty"` // so many calls are told to slow down
	Hang     bool     `json:"hang,omitempty"`     // until the client gives up or the sandbox is closed
	Expire   bool     `json:"expire,omitempty"`   // temporary credentials have expired
	After    int      `json:"after,omitempty"`    // so many calls are let by first; with Expire, of each access key
	Times    int      `json:"times,omitempty"`    // so many calls are met; 0 means all
	Met      int      `json:"met"`                // calls met so far

	// Outage and ClockSkew are of whole services: Action is * or service:*, and none
	// of the numbers above stands beside them.
	Outage    bool     `json:"outage,omitempty"`
	ClockSkew duration `json:"clockSkew,omitempty"` // how far ahead the clock is that judges signatures

	passed map[string]int // calls let by; with Expire, by access key ID
}

// duration is written as Go writes durations: 1m30s.
type duration time.Duration

// MarshalJSON writes "1m30s".
func (d duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// stops says whether the fault ends a call, rather than making it late.
func (f *fault) stops() bool { return f.Error != "" || f.Throttle > 0 || f.Hang || f.Expire }

// spent says whether the fault has met all the calls that it was to meet.
func (f *fault) spent() bool {
	limit := max(f.Times, f.Throttle)
	return limit > 0 && f.Met >= limit
}

func (f *fault) matches(c *wire.Call) bool {
	return fits(strings.ToLower(f.Action), strings.ToLower(c.Service+":"+c.Operation)) && fits(f.Region, c.Region) &&
		fits(f.Account, c.Account) && (f.Bucket == "" || fits(f.Bucket, c.Bucket)) && (!f.Expire || c.Caller.Temporary)
}

// letsBy says whether a call is one of the first, which After spares.
func (f *fault) letsBy(c *wire.Call) bool {
	key := ""
	if f.Expire {
		key = c.Caller.AccessKeyID
	}
	if f.passed[key] >= f.After {
		return false
	}
	if f.passed == nil {
		f.passed = map[string]int{}
	}
	f.passed[key]++
	return true
}

// fits matches a pattern that was found to be one when the fault was read.
func fits(pattern, text string) bool {
	ok, _ := path.Match(pattern, text)
	return ok
}

// faults is the list in force. The zero faults are none.
type faults struct {
	mu   sync.Mutex
	list []fault
}

func (l *faults) replace(list []fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = list
}

// current returns a copy of the list.
func (l *faults) current() []fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]fault{}, l.list...)
}

// meet returns what a call meets: all latencies together, and the first fault that
// stops it, or nil. Only those are counted.
func (l *faults) meet(c *wire.Call) (time.Duration, *fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var late time.Duration
	var stop *fault
	for i := range l.list {
		f := &l.list[i]
		first := f.stops() && stop == nil
		if !first && f.Latency == 0 || f.spent() || !f.matches(c) || f.letsBy(c) {
			continue
		}
		f.Met++
		late += time.Duration(f.Latency)
		if first {
			found := *f
			stop = &found
		}
	}
	return late, stop
}

// meetFaults does to a call what the faults in force ask for. S3 meets them too.
func (s *Sandbox) meetFaults(ctx context.Context, c *wire.Call) *wire.Error {
	late, stop := s.faults.meet(c)
	if late > 0 && !s.wait(ctx, late) {
		return &wire.Error{Code: noAnswer}
	}
	switch {
	case stop == nil:
		return nil
	case stop.Hang:
		s.hang(ctx)
		return &wire.Error{Code: noAnswer}
	}
	return stop.answer(c)
}

// answer is the error that a service gives to a call which the fault stops.
func (f *fault) answer(c *wire.Call) *wire.Error {
	switch {
	case f.Expire:
		return wire.Distrust(c.Service, wire.ExpiredToken, "")
	case f.Throttle > 0:
		return throttling(c.Service)
	}
	return &wire.Error{Code: f.Error, Message: f.text(c), Status: f.status(c.Service)}
}

// text is the message of the error: the one asked for, or, of a denial, the sentence that
// AWS has for all services.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (f *fault) text(c *wire.Call) string {
	if f.Message != "" || !strings.HasPrefix(f.Error, "AccessDenied") {
		return f.Message
	}
	return "User: " + c.Caller.ARN + " is not authorized to perform: " + c.Service + ":" + c.Operation
}

// wait lets time pass; false means that nobody waits for the answer any longer.
func (s *Sandbox) wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
	case <-s.closed:
	}
	return false
}

func (s *Sandbox) hang(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-s.closed:
	}
}

// throttling is how each service says that calls come too fast.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
func throttling(service string) *wire.Error {
	switch service {
	case "s3":
		return &wire.Error{Code: "SlowDown", Message: "Please reduce your request rate.", Status: http.StatusServiceUnavailable}
	case "ec2":
		return &wire.Error{Code: "RequestLimitExceeded", Message: "Request limit exceeded.", Status: http.StatusServiceUnavailable}
	case "sts", "cloudformation", "sns", "iam":
		return wire.Errorf("Throttling", "Rate exceeded")
	case "account":
		return &wire.Error{Code: "TooManyRequestsException", Message: "Rate exceeded", Status: http.StatusTooManyRequests}
	case "organizations":
		return wire.Errorf("TooManyRequestsException", "Rate exceeded")
	}
	return wire.Errorf("ThrottlingException", "Rate exceeded")
}

// status is the HTTP status of the error: the one asked for, or what the code is
// usually answered with.
func (f *fault) status(service string) int {
	switch {
	case f.Status != 0:
		return f.Status
	case strings.HasPrefix(f.Error, "Internal"):
		return http.StatusInternalServerError
	case strings.HasPrefix(f.Error, "ServiceUnavailable") || f.Error == "SlowDown":
		return http.StatusServiceUnavailable
	case service == "s3" && strings.HasPrefix(f.Error, "NoSuch"):
		return http.StatusNotFound
	case (service == "s3" || service == "sts") && f.Error == "AccessDenied":
		return http.StatusForbidden
	}
	return 0
}
