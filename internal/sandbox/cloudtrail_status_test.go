package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// bucketPolicy is a policy with the given statements; aclCheck lets CloudTrail look at
// the bucket, writing lets a principal write to a folder of the bucket.
func bucketPolicy(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

const (
	byService = `{"Service":"cloudtrail.amazonaws.com"}`
	aclCheck  = `{"Effect":"Allow","Principal":` + byService + `,"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::logs"}`
	folders   = `"arn:aws:s3:::logs/AWSLogs/123456789012/*"`
)

func writing(effect, principal, resource, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"s3:PutObject","Resource":` + resource + condition + `}`
}

// What a bucket policy lets CloudTrail do: create the trail main in us-east-1, and
// deliver to the bucket from there and from eu-west-1 once it is multi-Region.
func TestBucketPolicies(t *testing.T) {
	const insufficient = "InsufficientS3BucketPolicyException"
	const documented = `{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control","aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main"}}`
	for _, c := range []struct {
		why        string
		policy     string
		code       string // of CreateTrail
		home, away string // LatestDeliveryError
	}{
		{"no policy", "", insufficient, "AccessDenied", "AccessDenied"},
		{"the documented policy", bucketPolicy(aclCheck, writing("Allow", byService, folders, documented)), "", "", ""},
		{"without the ACL check", bucketPolicy(writing("Allow", byService, folders, documented)), insufficient, "", ""},
		{"without the right to write", bucketPolicy(aclCheck), insufficient, "AccessDenied", "AccessDenied"},
		{"source is another trail", bucketPolicy(aclCheck, writing("Allow", byService, folders, strings.Replace(documented, "trail/main", "trail/other", 1))), insufficient, "AccessDenied", "AccessDenied"},
		{"source is any trail at home", bucketPolicy(aclCheck, writing("Allow", byService, folders, `{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/*"}}`)), "", "", ""},
		{"source account", bucketPolicy(aclCheck, writing("Allow", byService, folders, `{"StringEquals":{"aws:SourceAccount":"123456789012"}}`)), "", "", ""},
		{"another source account", bucketPolicy(aclCheck, writing("Allow", byService, folders, `{"StringEquals":{"aws:SourceAccount":"999999999999"}}`)), insufficient, "AccessDenied", "AccessDenied"},
		{"another canned ACL", bucketPolicy(aclCheck, writing("Allow", byService, folders, `{"StringEquals":{"s3:x-amz-acl":"private"}}`)), insufficient, "AccessDenied", "AccessDenied"},
		{"another prefix", bucketPolicy(aclCheck, writing("Allow", byService, `"arn:aws:s3:::logs/p/AWSLogs/123456789012/*"`, "")), insufficient, "AccessDenied", "AccessDenied"},
		{"another account's folder", bucketPolicy(aclCheck, writing("Allow", byService, `"arn:aws:s3:::logs/AWSLogs/999999999999/*"`, "")), insufficient, "AccessDenied", "AccessDenied"},
		{"the folder of the home Region only", bucketPolicy(aclCheck, writing("Allow", byService, `"arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/us-east-1/*"`, "")), "", "", "AccessDenied"},
		{"a deny of the other Region's folder", bucketPolicy(aclCheck, writing("Allow", byService, folders, ""), writing("Deny", `"*"`, `"arn:aws:s3:::logs/AWSLogs/*/CloudTrail/eu-west-1/*"`, "")), "", "", "AccessDenied"},
		{"a deny of everything", bucketPolicy(aclCheck, writing("Allow", byService, folders, ""), writing("Deny", `"*"`, `"arn:aws:s3:::logs/*"`, "")), insufficient, "AccessDenied", "AccessDenied"},
		{"a deny of plain HTTP means others", bucketPolicy(aclCheck, writing("Allow", byService, folders, ""), writing("Deny", `"*"`, `"arn:aws:s3:::logs/*"`, `{"Bool":{"aws:SecureTransport":"false"}}`)), "", "", ""},
		{"a deny of all but one Region's requests means the bucket's Region", bucketPolicy(aclCheck, writing("Allow", byService, folders, ""), writing("Deny", `"*"`, `"arn:aws:s3:::logs/*"`, `{"StringNotEquals":{"aws:RequestedRegion":"us-east-1"}}`)), "", "", ""},
		{"a deny of unencrypted objects means others", bucketPolicy(aclCheck, writing("Allow", byService, folders, ""), writing("Deny", `"*"`, `"arn:aws:s3:::logs/*"`, `{"Null":{"s3:x-amz-server-side-encryption":"true"}}`)), "", "", ""},
		{"the legacy account of the home Region", bucketPolicy(strings.Replace(aclCheck, byService, `{"AWS":"arn:aws:iam::086441151436:root"}`, 1), writing("Allow", `{"AWS":["arn:aws:iam::086441151436:root"]}`, folders, "")), "", "", "AccessDenied"},
		{"the legacy accounts of both Regions", bucketPolicy(aclCheck, writing("Allow", `{"AWS":["086441151436","arn:aws:iam::859597730677:root"]}`, folders, "")), "", "", ""},
		{"the legacy account of the other Region", bucketPolicy(aclCheck, writing("Allow", `{"AWS":"arn:aws:iam::859597730677:root"}`, folders, "")), insufficient, "AccessDenied", ""},
		{"everyone who asks for the account", bucketPolicy(aclCheck, writing("Allow", `"*"`, folders, `{"StringEquals":{"aws:SourceAccount":"123456789012"}}`)), "", "", ""},
		{"another service", bucketPolicy(aclCheck, writing("Allow", `{"Service":"config.amazonaws.com"}`, folders, "")), insufficient, "AccessDenied", "AccessDenied"},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, alone)
			arn := l.create(self, "us-east-1", "main", multiRegion)
			l.start(self, "us-east-1", arn)
			l.setPolicy(self, c.policy)
			for region, want := range map[string]string{"us-east-1": c.home, "eu-west-1": c.away} {
				if got := aws.ToString(l.status(self, region, arn).LatestDeliveryError); got != want {
					t.Errorf("%s: got error %q, want %q", region, got, want)
				}
			}
			l.refused(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main")}), c.code, "") // updates verify the bucket too
			l.must(changes()[5].do(t.Context(), l.at("us-east-1"), "main"))
			_, err := l.at("us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("main"), S3BucketName: ptr("logs")})
			l.refused(err, c.code, "")
		})
	}
}

