package sandbox_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// Accounts of the tests. member and admin are in the organization of management.
const (
	self       = "123456789012"
	management = "111111111111"
	admin      = "222222222222" // delegated administrator
	member     = "333333333333"
	stranger   = "999999999999"
)

// lab is a sandbox that the production client talks to over HTTP.
type lab struct {
	t   *testing.T
	url string

	mu   sync.Mutex
	body string // of the last answer
}

// newLab serves the world of a world file; "" is the default world.
func newLab(t *testing.T, world string) *lab {
	t.Helper()
	var o sandbox.Options
	if world != "" {
		o.World = []byte(world)
	}
	s, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &lab{t: t, url: server.URL}
}

// Do keeps the body of every answer, for tests of what exactly AWS would have sent.
func (l *lab) Do(r *http.Request) (*http.Response, error) {
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.body = string(b)
	a.Body = io.NopCloser(bytes.NewReader(b))
	return a, err
}

// last is the body of the last answer.
func (l *lab) last() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.body
}

func (l *lab) config(account, region string) aws.Config {
	return aws.Config{
		Region:           region,
		BaseEndpoint:     &l.url,
		HTTPClient:       l,
		Credentials:      credentials.NewStaticCredentialsProvider(account, "secret", ""),
		RetryMaxAttempts: 1,
	}
}

// in is CloudTrail of an account in a Region; at is that of the account self.
func (l *lab) in(account, region string) *cloudtrail.Client {
	return cloudtrail.NewFromConfig(l.config(account, region))
}

func (l *lab) at(region string) *cloudtrail.Client { return l.in(self, region) }

func (l *lab) s3(account string) *s3.Client {
	return s3.NewFromConfig(l.config(account, "us-east-1"), func(o *s3.Options) { o.UsePathStyle = true })
}

// setPolicy changes the policy of the bucket logs; "" takes it away.
func (l *lab) setPolicy(account, doc string) {
	l.t.Helper()
	var err error
	if doc == "" {
		_, err = l.s3(account).DeleteBucketPolicy(l.t.Context(), &s3.DeleteBucketPolicyInput{Bucket: ptr("logs")})
	} else {
		_, err = l.s3(account).PutBucketPolicy(l.t.Context(), &s3.PutBucketPolicyInput{Bucket: ptr("logs"), Policy: &doc})
	}
	l.must(err)
}

// advance moves the clock of the sandbox.
func (l *lab) advance(d time.Duration) {
	l.t.Helper()
	l.post("clock?advance=" + d.String())
}

// post asks something of the sandbox that AWS does not have.
func (l *lab) post(what string) {
	l.t.Helper()
	r, err := http.NewRequestWithContext(l.t.Context(), http.MethodPost, l.url+"/_sandbox/"+what, nil)
	l.must(err)
	a, err := http.DefaultClient.Do(r)
	l.must(err)
	defer a.Body.Close()
	if a.StatusCode/100 != 2 {
		l.t.Fatalf("POST /_sandbox/%s: %s", what, a.Status)
	}
}

