package kms_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"

	"github.com/trailspan/trailspan/internal/sandbox"
)

const (
	owner    = "111111111111"
	stranger = "222222222222"
	prefix   = "arn:aws:kms:us-east-1:" + owner + ":"
)

// A site is a sandbox that the production client talks to.
type site struct {
	t   *testing.T
	url string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s, err := sandbox.New(sandbox.Options{World: []byte("accounts: []")})
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
	return &site{t, server.URL}
}

// of is KMS of an account in a Region; own is that of the owner.
func (s *site) of(account, region string) *sdk.Client {
	return sdk.New(sdk.Options{
		Region: region, BaseEndpoint: &s.url, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(account, "secret", ""),
	})
}

func (s *site) own() *sdk.Client { return s.of(owner, "us-east-1") }

// key makes a key with a policy, "" for the default one, and returns its ARN.
func (s *site) key(policy string) string {
	s.t.Helper()
	in := &sdk.CreateKeyInput{BypassPolicyLockoutSafetyCheck: true}
	if policy != "" {
		in.Policy = &policy
	}
	out, err := s.own().CreateKey(s.t.Context(), in)
	s.must(err)
	return *out.KeyMetadata.Arn
}

func (s *site) alias(name, arn string) {
	s.t.Helper()
	_, err := s.own().CreateAlias(s.t.Context(), &sdk.CreateAliasInput{AliasName: &name, TargetKeyId: &arn})
	s.must(err)
}

func (s *site) advance(d time.Duration) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/_sandbox/clock?advance="+d.String(), nil)
	s.must(err)
	a, err := http.DefaultClient.Do(r)
	s.must(err)
	defer a.Body.Close()
	if a.StatusCode/100 != 2 {
		s.t.Fatal(a.Status)
	}
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// refused checks that a call was refused with exactly this code and sentence. The code
// "" means that it must have succeeded.
func (s *site) refused(why string, err error, code, sentence string) {
	s.t.Helper()
	var e smithy.APIError
	switch {
	case code == "" && err == nil:
	case code == "", !errors.As(err, &e):
		s.t.Errorf("%s: got %v, want %q", why, err, code)
	case e.ErrorCode() != code || e.ErrorMessage() != sentence:
		s.t.Errorf("%s:\ngot  %s: %s\nwant %s: %s", why, e.ErrorCode(), e.ErrorMessage(), code, sentence)
	}
}

func ptr[T any](v T) *T { return &v }

func idOf(arn string) *string { return aws.String(arn[len(prefix)+len("key/"):]) }