// Log file validation needs the folder of digests.
func TestDigestFolder(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", withValidation)
	l.start(self, "us-east-1", arn)
	l.setPolicy(self, bucketPolicy(aclCheck, writing("Allow", byService, `"arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/*"`, "")))
	if s := l.status(self, "us-east-1", arn); s.LatestDeliveryError != nil || aws.ToString(s.LatestDigestDeliveryError) != "AccessDenied" {
		t.Errorf("status: %s", l.last())
	}
	l.refused(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main")}), "InsufficientS3BucketPolicyException", "")
	l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), EnableLogFileValidation: ptr(false)}))
	if s := l.status(self, "us-east-1", arn); s.LatestDigestDeliveryError != nil {
		t.Errorf("status without validation: %s", l.last())
	}
}

// Where the bucket is verified with markers, it has an empty object where the logs will
// be; otherwise nothing is left in it.
func TestMarker(t *testing.T) {
	for setting, want := range map[string]string{
		"": "", "bucketProbe: marker": "p/AWSLogs/123456789012/CloudTrail-Digest/ p/AWSLogs/123456789012/CloudTrail/",
	} {
		t.Run(setting, func(t *testing.T) { leavesMarkers(t, setting, want) })
	}
}

func leavesMarkers(t *testing.T, setting, want string) {
	t.Helper()
	l := newLab(t, switched(alone, setting))
	l.create(self, "us-east-1", "main", withValidation, func(in *cloudtrail.CreateTrailInput) { in.S3KeyPrefix = ptr("p") })
	out, err := l.s3(self).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: ptr("logs")})
	l.must(err)
	var keys []string
	for _, o := range out.Contents {
		keys = append(keys, *o.Key)
	}
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("objects: %s", got)
	}
}

// A bucket that goes away, and comes back.
func TestNoSuchBucket(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", multiRegion)
	l.start(self, "us-east-1", arn)
	_, err := l.s3(self).DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: ptr("logs")})
	l.must(err)
	if got := aws.ToString(l.status(self, "eu-west-1", arn).LatestDeliveryError); got != "NoSuchBucket" {
		t.Errorf("without a bucket: %q", got)
	}
	l.refused(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main")}), "S3BucketDoesNotExistException", "S3 bucket logs does not exist!")
	_, err = l.s3(self).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: ptr("logs")})
	l.must(err)
	l.setPolicy(self, open)
	if got := l.status(self, "eu-west-1", arn).LatestDeliveryError; got != nil {
		t.Errorf("with a new bucket: %q", *got)
	}
}

