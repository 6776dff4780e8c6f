package sns

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type createTopicInput struct {
	Name       string
	Attributes map[string]string
	Tags       []Tag
}

type topicAnswer struct{ TopicArn string }

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// createTopic makes a topic, or finds the one of that name, which must have the
// attributes and tags that the call gives.
//
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
func (s *Service) createTopic(c *wire.Call, in createTopicInput) (topicAnswer, error) {
	if strings.HasSuffix(in.Name, ".fifo") || in.Attributes["FifoTopic"] == "true" {
		return topicAnswer{}, wire.Errorf("InvalidParameterException", "The sandbox does not implement FIFO topics.")
	}
	if len(in.Name) > 256 || !topicName.MatchString(in.Name) {
		return topicAnswer{}, invalid("Topic Name")
	}
	made := &Topic{ARN: TopicARN(c.Partition, c.Region, c.Account, in.Name), Attributes: map[string]string{}, Tags: in.Tags}
	if err := checkTags(in.Tags); err != nil {
		return topicAnswer{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
		if err := made.set(name, in.Attributes[name]); err != nil {
			return topicAnswer{}, err
		}
	}
	if there := s.Store().Topics[made.ARN]; there != nil {
		return topicAnswer{there.ARN}, there.agrees(made)
	}
	s.Store().Topics[made.ARN] = made
	return topicAnswer{made.ARN}, nil
}

// agrees says whether a topic has what a call asks for that would make it again.
func (t *Topic) agrees(with *Topic) error {
	for name, value := range with.Attributes {
		if t.Attributes[name] != value {
			return invalid("Attributes Reason: Topic already exists with different attributes")
		}
	}
	for _, tag := range with.Tags {
		if !slices.Contains(t.Tags, tag) {
			return invalid("Tags Reason: Topic already exists with different tags")
		}
	}
	return nil
}

type topicInput struct{ TopicArn string }

// deleteTopic deletes a topic with its subscriptions. There being none is no error.
//
// https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
func (s *Service) deleteTopic(c *wire.Call, in topicInput) (nothing, error) {
	t, err := s.topic(c, in.TopicArn, "DeleteTopic")
	if err != nil {
		if wire.CodeOf(err) == "NotFoundException" {
			err = nil
		}
		return nothing{}, err
	}
	delete(s.Store().Topics, t.ARN)
	for _, sub := range s.Store().of(t.ARN) {
		delete(s.Store().Subscriptions, sub.ARN)
	}
	return nothing{}, nil
}

type tokenInput struct{ NextToken string }

type listTopicsAnswer struct {
	Topics    []topicAnswer
	NextToken string `json:",omitempty"`
}

// listTopics lists the topics of the caller in the Region, 100 at a time.
//
// https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
func (s *Service) listTopics(c *wire.Call, in tokenInput) (listTopicsAnswer, error) {
	own := TopicARN(c.Partition, c.Region, c.Account, "")
	var arns []string
	for name := range s.Store().Topics {
		if strings.HasPrefix(name, own) {
			arns = append(arns, name)
		}
	}
	page, next, err := pageOf(arns, in.NextToken)
	answer := listTopicsAnswer{Topics: []topicAnswer{}, NextToken: next}
	for _, name := range page {
		answer.Topics = append(answer.Topics, topicAnswer{name})
	}
	return answer, err
}

// topic finds a topic for a call, and makes sure that the caller may do to it what the
// call does.
func (s *Service) topic(c *wire.Call, text, action string) (*Topic, error) {
	a, err := parseARN(text, "TopicArn")
	if err != nil {
		return nil, err
	}
	if a.id != "" || a.region != c.Region || a.partition != c.Partition {
		return nil, invalid("TopicArn")
	}
	t := s.Store().Topics[text]
	if t == nil {
		return nil, topicMissing()
	}
	return t, t.admit(c, action)
}

func topicMissing() error { return wire.Errorf("NotFoundException", "Topic does not exist") }

// account is the owner of the topic.
func (t *Topic) account() string { return t.arn().account }

func (t *Topic) arn() arn {
	a, _ := parseARN(t.ARN, "") // it was made of its parts
	return a
}
