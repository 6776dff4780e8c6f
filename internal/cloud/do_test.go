package cloud_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

func on() *bool { v := true; return &v }

const policyText = `{ "Version": "2012-10-17",
 "Statement": [{"Sid":"a<b","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::new-bucket"},
 {"Sid":"w","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::new-bucket/AWSLogs/123456789012/*","Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}}]}`

// Every action of a plan, in an order in which AWS accepts them: what is there before,
// and what after.
func TestLookAndDo(t *testing.T) {
	t.Parallel()
	s, _ := open(t, "")
	newTrail := "arn:aws:cloudtrail:us-east-1:123456789012:trail/new-trail"
	classicState := plan.TrailState(trail.Settings{Bucket: "your-bucket-name", GlobalServiceEvents: true})
	newState := plan.TrailState(trail.Settings{Bucket: "new-bucket", GlobalServiceEvents: true, MultiRegion: true, LogFileValidation: true})
	for _, c := range []struct {
		call          plan.Call
		before, after plan.State
	}{
		{
			plan.Call{Action: plan.UpdateTrail, Region: tokyo, Request: plan.Request{Name: string(classic), IsMultiRegionTrail: on(), IncludeGlobalServiceEvents: on()}},
			classicState, classicState.With(plan.State{plan.IsMultiRegionTrail: true}),
		},
		{plan.Call{Action: plan.StopLogging, Region: tokyo, Request: plan.Request{Name: string(classic)}}, plan.State{plan.IsLogging: true}, plan.State{plan.IsLogging: false}},
		{plan.Call{Action: plan.StartLogging, Region: tokyo, Request: plan.Request{Name: string(classic)}}, plan.State{plan.IsLogging: false}, plan.State{plan.IsLogging: true}},
		{plan.Call{Action: plan.CreateBucket, Region: "us-east-1", Request: plan.Request{Bucket: "other-bucket"}}, nil, plan.State{plan.Exists: true}},
		{plan.Call{Action: plan.DeleteBucket, Region: "us-east-1", Request: plan.Request{Bucket: "other-bucket"}}, plan.State{plan.Exists: true}, nil},
		{plan.Call{Action: plan.CreateBucket, Region: "eu-west-1", Request: plan.Request{Bucket: "new-bucket"}}, nil, plan.State{plan.Exists: true}},
		{plan.Call{Action: plan.PutBucketPolicy, Region: "eu-west-1", Request: plan.Request{Bucket: "new-bucket", Policy: policyText}}, nil, plan.State{plan.Policy: plan.Normal(policyText)}},
		{plan.Call{Action: plan.PutPublicAccessBlock, Region: "eu-west-1", Request: plan.Request{Bucket: "new-bucket"}}, nil, plan.State{plan.PublicAccessBlocked: true}},
		{plan.Call{Action: plan.CreateTrail, Region: "us-east-1", Request: plan.Request{Name: "new-trail", S3BucketName: "new-bucket", IsMultiRegionTrail: on(), EnableLogFileValidation: on()}}, nil, newState},
		{plan.Call{Action: plan.DeleteTrail, Region: "us-east-1", Request: plan.Request{Name: newTrail}}, newState, nil},
		{plan.Call{Action: plan.DeleteBucketPolicy, Region: "eu-west-1", Request: plan.Request{Bucket: "new-bucket"}}, plan.State{plan.Policy: plan.Normal(policyText)}, nil},
	} {
		t.Run(c.call.Action, func(t *testing.T) {
			before, err := s.Look(t.Context(), c.call)
			if err != nil || c.call.Action != plan.PutPublicAccessBlock && !before.Equal(c.before) { // AWS blocks it in new buckets itself
				t.Errorf("before: %v, %v; want %v", before, err, c.before)
			}
			if err := s.ForChange().Do(t.Context(), c.call); err != nil {
				t.Fatal(err)
			}
			if after, err := s.Look(t.Context(), c.call); err != nil || !after.Equal(c.after) {
				t.Errorf("after: %v, %v; want %v", after, err, c.after)
			}
		})
	}
}

