package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// What a topic must be and allow before a trail may have it.
func TestTrailTopic(t *testing.T) {
	l := newLab(t, alone)
	const topic, trail = "arn:aws:sns:us-east-1:123456789012:topic", "arn:aws:cloudtrail:us-east-1:123456789012:trail/main"
	condition := func(operator, key, value string) string {
		return `,"Condition":{"` + operator + `":{"` + key + `":"` + value + `"}}`
	}
	l.create(self, "us-east-1", "main")
	set := func(name string) error {
		return l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), SnsTopicName: &name})
	}
	const code, message = "InsufficientSnsTopicPolicyException", "SNS Topic does not exist or the topic policy is incorrect!"
	for _, tt := range []struct{ why, policy, code string }{
		{"the policy that SNS gives", "", code},
		{"the service", mayPublish(topic, byCloudTrail, ""), ""},
		{"another service", mayPublish(topic, `{"Service":"s3.amazonaws.com"}`, ""), code},
		{"everyone", mayPublish(topic, `"*"`, ""), ""},
		{"another topic", mayPublish(topic+"s", byCloudTrail, ""), code},
		{"this trail", mayPublish(topic, byCloudTrail, condition("StringEquals", "aws:SourceArn", trail)), ""},
		{"another trail", mayPublish(topic, byCloudTrail, condition("StringEquals", "aws:SourceArn", trail+"s")), code},
		{"this account", mayPublish(topic, byCloudTrail, condition("StringEquals", "aws:SourceAccount", self)), ""},
		{"another account", mayPublish(topic, byCloudTrail, condition("StringEquals", "aws:SourceAccount", stranger)), code},
		{"the old account of the Region", mayPublish(topic, `{"AWS":"086441151436"}`, ""), ""},
		{"the old account of another Region", mayPublish(topic, `{"AWS":"arn:aws:iam::859597730677:root"}`, ""), code},
	} {
		t.Run(tt.why, func(t *testing.T) {
			l.setTopicPolicy(topic, tt.policy)
			want := ""
			if tt.code != "" {
				want = message
			}
			(&lab{t: t}).refused(set("topic"), tt.code, want)
		})
	}
	l.setTopicPolicy(topic, "")
	l.refused(set("nowhere"), code, message)
	l.refused(set(topic+"s"), code, message)
	l.refused(set("to pic"), "InvalidSnsTopicNameException", "The SNS topic name to pic is not valid.")
	l.must(set("arn:aws:sns:eu-west-1:123456789012:topic")) // in another Region
	l.must(l.widen(self, "us-east-1", "main"))              // asks nothing of the topic
	theirs, err := l.sns(stranger, "us-west-2").CreateTopic(t.Context(), &sns.CreateTopicInput{Name: ptr("theirs"), Attributes: map[string]string{
		"Policy": mayPublish("arn:aws:sns:us-west-2:999999999999:theirs", byCloudTrail, ""),
	}})
	l.must(err)
	l.must(set(*theirs.TopicArn)) // of another account
	l.must(set(""))
}

