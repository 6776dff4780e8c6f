package interop_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// deployment is the command that deploys the classic template.
func deployment(t *testing.T, stack string, more ...string) []string {
	t.Helper()
	template, err := filepath.Abs("testdata/cloudformation/trail.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{"cloudformation", "deploy", "--stack-name", stack, "--template-file", template}, more...)
}

// The life of most trails: a template deploys one, a parameter widens it, and it goes with
// its stack, which leaves the bucket.
//
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/
func TestCloudFormationDeploy(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	const arn = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/audit-trail"

	tokyo.aws(deployment(t, "audit", "--tags", "owner=me")...)
	tokyo.says("CREATE_COMPLETE "+arn, "cloudformation", "describe-stacks", "--stack-name", "audit", "--query", "Stacks[0].[StackStatus,Outputs[0].OutputValue]")
	tokyo.says("True", "cloudtrail", "get-trail-status", "--name", "audit-trail", "--query", "IsLogging")
	tokyo.says("False True True", "cloudtrail", "describe-trails", "--trail-name-list", "audit-trail",
		"--query", "trailList[0].[IsMultiRegionTrail,IncludeGlobalServiceEvents,LogFileValidationEnabled]")
	tokyo.says("arn:aws:s3", "cloudtrail", "get-event-selectors", "--trail-name", "audit-trail", "--query", "EventSelectors[0].DataResources[0].Values[0]")
	tokyo.says("owner me", "cloudtrail", "list-tags", "--resource-id-list", arn, "--query", "ResourceTagList[0].TagsList[0].[Key,Value]")
	tokyo.says("audit", "cloudformation", "describe-stack-resources", "--physical-resource-id", "audit-trail", "--query", "StackResources[0].StackName")

	tokyo.aws("s3", "mb", "s3://templates")
	tokyo.aws(deployment(t, "audit", "--tags", "owner=me", "--parameter-overrides", "MultiRegion=true", "--s3-bucket", "templates", "--force-upload")...)
	tokyo.in("eu-west-1").says("True", "cloudtrail", "describe-trails", "--trail-name-list", arn, "--query", "trailList[0].IsMultiRegionTrail")
	if out := tokyo.run(deployment(t, "audit", "--tags", "owner=me", "--no-fail-on-empty-changeset")...); out.code != 0 || !strings.Contains(out.stdout+out.stderr, "No changes to deploy. Stack audit is up to date") {
		t.Errorf("a deployment without changes: %v", out)
	}

	bucket := strings.TrimSpace(tokyo.aws("cloudformation", "describe-stack-resource", "--stack-name", "audit", "--logical-resource-id", "Bucket",
		"--query", "StackResourceDetail.PhysicalResourceId", "--output", "text"))
	if !strings.HasPrefix(bucket, "audit-bucket-") {
		t.Errorf("the bucket is %q", bucket)
	}
	tokyo.aws("cloudformation", "delete-stack", "--stack-name", "audit")
	tokyo.aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "audit")
	tokyo.fails("TrailNotFoundException", "cloudtrail", "get-trail-status", "--name", "audit-trail")
	tokyo.aws("s3api", "head-bucket", "--bucket", bucket)
}

// The CloudFormation that we print makes a trail that check finds complete.
func TestCloudFormationTemplateDeploys(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "210987654321", "ap-northeast-1")
	file := filepath.Join(t.TempDir(), "trail.yaml")
	write(t, file, []byte(template(t, "cloudformation")))
	tokyo.aws("cloudformation", "deploy", "--stack-name", "audit", "--template-file", file)
	tokyo.says("True", "cloudtrail", "describe-trails", "--trail-name-list", "audit", "--query", "trailList[0].IsMultiRegionTrail")
	if o := tokyo.trailspan(tokyo.account, tokyo.region, "check"); o.code != 0 {
		t.Errorf("check: %v", o)
	}
}

// Deployments that CloudTrail refuses are rolled back, and the events say why.
func TestCloudFormationRollback(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	reasons := func(stack string) string {
		return tokyo.aws("cloudformation", "describe-stack-events", "--stack-name", stack, "--output", "text",
			"--query", "StackEvents[?LogicalResourceId=='Trail' && contains(ResourceStatus, 'FAILED')].ResourceStatusReason")
	}
	status := func(want, stack string) {
		t.Helper()
		tokyo.says(want, "cloudformation", "describe-stacks", "--stack-name", stack, "--query", "Stacks[0].StackStatus")
	}
	fails := func(args []string) {
		t.Helper()
		if out := tokyo.run(args...); out.code != 255 && out.code != 1 || !strings.Contains(out.stderr, "Failed to create/update the stack") {
			t.Errorf("%v: %v", args, out)
		}
	}

	fails(deployment(t, "bare", "--parameter-overrides", "WithPolicy=false"))
	status("ROLLBACK_COMPLETE", "bare")
	if got := reasons("bare"); !strings.Contains(got, "Incorrect S3 bucket policy is detected for bucket: bare-bucket-") {
		t.Errorf("without a bucket policy: %s", got)
	}

	tokyo.aws(deployment(t, "audit", "--parameter-overrides", "WithGlobalEvents=false")...)
	fails(deployment(t, "audit", "--parameter-overrides", "MultiRegion=true"))
	status("UPDATE_ROLLBACK_COMPLETE", "audit")
	const want = `Resource handler returned message: "Invalid request provided: Multi-Region trail must include global service events. (Service: CloudTrail, Status Code: 400, Request ID: `
	if got := reasons("audit"); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "HandlerErrorCode: InvalidRequest)\n") {
		t.Errorf("without global service events: %s", got)
	}
	tokyo.says("False", "cloudtrail", "describe-trails", "--trail-name-list", "audit-trail", "--query", "trailList[0].IsMultiRegionTrail")
	tokyo.aws(deployment(t, "audit", "--parameter-overrides", "MultiRegion=true", "WithGlobalEvents=true")...)
	status("UPDATE_COMPLETE", "audit")
}

