package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
)

func TestGlobalServiceEvents(t *testing.T) {
	const refusal = "Multi-Region trail must include global service events."
	for _, c := range []struct {
		why           string
		multi, global bool // before
		in            cloudtrail.UpdateTrailInput
		refused       bool
		want          bool // after
	}{
		{"widening turns them on", false, false, cloudtrail.UpdateTrailInput{IsMultiRegionTrail: ptr(true)}, false, true},
		{"widening with both", false, false, cloudtrail.UpdateTrailInput{IsMultiRegionTrail: ptr(true), IncludeGlobalServiceEvents: ptr(true)}, false, true},
		{"widening without them", false, true, cloudtrail.UpdateTrailInput{IsMultiRegionTrail: ptr(true), IncludeGlobalServiceEvents: ptr(false)}, true, true},
		{"a wide trail keeps them", true, true, cloudtrail.UpdateTrailInput{IncludeGlobalServiceEvents: ptr(false)}, true, true},
		{"a wide trail stays wide", true, true, cloudtrail.UpdateTrailInput{IsMultiRegionTrail: ptr(true)}, false, true},
		{"a narrow trail may lose them", false, true, cloudtrail.UpdateTrailInput{IncludeGlobalServiceEvents: ptr(false)}, false, false},
		{"narrowing keeps them", true, true, cloudtrail.UpdateTrailInput{IsMultiRegionTrail: ptr(false)}, false, true},
		{"narrowing without them", true, true, cloudtrail.UpdateTrailInput{IsMultiRegionTrail: ptr(false), IncludeGlobalServiceEvents: ptr(false)}, false, false},
		{"other changes leave them", false, false, cloudtrail.UpdateTrailInput{S3KeyPrefix: ptr("p")}, false, false},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, alone)
			l.create(self, "us-east-1", "main", func(in *cloudtrail.CreateTrailInput) {
				in.IsMultiRegionTrail, in.IncludeGlobalServiceEvents = &c.multi, &c.global
			})
			c.in.Name = ptr("main")
			err := l.update(self, "us-east-1", &c.in)
			if c.refused {
				l.refused(err, "InvalidParameterCombinationException", refusal)
			} else {
				l.must(err)
			}
			out, err := l.at("us-east-1").GetTrail(t.Context(), &cloudtrail.GetTrailInput{Name: ptr("main")})
			l.must(err)
			if *out.Trail.IncludeGlobalServiceEvents != c.want {
				t.Errorf("IncludeGlobalServiceEvents is %v", !c.want)
			}
		})
	}
}

// What is absent stays, "" takes away and is echoed, and nothing shows it afterwards.
func TestUpdateClears(t *testing.T) {
	l := newLab(t, encrypted)
	group, role := l.logTarget("us-east-1")
	l.create(self, "us-east-1", "main", func(in *cloudtrail.CreateTrailInput) {
		in.S3KeyPrefix, in.SnsTopicName, in.KmsKeyId = ptr("p"), ptr("arn:aws:sns:us-east-1:123456789012:topic"), ptr("alias/logs")
		in.CloudWatchLogsLogGroupArn, in.CloudWatchLogsRoleArn = ptr(group), ptr(role)
	})
	l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main")}))
	for _, kept := range []string{`"S3KeyPrefix":"p"`, `"SnsTopicName":"arn:aws:sns:us-east-1:123456789012:topic"`, `"SnsTopicARN":"arn:aws:sns:us-east-1:123456789012:topic"`, `"KmsKeyId":"arn:`, group, role} {
		if !strings.Contains(l.last(), kept) {
			t.Errorf("an empty update loses %s: %s", kept, l.last())
		}
	}
	l.refused(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), CloudWatchLogsLogGroupArn: ptr("")}), "InvalidParameterCombinationException", "")
	l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{
		Name: ptr("main"), S3KeyPrefix: ptr(""), SnsTopicName: ptr(""), KmsKeyId: ptr(""), CloudWatchLogsLogGroupArn: ptr(""), CloudWatchLogsRoleArn: ptr(""),
	}))
	l.answered(`{"Name":"main","S3BucketName":"logs","S3KeyPrefix":"","SnsTopicName":"","SnsTopicARN":"","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":false,` +
		`"TrailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main","LogFileValidationEnabled":false,"CloudWatchLogsLogGroupArn":"","CloudWatchLogsRoleArn":"","IsOrganizationTrail":false}`)
	_, err := l.at("us-east-1").GetTrail(t.Context(), &cloudtrail.GetTrailInput{Name: ptr("main")})
	l.must(err)
	for _, gone := range []string{"S3KeyPrefix", "Sns", "Kms", "CloudWatch"} {
		if strings.Contains(l.last(), gone) {
			t.Errorf("%s is still there: %s", gone, l.last())
		}
	}
}

