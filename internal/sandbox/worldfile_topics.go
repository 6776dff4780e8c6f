package sandbox

import (
	"encoding/json"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/sns"
)

type topicFile struct {
	Name    placed     `yaml:"name"`
	Account placed     `yaml:"account"` // the default account is the default
	Region  placed     `yaml:"region"`  // the global Region of the partition is the default
	Policy  policyText `yaml:"policy"`
}

// fillTopics makes the topics of the file, and those that only its trails name, which
// let CloudTrail publish.
func (f *worldFile) fillTopics(w *world) error {
	w.SNS = sns.New()
	for i := range f.Topics {
		if err := f.topic(w, &f.Topics[i]); err != nil {
			return err
		}
	}
	for _, a := range w.Accounts {
		for _, t := range a.Trails {
			if isTopicARN(t.SnsTopicARN) && w.SNS.Topics[t.SnsTopicARN] == nil {
				addTopic(w, t.SnsTopicARN, sns.DocumentedPolicy(t.SnsTopicARN))
			}
		}
	}
	return nil
}

func (f *worldFile) topic(w *world, t *topicFile) error {
	if t.Name.text == "" {
		return errorAt(max(t.Name.line, t.Account.line, t.Region.line), "a topic has no name")
	}
	if !matches(`[\w-]{1,256}`, t.Name.text) {
		return t.Name.errorf("the topic %s: a name has up to 256 letters, digits, hyphens and underscores", t.Name.text)
	}
	id := t.Account.or(w.DefaultAccount)
	if !accountID.MatchString(id) {
		return t.Account.checkAccount()
	}
	a := w.Accounts[id]
	if a == nil {
		a = newAccount(id, partitionOf(t.Region.text))
		w.Accounts[id] = a
	}
	region := placed{t.Region.or(globalRegion(a.Partition)), t.Region.line}
	if err := region.checkRegion(a.Partition); err != nil {
		return err
	}
	arn := sns.TopicARN(a.Partition, region.text, id, t.Name.text)
	if w.SNS.Topics[arn] != nil {
		return t.Name.errorf("the topic %s comes twice in %s of account %s", t.Name.text, region.text, id)
	}
	doc, err := t.policy(arn)
	if err != nil {
		return err
	}
	addTopic(w, arn, doc)
	return nil
}

// policy is the policy of a topic of the file; "" is the one that SNS gives every topic.
func (t *topicFile) policy(arn string) (string, error) {
	doc := strings.TrimSpace(string(t.Policy))
	switch doc {
	case "", "none":
		return "", nil
	case "documented":
		return sns.DocumentedPolicy(arn), nil
	}
	if !json.Valid([]byte(doc)) {
		return "", t.Name.errorf("the policy of the topic %s is neither documented, none, nor JSON", t.Name.text)
	}
	return doc, nil
}

func addTopic(w *world, arn, policy string) {
	topic := &sns.Topic{ARN: arn, Attributes: map[string]string{}}
	if policy != "" {
		topic.Attributes["Policy"] = policy
	}
	w.SNS.Topics[arn] = topic
}
