package sandbox

import (
	"crypto/tls"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// newBox is a sandbox of a world, without a server.
func newBox(t testing.TB, world string) *Sandbox {
	t.Helper()
	s, err := New(Options{World: []byte(world)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// recorded is what the history has of a call to S3.
func recorded(t *testing.T, s *Sandbox, method, url, operation string, change func(*exchange)) []entry {
	t.Helper()
	x := &exchange{
		r: httptest.NewRequest(method, url, nil), signature: &wire.Signature{Region: "us-east-1"}, known: true,
		call: &wire.Call{
			Account: "123456789012", Partition: "aws", Region: "us-east-1", Service: "s3", Operation: operation, Time: time.Unix(1_700_000_000, 0),
			RequestID: "r", Caller: wire.Caller{ARN: "arn:aws:iam::123456789012:root", AccessKeyID: "k"},
		},
	}
	change(x)
	if err := s.record(x, outcome{}); err != nil {
		t.Fatal(err)
	}
	return s.history.after("123456789012", "eu-west-1", 0, 10)
}

const loggingData = `
accounts:
  - id: "123456789012"
    trails: [{name: data, homeRegion: eu-west-1, bucket: logs, eventSelectors: [{ReadWriteType: All, IncludeManagementEvents: true, DataResources: [{Type: "AWS::S3::Object", Values: ["arn:aws:s3"]}]}]}]
buckets: [{name: logs, account: "123456789012", region: eu-west-1}]
`

// Data events are captured when a trail asks for them, with the object and the bucket,
// in the Region of the bucket, and without what signed a presigned URL.
func TestRecordData(t *testing.T) {
	s := newBox(t, loggingData)
	got := recorded(t, s, "GET", "http://h/logs/a/b%20c?versionId=v&X-Amz-Signature=s&Signature=s&x-id=GetObject", "GetObject", func(x *exchange) {
		x.r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256}
	})
	if len(got) != 1 {
		t.Fatalf("got %d records", len(got))
	}
	e := got[0]
	if e.Management || !e.ReadOnly || len(e.Resources) != 2 || e.Resources[0] != (resource{"AWS::S3::Object", "arn:aws:s3:::logs/a/b c"}) || e.Username != "root" {
		t.Errorf("the entry is %+v", e)
	}
	for _, want := range []string{
		`"requestParameters":{"Host":"h","bucketName":"logs","key":"a/b c","versionId":"v"}`,
		`"managementEvent":false`, `"eventCategory":"Data"`, `"AuthenticationMethod":"QueryString"`,
		`"userIdentity":{"type":"Root","principalId":"123456789012","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012","accessKeyId":"k"}`,
		`"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"h"}`,
	} {
		if !strings.Contains(string(e.Text), want) {
			t.Errorf("the record has no %s:\n%s", want, e.Text)
		}
	}
}

// No trail asks for data events: none are captured. Calls of strangers never are.
func TestRecordNoData(t *testing.T) {
	s := newBox(t, strings.Replace(loggingData, ", eventSelectors", ", logging: false, eventSelectors", 1))
	if got := recorded(t, s, "GET", "http://h/logs/k", "GetObject", func(*exchange) {}); len(got) != 0 {
		t.Errorf("a data event was captured for a trail that does not log: %s", got[0].Text)
	}
	if got := recorded(t, s, "GET", "http://h/logs?policy", "GetBucketPolicy", func(x *exchange) { x.known = false }); len(got) != 0 {
		t.Errorf("the call of a stranger was captured: %s", got[0].Text)
	}
	if got := recorded(t, s, "GET", "http://h/logs?policy", "GetBucketPolicy", func(*exchange) {}); len(got) != 1 {
		t.Errorf("of a management event there are %d records", len(got))
	}
}

// CloudTrail has names of its own for some operations of S3.
func TestS3EventNames(t *testing.T) {
	for operation, want := range map[string]string{
		"ListObjectsV2":                      "ListObjects",
		"PutPublicAccessBlock":               "PutBucketPublicAccessBlock",
		"GetObjectLockConfiguration":         "GetBucketObjectLockConfiguration",
		"PutBucketLifecycleConfiguration":    "PutBucketLifecycle",
		"GetBucketNotificationConfiguration": "GetBucketNotification",
		"GetBucketPolicy":                    "GetBucketPolicy",
	} {
		if got := s3EventName(operation); got != want {
			t.Errorf("%s is recorded as %s, want %s", operation, got, want)
		}
	}
	for operation, want := range map[string]bool{
		"GetObject": true, "DeleteObjects": true, "ListObjectsV2": true, "HeadBucket": true, "UploadPart": true,
		"GetBucketAcl": false, "ListBuckets": false, "GetObjectLockConfiguration": false, "CreateBucket": false,
	} {
		if got := isObjectLevel(operation); got != want {
			t.Errorf("%s is a data event: %t", operation, got)
		}
	}
}

// Whatever is injected is refused or becomes one record that reads back the same.
func FuzzInjection(f *testing.F) {
	for _, seed := range []string{
		`{"account":"123456789012","region":"eu-west-1","eventName":"RunInstances"}`,
		`{"account":"123456789012","region":"eu-west-1","eventName":"x","requestParameters":{"bucketName":"b\u0000","n":12345678901234567890},"eventSource":"s3.amazonaws.com"}`,
		`{"account":"123456789012","region":"eu-west-1","eventName":"x","userIdentity":{"type":"AssumedRole","principalId":"no colon"},"resources":[{"type":"\u0000"}]}`,
		`[]`, `{`, `null`,
	} {
		f.Add(seed)
	}
	s := newBox(f, loggingData)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := s.injection([]byte(text))
		if err != nil {
			return
		}
		if !json.Valid(e.Text) || strings.Contains(string(e.Text), "\n") {
			t.Fatalf("not one line of JSON: %s", e.Text)
		}
		again, err := parseLine(appendLine(nil, e))
		if err != nil || joinResources(again.Resources) != joinResources(e.Resources) || again.EventID != e.EventID || string(again.Text) != string(e.Text) || !again.Time.Equal(e.Time) {
			t.Fatalf("reads back as %+v, %v\nwas %+v", again, err, e)
		}
	})
}
