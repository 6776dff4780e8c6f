package sandbox_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// faults puts faults in force, in place of those before.
func (l *lab) faults(list string) {
	l.t.Helper()
	if status, text := l.admin("POST", "faults", list); status != http.StatusOK {
		l.t.Fatalf("%d: %s", status, text)
	}
}

func (l *lab) describe(config aws.Config) error {
	_, err := cloudtrail.NewFromConfig(config).DescribeTrails(l.t.Context(), &cloudtrail.DescribeTrailsInput{})
	return err
}

func httpStatus(err error) int {
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) {
		return answer.HTTPStatusCode()
	}
	return 0
}

// While a change of a trail propagates, the switch has the next one refused.
func TestConflictWhilePropagating(t *testing.T) {
	l := newLab(t, switched(alone, "propagation: 5m, conflictWhilePropagating: on"))
	arn := l.create(self, "us-east-1", "main")
	text := "The last change of the trail " + arn + " has not reached all Regions yet. Wait a few minutes, and then try the operation again."
	for _, op := range changes() {
		if op.name == "PutInsightSelectors" { // which does not have that error
			continue
		}
		l.refused(op.do(t.Context(), l.at("us-east-1"), arn), "ConflictException", text)
	}
	_, err := l.at("us-east-1").AddTags(t.Context(), &cloudtrail.AddTagsInput{ResourceId: &arn, TagsList: []types.Tag{{Key: ptr("a")}}})
	l.refused(err, "ConflictException", text)
	l.must(l.describe(l.config(self, "us-east-1")))
	l.advance(5 * time.Minute)
	l.must(l.widen(self, "us-east-1", arn))
	l.refused(l.widen(self, "us-east-1", arn), "ConflictException", text)

	off := newLab(t, switched(alone, "propagation: 5m"))
	off.start(self, "us-east-1", off.create(self, "us-east-1", "main"))
}

// A Region that is down answers nothing, records nothing of that and delivers nothing;
// all that CloudTrail captured is delivered once it is up again.
func TestOutage(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", multiRegion)
	l.start(self, "us-east-1", arn)
	l.act(self, "eu-west-1")
	l.faults(`[{"region": "eu-west-1", "outage": true}]`)
	err := l.describe(l.config(self, "eu-west-1"))
	l.refused(err, "ServiceUnavailable", "")
	if got := httpStatus(err); got != http.StatusServiceUnavailable {
		t.Errorf("the answer has the status %d", got)
	}
	if status, text := l.call("ec2", "eu-west-1", "POST", "/", "Action=DescribeRegions&Version=2016-11-15", "Content-Type", "application/x-www-form-urlencoded"); status != http.StatusServiceUnavailable || !strings.Contains(text, "<Code>Unavailable</Code>") {
		t.Errorf("EC2 answers %d: %s", status, text)
	}
	l.must(l.describe(l.config(self, "us-east-1")))
	l.advance(2 * time.Hour)
	if got := l.shipped(self, logsOf+"eu-west-1/"); got != "" {
		t.Errorf("a Region that is down delivers %q", got)
	}
	if got := l.shipped(self, logsOf+"us-east-1/"); got != "StartLogging DescribeTrails" {
		t.Errorf("the others deliver %q", got)
	}
	l.faults("[]")
	l.advance(5 * time.Minute)
	if got := l.shipped(self, logsOf+"eu-west-1/"); got != "ListTrails" {
		t.Errorf("after the outage there are %q", got)
	}
}

