package sns

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// document is a topic policy with its members in the order of SNS.
type document struct {
	Version   string
	ID        string `json:"Id,omitempty"`
	Statement []json.RawMessage
}

type statement struct {
	Sid       string
	Effect    string
	Principal map[string]any
	Action    any
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

// ownerActions are those that the default policy of a topic names.
func ownerActions() []string {
	return []string{
		"SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission",
		"SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish",
	}
}

// defaultPolicy lets the account of the topic do everything, and nobody else.
func (t *Topic) defaultPolicy() document {
	return document{Version: "2008-10-17", ID: "__default_policy_ID", Statement: []json.RawMessage{encoded(statement{
		Sid: "__default_statement_ID", Effect: "Allow", Principal: map[string]any{"AWS": "*"},
		Action: ownerActions(), Resource: t.ARN,
		Condition: map[string]map[string]string{"StringEquals": {"AWS:SourceOwner": t.account()}},
	})}}
}

// policy is the policy of a topic as text.
func (t *Topic) policy() string {
	if p := t.Attributes["Policy"]; p != "" {
		return p
	}
	return string(encoded(t.defaultPolicy()))
}

// DefaultPolicy is the policy that SNS gives a new topic.
func DefaultPolicy(topicARN string) string {
	return string(encoded((&Topic{ARN: topicARN}).defaultPolicy()))
}

// DocumentedPolicy is the default policy of a topic with the statement of the CloudTrail
// user guide that lets CloudTrail publish, without its optional conditions.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
func DocumentedPolicy(topicARN string) string {
	d := (&Topic{ARN: topicARN}).defaultPolicy()
	d.Statement = append(d.Statement, encoded(statement{
		Sid: "AWSCloudTrailSNSPolicy20131101", Effect: "Allow", Principal: map[string]any{"Service": "cloudtrail.amazonaws.com"},
		Action: "SNS:Publish", Resource: topicARN,
	}))
	return string(encoded(d))
}

// encoded is JSON of what always has one.
func encoded(v any) json.RawMessage {
	text, _ := json.Marshal(v)
	return text
}

// Judge says what the policy of a topic says of a request. A policy that cannot be
// read, which SNS would never have taken, allows nothing.
func (t *Topic) Judge(r policy.Request) policy.Decision {
	verdict, err := policy.Evaluate(t.policy(), r)
	if err != nil {
		return policy.Implicit
	}
	return verdict
}

// checkPolicy refuses a policy as SNS does. Wildcards are not actions that it knows.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
func checkPolicy(text string) error {
	if _, err := policy.Parse(text); err != nil {
		return invalid("Policy Error: null")
	}
	var d struct{ Statement json.RawMessage }
	_ = json.Unmarshal([]byte(text), &d) // it has been parsed
	statements := []struct{ Action json.RawMessage }{{}}
	if json.Unmarshal(d.Statement, &statements) != nil { // it is one that stands alone
		_ = json.Unmarshal(d.Statement, &statements[0])
	}
	for _, s := range statements {
		for _, action := range actionsOf(s.Action) {
			if !inScope(action) {
				return outOfServiceScope()
			}
		}
	}
	return nil
}

// actionsOf reads an Action element, a text or a list; there may be none.
func actionsOf(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var list []string
	_ = json.Unmarshal(raw, &list) // absent, where NotAction stands in its place
	return list
}

// inScope says whether a policy of a topic can speak of an action.
func inScope(action string) bool {
	known := append(ownerActions(), "SNS:Receive", "SNS:ListTagsForResource", "SNS:GetDataProtectionPolicy", "SNS:PutDataProtectionPolicy")
	return slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, action) })
}

func outOfServiceScope() error { return invalid("Policy statement action out of service scope!") }

// admit refuses what the policy of the topic denies the caller, and what it does not
// allow a caller of another account. IAM policies of the caller allow everything.
func (t *Topic) admit(c *wire.Call, action string) error {
	verdict := t.Judge(policy.Request{
		Principal: policy.Principal{AWS: c.Caller.ARN}, Action: "SNS:" + action, Resource: t.ARN, Context: contextOf(c, t),
	})
	var why string
	switch {
	case verdict == policy.Deny:
		why = " with an explicit deny in a resource-based policy"
	case verdict == policy.Implicit && c.Account != t.account():
		why = " because no resource-based policy allows the SNS:" + action + " action"
	default:
		return nil
	}
	return wire.Errorf("AuthorizationErrorException", "User: %s is not authorized to perform: SNS:%s on resource: %s%s", c.Caller.ARN, action, t.ARN, why)
}

// contextOf holds the condition keys of a call about a topic.
func contextOf(c *wire.Call, t *Topic) map[string][]string {
	m := map[string][]string{
		"aws:CurrentTime":      {c.Time.UTC().Format(time.RFC3339)},
		"aws:PrincipalAccount": {c.Account},
		"aws:PrincipalArn":     {c.Caller.ARN},
		"aws:RequestedRegion":  {c.Region},
		"aws:ResourceAccount":  {t.account()},
		"aws:SecureTransport":  {"true"},
		"aws:SourceIp":         {c.SourceIP},
		"aws:SourceOwner":      {c.Account},
		"aws:userid":           {c.Caller.UserID},
	}
	if c.Organization != "" {
		m["aws:PrincipalOrgID"] = []string{c.Organization}
	}
	return m
}