// An update is checked as a whole before any of it is done.
func TestUpdateIsAllOrNothing(t *testing.T) {
	l := newLab(t, alone)
	l.create(self, "us-east-1", "main")
	for _, in := range []cloudtrail.UpdateTrailInput{
		{IsMultiRegionTrail: ptr(true), S3BucketName: ptr("none")},
		{IsMultiRegionTrail: ptr(true), SnsTopicName: ptr("to pic")},
		{IsMultiRegionTrail: ptr(true), KmsKeyId: ptr("?")},
		{IsMultiRegionTrail: ptr(true), IsOrganizationTrail: ptr(true)},
	} {
		in.Name = ptr("main")
		if err := l.update(self, "us-east-1", &in); err == nil {
			t.Errorf("not refused: %s", l.last())
		}
		if got := l.names(self, "eu-west-1"); got != "" {
			t.Errorf("a refused update made shadows: %s", got)
		}
	}
}

// Conversion leaves alone what it is not about.
func TestConversionKeeps(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", withValidation)
	l.start(self, "us-east-1", arn)
	before := *l.status(self, "us-east-1", arn).StartLoggingTime
	l.must(l.widen(self, "us-east-1", "main"))
	for _, region := range []string{"us-east-1", "af-south-1"} {
		s := l.status(self, region, arn)
		if !*s.IsLogging || !s.StartLoggingTime.Equal(before) {
			t.Errorf("%s: %s", region, l.last())
		}
	}
	l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), IsMultiRegionTrail: ptr(false)}))
	if got := l.names(self, "af-south-1"); got != "" {
		t.Errorf("narrowing leaves a shadow: %s", got)
	}
	if !*l.status(self, "us-east-1", arn).IsLogging {
		t.Error("narrowing stopped the trail")
	}
}

// A shadow is in the opt-in Regions that are enabled, and calls into others fail
// before CloudTrail sees them.
func TestShadowsInOptInRegions(t *testing.T) {
	l := newLab(t, alone)
	l.create(self, "us-east-1", "main", multiRegion)
	if got := l.names(self, "af-south-1"); got != "main" {
		t.Errorf("enabled opt-in Region: %q", got)
	}
	_, err := l.at("me-south-1").DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.refused(err, "UnrecognizedClientException", "")
}

// StartLogging of a trail that logs changes nothing; both times stay known.
func TestLoggingTimes(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main")
	l.start(self, "us-east-1", arn)
	first := *l.status(self, "us-east-1", arn).StartLoggingTime
	l.advance(60e9)
	l.start(self, "us-east-1", arn)
	if s := l.status(self, "us-east-1", arn); !s.StartLoggingTime.Equal(first) || s.StopLoggingTime != nil || *s.TimeLoggingStopped != "" {
		t.Errorf("started twice: %s", l.last())
	}
	l.advance(60e9)
	l.stop(self, "us-east-1", arn)
	s := l.status(self, "us-east-1", arn)
	if *s.IsLogging || !s.StartLoggingTime.Equal(first) || s.StopLoggingTime == nil || *s.TimeLoggingStopped != s.StopLoggingTime.UTC().Format("2006-01-02T15:04:05Z") {
		t.Errorf("stopped: %s", l.last())
	}
	l.advance(60e9)
	l.start(self, "us-east-1", arn)
	again := l.status(self, "us-east-1", arn)
	if !*again.IsLogging || !again.StartLoggingTime.After(*s.StopLoggingTime) || !again.StopLoggingTime.Equal(*s.StopLoggingTime) {
		t.Errorf("started again: %s", l.last())
	}
}