// The times of a healthy trail, which delivers within five minutes of an event, a
// digest every hour, and its shadows from when they came to be.
func TestDeliveryTimes(t *testing.T) {
	l := newLab(t, alone)
	group, role := l.logTarget("us-east-1")
	arn := l.create(self, "us-east-1", "main", withValidation, func(in *cloudtrail.CreateTrailInput) {
		in.SnsTopicName, in.CloudWatchLogsLogGroupArn, in.CloudWatchLogsRoleArn = ptr("topic"), ptr(group), ptr(role)
	})
	l.start(self, "us-east-1", arn)
	s := l.status(self, "us-east-1", arn)
	began := *s.StartLoggingTime
	if s.LatestDeliveryTime != nil || *s.LatestDeliveryAttemptTime != "" || *s.TimeLoggingStarted != began.UTC().Format(time.RFC3339) {
		t.Errorf("at the start: %s", l.last())
	}
	l.advance(11*time.Minute + time.Second)
	s = l.status(self, "us-east-1", arn)
	want := *s.LatestDeliveryTime // five minutes after the trail was told to begin, and a moment for the call; nothing happened later
	if late := want.Sub(began.Add(5 * time.Minute)); late < 0 || late > 10*time.Second || *s.LatestDeliveryAttemptTime != want.UTC().Format(time.RFC3339) || *s.LatestDeliveryAttemptSucceeded != *s.LatestDeliveryAttemptTime {
		t.Errorf("after 11 minutes: %s", l.last())
	}
	if !s.LatestNotificationTime.Equal(want) || !s.LatestCloudWatchLogsDeliveryTime.Equal(want) || s.LatestDigestDeliveryTime != nil {
		t.Errorf("after 11 minutes: %s", l.last())
	}
	l.must(l.widen(self, "us-east-1", "main"))
	if s := l.status(self, "eu-west-1", arn); s.LatestDeliveryTime != nil || !s.StartLoggingTime.Equal(began) {
		t.Errorf("a new shadow: %s", l.last())
	}
	l.advance(time.Hour)
	if s := l.status(self, "eu-west-1", arn); s.LatestDeliveryTime == nil || s.LatestDeliveryTime.Before(began.Add(16*time.Minute)) || s.LatestDigestDeliveryTime == nil {
		t.Errorf("the shadow after an hour: %s", l.last())
	}
	l.stop(self, "us-east-1", arn)
	l.advance(5 * time.Minute) // what was captured until then
	stopped := *l.status(self, "us-east-1", arn).LatestDeliveryTime
	l.advance(time.Hour)
	if got := *l.status(self, "us-east-1", arn).LatestDeliveryTime; !got.Equal(stopped) {
		t.Errorf("a stopped trail delivers: %v", got)
	}
}

// A trail that fails goes on trying; a trail that does not log does not fail.
func TestFailingTimes(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main")
	l.setPolicy(self, "")
	if s := l.status(self, "us-east-1", arn); s.LatestDeliveryError != nil {
		t.Errorf("not logging: %s", l.last())
	}
	l.start(self, "us-east-1", arn)
	s := l.status(self, "us-east-1", arn)
	if aws.ToString(s.LatestDeliveryError) != "AccessDenied" || *s.LatestDeliveryAttemptTime == "" || *s.LatestDeliveryAttemptSucceeded != "" || s.LatestDeliveryTime != nil || !*s.IsLogging {
		t.Errorf("failing: %s", l.last())
	}
	l.setPolicy(self, open)
	if s := l.status(self, "us-east-1", arn); s.LatestDeliveryError != nil || strings.Contains(l.last(), "Error") {
		t.Errorf("mended: %s", l.last())
	}
}

// The world file forces errors, whatever the bucket says, in the Regions it names.
func TestForcedDeliveryErrors(t *testing.T) {
	l := newLab(t, `
accounts:
  - id: "123456789012"
    trails:
      - {name: main, homeRegion: us-east-1, bucket: logs, multiRegion: true, deliveryErrors: {eu-west-1: SlowDown}}
      - {name: lost, homeRegion: us-east-1, bucket: nowhere}
buckets: [{name: logs, account: "123456789012", region: us-east-1, policy: documented}]
`)
	for _, c := range []struct{ name, region, want string }{
		{"main", "us-east-1", ""},
		{"main", "eu-west-1", "SlowDown"},
		{"lost", "us-east-1", "NoSuchBucket"},
	} {
		if got := aws.ToString(l.status(self, c.region, arnOf(self, "us-east-1", c.name)).LatestDeliveryError); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.name, c.region, got, c.want)
		}
	}
}

// In other partitions ARNs are others, and the principal is the same.
func TestOtherPartitions(t *testing.T) {
	for partition, regions := range map[string][2]string{"aws-cn": {"cn-north-1", "cn-northwest-1"}, "aws-us-gov": {"us-gov-west-1", "us-gov-east-1"}} {
		l := newLab(t, `
accounts: [{id: "123456789012", partition: `+partition+`}]
buckets: [{name: logs, account: "123456789012", region: `+regions[0]+`, policy: documented}]
`)
		arn := l.create(self, regions[0], "main", multiRegion)
		if want := "arn:" + partition + ":cloudtrail:" + regions[0] + ":123456789012:trail/main"; arn != want {
			t.Errorf("got %s, want %s", arn, want)
		}
		l.start(self, regions[0], arn)
		for _, region := range regions {
			if s := l.status(self, region, arn); !*s.IsLogging || s.LatestDeliveryError != nil {
				t.Errorf("%s: %s", region, l.last())
			}
		}
	}
}
