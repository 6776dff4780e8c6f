package sns

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type attributesAnswer struct{ Attributes map[string]string }

// getTopicAttributes tells all of a topic, the defaults of what was never set too.
//
// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
func (s *Service) getTopicAttributes(c *wire.Call, in topicInput) (attributesAnswer, error) {
	t, err := s.topic(c, in.TopicArn, "GetTopicAttributes")
	if err != nil {
		return attributesAnswer{}, err
	}
	pending, confirmed := 0, 0
	for _, sub := range s.Store().of(t.ARN) {
		if sub.Pending {
			pending++
		} else {
			confirmed++
		}
	}
	m := map[string]string{
		"TopicArn":                t.ARN,
		"Owner":                   t.account(),
		"Policy":                  t.policy(),
		"DisplayName":             "",
		"SubscriptionsPending":    strconv.Itoa(pending),
		"SubscriptionsConfirmed":  strconv.Itoa(confirmed),
		"SubscriptionsDeleted":    strconv.Itoa(t.Deleted),
		"EffectiveDeliveryPolicy": effectiveDelivery(t.Attributes["DeliveryPolicy"]),
	}
	maps.Copy(m, t.Attributes)
	return attributesAnswer{m}, nil
}

type setTopicAttributesInput struct{ TopicArn, AttributeName, AttributeValue string }

// setTopicAttributes sets an attribute of a topic; "" takes it back to its default.
//
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
func (s *Service) setTopicAttributes(c *wire.Call, in setTopicAttributesInput) (nothing, error) {
	t, err := s.topic(c, in.TopicArn, "SetTopicAttributes")
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, t.set(in.AttributeName, in.AttributeValue)
}

// set checks and sets an attribute.
func (t *Topic) set(name, value string) error {
	if !settable(name) {
		return invalid("AttributeName")
	}
	if value == "" || name == "FifoTopic" { // which is false, or refused
		delete(t.Attributes, name)
		return nil
	}
	switch name {
	case "Policy":
		if err := checkPolicy(value); err != nil {
			return err
		}
		value = compact(value)
	case "DeliveryPolicy":
		if !json.Valid([]byte(value)) {
			return invalid("DeliveryPolicy: JSON message body failed to parse")
		}
		value = compact(value)
	case "DisplayName":
		if len([]rune(value)) > 100 {
			return invalid("DisplayName")
		}
	case "SignatureVersion":
		if value != "1" && value != "2" {
			return invalid("SignatureVersion")
		}
	case "TracingConfig":
		if value != "Active" && value != "PassThrough" {
			return invalid("TracingConfig")
		}
	}
	t.Attributes[name] = value
	return nil
}

// settable says whether a topic has an attribute that can be set. Those of feedback
// are kept, and nothing comes of them.
//
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
func settable(name string) bool {
	for _, protocol := range []string{"HTTP", "Firehose", "Lambda", "Application", "SQS"} {
		if rest, ok := strings.CutPrefix(name, protocol); ok {
			return slices.Contains([]string{"SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"}, rest)
		}
	}
	return slices.Contains([]string{
		"DeliveryPolicy", "DisplayName", "FifoTopic", "KmsMasterKeyId", "Policy", "SignatureVersion", "TracingConfig",
	}, name)
}

// defaultDelivery is how SNS delivers to http and https unless a topic says otherwise.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
const defaultDelivery = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`

// effectiveDelivery is the default with what a DeliveryPolicy says in its place.
func effectiveDelivery(policy string) string {
	var set, all struct {
		HTTP map[string]json.RawMessage `json:"http"`
	}
	if policy == "" || json.Unmarshal([]byte(policy), &set) != nil || json.Unmarshal([]byte(defaultDelivery), &all) != nil {
		return defaultDelivery
	}
	maps.Copy(all.HTTP, set.HTTP)
	text, err := json.Marshal(all)
	if err != nil {
		return defaultDelivery
	}
	return string(text)
}

// compact is a JSON text without spaces between its parts.
func compact(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}
