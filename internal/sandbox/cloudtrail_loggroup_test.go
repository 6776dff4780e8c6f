package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/trailspan/trailspan/internal/sandbox"
)

func (l *lab) iam(account string) *iam.Client {
	return iam.NewFromConfig(l.config(account, "us-east-1"))
}

func (l *lab) logs(account, region string) *cloudwatchlogs.Client {
	return cloudwatchlogs.NewFromConfig(l.config(account, region))
}

const (
	trusting = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole"}}`
	writes   = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"arn:aws:logs:*:*:log-group:trail:log-stream:*_CloudTrail_*"}}`
)

// role makes the role trail, with an inline policy unless that is "".
func (l *lab) role(account, trust, policy string) string {
	l.t.Helper()
	out, err := l.iam(account).CreateRole(l.t.Context(), &iam.CreateRoleInput{RoleName: ptr("trail"), AssumeRolePolicyDocument: &trust})
	l.must(err)
	if policy != "" {
		l.setRolePolicy(account, policy)
	}
	return *out.Role.Arn
}

func (l *lab) setRolePolicy(account, policy string) {
	l.t.Helper()
	_, err := l.iam(account).PutRolePolicy(l.t.Context(), &iam.PutRolePolicyInput{RoleName: ptr("trail"), PolicyName: ptr("write"), PolicyDocument: &policy})
	l.must(err)
}

// group makes the log group trail, and returns its ARN as trails want it.
func (l *lab) group(account, region string) string {
	l.t.Helper()
	_, err := l.logs(account, region).CreateLogGroup(l.t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: ptr("trail")})
	l.must(err)
	return "arn:aws:logs:" + region + ":" + account + ":log-group:trail:*"
}

// logTarget makes the log group and the role that a trail of the account self needs.
func (l *lab) logTarget(region string) (group, role string) {
	l.t.Helper()
	return l.group(self, region), l.role(self, trusting, writes)
}

func into(group, role string) func(*cloudtrail.CreateTrailInput) {
	return func(in *cloudtrail.CreateTrailInput) {
		in.CloudWatchLogsLogGroupArn, in.CloudWatchLogsRoleArn = &group, &role
	}
}

// found filters the log group trail, and returns "stream eventName" of each event.
func (l *lab) found(account, region, pattern string) []string {
	l.t.Helper()
	out, err := l.logs(account, region).FilterLogEvents(l.t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: ptr("trail"), FilterPattern: &pattern})
	l.must(err)
	var list []string
	for _, e := range out.Events {
		_, name, _ := strings.Cut(*e.Message, `"eventName":"`)
		name, _, _ = strings.Cut(name, `"`)
		list = append(list, *e.LogStreamName+" "+name)
	}
	return list
}

