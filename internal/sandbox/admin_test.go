package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// Every mistake has one clear error.
func TestAdminRefuses(t *testing.T) {
	l := newLab(t, "")
	for _, tt := range []struct {
		why, method, path, body string
		status                  int
		want                    string
	}{
		{"no such endpoint", "GET", "healthz", "", 404, "there is no /_sandbox/healthz; there are /_sandbox/health, calls, clock, events, faults and reset"},
		{"a method that it does not take", "GET", "reset", "", 405, "/_sandbox/reset takes POST, not GET"},
		{"another", "PUT", "clock", "", 405, "/_sandbox/clock takes GET and POST, not PUT"},
		{"no time to advance", "POST", "clock", "", 400, "advance is missing: POST /_sandbox/clock?advance=1h"},
		{"not a time", "POST", "clock?advance=soon", "", 400, `advance="soon" is not a duration such as 90s, 5m, 24h or 30d`},
		{"half a day", "POST", "clock?advance=0.5d", "", 400, `advance="0.5d" is not a duration such as 90s, 5m, 24h or 30d`},
		{"more days than there are", "POST", "clock?advance=200000d", "", 400, `advance="200000d" is not a duration such as 90s, 5m, 24h or 30d`},
		{"back", "POST", "clock?advance=-1s", "", 400, "the clock cannot go back by 1s"},
		{"too far", "POST", "clock?advance=2000000h", "", 400, "the clock cannot be more than 876000h0m0s ahead"},
		{"a bad fault", "POST", "faults", "- {error: A}\n- {x: 1}", 400, `line 2: there is no field "x" here`},
		{"too many faults", "PUT", "faults", strings.Repeat("#", 1<<20+1), 400, "reading the faults: http: request body too large"},
	} {
		status, text := l.admin(tt.method, tt.path, tt.body)
		var got struct{ Error string }
		if err := json.Unmarshal([]byte(text), &got); err != nil || status != tt.status || got.Error != tt.want {
			t.Errorf("%s: got %d %s\nwant %d %s", tt.why, status, text, tt.status, tt.want)
		}
	}
}

// Web pages of other sites cannot use a sandbox that runs beside a browser.
func TestAdminKeepsOthersOut(t *testing.T) {
	l := newLab(t, "")
	here := strings.TrimPrefix(l.url, "http://")
	for _, tt := range []struct {
		why, method, path string
		header            []string
		want              int
	}{
		{"a program on this machine", "POST", "reset", nil, 200},
		{"by the name localhost", "GET", "health", []string{"Host", "localhost:1234"}, 200},
		{"by IPv6", "GET", "health", []string{"Host", "[::1]:1234"}, 200},
		{"by a name of a site that leads here", "GET", "health", []string{"Host", "evil.example"}, 403},
		{"by a name that only begins well", "GET", "health", []string{"Host", "localhost.evil.example"}, 403},
		{"by another address", "GET", "health", []string{"Host", "192.0.2.1:80"}, 403},
		{"a form of another site", "POST", "reset", []string{"Origin", "https://evil.example"}, 403},
		{"a page that hides its origin", "POST", "reset", []string{"Origin", "null"}, 403},
		{"a picture of another site", "GET", "calls", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a script of another site", "GET", "calls", []string{"Origin", "https://evil.example"}, 403},
		{"a page of another port", "POST", "reset", []string{"Origin", "http://127.0.0.1:1"}, 403},
		{"a page of its own", "POST", "reset", []string{"Origin", "http://" + here}, 200},
		{"a message of SNS", "POST", "reset", []string{"User-Agent", "Amazon Simple Notification Service Agent"}, 403},
		{"a message that says what it is", "POST", "clock?advance=1h", []string{"X-Amz-Sns-Message-Type", "SubscriptionConfirmation"}, 403},
		{"asking first", "OPTIONS", "reset", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, 403},
	} {
		if status, text := l.admin(tt.method, tt.path, "", tt.header...); status != tt.want {
			t.Errorf("%s: got %d %s, want %d", tt.why, status, text, tt.want)
		}
	}
}

func TestHealth(t *testing.T) {
	l := newLab(t, "")
	_, err := l.at("ap-northeast-1").DescribeTrails(t.Context(), nil)
	l.must(err)
	_, text := l.admin("GET", "health", "")
	var h struct {
		Status                            string
		Accounts, Trails, Buckets         int
		Calls, Errors, InFlight           int
		MeanMilliseconds, MaxMilliseconds float64
		Persists                          bool
		Now                               time.Time
	}
	l.must(json.Unmarshal([]byte(text), &h))
	if h.Status != "ok" || h.Accounts != 1 || h.Trails != 1 || h.Buckets != 1 || h.Calls != 1 || h.Errors != 0 || h.InFlight != 0 || h.Persists || h.Now.IsZero() || h.MaxMilliseconds < h.MeanMilliseconds {
		t.Errorf("got %s", text)
	}
}

func TestLedger(t *testing.T) {
	l := newLab(t, "")
	for range 2 {
		_, err := l.at("eu-west-1").DescribeTrails(t.Context(), nil)
		l.must(err)
	}
	_, _ = l.at("af-south-1").DescribeTrails(t.Context(), nil) // refused
	_, _ = l.at("eu-west-1").GetTrail(t.Context(), &cloudtrail.GetTrailInput{Name: ptr("nobody")})
	_, _ = l.s3(self).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: ptr("no-such-bucket")})
	l.call("dynamodb", "us-east-1", "POST", "/", "{}", "X-Amz-Target", "DynamoDB_20120810.ListTables")
	l.send(func() *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), "POST", l.url+"/", nil)
		l.must(err)
		r.Header.Set("X-Amz-Target", "CloudTrail_20131101.ListTrails")
		return r
	}())
	want := []string{
		"  : 1 MissingAuthenticationTokenException",
		"123456789012 af-south-1 cloudtrail:DescribeTrails 1 UnrecognizedClientException",
		"123456789012 eu-west-1 cloudtrail:DescribeTrails 2",
		"123456789012 eu-west-1 cloudtrail:GetTrail 1 TrailNotFoundException",
		"123456789012 us-east-1 dynamodb:ListTables 1 UnsupportedOperationException",
		"123456789012 us-east-1 s3:ListObjectsV2 1 NoSuchBucket",
	}
	if got := l.ledger(); !slices.Equal(got, want) {
		t.Errorf("got %s\nwant %s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if status, text := l.admin("DELETE", "calls", ""); status != 200 || text != "[]" {
		t.Errorf("DELETE: %d %s", status, text)
	}
	if got := l.ledger(); len(got) != 0 {
		t.Errorf("after DELETE: %s", got)
	}
}

