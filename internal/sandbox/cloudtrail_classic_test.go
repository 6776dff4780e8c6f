package sandbox_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
)

// The classic session, with the bodies exactly as AWS sends them.
func TestClassicSession(t *testing.T) {
	l := newLab(t, alone)
	home, elsewhere := l.at("us-east-1"), l.at("eu-west-1")
	arn := arnOf(self, "us-east-1", "main")

	_, err := home.CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("main"), S3BucketName: ptr("logs")})
	l.must(err)
	l.answered(`{"Name":"main","S3BucketName":"logs","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,"TrailARN":"` + arn + `","LogFileValidationEnabled":false,"IsOrganizationTrail":false}`)

	_, err = home.GetTrailStatus(t.Context(), &cloudtrail.GetTrailStatusInput{Name: ptr("main")})
	l.must(err)
	l.answered(`{"IsLogging":false,"LatestDeliveryAttemptTime":"","LatestNotificationAttemptTime":"","LatestNotificationAttemptSucceeded":"","LatestDeliveryAttemptSucceeded":"","TimeLoggingStarted":"","TimeLoggingStopped":""}`)

	const described = `{"Name":"main","S3BucketName":"logs","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":%,"HomeRegion":"us-east-1","TrailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main","LogFileValidationEnabled":false,"HasCustomEventSelectors":false,"HasInsightSelectors":false,"IsOrganizationTrail":false}`
	_, err = home.DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.must(err)
	l.answered(`{"trailList":[` + fill(described, "false") + `]}`)
	_, err = home.GetTrail(t.Context(), &cloudtrail.GetTrailInput{Name: ptr("main")})
	l.must(err)
	l.answered(`{"Trail":` + fill(described, "false") + `}`)
	_, err = elsewhere.DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.must(err)
	l.answered(`{"trailList":[]}`)

	_, err = home.StartLogging(t.Context(), &cloudtrail.StartLoggingInput{Name: ptr("main")})
	l.must(err)
	l.answered(`{}`)

	l.refused(l.widen(self, "eu-west-1", arn), "InvalidHomeRegionException", "Trail "+arn+" can only be modified from its home region us-east-1.")
	l.must(l.widen(self, "us-east-1", "main"))
	l.answered(`{"Name":"main","S3BucketName":"logs","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"` + arn + `","LogFileValidationEnabled":false,"IsOrganizationTrail":false}`)

	_, err = elsewhere.DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.must(err)
	l.answered(`{"trailList":[` + fill(described, "true") + `]}`)
	if !*l.status(self, "eu-west-1", arn).IsLogging {
		t.Error("the shadow of a trail that logs does not log")
	}

	_, err = elsewhere.ListTrails(t.Context(), &cloudtrail.ListTrailsInput{})
	l.must(err)
	l.answered(`{"Trails":[{"TrailARN":"` + arn + `","Name":"main","HomeRegion":"us-east-1"}]}`)
	_, err = home.GetEventSelectors(t.Context(), &cloudtrail.GetEventSelectorsInput{TrailName: ptr("main")})
	l.must(err)
	l.answered(`{"TrailARN":"` + arn + `","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]}`)

	_, err = home.DeleteTrail(t.Context(), &cloudtrail.DeleteTrailInput{Name: ptr("main")})
	l.must(err)
	if got := l.names(self, "eu-west-1"); got != "" {
		t.Errorf("the shadow of a deleted trail is still there: %s", got)
	}
}

// The default world is the classic mistake: one logging single-Region trail.
func TestDefaultWorld(t *testing.T) {
	l := newLab(t, "")
	if got := l.names(self, "ap-northeast-1"); got != "your-trail-name" {
		t.Errorf("trails of the home Region: %q", got)
	}
	if got := l.names(self, "us-east-1"); got != "" {
		t.Errorf("trails elsewhere: %q", got)
	}
	arn := arnOf(self, "ap-northeast-1", "your-trail-name")
	if s := l.status(self, "ap-northeast-1", arn); !*s.IsLogging || s.LatestDeliveryError != nil {
		t.Errorf("status: %s", l.last())
	}
	l.must(l.widen(self, "ap-northeast-1", "your-trail-name"))
	if s := l.status(self, "us-east-1", arn); !*s.IsLogging || s.LatestDeliveryError != nil {
		t.Errorf("status of the shadow: %s", l.last())
	}
}

// answered checks the last answer to the letter.
func (l *lab) answered(want string) {
	l.t.Helper()
	if got := l.last(); got != want {
		l.t.Errorf("got  %s\nwant %s", got, want)
	}
}
