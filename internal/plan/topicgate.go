package plan

import (
	"strings"

	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// Topic is what was seen of an SNS topic.
type Topic struct {
	Missing bool
	Policy  string // JSON; "" when it is hidden
	KeyID   string // under which it encrypts; "" for none
	Key     *Key   // nil when it has none, or one that AWS manages
	Gaps    []trail.Gap
}

const (
	snsTopic           = "sns-topic" // the ID of the gate
	getTopicAttributes = "sns:GetTopicAttributes"
	publish            = "sns:Publish"
)

// topicGate: CloudTrail tells one topic of the log files of every Region. What it cannot
// tell hinders no delivery, so that Regions which stay silent are a warning; where it
// cannot tell anything even now, AWS may refuse the update.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
func topicGate(s trail.Snapshot, t trail.Trail, e Evidence) Gate {
	args := []string{"topic", string(t.SNSTopicARN), "region", string(t.SNSTopicARN.Region())}
	if gap, ok := gapOf(e.Topic.Gaps, getTopicAttributes); ok {
		return verdict(snsTopic, UnknownGate, "unknown", gap.Error, append(args, "action", gap.Action)...)
	}
	if e.Topic.Missing {
		return verdict(snsTopic, Block, "block-missing", "NotFound", args...)
	}
	doc, err := policy.Parse(e.Topic.Policy)
	if err != nil {
		return verdict(snsTopic, UnknownGate, "unknown", err.Error(), append(args, "action", getTopicAttributes)...)
	}
	g := judgeTopic(s, t, e, doc, args)
	if g.Status == Pass && e.Topic.KeyID != "" {
		return judgeTopicKey(t, e, g, args)
	}
	return g
}

// judgeTopic asks the policy of the topic once per Region.
func judgeTopic(s trail.Snapshot, t trail.Trail, e Evidence, doc policy.Document, args []string) Gate {
	var silent []string
	allow, refuse, unsure := map[string]bool{}, blames{}, blames{}
	for _, r := range s.EnabledRegions() {
		switch a := weakest(doc, []policy.Request{topicRequest(t, e, r)}); a.Decision {
		case policy.Allowed:
			allow[a.Statement] = true
		case policy.Unclear:
			unsure.add(a)
		default:
			silent = append(silent, string(r))
			refuse.add(a)
		}
	}
	args = append(args, "regions", strings.Join(silent, ", "))
	home := weakest(doc, []policy.Request{topicRequest(t, e, t.HomeRegion)})
	future := weakest(doc, []policy.Request{topicRequest(t, e, anyRegion)})
	switch {
	case home.Decision == policy.Denied || home.Decision == policy.NotAllowed:
		return verdict(snsTopic, Block, "block-policy", "", args...).by(home.blame())
	case len(silent) > 0:
		return verdict(snsTopic, Warn, "warn-silent", "", args...).by(refuse.list()...)
	case len(unsure) > 0:
		return verdict(snsTopic, Warn, "warn", "", args...).by(unsure.list()...)
	case future.Decision != policy.Allowed:
		return verdict(snsTopic, Warn, "warn-future", list(allow), args...)
	default:
		return gate(snsTopic, Pass, list(allow), "topic", string(t.SNSTopicARN))
	}
}

func topicRequest(t trail.Trail, e Evidence, r trail.Region) policy.Request {
	c := serviceContext(t)
	e.knowsOrganization(c)
	return policy.Request{
		Service: service, Account: string(trail.LegacyAccount(r)),
		Action: publish, Resource: string(t.SNSTopicARN), Context: c,
	}
}

// judgeTopicKey: whoever publishes to an encrypted topic needs its key. The policy of a
// key that AWS manages cannot be changed, and lets no service in.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func judgeTopicKey(t trail.Trail, e Evidence, g Gate, args []string) Gate {
	k := e.Topic.Key
	if k == nil {
		return verdict(snsTopic, Warn, "warn-managed-key", e.Topic.KeyID, append(args, "key", e.Topic.KeyID)...)
	}
	args = append(args, "key", k.ID)
	switch {
	case k.Missing:
		return verdict(snsTopic, Warn, "warn-key", "NotFoundException", args...)
	case k.State != "" && k.State != "Enabled":
		return verdict(snsTopic, Warn, "warn-key", "KeyState="+k.State, args...)
	}
	if gap, ok := gapOf(k.Gaps, getKeyPolicy); ok {
		return verdict(snsTopic, UnknownGate, "unknown-key", gap.Error, append(args, "action", gap.Action)...)
	}
	doc, err := policy.Parse(k.Policy)
	if err != nil {
		return verdict(snsTopic, UnknownGate, "unknown-key", err.Error(), append(args, "action", getKeyPolicy)...)
	}
	var asks []policy.Request
	for _, action := range []string{generateDataKey, decrypt} {
		c := serviceContext(t)
		c["kms:encryptioncontext:aws:sns:topicarn"] = string(t.SNSTopicARN)
		asks = append(asks, policy.Request{Service: service, Action: action, Resource: k.ID, Context: c})
	}
	if a := weakest(doc, asks); a.Decision != policy.Allowed {
		return verdict(snsTopic, Warn, "warn-key", "", args...).by(a.blame())
	}
	if gap, ok := gapOf(k.Gaps, describeKey); ok {
		return verdict(snsTopic, UnknownGate, "unknown-key", gap.Error, append(args, "action", gap.Action)...)
	}
	return g
}
