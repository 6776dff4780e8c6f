package plan

import (
	"strings"

	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// LogGroup is what was seen of a log group of CloudWatch Logs, and of the role in whose
// name CloudTrail writes to it.
type LogGroup struct {
	Missing bool
	Role    Role
	Filters []MetricFilter
	Gaps    []trail.Gap
}

// Role is what was seen of a role of IAM.
type Role struct {
	Missing  bool
	Trust    string            // JSON; "" when it is hidden
	Policies map[string]string // name → JSON, inline and attached
	Boundary string            // the ARN of its permissions boundary; "" for none
}

// MetricFilter is a metric filter of a log group.
type MetricFilter struct{ Name, Pattern string }

const (
	logGroup              = "log-group" // the ID of the gate
	describeLogGroups     = "logs:DescribeLogGroups"
	describeMetricFilters = "logs:DescribeMetricFilters"
	getRole               = "iam:GetRole"
	assumeRole            = "sts:AssumeRole"
)

// rolePolicyActions are the reads without which the permissions of a role are not known.
var rolePolicyActions = [...]string{
	"iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:GetPolicy", "iam:GetPolicyVersion",
}

// logGroupGate: the events of every Region go into the log group of the home Region, into
// a stream that is named after it, in the name of a role that CloudTrail assumes.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
func logGroupGate(s trail.Snapshot, t trail.Trail, e Evidence) Gate {
	l, args := *e.LogGroup, []string{"group", groupName(t.LogGroupARN), "role", string(t.LogRoleARN)}
	switch {
	case l.Missing || t.LogGroupARN.Region() != t.HomeRegion:
		return verdict(logGroup, Block, "block-missing", string(t.LogGroupARN), args...)
	case l.Role.Missing:
		return verdict(logGroup, Block, "block-role", "NoSuchEntity", args...)
	}
	g := gate(logGroup, Pass, "", "group", groupName(t.LogGroupARN))
	if !elsewhere(s, t.LogRoleARN) {
		g = judgeAccess(t, e, g, args)
	}
	if gap, ok := gapOf(l.Gaps, describeLogGroups); ok {
		g = lacking(g, gap, args...)
	}
	return ofOthers(s, t, g, args)
}

// judgeAccess: the role must trust CloudTrail and be allowed to write.
func judgeAccess(t trail.Trail, e Evidence, g Gate, args []string) Gate {
	if gap, ok := gapOf(e.LogGroup.Gaps, getRole); ok {
		g = lacking(g, gap, args...)
	} else {
		g = judgeTrust(t, e, g, args)
	}
	if g.Status != Block {
		g = judgeRole(t, e, g, args)
	}
	return g
}

// elsewhere says whether something belongs to an account that was not asked.
func elsewhere(s trail.Snapshot, arn trail.ARN) bool {
	return arn.Owner() != "" && arn.Owner() != s.Account
}

// ofOthers: what another account owns, its owner alone can look at.
func ofOthers(s trail.Snapshot, t trail.Trail, g Gate, args []string) Gate {
	var commands []string
	owner := t.LogGroupARN.Owner()
	if elsewhere(s, t.LogRoleARN) {
		owner = t.LogRoleARN.Owner()
		commands = append(commands, "aws iam get-role --role-name "+t.LogRoleARN.Name())
	}
	if elsewhere(s, t.LogGroupARN) {
		owner = t.LogGroupARN.Owner()
		commands = append(commands, "aws logs describe-log-groups --region "+string(t.LogGroupARN.Region())+" --log-group-name-prefix "+groupName(t.LogGroupARN))
	}
	if len(commands) == 0 || g.Status == Block {
		return g
	}
	return verdict(logGroup, UnknownGate, "unknown-elsewhere", string(t.LogGroupARN)+", "+string(t.LogRoleARN),
		append(args, "owner", string(owner), "command", strings.Join(commands, "; "))...)
}

// judgeTrust: CloudTrail must be able to assume the role.
func judgeTrust(t trail.Trail, e Evidence, g Gate, args []string) Gate {
	doc, err := policy.ParseTrust(e.LogGroup.Role.Trust)
	if err != nil {
		return verdict(logGroup, UnknownGate, "unknown", err.Error(), append(args, "action", getRole)...)
	}
	c := serviceContext(t)
	e.knowsOrganization(c)
	a := weakest(doc, []policy.Request{{Service: service, Action: assumeRole, Resource: string(t.LogRoleARN), Context: c}})
	switch a.Decision {
	case policy.Allowed:
		g.Evidence = a.Statement
		return g
	case policy.Unclear:
		return verdict(logGroup, Warn, "warn", "", args...).by(a.blame())
	default:
		return verdict(logGroup, Block, "block-trust", "", args...).by(a.blame())
	}
}

// judgeRole: the role must be allowed to make the stream and to write to it.
func judgeRole(t trail.Trail, e Evidence, g Gate, args []string) Gate {
	l := e.LogGroup
	for _, action := range rolePolicyActions {
		if gap, ok := gapOf(l.Gaps, action); ok {
			return lacking(g, gap, args...)
		}
	}
	if l.Role.Policies == nil {
		return g // the role itself is hidden, and g says so
	}
	doc, err := policy.ParseIdentity(l.Role.Policies)
	if err != nil {
		return verdict(logGroup, UnknownGate, "unknown", err.Error(), append(args, "action", "iam:GetRolePolicy")...)
	}
	a := weakest(doc, streamRequests(t, e))
	switch {
	case a.Decision == policy.Unclear:
		return verdict(logGroup, Warn, "warn", "", args...).by(a.blame())
	case a.Decision != policy.Allowed:
		return verdict(logGroup, Block, "block-permissions", "", append(args, "action", a.action)...).by(a.blame())
	case t.Organization && e.Organization == nil:
		return lacking(g, trail.Gap{Action: describeOrganization}, args...)
	case l.Role.Boundary != "" && g.Status == Pass:
		return verdict(logGroup, UnknownGate, "unknown-boundary", l.Role.Boundary, append(args, "boundary", l.Role.Boundary)...)
	case g.Status == Pass:
		g.Evidence = strings.Trim(g.Evidence+", "+a.Statement, ", ")
	}
	return g
}

// streamRequests are what the role does. There is a stream for every account of an
// organization, which the trail of one account has for itself.
func streamRequests(t trail.Trail, e Evidence) []policy.Request {
	streams := []string{string(t.ARN.Owner()) + "_CloudTrail_" + string(t.HomeRegion)}
	if org := organizationID(e); t.Organization && org != "" {
		streams = []string{org + "_" + streams[0], org + "_" + string(someMember) + "_CloudTrail_" + string(t.HomeRegion)}
	}
	group := strings.TrimSuffix(string(t.LogGroupARN), ":*")
	var out []policy.Request
	for _, stream := range streams {
		for _, action := range []string{"logs:CreateLogStream", "logs:PutLogEvents"} {
			out = append(out, policy.Request{
				Action: action, Resource: group + ":log-stream:" + stream,
				Context: map[string]string{
					"aws:securetransport": "true", "aws:requestedregion": string(t.HomeRegion),
					"aws:principalaccount": string(t.LogRoleARN.Owner()), "aws:principalarn": string(t.LogRoleARN),
				},
			})
		}
	}
	return out
}

// groupName is what stands in the ARN of a log group: arn:…:log-group:NAME:*.
func groupName(arn trail.ARN) string {
	_, name, _ := strings.Cut(string(arn), ":log-group:")
	return strings.TrimSuffix(name, ":*")
}
