package sandbox

import (
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// applyLogGroup sets where in CloudWatch Logs events go, and as whom. The log group must
// be the caller's, in the home Region, and the role must let CloudTrail write to it.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
func (s *Sandbox) applyLogGroup(c *wire.Call, owner *account, t *trailRecord, in trailSettings) error {
	if in.CloudWatchLogsLogGroupArn == nil || in.CloudWatchLogsRoleArn == nil {
		return nil
	}
	t.CloudWatchLogsLogGroupArn, t.CloudWatchLogsRoleArn = *in.CloudWatchLogsLogGroupArn, *in.CloudWatchLogsRoleArn
	if t.CloudWatchLogsLogGroupArn == "" && t.CloudWatchLogsRoleArn == "" {
		return nil
	}
	const group, role = "InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException"
	if !matches(`arn:[a-z-]+:logs:`+t.HomeRegion+`:`+c.Account+`:log-group:[\w./#-]{1,512}(:\*)?`, t.CloudWatchLogsLogGroupArn) {
		return wire.Errorf(group, "CloudTrail cannot validate the specified log group ARN.")
	}
	if !matches(`arn:[a-z-]+:iam::`+c.Account+`:role/[\w+=,.@/-]{1,512}`, t.CloudWatchLogsRoleArn) {
		return wire.Errorf(role, "Access denied. Check the trust relationships for your role.")
	}
	switch s.groupError(source{t, owner, owner.ID, t.HomeRegion}) {
	case groupMissing:
		return wire.Errorf(group, "CloudTrail cannot validate the specified log group ARN.")
	case roleDistrusts:
		return wire.Errorf(role, "Access denied. Check the trust relationships for your role.")
	case roleInsufficient:
		return wire.Errorf(group, "Access denied. Verify in IAM that the role has adequate permissions.")
	}
	return nil
}

// What keeps CloudTrail from putting events into a log group: the error codes of the
// calls that it would make.
const (
	groupMissing     = "ResourceNotFoundException"
	roleDistrusts    = "AccessDenied"          // of STS
	roleInsufficient = "AccessDeniedException" // of CloudWatch Logs
)

// groupError is the error that a delivery of a source into the log group of its trail
// would meet now, "" for none.
func (s *Sandbox) groupError(src source) string {
	t := src.trail
	group := s.w.Logs.Group(t.CloudWatchLogsLogGroupArn)
	if group == nil {
		return groupMissing
	}
	context := map[string][]string{"aws:SourceArn": {t.ARN}, "aws:SourceAccount": {src.owner.ID}}
	asked := policy.Request{Principal: policy.Principal{Service: "cloudtrail.amazonaws.com"}, Context: context}
	if s.w.IAM.Assume(t.CloudWatchLogsRoleArn, asked) != nil {
		return roleDistrusts
	}
	stream := group.ARN + ":log-stream:" + s.logStream(src)
	for _, action := range []string{"logs:CreateLogStream", "logs:PutLogEvents"} {
		if !s.w.IAM.Allows(t.CloudWatchLogsRoleArn, action, stream, nil) {
			return roleInsufficient
		}
	}
	return ""
}

// logStream is the stream that the events of a source go into: one for all Regions, that
// is named after the home Region of the trail, and one for each account of an organization.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
func (s *Sandbox) logStream(src source) string {
	parts := []string{src.account, "CloudTrail", src.trail.HomeRegion}
	if src.trail.IsOrganizationTrail && s.w.Organization != nil {
		parts = append([]string{s.w.Organization.ID}, parts...)
	}
	return strings.Join(parts, "_")
}
