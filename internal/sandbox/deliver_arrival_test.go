package sandbox_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// A Region delivers from when a conversion has reached it, and until a stop has.
func TestPropagationOfDeliveries(t *testing.T) {
	l := newLab(t, switched(alone, "propagation: 12m"))
	arn := l.create(self, "us-east-1", "main")
	l.start(self, "us-east-1", arn)
	l.must(l.widen(self, "us-east-1", arn))
	l.act(self, "eu-west-1")
	l.advance(11 * time.Minute)
	l.act(self, "eu-west-1")
	l.advance(time.Hour)
	if got := l.shipped(self, logsOf+"eu-west-1/"); got != "" {
		t.Errorf("what came before the conversion is delivered: %q", got)
	}
	_, err := l.at("eu-west-1").DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.must(err)
	l.stop(self, "us-east-1", arn)
	l.act(self, "eu-west-1")
	l.act(self, "us-east-1")
	l.advance(time.Hour)
	l.act(self, "eu-west-1")
	l.advance(time.Hour)
	if got := l.shipped(self, logsOf+"eu-west-1/"); got != "DescribeTrails ListTrails" {
		t.Errorf("of the other Region there are %q", got)
	}
	if got := l.shipped(self, logsOf+"us-east-1/"); got != "StartLogging UpdateTrail StopLogging" {
		t.Errorf("of the home Region there are %q", got)
	}
}

// A change that arrives as time goes by is in force for the very next call.
func TestPropagationByTheClockOfTheMachine(t *testing.T) {
	var ahead atomic.Int64
	l, _ := serve(t, sandbox.Options{World: []byte(switched(alone, "propagation: 2m")), Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	arn := l.create(self, "us-east-1", "main", multiRegion)
	l.start(self, "us-east-1", arn)
	l.act(self, "eu-west-1")
	ahead.Store(int64(2 * time.Minute))
	l.act(self, "eu-west-1")
	l.advance(10 * time.Minute)
	if got := l.shipped(self, logsOf+"eu-west-1/"); got != "ListTrails" {
		t.Errorf("there are %q", got)
	}
}