// What CreateTrail asks of the log group and the role.
func TestLogGroupOfTrail(t *testing.T) {
	const badGroup, badRole = "InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException"
	const unknown = "CloudTrail cannot validate the specified log group ARN."
	const distrust = "Access denied. Check the trust relationships for your role."
	const insufficient = "Access denied. Verify in IAM that the role has adequate permissions."
	only := func(action, resource string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"` + action + `","Resource":"` + resource + `"}}`
	}
	for _, c := range []struct {
		why, group, trust, policy string
		code, message             string
	}{
		{"all is well", "trail:*", trusting, writes, "", ""},
		{"an ARN without its star", "trail", trusting, writes, "", ""},
		{"another group", "other:*", trusting, writes, badGroup, unknown},
		{"a role of another service", "trail:*", strings.Replace(trusting, "cloudtrail", "ec2", 1), writes, badRole, distrust},
		{"a role for another source", "trail:*", strings.Replace(trusting, `"Action"`, `"Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/other"}},"Action"`, 1), writes, badRole, distrust},
		{"a role for this source", "trail:*", strings.Replace(trusting, `"Action"`, `"Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main"}},"Action"`, 1), writes, "", ""},
		{"a role without policies", "trail:*", trusting, "", badGroup, insufficient},
		{"a role that may not make streams", "trail:*", trusting, only("logs:PutLogEvents", "*"), badGroup, insufficient},
		{"a role that may not put events", "trail:*", trusting, only("logs:CreateLogStream", "*"), badGroup, insufficient},
		{"a role for the stream of another Region", "trail:*", trusting, only("logs:*", "arn:aws:logs:*:*:log-group:trail:log-stream:123456789012_CloudTrail_eu-west-1*"), badGroup, insufficient},
		{"a role for exactly this stream", "trail:*", trusting, only("logs:*", "arn:aws:logs:us-east-1:123456789012:log-group:trail:log-stream:123456789012_CloudTrail_us-east-1"), "", ""},
		{"a role that is not there", "trail:*", "", "", badRole, distrust},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, alone)
			l.group(self, "us-east-1")
			if c.trust != "" {
				l.role(self, c.trust, c.policy)
			}
			in := &cloudtrail.CreateTrailInput{Name: ptr("main"), S3BucketName: ptr("logs")}
			into("arn:aws:logs:us-east-1:123456789012:log-group:"+c.group, "arn:aws:iam::123456789012:role/trail")(in)
			_, err := l.at("us-east-1").CreateTrail(t.Context(), in)
			l.refused(err, c.code, c.message)
		})
	}
}

// A managed policy serves as well as an inline one.
func TestLogGroupByManagedPolicy(t *testing.T) {
	l := newLab(t, alone)
	group, role := l.group(self, "us-east-1"), l.role(self, trusting, "")
	_, err := l.iam(self).AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: ptr("trail"), PolicyArn: ptr("arn:aws:iam::aws:policy/CloudWatchLogsFullAccess")})
	l.must(err)
	l.create(self, "us-east-1", "main", into(group, role))
}

// Events of all Regions go into one stream of the home Region, each once.
func TestDeliverToLogGroup(t *testing.T) {
	l := newLab(t, alone)
	group, role := l.logTarget("us-east-1")
	arn := l.create(self, "us-east-1", "main", multiRegion, into(group, role))
	l.start(self, "us-east-1", arn)
	l.names(self, "eu-west-1")
	l.advance(5 * time.Minute)
	l.advance(5 * time.Minute)
	const stream = "123456789012_CloudTrail_us-east-1 "
	if got := l.found(self, "us-east-1", `{ $.eventSource = "cloudtrail.amazonaws.com" && $.eventName = "StartLogging" }`); len(got) != 1 || got[0] != stream+"StartLogging" {
		t.Errorf("StartLogging: %q", got)
	}
	if got := l.found(self, "us-east-1", `{ ($.awsRegion = eu-west-1) && ($.eventName = Describe*) }`); len(got) != 1 || got[0] != stream+"DescribeTrails" {
		t.Errorf("DescribeTrails: %q", got)
	}
	if s := l.status(self, "eu-west-1", arn); s.LatestCloudWatchLogsDeliveryTime == nil || s.LatestCloudWatchLogsDeliveryError != nil {
		t.Errorf("status: %s", l.last())
	}
	if s := l.status(self, "eu-west-2", arn); s.LatestCloudWatchLogsDeliveryTime != nil {
		t.Errorf("status of a Region where nothing was: %s", l.last())
	}
	l.stop(self, "us-east-1", arn)
	l.advance(5 * time.Minute)
	l.names(self, "eu-west-1")
	l.advance(5 * time.Minute)
	if got := l.found(self, "us-east-1", `{ $.eventName = "StopLogging" || $.eventName = "DescribeTrails" }`); strings.Join(got, ", ") != stream+"DescribeTrails, "+stream+"StopLogging" {
		t.Errorf("at the end: %q", got)
	}
}

// What a bucket refuses does not keep events from the log group, nor the other way round.
func TestBucketAndLogGroupAreApart(t *testing.T) {
	l := newLab(t, alone)
	group, role := l.logTarget("us-east-1")
	arn := l.create(self, "us-east-1", "main", into(group, role))
	l.start(self, "us-east-1", arn)
	l.setPolicy(self, "")
	l.advance(5 * time.Minute)
	if got := l.found(self, "us-east-1", `{ $.eventName = "StartLogging" }`); len(got) != 1 {
		t.Errorf("while the bucket refuses: %q", got)
	}
	l.setPolicy(self, open)
	l.setRolePolicy(self, strings.Replace(writes, "Allow", "Deny", 1))
	l.names(self, "us-east-1")
	l.advance(5 * time.Minute)
	s := l.status(self, "us-east-1", arn)
	if aws.ToString(s.LatestCloudWatchLogsDeliveryError) != "AccessDeniedException" || s.LatestDeliveryError != nil || !s.LatestDeliveryTime.After(*s.LatestCloudWatchLogsDeliveryTime) {
		t.Errorf("while the role is denied: %s", l.last())
	}
	_, err := l.logs(self, "us-east-1").DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: ptr("trail")})
	l.must(err)
	if s := l.status(self, "us-east-1", arn); aws.ToString(s.LatestCloudWatchLogsDeliveryError) != "ResourceNotFoundException" {
		t.Errorf("without a group: %s", l.last())
	}
	l.group(self, "us-east-1")
	l.setRolePolicy(self, writes)
	l.advance(5 * time.Minute)
	if got := l.found(self, "us-east-1", `{ $.eventName = "DescribeTrails" || $.eventName = "StartLogging" }`); len(got) != 1 {
		t.Errorf("after it was mended: %q", got) // what went into the old group is gone, and does not come twice
	}
}

// An organization trail has a stream for each account.
func TestOrganizationLogStreams(t *testing.T) {
	l := newLab(t, together)
	group, role := l.group(management, "us-east-1"), l.role(management, trusting, writes)
	arn := l.create(management, "us-east-1", "all", forOrganization, multiRegion, into(group, role))
	l.start(management, "us-east-1", arn)
	l.names(member, "eu-west-1")
	l.advance(5 * time.Minute)
	if got := l.found(management, "us-east-1", `{ $.eventName = "DescribeTrails" }`); len(got) != 1 || got[0] != "o-exampleorgid_333333333333_CloudTrail_us-east-1 DescribeTrails" {
		t.Errorf("of a member: %q", got)
	}
}

// Roles and log groups that a trail of a world file names come into being with it.
func TestWorldFileLogGroup(t *testing.T) {
	world := strings.Replace(alone, `optedIn: [af-south-1]`, `trails: [{name: main, homeRegion: us-east-1, bucket: logs, logGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:trail:*", logRoleArn: "arn:aws:iam::123456789012:role/deep/trail"}],
  iamRoles: [{name: own, policies: []}]`, 1) + `
logGroups: [{name: other, region: eu-west-1, retention: 7}]
`
	l := newLab(t, world)
	l.names(self, "us-east-1")
	l.advance(5 * time.Minute)
	if got := l.found(self, "us-east-1", "DescribeTrails"); len(got) != 1 {
		t.Errorf("delivered: %q", got)
	}
	role, err := l.iam(self).GetRole(t.Context(), &iam.GetRoleInput{RoleName: ptr("trail")})
	if err != nil || *role.Role.Path != "/deep/" || !strings.HasPrefix(*role.Role.AssumeRolePolicyDocument, "%7B%22Version%22%3A%222012-10-17%22") {
		t.Errorf("the role: %v, %v", role, err)
	}
	out, err := l.logs(self, "eu-west-1").DescribeLogGroups(t.Context(), nil)
	if err != nil || len(out.LogGroups) != 1 || *out.LogGroups[0].RetentionInDays != 7 {
		t.Errorf("the group of the world file: %v, %v", out, err)
	}
}

// Log events are kept outside of state.json, survive a restart, and go with a reset.
func TestLogEventsSurviveRestart(t *testing.T) {
	dir := t.TempDir()
	l, s := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	group, role := l.logTarget("us-east-1")
	arn := l.create(self, "us-east-1", "main", into(group, role))
	l.start(self, "us-east-1", arn)
	l.advance(5 * time.Minute)
	l.advance(5 * time.Minute)
	l.must(s.Close())
	l, s = serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	l.advance(5 * time.Minute)
	if got := l.found(self, "us-east-1", `{ $.eventName = "StartLogging" }`); len(got) != 1 {
		t.Errorf("after a restart: %q", got)
	}
	if n := len(bodiesIn(t, dir)); n != 2 { // a log file, and one batch of log events
		t.Errorf("%d contents are kept, want 2", n)
	}
	l.must(s.Close())
	l, _ = serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	l.post("reset")
	if n := len(bodiesIn(t, dir)); n != 0 {
		t.Errorf("%d contents are kept after a reset", n)
	}
}