func TestClock(t *testing.T) {
	now := time.Date(2026, 11, 22, 6, 40, 0, 0, time.UTC)
	l, _ := serve(t, sandbox.Options{Now: func() time.Time { return now }})
	for _, tt := range []struct{ method, path, want string }{
		{"GET", "clock", `{"now":"2026-11-22T06:40:00Z","offset":"0s"}`},
		{"POST", "clock?advance=1h", `{"now":"2026-11-22T07:40:00Z","offset":"1h0m0s"}`},
		{"POST", "clock?advance=30s", `{"now":"2026-11-22T07:40:30Z","offset":"1h0m30s"}`},
		{"GET", "clock", `{"now":"2026-11-22T07:40:30Z","offset":"1h0m30s"}`},
		{"POST", "clock?advance=2d", `{"now":"2026-11-24T07:40:30Z","offset":"49h0m30s"}`},
	} {
		if status, text := l.admin(tt.method, tt.path, ""); status != 200 || text != tt.want {
			t.Errorf("%s %s: got %d %s", tt.method, tt.path, status, text)
		}
	}
	l.post("reset")
	if _, text := l.admin("GET", "clock", ""); text != `{"now":"2026-11-22T06:40:00Z","offset":"0s"}` {
		t.Errorf("after a reset: %s", text)
	}
}

// A signature is dated by the machine's clock, wherever that of the sandbox is.
func TestClockDoesNotAgeSignatures(t *testing.T) {
	l := newLab(t, "")
	l.advance(90 * 24 * time.Hour)
	_, err := l.at("ap-northeast-1").DescribeTrails(t.Context(), nil)
	l.must(err)
}

func TestReset(t *testing.T) {
	world := together + "faults: [{action: 'sts:*', error: AccessDenied}]\n"
	l, _ := serve(t, sandbox.Options{World: []byte(world), Faults: []byte("- {action: 'account:*', error: AccessDeniedException}")})
	_, before := l.admin("GET", "faults", "")
	l.create(management, "us-east-1", "extra")
	_, err := l.s3(self).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: ptr("extra-bucket")})
	l.must(err)
	l.admin("DELETE", "faults", "")
	l.post("reset")
	if got := l.names(management, "us-east-1"); got != "" {
		t.Errorf("trails after a reset: %s", got)
	}
	_, err = l.s3(self).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: ptr("extra-bucket")})
	l.refused(err, "NotFound", "")
	if _, after := l.admin("GET", "faults", ""); after != before || !strings.Contains(after, "account:*") {
		t.Errorf("faults after a reset: %s\nbefore: %s", after, before)
	}
}

