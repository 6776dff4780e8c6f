package cloud

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

func TestClassOf(t *testing.T) {
	for _, c := range []struct {
		service, operation string
		want               class
	}{
		{"CloudTrail", "DescribeTrails", reads},
		{"CloudTrail", "GetTrailStatus", reads},
		{"CloudTrail", "ListEventDataStores", reads},
		{"CloudTrail", "LookupEvents", lookups}, // slower than the other reads
		{"CloudTrail", "UpdateTrail", changes},
		{"CloudTrail", "StartLogging", changes},
		{"Organizations", "ListAccounts", reads},
		{"S3", "PutBucketPolicy", others}, // no limit that we could come near
		{"STS", "AssumeRole", others},     // one per account of an organization
	} {
		if got := classOf(c.service, c.operation); got != c.want {
			t.Errorf("%s %s is of %s, want %s", c.service, c.operation, got, c.want)
		}
	}
}

// Waits are by the clock of the bubble, so that they are exact.
func TestLimitsWait(t *testing.T) {
	for _, c := range []struct {
		name, operation string
		calls           int
		want            time.Duration
	}{
		{"ten reads go at once", "DescribeTrails", 10, 0},
		{"the next ones ten a second", "GetTrailStatus", 15, 500 * time.Millisecond},
		{"lookups two a second", "LookupEvents", 6, 2 * time.Second},
		{"changes one a second", "UpdateTrail", 3, 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			l, begin := newLimits(), time.Now()
			for range c.calls {
				if err := l.wait(t.Context(), "eu-west-1", "CloudTrail", c.operation); err != nil {
					t.Fatal(err)
				}
			}
			if took := time.Since(begin).Round(time.Millisecond); took != c.want {
				t.Errorf("%s: took %s, want %s", c.name, took, c.want)
			}
		})
	}
}

// Regions, and accounts, do not wait for one another; roles of one account do.
func TestLimitsAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		f := &family{byAccount: map[trail.AccountID]*limits{}}
		for _, account := range []trail.AccountID{"111111111111", "222222222222"} {
			for _, region := range []string{"eu-west-1", "us-east-1"} {
				if err := f.limitsOf(account).wait(t.Context(), region, "CloudTrail", "UpdateTrail"); err != nil {
					t.Fatal(err)
				}
			}
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("took %s, want no wait", took)
		}
		if err := f.limitsOf("111111111111").wait(t.Context(), "eu-west-1", "CloudTrail", "UpdateTrail"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took != time.Second {
			t.Errorf("took %s, want to wait for the other role", took)
		}
	})
}

func TestLimitsKeepTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits()
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if err := l.wait(ctx, "eu-west-1", "CloudTrail", "UpdateTrail"); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		err := l.wait(ctx, "eu-west-1", "CloudTrail", "UpdateTrail")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 0 {
			t.Errorf("after %s: %v; want the deadline at once, for the place is due after it", time.Since(begin), err)
		}
	})
}

func TestDeed(t *testing.T) {
	for action, want := range map[string]string{
		"cloudtrail:DescribeTrails":      "describing trails",
		"cloudtrail:GetTrailStatus":      "getting trail status",
		"cloudtrail:ListEventDataStores": "listing event data stores",
		"cloudtrail:UpdateTrail":         "updating trail",
		"cloudtrail:StopLogging":         "stopping logging",
		"s3:PutBucketPolicy":             "putting bucket policy",
		"sts:AssumeRole":                 "assuming role",
		"nonsense":                       "nonsense",
	} {
		if got := deed(action); got != want {
			t.Errorf("deed of %s is %q, want %q", action, got, want)
		}
	}
}