func (l *lab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// names returns the names of the trails that an account sees in a Region.
func (l *lab) names(account, region string) string {
	l.t.Helper()
	out, err := l.in(account, region).DescribeTrails(l.t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.must(err)
	var names []string
	for _, t := range out.TrailList {
		names = append(names, *t.Name)
	}
	return strings.Join(names, " ")
}

// status is GetTrailStatus by ARN.
func (l *lab) status(account, region, arn string) *cloudtrail.GetTrailStatusOutput {
	l.t.Helper()
	out, err := l.in(account, region).GetTrailStatus(l.t.Context(), &cloudtrail.GetTrailStatusInput{Name: &arn})
	l.must(err)
	return out
}

// refused checks that a call was refused with exactly this code and message; "" is
// any message. The code "" means that the call must have succeeded.
func (l *lab) refused(err error, code, message string) {
	l.t.Helper()
	var e smithy.APIError
	switch {
	case code == "" && err != nil:
		l.t.Fatalf("refused: %v", err)
	case code == "":
	case !errors.As(err, &e):
		l.t.Fatalf("got %v, want %s: %s", err, code, message)
	case e.ErrorCode() != code || message != "" && e.ErrorMessage() != message:
		l.t.Fatalf("got %s: %s\nwant %s: %s", e.ErrorCode(), e.ErrorMessage(), code, message)
	}
}

func ptr[T any](v T) *T { return &v }

// arnOf is the ARN of a trail.
func arnOf(account, region, name string) string {
	return "arn:aws:cloudtrail:" + region + ":" + account + ":trail/" + name
}

// open is a bucket policy that lets CloudTrail write anything.
const open = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}]}`

// alone is a world with the account self, one opted-in Region, an open bucket, and a
// topic in two Regions.
const alone = `
defaultAccount: "123456789012"
accounts: [{id: "123456789012", optedIn: [af-south-1]}]
buckets: [{name: logs, account: "123456789012", region: us-east-1, policy: '` + open + `'}]
topics: [{name: topic, region: us-east-1, policy: documented}, {name: topic, region: eu-west-1, policy: documented}]
`

// together is a world with an organization and an open bucket.
const together = `
defaultAccount: "123456789012"
organization: {id: o-exampleorgid, managementAccount: "111111111111", featureSet: ALL, trustedAccess: true, delegatedAdministrators: ["222222222222"]}
accounts:
  - {id: "111111111111", optedIn: [af-south-1]}
  - {id: "222222222222"}
  - {id: "333333333333"}
  - {id: "444444444444", optedIn: [af-south-1]}
  - {id: "999999999999", member: false}
  - {id: "123456789012", member: false}
buckets: [{name: logs, account: "111111111111", region: us-east-1, policy: '` + open + `'}]
`

// switched is a world with a switch set.
func switched(world, setting string) string { return world + "switches: {" + setting + "}\n" }

// create makes a trail that delivers to the bucket logs, and returns its ARN.
func (l *lab) create(account, region, name string, change ...func(*cloudtrail.CreateTrailInput)) string {
	l.t.Helper()
	in := &cloudtrail.CreateTrailInput{Name: &name, S3BucketName: ptr("logs")}
	for _, f := range change {
		f(in)
	}
	out, err := l.in(account, region).CreateTrail(l.t.Context(), in)
	l.must(err)
	return *out.TrailARN
}

func multiRegion(in *cloudtrail.CreateTrailInput)     { in.IsMultiRegionTrail = ptr(true) }
func forOrganization(in *cloudtrail.CreateTrailInput) { in.IsOrganizationTrail = ptr(true) }
func withValidation(in *cloudtrail.CreateTrailInput)  { in.EnableLogFileValidation = ptr(true) }
func withoutGlobalEvents(in *cloudtrail.CreateTrailInput) {
	in.IncludeGlobalServiceEvents = ptr(false)
}

// update changes a trail in a Region.
func (l *lab) update(account, region string, in *cloudtrail.UpdateTrailInput) error {
	_, err := l.in(account, region).UpdateTrail(l.t.Context(), in)
	return err
}

// widen converts a trail to multi-Region.
func (l *lab) widen(account, region, arn string) error {
	return l.update(account, region, &cloudtrail.UpdateTrailInput{Name: &arn, IsMultiRegionTrail: ptr(true)})
}

func (l *lab) start(account, region, arn string) {
	l.t.Helper()
	_, err := l.in(account, region).StartLogging(l.t.Context(), &cloudtrail.StartLoggingInput{Name: &arn})
	l.must(err)
}

func (l *lab) stop(account, region, arn string) {
	l.t.Helper()
	_, err := l.in(account, region).StopLogging(l.t.Context(), &cloudtrail.StopLoggingInput{Name: &arn})
	l.must(err)
}

// fill puts a value where the template has a percent sign.
func fill(template, value string) string { return strings.ReplaceAll(template, "%", value) }