// CloudTrail's own deliveries meet faults of s3:PutObject. AWS does not show what timed
// out, or what S3 was too busy for; it all comes in the end.
func TestFaultsOfDeliveries(t *testing.T) {
	for _, tt := range []struct{ why, fault, shown string }{
		{"refused", `{"action": "s3:PutObject", "error": "AccessDenied"}`, "AccessDenied"},
		{"of the bucket", `{"action": "s3:*", "bucket": "lo?s", "error": "KMS.DisabledException"}`, "KMS.DisabledException"},
		{"of the account", `{"action": "s3:PutObject", "account": "123456789012", "error": "InvalidRequest"}`, "InvalidRequest"},
		{"in the Region of the bucket", `{"action": "s3:PutObject", "region": "us-east-1", "error": "InvalidRequest"}`, "InvalidRequest"},
		{"too busy", `{"action": "s3:PutObject", "throttle": 100}`, ""},
		{"down", `{"action": "s3:*", "region": "us-east-1", "outage": true}`, ""},
		{"broken", `{"action": "s3:PutObject", "error": "InternalError"}`, ""},
		{"without an answer", `{"action": "s3:PutObject", "hang": true}`, ""},
		{"timed out", `{"action": "s3:PutObject", "error": "RequestTimeout"}`, ""},
	} {
		l := newLab(t, alone)
		arn := l.create(self, "us-east-1", "main")
		l.start(self, "us-east-1", arn)
		l.faults("[" + tt.fault + "]")
		l.advance(5 * time.Minute)
		st := l.status(self, "us-east-1", arn)
		if got := aws.ToString(st.LatestDeliveryError); got != tt.shown || st.LatestDeliveryTime != nil {
			t.Errorf("%s: the status says %q and %v, want %q", tt.why, got, st.LatestDeliveryTime, tt.shown)
		}
		l.faults("[]")
		if got := l.shipped(self, logsOf); got != "" {
			t.Errorf("%s: all the same there are %q", tt.why, got)
		}
		l.advance(5 * time.Minute)
		if got := l.shipped(self, logsOf); got != "StartLogging GetTrailStatus" {
			t.Errorf("%s: afterwards there are %q", tt.why, got)
		}
	}
}

// Faults of other places leave deliveries alone; a fault that is bounded passes.
func TestFaultsThatDeliveriesDoNotMeet(t *testing.T) {
	for _, fault := range []string{
		`{"action": "s3:PutObject", "bucket": "other", "error": "AccessDenied"}`,
		`{"action": "s3:PutObject", "region": "eu-west-1", "error": "AccessDenied"}`,
		`{"action": "s3:PutObject", "account": "999999999999", "error": "AccessDenied"}`,
		`{"action": "s3:GetObject", "error": "AccessDenied"}`,
		`{"action": "*", "expire": true}`,
	} {
		l := newLab(t, alone)
		l.start(self, "us-east-1", l.create(self, "us-east-1", "main"))
		l.faults("[" + fault + "]")
		l.advance(5 * time.Minute)
		l.faults("[]")
		if got := l.shipped(self, logsOf); got != "StartLogging" {
			t.Errorf("%s: there are %q", fault, got)
		}
	}
	l := newLab(t, alone)
	l.start(self, "us-east-1", l.create(self, "us-east-1", "main"))
	l.faults(`[{"action": "s3:PutObject", "error": "AccessDenied", "times": 2}]`)
	l.advance(10 * time.Minute)
	if got := l.shipped(self, logsOf); got != "" {
		t.Errorf("after two failures there are %q", got)
	}
	l.advance(5 * time.Minute)
	if got := l.shipped(self, logsOf); got != "StartLogging" {
		t.Errorf("after the third round there are %q", got)
	}
}

// S3 that is slow has log files come late by the clock of the sandbox, and nobody waits.
func TestSlowDeliveries(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", withValidation)
	l.start(self, "us-east-1", arn)
	l.faults(`[{"action": "s3:PutObject", "latency": "12m"}]`)
	began := time.Now()
	l.advance(16 * time.Minute)
	if got := l.shipped(self, logsOf); got != "" {
		t.Errorf("after 16 minutes there are %q", got)
	}
	l.advance(2 * time.Minute)
	if got := l.shipped(self, logsOf); got != "StartLogging" {
		t.Errorf("after 18 minutes there are %q", got)
	}
	if late := l.status(self, "us-east-1", arn).LatestDeliveryTime.Sub(*l.status(self, "us-east-1", arn).StartLoggingTime).Round(time.Second); late != 17*time.Minute {
		t.Errorf("the delivery was %s late", late)
	}
	l.advance(3 * time.Hour)
	if took := time.Since(began); took > 5*time.Minute {
		t.Errorf("somebody waited: %s", took)
	}
	l.checkChain(l.digests("us-east-1"), "us-east-1")
}