// All that a watched trail has is in one template: it is deployed, changed and taken away.
// A queue is only on AWS, and stops the stack when its condition holds.
func TestCloudFormationWatchedTrail(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	deploy := func(overrides ...string) []string {
		args := []string{"cloudformation", "deploy", "--stack-name", "watched", "--template-file", "testdata/cloudformation/watched.yaml", "--capabilities", "CAPABILITY_IAM"}
		if len(overrides) > 0 {
			args = append(append(args, "--parameter-overrides"), overrides...)
		}
		return args
	}
	tokyo.aws(deploy()...)
	const pattern = "metricFilters[].[filterName,filterPattern]"
	tokyo.says("stopped { $.eventName = StopLogging }", "logs", "describe-metric-filters", "--log-group-name", "/trails/watched", "--query", pattern)
	tokyo.says("True None None", "cloudtrail", "get-trail-status", "--name", "watched", "--query", "[IsLogging,LatestNotificationError,LatestCloudWatchLogsDeliveryError]")
	topic := "arn:aws:sns:ap-northeast-1:123456789012:watched-news"
	tokyo.says("email sqs", "sns", "list-subscriptions-by-topic", "--topic-arn", topic, "--query", "sort(Subscriptions[].Protocol)")

	tokyo.aws(deploy("Days=90", "Pattern={ $.eventName = DeleteTrail }")...)
	tokyo.says("UPDATE_COMPLETE", "cloudformation", "describe-stacks", "--stack-name", "watched", "--query", "Stacks[0].StackStatus")
	tokyo.says("stopped { $.eventName = DeleteTrail }", "logs", "describe-metric-filters", "--log-group-name", "/trails/watched", "--query", pattern)
	tokyo.says("90", "logs", "describe-log-groups", "--log-group-name-prefix", "/trails/watched", "--query", "logGroups[0].retentionInDays")
	if o := tokyo.run(deploy("WithQueue=true")...); o.code == 0 || !strings.Contains(o.stderr, "The sandbox does not implement the resource type AWS::SQS::Queue.") {
		t.Errorf("a queue: %v", o)
	}

	tokyo.aws("cloudformation", "delete-stack", "--stack-name", "watched")
	tokyo.aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "watched")
	tokyo.fails("TrailNotFoundException", "cloudtrail", "get-trail-status", "--name", "watched")
	tokyo.fails("NotFound", "sns", "get-topic-attributes", "--topic-arn", topic)
	tokyo.says("", "logs", "describe-log-groups", "--log-group-name-prefix", "/trails/watched", "--query", "logGroups[].logGroupName")
}

// A misspelled property fails the deployment of a stack that is there, and two deployments
// within one second are two.
func TestCloudFormationMisspelled(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	file := filepath.Join(t.TempDir(), "topic.yaml")
	deploy := func(properties string) outcome {
		write(t, file, []byte("Resources: {T: {Type: AWS::SNS::Topic, Properties: {"+properties+"}}}"))
		return tokyo.run("cloudformation", "deploy", "--stack-name", "news", "--template-file", file, "--no-fail-on-empty-changeset")
	}
	for _, properties := range []string{"DisplayName: a", "DisplayName: a", "DisplayName: b", "DisplayName: c"} {
		if o := deploy(properties); o.code != 0 {
			t.Errorf("%s: %v", properties, o)
		}
	}
	if o := deploy("DisplayName: c, DisplayNaem: d"); o.code == 0 || !strings.Contains(o.stderr, "Failed to create/update the stack") {
		t.Errorf("misspelled: %v", o)
	}
	reason := tokyo.aws("cloudformation", "describe-stack-events", "--stack-name", "news", "--output", "text",
		"--query", "StackEvents[?ResourceStatus=='UPDATE_FAILED'].ResourceStatusReason")
	if !strings.Contains(reason, "extraneous key [DisplayNaem] is not permitted") {
		t.Errorf("the reason is %s", reason)
	}
}
