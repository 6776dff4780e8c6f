package sandbox_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// Deleted stacks leave little in the state, and nothing after 90 days.
func TestDeletedStacksGo(t *testing.T) {
	dir := t.TempDir()
	lab, _ := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	l := stacks(lab)
	size := func() int {
		text, err := os.ReadFile(filepath.Join(dir, "state.json"))
		l.must(err)
		return len(text)
	}
	body := "Resources:\n"
	for i := range 20 {
		n := strconv.Itoa(i)
		body += "  T" + n + ": {Type: AWS::SNS::Topic, Properties: {TopicName: t" + n + ", DisplayName: " + strings.Repeat("d", 90) + "}}\n"
	}
	before := size()
	const made = 5
	for range made {
		l.create("audit", body)
		_, err := l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("audit")})
		l.must(err)
	}
	if grown := (size() - before) / made; grown > 36_000 {
		t.Errorf("a deleted stack takes %d bytes", grown)
	}
	all, err := l.ListStacks(t.Context(), &cloudformation.ListStacksInput{})
	l.must(err)
	id := all.StackSummaries[0].StackId
	events, err := l.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: id})
	l.must(err)
	for _, e := range events.StackEvents {
		if e.ResourceProperties == nil != (*e.ResourceType == "AWS::CloudFormation::Stack") {
			t.Errorf("%s %s tells %v", *e.LogicalResourceId, e.ResourceStatus, e.ResourceProperties)
		}
	}
	kept, err := l.GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: id})
	l.must(err)
	if *kept.TemplateBody != body {
		t.Error("the template of a deleted stack is another")
	}
	l.advance(91 * 24 * time.Hour)
	l.create("other", "Resources: {H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}")
	if grown := size() - before; grown > 10_000 {
		t.Errorf("after 90 days the state is %d bytes larger", grown)
	}
}

// A template in a bucket may be longer than one in the request, but not without end.
func TestTemplateInABucket(t *testing.T) {
	l := stacks(newLab(t, alone))
	_, err := l.bucket().CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: ptr("templates"), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"},
	})
	l.must(err)
	const handle = "Resources: {H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}\n#"
	validate := func(size int) error {
		_, err := l.bucket().PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("templates"), Key: ptr("t"), Body: strings.NewReader(handle + strings.Repeat("x", size-len(handle)))})
		l.must(err)
		_, err = l.ValidateTemplate(t.Context(), &cloudformation.ValidateTemplateInput{TemplateURL: ptr(l.url + "/templates/t")})
		return err
	}
	l.must(validate(1_000_000))
	l.refused(validate(1_000_001), "ValidationError", "Template may not exceed 1000000 bytes in size.")
	_, err = l.ValidateTemplate(t.Context(), &cloudformation.ValidateTemplateInput{TemplateBody: ptr(handle + strings.Repeat("x", 51200))})
	l.refused(err, "ValidationError", "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200")
}

// A stack that starts a trail has CloudTrail deliver from then on.
func TestTrailOfAStackDelivers(t *testing.T) {
	l := stacks(newLab(t, alone))
	l.create("audit", trailTemplate(true, ", TrailName: main"))
	_, err := l.at("eu-west-1").DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.must(err)
	l.advance(30 * time.Minute)
	out, err := l.bucket().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: ptr("stack-logs"), Prefix: ptr("AWSLogs/" + self + "/CloudTrail/eu-west-1/")})
	l.must(err)
	if len(out.Contents) == 0 {
		t.Errorf("nothing was delivered")
	}
}
