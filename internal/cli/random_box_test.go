package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/sandbox"
	"github.com/trailspan/trailspan/internal/trail"
)

// box is a sandbox without a network: the production client calls it as a function. It
// writes down every change that was asked of it.
type box struct {
	t       *testing.T
	world   aWorld
	sandbox *sandbox.Sandbox

	mu      sync.Mutex
	changes []string
	skew    time.Duration // of its clock, which a run moves by waiting
}

func newBox(t *testing.T, w aWorld) *box {
	t.Helper()
	b := &box{t: t, world: w}
	var err error
	b.sandbox, err = sandbox.New(sandbox.Options{World: w.yaml(), Now: b.Now})
	if err != nil {
		t.Fatalf("%v\n%s", err, w.yaml())
	}
	t.Cleanup(func() { _ = b.sandbox.Close() })
	return b
}

// Now and Sleep make it the clock of a run, too: to wait costs no time.
func (b *box) Now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Add(b.skew)
}

// wait lets the time pass.
func (b *box) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.skew += d
}

// Do answers a request of the SDK.
func (b *box) Do(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	b.note(r, string(body))
	in := r.Clone(r.Context())
	in.Body, in.RequestURI, in.RemoteAddr = io.NopCloser(bytes.NewReader(body)), r.URL.RequestURI(), "127.0.0.1:1"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	w := httptest.NewRecorder()
	b.sandbox.ServeHTTP(w, in)
	return w.Result(), nil
}

var scopeOf = regexp.MustCompile(`/(s3|cloudtrail|[a-z]+)/aws4_request`)

// note writes a change down, as "cloudtrail:UpdateTrail {…}" or "PUT /bucket?policy".
func (b *box) note(r *http.Request, body string) {
	m := scopeOf.FindStringSubmatch(r.Header.Get("Authorization"))
	change := ""
	switch {
	case m == nil:
	case m[1] == "s3" && r.Method != http.MethodGet && r.Method != http.MethodHead:
		change = r.Method + " " + strings.TrimSuffix(r.URL.RequestURI(), "=")
	case m[1] == "cloudtrail":
		target := r.Header.Get("X-Amz-Target")
		operation := target[strings.LastIndexByte(target, '.')+1:]
		if !strings.HasPrefix(operation, "Describe") && !strings.HasPrefix(operation, "Get") && !strings.HasPrefix(operation, "List") {
			change = "cloudtrail:" + operation + " " + body
		}
	}
	if change != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.changes = append(b.changes, change)
	}
}

// asked returns the changes that were asked for since the last time.
func (b *box) asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.changes
	b.changes = nil
	return out
}

// open is a session of self, as convert opens it.
func (b *box) open(ctx context.Context) *cloud.Session {
	s, err := cloud.Open(ctx, cloud.Options{
		Region: b.world.home, EndpointURL: "http://127.0.0.1:1", Version: "0.0.0-test",
		Credentials: &cloud.Static{AccessKeyID: self, SecretAccessKey: "secret"},
		Around:      func(cloud.HTTPClient) cloud.HTTPClient { return b },
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

// admin asks an endpoint for tests.
func (b *box) admin(method, path string, body any) []byte {
	text, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(method, "http://127.0.0.1:1/_sandbox/"+path, bytes.NewReader(text))
	w := httptest.NewRecorder()
	b.sandbox.ServeHTTP(w, r)
	if w.Code/100 != 2 {
		b.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

func (b *box) inject(faults []object) { b.admin(http.MethodPost, "faults", faults) }

func (b *box) calm() { b.inject([]object{}) }

// ledger counts the changes that reached the sandbox, by operation, whatever came of them.
func (b *box) ledger() map[string]int {
	var all []struct {
		Service, Action string
		Count           int
	}
	if err := json.Unmarshal(b.admin(http.MethodGet, "calls", nil), &all); err != nil {
		b.t.Fatal(err)
	}
	out := map[string]int{}
	for _, c := range all {
		if !readName.MatchString(c.Action) {
			out[c.Service+":"+c.Action] += c.Count
		}
	}
	return out
}

var readName = regexp.MustCompile(`^(Describe|Get|Head|List)`)

// truth is all there is to know of the trails and buckets of the world, in AWS's own
// words and past our house: by what it is, JSON.
func (b *box) truth() map[string]string {
	out := map[string]string{}
	for _, r := range b.world.enabled {
		b.trailsIn(out, r)
	}
	client := s3.NewFromConfig(b.config(b.world.home), func(o *s3.Options) { o.UsePathStyle = true })
	for _, name := range slices.Concat(b.world.buckets, []string{"org-logs", "gone", "new-logs"}) {
		got, err := client.GetBucketPolicy(b.t.Context(), &s3.GetBucketPolicyInput{Bucket: &name})
		if err != nil {
			out["bucket "+name] = said(err)
			continue
		}
		out["bucket "+name] = aws.ToString(got.Policy)
	}
	return out
}

func said(err error) string {
	p := cloud.Explain(err)
	return p.Code
}

func (b *box) config(r trail.Region) aws.Config {
	return aws.Config{
		Region: string(r), HTTPClient: b, BaseEndpoint: aws.String("http://127.0.0.1:1"), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(self, "secret", ""),
	}
}

func (b *box) trailsIn(out map[string]string, r trail.Region) {
	client := cloudtrail.NewFromConfig(b.config(r))
	all, err := client.DescribeTrails(b.t.Context(), &cloudtrail.DescribeTrailsInput{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, t := range all.TrailList {
		key := fmt.Sprintf("%s in %s: ", aws.ToString(t.TrailARN), r)
		out[key+"settings"] = b.json(t)
		status, err := client.GetTrailStatus(b.t.Context(), &cloudtrail.GetTrailStatusInput{Name: t.TrailARN})
		if err == nil {
			out[key+"logging"] = fmt.Sprint(aws.ToBool(status.IsLogging))
		} else {
			out[key+"logging"] = said(err)
		}
		if aws.ToString(t.HomeRegion) != string(r) {
			continue
		}
		selectors, err := client.GetEventSelectors(b.t.Context(), &cloudtrail.GetEventSelectorsInput{TrailName: t.TrailARN})
		if err == nil {
			out[key+"selectors"] = b.json([]any{selectors.EventSelectors, selectors.AdvancedEventSelectors})
		}
		insights, err := client.GetInsightSelectors(b.t.Context(), &cloudtrail.GetInsightSelectorsInput{TrailName: t.TrailARN})
		if err == nil {
			out[key+"insights"] = b.json(insights.InsightSelectors)
		}
		tags, err := client.ListTags(b.t.Context(), &cloudtrail.ListTagsInput{ResourceIdList: []string{aws.ToString(t.TrailARN)}})
		if err == nil {
			out[key+"tags"] = b.json(tags.ResourceTagList)
		}
	}
}

func (b *box) json(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}