// What clients see of faults.
func TestFaults(t *testing.T) {
	l := newLab(t, alone)
	set := func(text string) {
		t.Helper()
		if status, answer := l.admin("POST", "faults", text); status != 200 {
			t.Fatalf("%s: %d %s", text, status, answer)
		}
	}
	trails := func(region string) error {
		_, err := l.at(region).DescribeTrails(t.Context(), nil)
		return err
	}
	set("- {action: 'cloudtrail:DescribeTrails', region: eu-west-1, error: AccessDeniedException, message: not today}")
	l.refused(trails("eu-west-1"), "AccessDeniedException", "not today")
	l.must(trails("eu-west-2"))

	set("- {throttle: 2}")
	l.refused(trails("eu-west-1"), "ThrottlingException", "Rate exceeded")
	_, err := l.sts(self, "us-east-1").GetCallerIdentity(t.Context(), nil)
	l.refused(err, "Throttling", "Rate exceeded")
	l.must(trails("eu-west-1"))
	if _, text := l.admin("GET", "faults", ""); text != `[{"action":"*","region":"*","account":"*","throttle":2,"met":2}]` {
		t.Errorf("GET faults: %s", text)
	}

	set("- {action: 's3:PutObject', error: AccessDenied, message: Access Denied}")
	_, err = l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k"), Body: strings.NewReader("x")})
	l.refused(err, "AccessDenied", "Access Denied")
	_, err = l.s3(self).GetObject(t.Context(), &s3.GetObjectInput{Bucket: ptr("logs"), Key: ptr("k")})
	l.refused(err, "NoSuchKey", "")

	if status, text := l.admin("DELETE", "faults", ""); status != 200 || text != "[]" {
		t.Errorf("DELETE faults: %d %s", status, text)
	}
	_, err = l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k"), Body: strings.NewReader("x")})
	l.must(err)
}

// A call that hangs gets no answer, and does nothing.
func TestFaultHang(t *testing.T) {
	l := newLab(t, alone)
	l.admin("PUT", "faults", "- {action: 'cloudtrail:CreateTrail', hang: true}")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := l.at("us-east-1").CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: ptr("late"), S3BucketName: ptr("logs")})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if got := l.names(self, "us-east-1"); got != "" {
		t.Errorf("the call that hung made %s", got)
	}
}

// After Close nothing is answered as if it were open.
func TestClosed(t *testing.T) {
	l, s := serve(t, sandbox.Options{})
	l.must(s.Close())
	_, err := l.at("us-east-1").DescribeTrails(t.Context(), nil)
	l.refused(err, "ServiceUnavailable", "The sandbox is closed.")
	l.must(s.Close()) // again
}

// A URL that was presigned with SigV2 names no Region: it is for that of its bucket,
// as far as it can be known.
func TestPresignedV2(t *testing.T) {
	l := newLab(t, "")
	client := s3.NewFromConfig(l.config(self, "ap-northeast-1"), func(o *s3.Options) { o.UsePathStyle = true })
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("your-bucket-name"), Key: ptr("k"), Body: strings.NewReader("x")})
	l.must(err)
	for path, want := range map[string]int{"/your-bucket-name/k": 200, "/your-bucket-name/l": 404, "/no-such-bucket/k": 404} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", l.url+path+"?AWSAccessKeyId="+self+"&Signature=any&Expires=9999999999", nil)
		l.must(err)
		if status, text := l.send(r); status != want {
			t.Errorf("%s: got %d %s", path, status, text)
		}
	}
}

// What no SDK would send.
func TestHostileRequests(t *testing.T) {
	l := newLab(t, "")
	for _, tt := range []struct {
		why, service, path, body string
		header                   []string
		status                   int
		want                     string
	}{
		{"not JSON", "cloudtrail", "/", "{", []string{"X-Amz-Target", "CloudTrail_20131101.ListTrails"}, 400, `{"__type":"SerializationException"}`},
		{"no target", "cloudtrail", "/", "{}", nil, 400, `{"__type":"UnknownOperationException"}`},
		{"not implemented", "cloudtrail", "/", "{}", []string{"X-Amz-Target", "CloudTrail_20131101.ListImports"}, 400, `{"__type":"UnsupportedOperationException","Message":"The sandbox does not implement the operation ListImports of cloudtrail."}`},
		{"too deep to read", "cloudtrail", "/", strings.Repeat("[", 20000), []string{"X-Amz-Target", "CloudTrail_20131101.ListTrails"}, 400, `{"__type":"SerializationException"}`},
		{"too large to read", "cloudtrail", "/", strings.Repeat(" ", 8<<20+1), []string{"X-Amz-Target", "CloudTrail_20131101.ListTrails"}, 413, `{"__type":"RequestEntityTooLargeException","Message":"The request is too large."}`},
		{"no route", "account", "/listAccounts", "{}", nil, 404, `{"__type":"UnknownOperationException"}`},
		{"a service that is not here", "dynamodb", "/", "{}", []string{"X-Amz-Target", "DynamoDB_20120810.ListTables"}, 400, `{"__type":"UnsupportedOperationException","message":"The sandbox does not implement the service dynamodb."}`},
	} {
		status, text := l.call(tt.service, "us-east-1", "POST", tt.path, tt.body, tt.header...)
		if status != tt.status || text != tt.want {
			t.Errorf("%s: got %d %.200s\nwant %d %s", tt.why, status, text, tt.status, tt.want)
		}
	}
}