// Every round with log files is told, Region by Region; status says how that went, and a
// topic that refuses hinders no delivery.
func TestNotifications(t *testing.T) {
	l := newLab(t, alone)
	topic := l.topic("us-east-1", "told", "Policy", mayPublish("arn:aws:sns:us-east-1:123456789012:told", byCloudTrail, ""))
	m := newMailbox(t)
	m.confirmed(l, "us-east-1", topic, nil)
	arn := l.create(self, "us-east-1", "main", multiRegion, func(in *cloudtrail.CreateTrailInput) { in.SnsTopicName = ptr("told") })
	if p := m.next(); p.Message != "CloudTrail validation message." {
		t.Errorf("at first: %s", p.body)
	}
	l.start(self, "us-east-1", arn)
	if s := l.status(self, "us-east-1", arn); s.LatestNotificationTime != nil || s.LatestNotificationError != nil || *s.LatestNotificationAttemptTime != "" {
		t.Errorf("before a delivery: %s", l.last())
	}
	l.act(self, "eu-west-1")
	l.advance(5 * time.Minute)
	told := map[string]string{}
	for range 2 {
		p := m.next()
		m.verify(l, p)
		var n struct {
			Bucket string   `json:"s3Bucket"`
			Keys   []string `json:"s3ObjectKey"`
		}
		if err := json.Unmarshal([]byte(p.Message), &n); err != nil || n.Bucket != "logs" || len(n.Keys) != 1 || p.Subject != "" {
			t.Fatalf("told: %v %s", err, p.body)
		}
		told[strings.Split(n.Keys[0], "/")[3]] = n.Keys[0]
	}
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		files := l.objects(self, logsOf+region)
		if len(files) != 1 || told[region] != files[0].key {
			t.Errorf("%s: told of %q", region, told[region])
		}
		s := l.status(self, region, arn)
		at := s.LatestDeliveryTime
		if !s.LatestNotificationTime.Equal(*at) || *s.LatestNotificationAttemptTime != at.UTC().Format(time.RFC3339) || *s.LatestNotificationAttemptSucceeded != *s.LatestNotificationAttemptTime {
			t.Errorf("%s: %s", region, l.last())
		}
	}

	// A policy of old, which names the account of one Region.
	l.setTopicPolicy(topic, mayPublish(topic, `{"AWS":"086441151436"}`, ""))
	l.act(self, "eu-west-1")
	l.advance(5 * time.Minute)
	s := l.status(self, "eu-west-1", arn)
	if aws.ToString(s.LatestNotificationError) != "AuthorizationError" || s.LatestDeliveryError != nil || !s.LatestNotificationTime.Before(*s.LatestDeliveryTime) ||
		*s.LatestNotificationAttemptTime == *s.LatestNotificationAttemptSucceeded {
		t.Errorf("refused in eu-west-1: %s", l.last())
	}
	if s := l.status(self, "us-east-1", arn); s.LatestNotificationError != nil {
		t.Errorf("allowed in us-east-1: %s", l.last())
	}
	_, err := l.sns(self, "us-east-1").DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &topic})
	l.must(err)
	if s := l.status(self, "us-east-1", arn); aws.ToString(s.LatestNotificationError) != "NotFound" {
		t.Errorf("without the topic: %s", l.last())
	}
	l.stop(self, "us-east-1", arn)
	if s := l.status(self, "us-east-1", arn); s.LatestNotificationError != nil || s.LatestNotificationTime == nil {
		t.Errorf("stopped: %s", l.last())
	}
}

// Topics of a world file, and those that only its trails name.
func TestWorldTopics(t *testing.T) {
	l := newLab(t, `
accounts:
  - id: "123456789012"
    trails:
      - {name: named, homeRegion: eu-west-1, bucket: logs, snsTopic: born}
      - {name: refused, homeRegion: eu-west-1, bucket: logs, snsTopic: closed}
      - {name: abroad, homeRegion: eu-west-1, bucket: logs, snsTopic: "arn:aws:sns:us-west-2:999999999999:far"}
buckets: [{name: logs, policy: documented}]
topics:
  - {name: closed, region: eu-west-1, policy: none}
  - {name: odd, account: "999999999999", region: eu-west-1, policy: {Statement: [{Effect: Allow, Principal: "*", Action: "SNS:GetTopicAttributes", Resource: "*"}]}}
`)
	for name, want := range map[string]string{"named": "", "refused": "AuthorizationError", "abroad": ""} {
		if got := aws.ToString(l.status(self, "eu-west-1", arnOf(self, "eu-west-1", name)).LatestNotificationError); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	got, err := l.sns(self, "eu-west-1").GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: ptr("arn:aws:sns:eu-west-1:999999999999:odd")})
	l.must(err)
	if got.Attributes["Owner"] != stranger {
		t.Errorf("odd: %s", l.last())
	}
	for _, tt := range []struct{ world, want string }{
		{"topics: [{region: eu-west-1}]", "a topic has no name"},
		{"topics: [{name: a b}]", "the topic a b: a name has up to 256"},
		{"topics: [{name: a}, {name: a}]", "the topic a comes twice in us-east-1 of account 123456789012"},
		{"topics: [{name: a, account: x}]", `"x" is not an account ID`},
		{"topics: [{name: a, region: mars}]", `there is no Region "mars"`},
		{"topics: [{name: a, policy: open}]", "the policy of the topic a is neither documented, none, nor JSON"},
		{"accounts: [{id: \"123456789012\", supportPlan: gold}]", "the supportPlan is \"gold\""},
	} {
		refusedWorld(t, tt.world, tt.want)
	}
}
