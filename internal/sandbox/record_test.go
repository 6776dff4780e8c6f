package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// unlimited is the world alone, in which LookupEvents is not throttled.
func unlimited() string { return switched(alone, "lookupLimit: 'off'") }

// events returns the records of an account in a Region, newest first, as LookupEvents
// gives them, but for those of LookupEvents itself.
func (l *lab) events(account, region string) []map[string]any {
	l.t.Helper()
	var records []map[string]any
	pages := cloudtrail.NewLookupEventsPaginator(l.in(account, region), &cloudtrail.LookupEventsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(l.t.Context())
		l.must(err)
		for _, e := range page.Events {
			var r map[string]any
			l.must(json.Unmarshal([]byte(*e.CloudTrailEvent), &r))
			if r["eventName"] != "LookupEvents" {
				records = append(records, r)
			}
		}
	}
	return records
}

// at reads a member of a record by a path like userIdentity.type, as JSON.
func at(r map[string]any, path string) string {
	var v any = r
	for name := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return "absent"
		}
		if v, ok = m[name]; !ok {
			return "absent"
		}
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// What was done is in the history of its Region, as CloudTrail spells it.
func TestRecords(t *testing.T) {
	l := newLab(t, unlimited())
	ctx := t.Context()
	for _, tt := range []struct {
		why    string
		do     func() error
		region string
		want   map[string]string
	}{
		{"a change that succeeds: parameters and elements, in small letters", func() error {
			_, err := l.at("eu-west-1").CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: ptr("one"), S3BucketName: ptr("logs"), IsMultiRegionTrail: ptr(true)})
			return err
		}, "eu-west-1", map[string]string{
			"eventVersion": `"1.11"`, "eventSource": `"cloudtrail.amazonaws.com"`, "eventName": `"CreateTrail"`, "awsRegion": `"eu-west-1"`,
			"requestParameters":          `{"isMultiRegionTrail":true,"name":"one","s3BucketName":"logs"}`,
			"responseElements.trailARN":  `"arn:aws:cloudtrail:eu-west-1:123456789012:trail/one"`,
			"responseElements.name":      `"one"`,
			"readOnly":                   "false",
			"managementEvent":            "true",
			"eventCategory":              `"Management"`,
			"eventType":                  `"AwsApiCall"`,
			"recipientAccountId":         `"123456789012"`,
			"userIdentity.type":          `"IAMUser"`,
			"userIdentity.userName":      `"sandbox"`,
			"userIdentity.accessKeyId":   `"123456789012"`,
			"userIdentity.arn":           `"arn:aws:iam::123456789012:user/sandbox"`,
			"sourceIPAddress":            `"127.0.0.1"`,
			"errorCode":                  "absent",
			"userIdentity.invokedBy":     "absent",
			"tlsDetails":                 "absent",
			"userIdentity.accountId":     `"123456789012"`,
			"userIdentity.sessionIssuer": "absent",
		}},
		{"a read: what was answered is not recorded", func() error {
			_, err := l.at("eu-west-1").DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: ptr(false), TrailNameList: []string{"one"}})
			return err
		}, "eu-west-1", map[string]string{
			"eventName": `"DescribeTrails"`, "readOnly": "true", "responseElements": "null",
			"requestParameters": `{"includeShadowTrails":false,"trailNameList":["one"]}`,
		}},
		{"lists of structures", func() error {
			_, err := l.at("eu-west-1").PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: ptr("one"), EventSelectors: []types.EventSelector{{ReadWriteType: "All", IncludeManagementEvents: ptr(true)}}})
			return err
		}, "eu-west-1", map[string]string{
			"requestParameters": `{"eventSelectors":[{"includeManagementEvents":true,"readWriteType":"All"}],"trailName":"one"}`,
		}},
		{"a change without an answer", func() error {
			_, err := l.at("eu-west-1").StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: ptr("one")})
			return err
		}, "eu-west-1", map[string]string{"requestParameters": `{"name":"one"}`, "responseElements": "null"}},
		{"a change that fails", func() error {
			_, err := l.at("eu-west-1").DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: ptr("myTrail2")})
			l.refused(err, "TrailNotFoundException", "")
			return nil
		}, "eu-west-1", map[string]string{
			"errorCode": `"TrailNotFoundException"`, "errorMessage": `"Unknown trail: arn:aws:cloudtrail:eu-west-1:123456789012:trail/myTrail2 for the user: 123456789012"`,
			"requestParameters": `{"name":"myTrail2"}`, "responseElements": "null",
		}},
		{"an input that AWS would not read", func() error {
			_, err := l.at("eu-west-1").LookupEvents(ctx, &cloudtrail.LookupEventsInput{MaxResults: ptr(int32(51))})
			l.refused(err, "InvalidMaxResultsException", "")
			_, err = l.at("eu-west-1").AddTags(ctx, &cloudtrail.AddTagsInput{ResourceId: ptr(""), TagsList: []types.Tag{{Key: ptr("")}}})
			if err == nil {
				t.Error("AddTags without a key was accepted")
			}
			return nil
		}, "eu-west-1", map[string]string{"eventName": `"AddTags"`, "responseElements": "null"}},
		{"a global service, wherever it was called", func() error {
			_, err := organizations.NewFromConfig(l.config(self, "eu-west-1")).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
			l.refused(err, "AWSOrganizationsNotInUseException", "")
			return nil
		}, "us-east-1", map[string]string{"eventSource": `"organizations.amazonaws.com"`, "awsRegion": `"us-east-1"`}},
		{"a service that the sandbox does not have", func() error {
			status, _ := l.call("rds", "us-east-1", "POST", "/", "Action=DescribeDBInstances&Version=2014-10-31", "Content-Type", "application/x-www-form-urlencoded")
			if status != http.StatusBadRequest {
				t.Errorf("DescribeDBInstances: HTTP %d", status)
			}
			return nil
		}, "us-east-1", map[string]string{"eventSource": `"rds.amazonaws.com"`, "eventName": `"DescribeDBInstances"`, "readOnly": "true", "errorCode": `"UnsupportedOperationException"`}},
		{"a bucket, in the Region of the bucket", func() error {
			_, err := l.s3(self).PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: ptr("logs"), Policy: ptr(open)})
			return err
		}, "us-east-1", map[string]string{
			"eventSource": `"s3.amazonaws.com"`, "eventName": `"PutBucketPolicy"`, "requestParameters.bucketName": `"logs"`, "requestParameters.policy": `""`,
			"requestParameters.bucketPolicy.Version": `"2012-10-17"`, "resources": `[{"ARN":"arn:aws:s3:::logs","accountId":"123456789012","type":"AWS::S3::Bucket"}]`,
			"additionalEventData.SignatureVersion": `"SigV4"`, "responseElements": "null",
		}},
		{"a bucket that is not there", func() error {
			_, err := l.s3(self).GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: ptr("nowhere")})
			l.refused(err, "NoSuchBucket", "")
			return nil
		}, "us-east-1", map[string]string{
			"eventName": `"GetBucketPublicAccessBlock"`, "errorCode": `"NoSuchBucket"`, "errorMessage": `"The specified bucket does not exist"`, "readOnly": "true",
		}},
		{"EC2 spells errors its own way", func() error {
			l.call("ec2", "us-east-1", "POST", "/", "Action=RunInstances&Version=2016-11-15", "Content-Type", "application/x-www-form-urlencoded")
			return nil
		}, "us-east-1", map[string]string{"eventName": `"RunInstances"`, "errorCode": `"Client.UnsupportedOperation"`}},
	} {
		if err := tt.do(); err != nil {
			t.Fatalf("%s: %v", tt.why, err)
		}
		r := l.events(self, tt.region)[0]
		for path, want := range tt.want {
			if got := at(r, path); got != want {
				t.Errorf("%s: %s is %s, want %s", tt.why, path, got, want)
			}
		}
	}
}

