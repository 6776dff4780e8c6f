package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// sample is a sandbox to ask for what needs one.
func sample(t *testing.T) *Sandbox {
	t.Helper()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestParseFaults(t *testing.T) {
	s := sample(t)
	for _, tt := range []struct{ why, text, want string }{
		{"nothing", "", "[]"},
		{"an empty list", "[]", "[]"},
		{"only a comment", "# none today\n", "[]"},
		{"YAML, with all that is left out", "- {latency: 100ms}", `[{"action":"*","region":"*","account":"*","latency":"100ms","met":0}]`},
		{"JSON", `[{"action":"cloudtrail:GetTrailStatus","region":"eu-west-1","account":"123456789012","error":"AccessDeniedException","message":"no","status":403,"times":2}]`, `[{"action":"cloudtrail:GetTrailStatus","region":"eu-west-1","account":"123456789012","error":"AccessDeniedException","message":"no","status":403,"times":2,"met":0}]`},
		{"an account without quotes", "- {account: 012345678901, hang: true}", `[{"action":"*","region":"*","account":"012345678901","hang":true,"met":0}]`},
		{"patterns", `[{action: "*:Get*", region: "eu-*-?", throttle: 3}]`, `[{"action":"*:Get*","region":"eu-*-?","account":"*","throttle":3,"met":0}]`},
		{"S3, whose operations it does not know by heart", "- {action: s3:PutObject, error: SlowDown}", `[{"action":"s3:PutObject","region":"*","account":"*","error":"SlowDown","met":0}]`},
		{"what GET gave can be given back", `[{"action":"*","region":"*","account":"*","hang":true,"met":7}]`, `[{"action":"*","region":"*","account":"*","hang":true,"met":0}]`},
		{"not a list", "action: x", "line 1: a mapping stands where a list is expected"},
		{"a field that is misspelled", "- hang: true\n- {eror: x}", `line 2: there is no field "eror" here`},
		{"a duration without a unit", "- latency: 5", "line 1: `5` stands where a duration such as 250ms or 5m is expected"},
		{"a number that is none", "- {hang: true,\n   times: many}", "line 2: `many` stands where a whole number is expected"},
		{"an unknown service", "- hang: true\n\n- {action: cloudtrial:GetTrail, hang: true}", `line 3: the sandbox has no service "cloudtrial"`},
		{"an unknown operation", "- {action: cloudtrail:GetTrails, hang: true}", `line 1: cloudtrail has no operation "GetTrails"`},
		{"no service", "- {action: GetTrail, hang: true}", `line 1: the action "GetTrail" is not service:Operation, such as cloudtrail:DescribeTrails`},
		{"not a pattern", "- {action: 'cloudtrail:[G', hang: true}", `line 1: the action "cloudtrail:[G" is not a pattern of names, * and ?`},
		{"an unknown Region", "- {region: mars-east-1, hang: true}", `line 1: there is no Region "mars-east-1"`},
		{"a short account", "- {account: '123', hang: true}", `line 1: the account "123" is not an account ID of 12 digits`},
		{"nothing to do", "- {region: eu-west-1}", "line 1: a fault needs one of error, throttle, hang, expire, outage, clockSkew and latency"},
		{"too much to do", "- {error: X, hang: true}", "line 1: a fault has only one of error, throttle, hang, expire, outage and clockSkew"},
		{"a message of nothing", "- {hang: true, message: x}", "line 1: message and status are of an error, and there is none"},
		{"a negative number", "- {hang: true, times: -1}", "line 1: throttle, times, after and latency cannot be negative"},
		{"what is new", "[{expire: true, after: 3}, {action: 's3:Put*', bucket: logs-*, error: AccessDenied}, {region: eu-west-1, outage: true}, {action: 'sts:*', clockSkew: -10m}]", `[{"action":"*","region":"*","account":"*","expire":true,"after":3,"met":0},{"action":"s3:Put*","region":"*","account":"*","bucket":"logs-*","error":"AccessDenied","met":0},{"action":"*","region":"eu-west-1","account":"*","met":0,"outage":true},{"action":"sts:*","region":"*","account":"*","met":0,"clockSkew":"-10m0s"}]`},
		{"a bucket of another service", "- {bucket: logs, hang: true}", "line 1: a bucket is of an action of S3, such as s3:PutObject, and not of *"},
		{"a bucket that is no pattern", "- {action: 's3:*', bucket: 'a/b', hang: true}", `line 1: the bucket "a/b" is not a pattern of names, * and ?`},
		{"an outage of an operation", "- {action: cloudtrail:GetTrail, outage: true}", "line 1: outage is of a whole service, such as cloudtrail:*, and not of cloudtrail:GetTrail"},
		{"an outage that is counted", "- {outage: true, times: 3}", "line 1: outage lasts as long as the fault, so that latency, times, after and bucket have no place beside it"},
		{"a clock of an account", "- {clockSkew: 10m, account: '123456789012'}", "line 1: clockSkew is of a Region: which account calls is not known while a signature is judged"},
		{"two outages in one", "- {outage: true, expire: true}", "line 1: a fault has only one of error, throttle, hang, expire, outage and clockSkew"},
		{"two counts", "- {throttle: 1, times: 1}", "line 1: throttle says how often, so times has no place beside it"},
		{"a status of success", "- {error: X, status: 200}", "line 1: the status 200 is not one of an error, 400 to 599"},
		{"not YAML", "- {", "line 2: did not find expected node content"},
	} {
		list, err := s.parseFaults([]byte(tt.text))
		got, _ := json.Marshal(list)
		if list == nil {
			got = []byte("[]")
		}
		if err != nil {
			got = []byte(err.Error())
		}
		if string(got) != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.why, got, tt.want)
		}
	}
}

