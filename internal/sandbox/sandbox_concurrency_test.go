package sandbox_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// Everything at once, with resets under way: the race detector sees all locks, and
// no call gets an answer that a lost world would give.
func TestConcurrency(t *testing.T) {
	l, _ := serve(t, sandbox.Options{World: []byte(alone), StateDir: t.TempDir()})
	arn := l.create(self, "us-east-1", "shared")
	work := []func() error{
		func() error { _, err := l.at("eu-west-1").DescribeTrails(t.Context(), nil); return err },
		func() error {
			_, err := l.sts("444455556666", "us-east-1").GetCallerIdentity(t.Context(), nil)
			return err
		},
		func() error { _, err := l.sts(self, "us-east-1").GetSessionToken(t.Context(), nil); return err },
		func() error { return l.enable("me-south-1") },
		func() error {
			_, err := l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k"), Body: strings.NewReader("x")})
			return err
		},
		func() error {
			_, err := l.at("us-east-1").StartLogging(t.Context(), &cloudtrail.StartLoggingInput{Name: &arn})
			if err != nil && strings.Contains(err.Error(), "TrailNotFoundException") {
				return nil // a reset took it
			}
			return err
		},
		func() error { l.post("clock?advance=1s"); return nil },
		func() error { l.post("reset"); return nil },
		func() error { l.ledger(); return nil },
	}
	var all sync.WaitGroup
	for _, do := range work {
		all.Go(func() {
			for range 20 {
				if err := do(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if _, text := l.admin("GET", "health", ""); !strings.Contains(text, `"inFlight":0`) {
		t.Errorf("after all is done: %s", text)
	}
}
