package s3

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

const (
	owner    = "111111111111"
	stranger = "222222222222"
)

// A site is a Store behind a server that believes every signature: the access key is
// the account.
type site struct {
	t      *testing.T
	store  *Store
	url    string
	client *http.Client

	mu    sync.Mutex
	clock time.Time
	calls []string // operation, or operation and error code
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, clock: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s.store = New(s.now)
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(server.Close)
	s.url, s.client = server.URL, server.Client()
	return s
}

func (s *site) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

func (s *site) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(d)
}

var scope = regexp.MustCompile(`Credential=([^/]+)/[0-9]+/([^/]+)/s3/`)

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	call := &wire.Call{Account: owner, Partition: "aws", Region: "us-east-1", Service: "s3", RequestID: "4442587FB7D0A2F9", Time: s.now()}
	if m := scope.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		call.Account, call.Region = m[1], m[2]
	}
	call.Caller = wire.Caller{ARN: "arn:aws:iam::" + call.Account + ":user/sandbox", UserID: "AIDAEXAMPLE"}
	operation, code := s.store.Serve(w, r, call, body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, strings.TrimSpace(operation+" "+code))
}

// as returns a client of the SDK for an account, in a Region.
func (s *site) as(account, region string) *sdk.Client {
	return sdk.New(sdk.Options{
		BaseEndpoint: aws.String(s.url),
		Region:       region,
		UsePathStyle: true,
		HTTPClient:   s.client,
		Retryer:      aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: account, SecretAccessKey: "secret"}, nil
		}),
	})
}

// bucket makes a bucket of the owner in us-east-1, and returns a client for it.
func (s *site) bucket(name string) *sdk.Client {
	s.t.Helper()
	must(s.t, s.store.Create(name, owner, "us-east-1"))
	return s.as(owner, "us-east-1")
}

// a reply is an answer to a request that no SDK makes.
type reply struct {
	status int
	header http.Header
	body   string
}

// send makes a request of the owner, signed for us-east-1.
func (s *site) send(method, target, body string, headers ...string) reply {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+target, strings.NewReader(body))
	must(s.t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header[headers[i]] = append(r.Header[headers[i]], headers[i+1])
	}
	answer, err := s.client.Transport.RoundTrip(r)
	must(s.t, err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	must(s.t, err)
	return reply{answer.StatusCode, answer.Header, string(content)}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// codeOf is the code of an error of AWS; "" for no error.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return err.Error()
}

func messageOf(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	return ""
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if got := codeOf(err); got != code {
		t.Errorf("error code %q, want %q: %v", got, code, err)
	}
}

func wantText(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func put(t *testing.T, c *sdk.Client, bucket, key, content string) *sdk.PutObjectOutput {
	t.Helper()
	out, err := c.PutObject(t.Context(), &sdk.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)})
	must(t, err)
	return out
}

func get(t *testing.T, c *sdk.Client, bucket, key string) string {
	t.Helper()
	out, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: &bucket, Key: &key})
	must(t, err)
	return slurp(t, out.Body)
}

func slurp(t *testing.T, r io.ReadCloser) string {
	t.Helper()
	defer r.Close()
	var b bytes.Buffer
	_, err := b.ReadFrom(r)
	must(t, err)
	return b.String()
}

func md5Of(body string) string {
	sum := md5.Sum([]byte(body))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func ownership(bucket string, o types.ObjectOwnership) *sdk.PutBucketOwnershipControlsInput {
	return &sdk.PutBucketOwnershipControlsInput{Bucket: &bucket, OwnershipControls: &types.OwnershipControls{Rules: []types.OwnershipControlsRule{{ObjectOwnership: o}}}}
}