// A call is recorded once, with the ID that was answered, and nowhere else.
func TestRecordsOnce(t *testing.T) {
	l := newLab(t, unlimited())
	out, err := l.sts(self, "ap-south-1").GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	l.must(err)
	here, there := l.events(self, "ap-south-1"), l.events(self, "us-east-1")
	if len(here) != 1 || len(there) != 0 || len(l.events(stranger, "ap-south-1")) != 0 {
		t.Fatalf("got %d records in the Region and %d elsewhere, want 1 and 0", len(here), len(there))
	}
	if id, ok := middleware.GetRequestIDMetadata(out.ResultMetadata); !ok || at(here[0], "requestID") != `"`+id+`"` {
		t.Errorf("the record has the request ID %s, the answer %s", at(here[0], "requestID"), id)
	}
}

// Who has assumed a role of another account is recorded in both accounts, under one
// shared ID; what the session then does names the role; no secret is recorded.
func TestRecordsRoles(t *testing.T) {
	l := newLab(t, unlimited())
	out, err := l.sts(self, "eu-west-1").AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: ptr("arn:aws:iam::" + stranger + ":role/Audit"), RoleSessionName: ptr("alice")})
	l.must(err)
	_, err = cloudtrail.NewFromConfig(l.as(out.Credentials, "eu-west-1")).DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.must(err)
	ours, theirs := l.events(self, "eu-west-1")[0], l.events(stranger, "eu-west-1")
	for path, want := range map[string]string{
		"eventName": `"AssumeRole"`, "readOnly": "true", "requestParameters.roleSessionName": `"alice"`, "recipientAccountId": `"` + self + `"`,
		"responseElements.credentials.accessKeyId":  `"` + *out.Credentials.AccessKeyId + `"`,
		"responseElements.credentials.sessionToken": `"` + *out.Credentials.SessionToken + `"`,
		"responseElements.assumedRoleUser.arn":      `"arn:aws:sts::` + stranger + `:assumed-role/Audit/alice"`,
		"resources":                                 `[{"ARN":"arn:aws:iam::` + stranger + `:role/Audit","accountId":"` + stranger + `","type":"AWS::IAM::Role"}]`,
		"sharedEventID":                             at(theirs[1], "sharedEventID"),
	} {
		if got := at(ours, path); got != want {
			t.Errorf("of the caller: %s is %s, want %s", path, got, want)
		}
	}
	if got := at(theirs[1], "userIdentity.type") + at(theirs[1], "userIdentity.accountId") + at(theirs[1], "userIdentity.arn"); got != `"AWSAccount""`+self+`"absent` {
		t.Errorf("the account of the role learns %s", got)
	}
	for path, want := range map[string]string{
		"eventName": `"DescribeTrails"`, "userIdentity.type": `"AssumedRole"`, "userIdentity.arn": `"arn:aws:sts::` + stranger + `:assumed-role/Audit/alice"`,
		"userIdentity.sessionContext.sessionIssuer.arn":           `"arn:aws:iam::` + stranger + `:role/Audit"`,
		"userIdentity.sessionContext.sessionIssuer.userName":      `"Audit"`,
		"userIdentity.sessionContext.attributes.mfaAuthenticated": `"false"`,
	} {
		if got := at(theirs[0], path); got != want {
			t.Errorf("of the session: %s is %s, want %s", path, got, want)
		}
	}
	all, err := json.Marshal([]any{ours, theirs})
	l.must(err)
	if strings.Contains(string(all), *out.Credentials.SecretAccessKey) {
		t.Error("the secret key was recorded")
	}
}

// Data events are not in event history, and calls that AWS would not let in are not
// recorded at all.
func TestRecordsNot(t *testing.T) {
	l := newLab(t, unlimited())
	_, err := l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k"), Body: strings.NewReader("one")})
	l.must(err)
	_, err = l.s3(self).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: ptr("logs")})
	l.must(err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url, strings.NewReader("Action=GetCallerIdentity&Version=2011-06-15"))
	l.must(err)
	if status, _ := l.send(r); status != http.StatusForbidden {
		t.Errorf("unsigned: HTTP %d", status)
	}
	_, err = l.at("me-south-1").DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.refused(err, "UnrecognizedClientException", "")
	l.call("cloudtrail", "us-east-1", "POST", "/", "{}", "X-Amz-Target", "CloudTrail_20131101.NoSuchThing")
	if got := l.events(self, "us-east-1"); len(got) != 0 {
		t.Errorf("recorded: %v", got)
	}
}
