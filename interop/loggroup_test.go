package interop_test

import (
	"strings"
	"testing"
	"time"
)

// The session that the user guide shows for CloudWatch Logs: a role, a log group, a trail
// that sends its events there, and a search with the patterns of the CIS benchmark.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
func TestAWSCLILogGroup(t *testing.T) {
	t.Parallel()
	const (
		group = "arn:aws:logs:ap-northeast-1:123456789012:log-group:CloudTrail/logs"
		role  = "arn:aws:iam::123456789012:role/CloudTrail_CloudWatchLogs_Role"
		trust = `{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
		write = `{"Version":"2012-10-17","Statement":[
			{"Sid":"AWSCloudTrailCreateLogStream2014110","Effect":"Allow","Action":["logs:CreateLogStream"],"Resource":["` + group + `:log-stream:123456789012_CloudTrail_ap-northeast-1*"]},
			{"Sid":"AWSCloudTrailPutLogEvents20141101","Effect":"Allow","Action":["logs:PutLogEvents"],"Resource":["` + group + `:log-stream:123456789012_CloudTrail_ap-northeast-1*"]}]}`
	)
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	tokyo.aws("logs", "create-log-group", "--log-group-name", "CloudTrail/logs")
	tokyo.says(group+":*", "logs", "describe-log-groups", "--query", "logGroups[0].arn")
	tokyo.says(role, "iam", "create-role", "--role-name", "CloudTrail_CloudWatchLogs_Role", "--assume-role-policy-document", trust, "--query", "Role.Arn")
	create := []string{
		"cloudtrail", "create-trail", "--name", "logged", "--s3-bucket-name", "your-bucket-name",
		"--cloud-watch-logs-log-group-arn", group + ":*", "--cloud-watch-logs-role-arn", role,
	}
	tokyo.fails("InvalidCloudWatchLogsLogGroupArnException", create...)
	tokyo.aws("iam", "put-role-policy", "--role-name", "CloudTrail_CloudWatchLogs_Role", "--policy-name", "cloudtrail-policy", "--policy-document", write)
	tokyo.aws(create...)
	tokyo.prints(trust, "iam", "get-role", "--role-name", "CloudTrail_CloudWatchLogs_Role", "--query", "Role.AssumeRolePolicyDocument")

	tokyo.aws("cloudtrail", "start-logging", "--name", "logged")
	tokyo.aws("cloudtrail", "update-trail", "--name", "logged", "--is-multi-region-trail")
	tokyo.in("eu-west-1").aws("ec2", "describe-regions")
	tokyo.advance(5 * time.Minute)

	// "Ensure a log metric filter exists for CloudTrail configuration changes"
	tokyo.says("2", "logs", "filter-log-events", "--log-group-name", "CloudTrail/logs", "--query", "length(events)", "--filter-pattern",
		"{($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging)}")
	elsewhere := tokyo.aws("logs", "filter-log-events", "--log-group-name", "CloudTrail/logs", "--filter-pattern", `{ $.awsRegion = "eu-west-1" }`,
		"--query", "events[].[logStreamName,message]", "--output", "text")
	if !strings.HasPrefix(elsewhere, "123456789012_CloudTrail_ap-northeast-1\t") || !strings.Contains(elsewhere, `"eventName":"DescribeRegions"`) {
		t.Errorf("of another Region there is\n%s", elsewhere)
	}
	tokyo.says("None", "cloudtrail", "get-trail-status", "--name", "logged", "--query", "LatestCloudWatchLogsDeliveryError")
	tokyo.aws("logs", "put-metric-filter", "--log-group-name", "CloudTrail/logs", "--filter-name", "changes", "--filter-pattern", "{ $.eventName = *Trail }",
		"--metric-transformations", "metricName=Changes,metricNamespace=CIS,metricValue=1")
	tokyo.says("changes", "logs", "describe-metric-filters", "--query", "metricFilters[].filterName")
	tokyo.aws("logs", "get-log-events", "--log-group-name", "CloudTrail/logs", "--log-stream-name", "123456789012_CloudTrail_ap-northeast-1", "--start-from-head")
}

// Terraform makes a trail with its log group, role and policies, finds all as it made it,
// changes what it can, finds that, and takes it all away.
func TestTerraformLogGroup(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	w := terraformIn(t, startSandbox(t, "--world", worldFile(t, logWorld)), map[string][]byte{"main.tf": read(t, "testdata/terraform-logs/main.tf")})

	w.ok("apply", "-auto-approve", "-no-color")
	w.settled()
	changed := w.ok("apply", "-auto-approve", "-no-color", "-var=retention=365")
	if !strings.Contains(changed, "0 added, 2 changed, 0 destroyed") {
		t.Errorf("another retention is more than two changes in place:\n%s", changed)
	}
	w.settled("-var=retention=365")
	w.ok("destroy", "-auto-approve", "-no-color", "-var=retention=365")
	if left := w.ok("state", "list"); left != "" {
		t.Errorf("after destroy there is still:\n%s", left)
	}
}

// logWorld has nothing but a bucket for trails.
const logWorld = `
accounts: [{id: "123456789012"}]
buckets: [{name: your-bucket-name, region: eu-west-1, policy: documented}]
`