// Which of the faults a call meets, call after call.
func TestMeet(t *testing.T) {
	status := wire.Call{Service: "cloudtrail", Operation: "GetTrailStatus", Region: "eu-west-1", Account: "123456789012"}
	elsewhere, other := status, status
	elsewhere.Region, other.Account = "us-east-1", "222222222222"
	for _, tt := range []struct {
		why, text string
		calls     []wire.Call
		want      string // of each call: latency and what stops it
	}{
		{"the first error wins", "[{error: A}, {error: B}]", []wire.Call{status}, "0s/A"},
		{"all latencies add up", "[{latency: 1s}, {error: A, latency: 2s}, {latency: 3s}, {error: B, latency: 4s}]", []wire.Call{status}, "10s/A"},
		{"so many times", "[{error: A, times: 2}, {error: B, times: 1}]", []wire.Call{status, status, status, status}, "0s/A 0s/A 0s/B 0s/"},
		{"a throttle is a count", "[{throttle: 2}]", []wire.Call{status, status, status}, "0s/throttle 0s/throttle 0s/"},
		{"one Region", "[{region: eu-*, error: A}]", []wire.Call{status, elsewhere}, "0s/A 0s/"},
		{"one account", "[{account: '2*', error: A}]", []wire.Call{status, other}, "0s/ 0s/A"},
		{"one action, whatever its case", "[{action: 'CloudTrail:gettrail?tatus', error: A}]", []wire.Call{status}, "0s/A"},
		{"a beginning is not enough", "[{action: 'cloudtrail:GetTrail', error: A}]", []wire.Call{status}, "0s/"},
		{"a latency that is used up", "[{latency: 1s, times: 1}]", []wire.Call{status, status}, "1s/ 0s/"},
		{"a hang", "[{hang: true, times: 1}]", []wire.Call{status, status}, "0s/hang 0s/"},
	} {
		list, err := sample(t).parseFaults([]byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		var l faults
		l.replace(list)
		var got []string
		for _, c := range tt.calls {
			late, stop := l.meet(&c)
			got = append(got, late.String()+"/"+stop.name())
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %s, want %s", tt.why, got, tt.want)
		}
	}
}

func (f *fault) name() string {
	switch {
	case f == nil:
		return ""
	case f.Hang:
		return "hang"
	case f.Throttle > 0:
		return "throttle"
	}
	return f.Error
}

// Time passes before the answer, exactly as much as was asked for.
func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sample(t)
		s.faults.replace([]fault{{Action: "*", Region: "*", Account: "*", Latency: duration(3 * time.Second)}, {Action: "*", Region: "*", Account: "*", Error: "A", Latency: duration(time.Second)}})
		before := time.Now()
		err := s.meetFaults(t.Context(), &wire.Call{Service: "cloudtrail"})
		if took := time.Since(before); took != 4*time.Second || err == nil || err.Code != "A" {
			t.Errorf("took %s, and met %v", took, err)
		}
	})
}

