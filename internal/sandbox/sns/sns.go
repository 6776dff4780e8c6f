// Package sns is as much of Amazon SNS as CloudTrail needs: topics with their
// policies, subscriptions, and messages that reach http and https subscribers.
// Subscriptions of other protocols are remembered and deliver nothing.
//
// A Service answers calls and makes Letters; a Courier signs and posts them, outside
// of every lock. It never looks further than its Store, and posts nowhere but to
// loopback and private addresses.
//
// Its nouns: a topic, a subscription, a message that is published to a topic, a letter
// that brings it to one subscriber.
package sns

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Store is what SNS remembers of all accounts and Regions. It encodes to JSON. It
// has no lock: who calls guards it.
type Store struct {
	Topics        map[string]*Topic        // by ARN
	Subscriptions map[string]*Subscription // by ARN
	Key           *Key                     `json:",omitempty"` // that messages are signed with; nil until one is
}

// New returns a Store with nothing in it.
func New() *Store {
	return &Store{Topics: map[string]*Topic{}, Subscriptions: map[string]*Subscription{}}
}

// A Topic is where messages are published.
type Topic struct {
	ARN        string
	Attributes map[string]string // that were set: Policy, DisplayName, KmsMasterKeyId …
	Tags       []Tag
	Deleted    int // subscriptions that there once were
}

// A Tag is a label of a topic.
type Tag struct{ Key, Value string }

// A Subscription is where the messages of a topic go.
type Subscription struct {
	ARN                       string
	Topic                     string // ARN
	Owner                     string // account
	Principal                 string // ARN of who subscribed
	Protocol                  string
	Endpoint                  string
	Pending                   bool   // until it is confirmed
	Token                     string // that confirms it
	Authenticated             bool   // it was confirmed by a signed call
	AuthenticateOnUnsubscribe bool
	Attributes                map[string]string // that were set: RawMessageDelivery …
	Base                      string            // URL under which the subscriber reaches the sandbox
}

// A Service is SNS in the world that surrounds it.
type Service struct {
	Store func() *Store // as it is now; a reset puts another in its place
	Base  func() string // URL of the sandbox as the caller of the present call knows it
	Post  func(Letter)  // takes a letter, and returns at once
}

// Operations lists what is implemented of SNS.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
func (s *Service) Operations() map[string]wire.Operation {
	return map[string]wire.Operation{
		"CreateTopic":               wire.Op(s.createTopic),
		"DeleteTopic":               wire.Op(s.deleteTopic),
		"ListTopics":                wire.Op(s.listTopics),
		"GetTopicAttributes":        wire.Op(s.getTopicAttributes),
		"SetTopicAttributes":        wire.Op(s.setTopicAttributes),
		"AddPermission":             wire.Op(s.addPermission),
		"RemovePermission":          wire.Op(s.removePermission),
		"Subscribe":                 wire.Op(s.subscribe),
		"ConfirmSubscription":       wire.Op(s.confirmSubscription),
		"Unsubscribe":               wire.Op(s.unsubscribe),
		"ListSubscriptions":         wire.Op(s.listSubscriptions),
		"ListSubscriptionsByTopic":  wire.Op(s.listSubscriptionsByTopic),
		"GetSubscriptionAttributes": wire.Op(s.getSubscriptionAttributes),
		"SetSubscriptionAttributes": wire.Op(s.setSubscriptionAttributes),
		"Publish":                   wire.Op(s.publish),
		"TagResource":               wire.Op(s.tagResource),
		"UntagResource":             wire.Op(s.untagResource),
		"ListTagsForResource":       wire.Op(s.listTagsForResource),
	}
}

// nothing is the answer of operations that answer nothing.
type nothing struct{}

// invalid is the error that most mistakes meet.
func invalid(format string, args ...any) error {
	return wire.Errorf("InvalidParameterException", "Invalid parameter: "+format, args...)
}

// arn is the ARN of a topic, or of a subscription, which has an ID behind the name.
type arn struct{ partition, region, account, name, id string }

// parseARN takes an ARN apart. The error names the parameter that it came in.
func parseARN(text, parameter string) (arn, error) {
	p := strings.Split(text, ":")
	switch {
	case len(p) < 6:
		return arn{}, invalid("%s Reason: An ARN must have at least 6 elements, not %d", parameter, len(p))
	case p[0] != "arn" || p[2] != "sns" || len(p) > 7:
		return arn{}, invalid("%s", parameter)
	}
	a := arn{partition: p[1], region: p[3], account: p[4], name: p[5]}
	if len(p) == 7 {
		a.id = p[6]
	}
	return a, nil
}

// TopicARN is the ARN of a topic.
func TopicARN(partition, region, account, name string) string {
	return "arn:" + partition + ":sns:" + region + ":" + account + ":" + name
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
