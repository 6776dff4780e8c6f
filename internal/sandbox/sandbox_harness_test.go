package sandbox_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// serve is newLab with all Options, and gives the sandbox too.
func serve(t *testing.T, o sandbox.Options) (*lab, *sandbox.Sandbox) {
	t.Helper()
	s, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return &lab{t: t, url: server.URL}, s
}

func (l *lab) sts(account, region string) *sts.Client {
	return sts.NewFromConfig(l.config(account, region))
}

func (l *lab) account(id string) *account.Client {
	return account.NewFromConfig(l.config(id, "us-east-1"))
}

func (l *lab) organizations(id string) *organizations.Client {
	return organizations.NewFromConfig(l.config(id, "us-east-1"))
}

// as is the configuration of a session that STS issued.
func (l *lab) as(c *types.Credentials, region string) aws.Config {
	config := l.config("", region)
	config.Credentials = credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
	return config
}

// call sends a request of any shape, signed for a service by the account self, and
// returns the status and the body.
func (l *lab) call(service, region, method, path, body string, header ...string) (status int, text string) {
	l.t.Helper()
	r, err := http.NewRequestWithContext(l.t.Context(), method, l.url+path, strings.NewReader(body))
	l.must(err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	if service == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	c := aws.Credentials{AccessKeyID: self, SecretAccessKey: "secret"}
	l.must(v4.NewSigner().SignHTTP(context.Background(), c, r, hash, service, region, time.Now()))
	return l.send(r)
}

func (l *lab) send(r *http.Request) (status int, text string) {
	l.t.Helper()
	a, err := http.DefaultClient.Do(r)
	l.must(err)
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	l.must(err)
	return a.StatusCode, string(b)
}

// admin asks an endpoint for tests.
func (l *lab) admin(method, path, body string, header ...string) (status int, text string) {
	l.t.Helper()
	r, err := http.NewRequestWithContext(l.t.Context(), method, l.url+"/_sandbox/"+path, strings.NewReader(body))
	l.must(err)
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	status, text = l.send(r)
	return status, strings.TrimSuffix(text, "\n")
}

// ledger returns the calls so far as lines like "123456789012 eu-west-1 sts:GetCallerIdentity 2".
func (l *lab) ledger() []string {
	l.t.Helper()
	_, text := l.admin("GET", "calls", "")
	var entries []struct {
		Account, Region, Service, Action, Error string
		Count                                   json.Number
	}
	l.must(json.Unmarshal([]byte(text), &entries))
	lines := []string{}
	for _, e := range entries {
		line := e.Account + " " + e.Region + " " + e.Service + ":" + e.Action + " " + e.Count.String()
		if e.Error != "" {
			line += " " + e.Error
		}
		lines = append(lines, line)
	}
	return lines
}