// A hang ends with the sandbox.
func TestHangUntilClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sample(t)
		s.faults.replace([]fault{{Action: "*", Region: "*", Account: "*", Hang: true}})
		done := make(chan string)
		go func() { done <- s.meetFaults(t.Context(), &wire.Call{}).Code }()
		synctest.Wait()
		select {
		case code := <-done:
			t.Errorf("the call did not hang, but met %s", code)
		default:
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if code := <-done; code != noAnswer {
			t.Errorf("the call met %s", code)
		}
	})
}

// Every service is throttled in its own words.
func TestThrottling(t *testing.T) {
	for service, want := range map[string]string{
		"cloudtrail": "ThrottlingException 0", "kms": "ThrottlingException 0", "sts": "Throttling 0", "cloudformation": "Throttling 0",
		"ec2": "RequestLimitExceeded 503", "organizations": "TooManyRequestsException 0", "account": "TooManyRequestsException 429", "s3": "SlowDown 503",
	} {
		e := throttling(service)
		text, _ := json.Marshal(e.Status)
		if got := e.Code + " " + string(text); got != want {
			t.Errorf("%s: got %s, want %s", service, got, want)
		}
	}
}

func TestFaultStatus(t *testing.T) {
	for _, tt := range []struct {
		service string
		f       fault
		want    int
	}{
		{"cloudtrail", fault{Error: "AccessDeniedException"}, 0}, // the usual one of the service
		{"cloudtrail", fault{Error: "AccessDeniedException", Status: 418}, 418},
		{"cloudtrail", fault{Error: "InternalFailure"}, 500},
		{"sts", fault{Error: "ServiceUnavailable"}, 503},
		{"sts", fault{Error: "AccessDenied"}, 403},
		{"s3", fault{Error: "AccessDenied"}, 403},
		{"s3", fault{Error: "NoSuchBucket"}, 404},
		{"s3", fault{Error: "SlowDown"}, 503},
	} {
		if got := tt.f.status(tt.service); got != tt.want {
			t.Errorf("%s of %s: got %d, want %d", tt.f.Error, tt.service, got, tt.want)
		}
	}
}

// Whatever a list of faults says, it is understood or refused, and what is understood
// can be written and read again.
func FuzzParseFaults(f *testing.F) {
	f.Add("[{action: 'cloudtrail:GetTrailStatus', region: eu-west-1, account: '*', error: AccessDeniedException, message: m, status: 400, latency: 100ms, times: 0}]")
	f.Add("- {throttle: 3}\n- {hang: true}")
	f.Add("- &a {latency: 1s}\n- *a")
	s, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := s.parseFaults([]byte(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %v", err)
			}
			return
		}
		written, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.parseFaults(written); err != nil {
			t.Errorf("%q became %s, which is refused: %v", text, written, err)
		}
	})
}

// A denial without a message has AWS's sentence.
func TestDenialHasAMessage(t *testing.T) {
	c := &wire.Call{Service: "cloudtrail", Operation: "GetTrail", Caller: wire.Caller{ARN: "arn:aws:iam::123456789012:user/sandbox"}}
	const sentence = "User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: cloudtrail:GetTrail"
	for f, want := range map[*fault]string{
		{Error: "AccessDeniedException"}:                sentence,
		{Error: "AccessDenied"}:                         sentence,
		{Error: "AccessDeniedException", Message: "no"}: "no",
		{Error: "InternalFailure"}:                      "",
	} {
		if got := f.answer(c).Message; got != want {
			t.Errorf("%+v: got %q, want %q", f, got, want)
		}
	}
}
