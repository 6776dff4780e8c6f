package sandbox

import (
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/sns"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// validationMessage is what CloudTrail publishes to a topic that a trail is given, to
// see that it can.
const validationMessage = "CloudTrail validation message."

// applyTopic sets the topic, named by name or ARN; it shows as it was named. The topic
// must exist, here or in another Region or account, and let CloudTrail publish. An
// update that does not speak of the topic does not ask.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
func (s *Sandbox) applyTopic(c *wire.Call, owner *account, t *trailRecord, in trailSettings) error {
	if in.SnsTopicName == nil {
		return nil
	}
	name := *in.SnsTopicName
	t.SnsTopicName, t.SnsTopicARN = name, ""
	switch {
	case name == "":
		return nil
	case isTopicARN(name):
		t.SnsTopicARN = name
	case matches(`[\w-]{1,256}`, name):
		t.SnsTopicARN = sns.TopicARN(c.Partition, t.HomeRegion, c.Account, name)
	default:
		return wire.Errorf("InvalidSnsTopicNameException", "The SNS topic name %s is not valid.", name)
	}
	if s.topicError(home(t, owner)) != "" {
		return wire.Errorf("InsufficientSnsTopicPolicyException", "SNS Topic does not exist or the topic policy is incorrect!")
	}
	s.snsService().Publish(s.w.SNS.Topics[t.SnsTopicARN], sns.Message{Text: validationMessage}, s.now())
	return nil
}

// isTopicARN says whether a text is the ARN of a topic that a trail can have, which is
// not one of FIFO.
func isTopicARN(s string) bool { return matches(`arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}`, s) }

// topicError is the error that CloudTrail would meet now if it published for the
// source, "" for none.
func (s *Sandbox) topicError(src source) string {
	topic := s.w.SNS.Topics[src.trail.SnsTopicARN]
	switch {
	case topic == nil:
		return "NotFound"
	case !s.mayPublish(topic, src):
		return "AuthorizationError"
	}
	return s.topicKeyError(topic, src)
}

// mayPublish says whether the policy of a topic lets CloudTrail publish on behalf of
// the source. It may name the service, or, as old ones do, the account that CloudTrail
// had in that Region.
func (s *Sandbox) mayPublish(topic *sns.Topic, src source) bool {
	r := policy.Request{
		Principal: policy.Principal{Service: "cloudtrail.amazonaws.com"},
		Action:    "SNS:Publish", Resource: topic.ARN, Context: s.notificationContext(topic, src),
	}
	verdict := topic.Judge(r)
	if legacy := legacyAccount(src.region); legacy != "" {
		r.Principal = policy.Principal{AWS: "arn:" + src.owner.Partition + ":iam::" + legacy + ":root"}
		verdict = max(verdict, topic.Judge(r))
	}
	return verdict == policy.Allow
}

// notificationContext holds the condition keys of a notification. In every Region the
// source is the trail by its one ARN, that of the home Region.
func (s *Sandbox) notificationContext(topic *sns.Topic, src source) map[string][]string {
	m := map[string][]string{
		"aws:SourceArn":             {src.trail.ARN},
		"aws:SourceAccount":         {src.owner.ID},
		"aws:PrincipalIsAWSService": {"true"},
		"aws:PrincipalServiceName":  {"cloudtrail.amazonaws.com"},
		"aws:SecureTransport":       {"true"},
		"aws:ViaAWSService":         {"false"},
		"aws:CurrentTime":           {s.now().UTC().Format(time.RFC3339)},
		"aws:RequestedRegion":       {strings.Split(topic.ARN, ":")[3]},
		"aws:ResourceAccount":       {accountOfARN(topic.ARN)},
	}
	if org := s.organizationOf(src.owner.ID); org != nil {
		m["aws:SourceOrgID"] = []string{org.ID}
	}
	return m
}