// What is not there is an empty State, not an error.
func TestLookAtNothing(t *testing.T) {
	t.Parallel()
	s, _ := open(t, wide)
	for _, c := range []plan.Call{
		{Action: plan.UpdateTrail, Region: tokyo, Request: plan.Request{Name: string(classic)}},
		{Action: plan.CreateTrail, Region: tokyo, Request: plan.Request{Name: "wide"}}, // Tokyo has a shadow of this name
		{Action: plan.StartLogging, Region: tokyo, Request: plan.Request{Name: string(classic)}},
		{Action: plan.CreateBucket, Region: tokyo, Request: plan.Request{Bucket: "no-such-bucket"}},
		{Action: plan.PutBucketPolicy, Region: tokyo, Request: plan.Request{Bucket: "no-such-bucket"}},
		{Action: plan.PutPublicAccessBlock, Region: tokyo, Request: plan.Request{Bucket: "no-such-bucket"}},
	} {
		if got, err := s.Look(t.Context(), c); err != nil || len(got) != 0 {
			t.Errorf("%s: %v, %v", c.Action, got, err)
		}
	}
}

func TestLookPassesErrorsOn(t *testing.T) {
	t.Parallel()
	s, _ := open(t, "", rule{answer: says("AccessDenied", "no")})
	for _, action := range []string{
		plan.UpdateTrail, plan.StopLogging, plan.CreateBucket, plan.PutBucketPolicy, plan.PutPublicAccessBlock,
	} {
		_, err := s.Look(t.Context(), plan.Call{Action: action, Region: tokyo, Request: plan.Request{Name: string(classic), Bucket: "your-bucket-name"}})
		if cloud.Explain(err).Kind != cloud.Denied {
			t.Errorf("%s: %v", action, err)
		}
	}
}

func TestDoRefusesWhatNoPlanHolds(t *testing.T) {
	t.Parallel()
	s, l := open(t, "")
	for _, action := range []string{"", "cloudtrail:PutEventSelectors", "s3:DeleteObject", "updatetrail"} {
		c := plan.Call{Action: action, Region: tokyo, Request: plan.Request{Name: string(classic)}}
		if err := s.ForChange().Do(t.Context(), c); err == nil {
			t.Errorf("%q was done", action)
		}
		if _, err := s.Look(t.Context(), c); err == nil {
			t.Errorf("%q was looked at", action)
		}
	}
	if calls := l.calls(""); len(calls) != 0 {
		t.Errorf("calls: %v", calls)
	}
}

func TestDoWaitsForOtherChanges(t *testing.T) {
	t.Parallel()
	call := plan.Call{Action: plan.StopLogging, Region: tokyo, Request: plan.Request{Name: string(classic)}}
	conflict := says("ConflictException", "This exception is thrown when the specified resource is not ready for an operation.")
	s, l := open(t, "", rule{action: plan.StopLogging, answer: times(2, conflict)})
	s.SetPauses(time.Millisecond, time.Millisecond)
	if err := s.ForChange().Do(t.Context(), call); err != nil || len(l.calls(plan.StopLogging)) != 3 {
		t.Errorf("after %d calls: %v", len(l.calls(plan.StopLogging)), err)
	}
	l.add(rule{action: plan.StopLogging, answer: conflict})
	if err := s.ForChange().Do(t.Context(), call); err == nil || !strings.Contains(err.Error(), "ConflictException") {
		t.Errorf("a conflict without end: %v", err)
	}
	s.SetPauses(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	answered := len(l.calls(plan.StopLogging))
	go func() {
		for len(l.calls(plan.StopLogging)) == answered {
			runtime.Gosched()
		}
		cancel()
	}()
	if err := s.ForChange().Do(ctx, call); err == nil {
		t.Error("an interrupted wait is no error")
	}
}

func TestSight(t *testing.T) {
	t.Parallel()
	s, _ := open(t, wide)
	for _, c := range []struct {
		region  trail.Region
		arn     trail.ARN
		visible bool
	}{
		{"us-east-1", wideARN, true},
		{tokyo, wideARN, true},  // the shadow
		{tokyo, classic, false}, // no such trail
	} {
		visible, status, err := s.Sight(t.Context(), c.region, c.arn)
		if err != nil || visible != c.visible || status.Logging != c.visible {
			t.Errorf("%s in %s: %t, %+v, %v", c.arn, c.region, visible, status, err)
		}
	}
	narrow, _ := open(t, "")
	if visible, _, err := narrow.Sight(t.Context(), "eu-west-1", classic); visible || err != nil {
		t.Errorf("a single-Region trail is seen elsewhere: %v", err)
	}
	for _, action := range []string{trail.DescribeTrails, trail.GetTrailStatus} {
		denied, _ := open(t, wide, rule{action: action, answer: says("AccessDeniedException", "no")})
		if _, _, err := denied.Sight(t.Context(), tokyo, wideARN); cloud.Explain(err).Kind != cloud.Denied {
			t.Errorf("%s denied: %v", action, err)
		}
	}
}