// twice retries once, and at once.
func twice() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 2
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

// A clock that is off has signatures refused, and shows in the Date of the answer; the
// SDK corrects itself by that.
func TestClockSkew(t *testing.T) {
	for _, tt := range []struct {
		skew, service, code, message string
		do                           func(*lab, aws.Config) error
	}{
		{"20m", "cloudtrail", "InvalidSignatureException", "Signature expired: ", (*lab).describe},
		{"-20m", "cloudtrail", "InvalidSignatureException", "Signature not yet current: ", (*lab).describe},
		{"20m", "sts", "SignatureDoesNotMatch", "Signature expired: ", func(l *lab, c aws.Config) error {
			_, err := sts.NewFromConfig(c).GetCallerIdentity(l.t.Context(), &sts.GetCallerIdentityInput{})
			return err
		}},
		{"20m", "s3", "RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.", func(l *lab, c aws.Config) error {
			_, err := s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true }).ListBuckets(l.t.Context(), &s3.ListBucketsInput{})
			return err
		}},
	} {
		l := newLab(t, alone)
		config := l.config(self, "eu-west-1")
		l.faults(`[{"action": "` + tt.service + `:*", "region": "eu-*", "clockSkew": "` + tt.skew + `"}]`)
		err := tt.do(l, config)
		l.refused(err, tt.code, "")
		if !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s by %s: %v", tt.service, tt.skew, err)
		}
		config.Retryer, config.RetryMaxAttempts = twice, 2
		if err := tt.do(l, config); err != nil {
			t.Errorf("%s by %s: the SDK does not correct itself: %v", tt.service, tt.skew, err)
		}
		config.Region, config.RetryMaxAttempts = "us-east-1", 1
		if err := tt.do(l, config); err != nil {
			t.Errorf("%s in another Region: %v", tt.service, err)
		}
	}
}

// Temporary credentials expire after so many calls, each for itself, in the words of
// each service; those that are asked for anew are good again. Long-term ones never expire.
func TestExpire(t *testing.T) {
	l := newLab(t, alone)
	l.faults(`[{"expire": true, "after": 3}]`)
	for _, key := range []string{"first", "second"} {
		config := l.config(self, "eu-west-1")
		config.Credentials = credentials.NewStaticCredentialsProvider("ASIAEXAMPLE"+key, "secret", "token")
		for range 3 {
			l.must(l.describe(config))
		}
		l.refused(l.describe(config), "ExpiredTokenException", "The security token included in the request is expired")
		_, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		l.refused(err, "ExpiredToken", "The security token included in the request is expired")
		_, err = s3.NewFromConfig(config).ListBuckets(t.Context(), &s3.ListBucketsInput{})
		l.refused(err, "ExpiredToken", "The provided token has expired.")
	}
	for range 5 {
		l.must(l.describe(l.config(self, "eu-west-1")))
	}
	if got := len(l.events(self, "eu-west-1")); got != 2*3+5 {
		t.Errorf("there are %d events: calls with what has expired are not recorded", got)
	}
}

// After spares the first calls, whatever the fault does then.
func TestAfter(t *testing.T) {
	l := newLab(t, alone)
	l.faults(`[{"action": "cloudtrail:DescribeTrails", "error": "InternalFailure", "after": 2, "times": 1}]`)
	for i, want := range []string{"", "", "InternalFailure", ""} {
		err := l.describe(l.config(self, "eu-west-1"))
		if want == "" && err != nil {
			t.Errorf("call %d: %v", i, err)
		} else if want != "" {
			l.refused(err, want, "")
		}
	}
}
