package sandbox

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/iam"
	"github.com/trailspan/trailspan/internal/sandbox/logs"
)

// logGroupFile is a log group of CloudWatch Logs.
type logGroupFile struct {
	Name      placed `yaml:"name"`
	Account   placed `yaml:"account"`   // the default account is the default
	Region    placed `yaml:"region"`    // the global Region of the partition is the default
	Retention placed `yaml:"retention"` // days; for ever is the default
}

// iamRoleFile is a role that IAM has.
type iamRoleFile struct {
	Name     placed          `yaml:"name"`
	Path     string          `yaml:"path"`     // "/" is the default
	Trust    policyText      `yaml:"trust"`    // documented, the default, or a policy
	Policies []iamPolicyFile `yaml:"policies"` // inline; those that its trails need, when left out
}

type iamPolicyFile struct {
	Name   placed     `yaml:"name"`
	Policy policyText `yaml:"policy"` // documented, the default, or a policy
}

// logging makes log groups and roles: those of the file, and those that trails name and
// the file does not have, which are as the user guide wants them.
func (b *builder) logging() error {
	b.w.IAM, b.w.Logs = &iam.Store{}, &logs.Store{}
	for i := range b.file.LogGroups {
		if err := b.logGroup(&b.file.LogGroups[i]); err != nil {
			return err
		}
	}
	for i := range b.file.Accounts {
		f := &b.file.Accounts[i]
		for j := range f.IAMRoles {
			if err := b.iamRole(b.w.Accounts[f.ID.text], &f.IAMRoles[j]); err != nil {
				return err
			}
		}
	}
	for _, t := range b.trails() {
		if isRoleARN(t.CloudWatchLogsRoleArn) {
			b.w.IAM.AddRole(t.CloudWatchLogsRoleArn, documentedTrust, map[string]string{"cloudtrail": b.documentedRolePolicy(t.CloudWatchLogsRoleArn)}, b.born)
		}
		b.w.Logs.AddGroup(t.CloudWatchLogsLogGroupArn, b.born)
	}
	return nil
}

// trails returns all trails, by ARN.
func (b *builder) trails() []*trailRecord {
	all := map[string]*trailRecord{}
	for _, a := range b.w.Accounts {
		maps.Copy(all, a.Trails)
	}
	var list []*trailRecord
	for _, arn := range slices.Sorted(maps.Keys(all)) {
		list = append(list, all[arn])
	}
	return list
}

func isRoleARN(arn string) bool { return roleARN.MatchString(arn) }

func (b *builder) logGroup(f *logGroupFile) error {
	if f.Name.text == "" {
		return errorAt(max(f.Name.line, f.Account.line, f.Region.line), "a log group has no name")
	}
	id := f.Account.or(b.w.DefaultAccount)
	if !accountID.MatchString(id) {
		return f.Account.checkAccount()
	}
	partition := partitionOf(f.Region.text)
	if a := b.w.Accounts[id]; a != nil {
		partition = a.Partition
	} else {
		b.w.Accounts[id] = newAccount(id, partition)
	}
	region := placed{f.Region.or(globalRegion(partition)), f.Region.line}
	if err := region.checkRegion(partition); err != nil {
		return err
	}
	arn := "arn:" + partition + ":logs:" + region.text + ":" + id + ":log-group:" + f.Name.text
	if b.w.Logs.Group(arn) != nil {
		return f.Name.errorf("the log group %s comes twice in %s of account %s", f.Name.text, region.text, id)
	}
	days, err := f.Retention.days()
	if err != nil {
		return err
	}
	b.w.Logs.AddGroup(arn, b.born).Retention = days
	return nil
}

// days reads a retention; 0, which is for ever, where there is none.
func (p placed) days() (int, error) {
	if p.text == "" {
		return 0, nil
	}
	days, err := strconv.Atoi(p.text)
	if err != nil || !slices.Contains(logs.Retentions(), days) {
		return 0, p.errorf("the retention of a log group is %q, but it can only be one of %v days", p.text, logs.Retentions())
	}
	return days, nil
}

func (b *builder) iamRole(a *account, f *iamRoleFile) error {
	if f.Name.text == "" {
		return errorAt(f.Name.line, "an IAM role of account %s has no name", a.ID)
	}
	arn := "arn:" + a.Partition + ":iam::" + a.ID + ":role" + cmp.Or(f.Path, "/") + f.Name.text
	if !isRoleARN(arn) {
		return f.Name.errorf("the IAM role %s has a name or a path that no role can have", f.Name.text)
	}
	if b.w.IAM.Role(arn) != nil {
		return f.Name.errorf("the IAM role %s comes twice in account %s", f.Name.text, a.ID)
	}
	trust, err := f.Name.document(f.Trust, documentedTrust)
	if err != nil {
		return err
	}
	inline := map[string]string{}
	if f.Policies == nil {
		f.Policies = []iamPolicyFile{{Name: placed{"cloudtrail", f.Name.line}}}
	}
	for _, p := range f.Policies {
		if inline[p.Name.text], err = p.Name.document(p.Policy, b.documentedRolePolicy(arn)); err != nil {
			return err
		}
	}
	b.w.IAM.AddRole(arn, trust, inline, b.born)
	return nil
}

// document is the text of a policy of that name.
func (p placed) document(text policyText, documented string) (string, error) {
	if text == "" || text == "documented" {
		return documented, nil
	}
	if !json.Valid([]byte(text)) {
		return "", p.errorf("the policy of %s is neither documented nor JSON", p.text)
	}
	return string(text), nil
}

// documentedTrust is the trust policy of the user guide for the role of a trail.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
const documentedTrust = `{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// documentedRolePolicy is the policy of the user guide for the role of the trails that
// name it.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
func (b *builder) documentedRolePolicy(role string) string {
	doc := policyDocument{Version: "2012-10-17", Statement: []policyStatement{}}
	var streams []string
	for _, t := range b.trails() {
		if t.CloudWatchLogsRoleArn != role {
			continue
		}
		group := strings.TrimSuffix(t.CloudWatchLogsLogGroupArn, ":*") + ":log-stream:"
		streams = append(streams, group+accountOfARN(t.ARN)+"_CloudTrail_"+t.HomeRegion+"*")
		if t.IsOrganizationTrail {
			streams = append(streams, group+b.w.Organization.ID+"_*")
		}
	}
	if streams == nil {
		streams = []string{"arn:*:logs:*:" + accountOfARN(role) + ":log-group:*:log-stream:*_CloudTrail_*"}
	}
	for _, s := range []struct{ sid, action string }{
		{"AWSCloudTrailCreateLogStream2014110", "logs:CreateLogStream"}, {"AWSCloudTrailPutLogEvents20141101", "logs:PutLogEvents"},
	} {
		doc.Statement = append(doc.Statement, policyStatement{Sid: s.sid, Effect: "Allow", Action: s.action, Resource: oneOrMany(streams)})
	}
	text, _ := jsonText(doc) // of strings only
	return text
}
