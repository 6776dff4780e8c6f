package sns

import (
	"encoding/json"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Message is what is published to a topic.
type Message struct {
	Text       string
	Subject    string
	ByProtocol map[string]string // texts for some protocols; Text is for the others
	Attributes map[string]MessageAttribute
}

// A MessageAttribute goes along with a message.
type MessageAttribute struct {
	Type  string
	Value string
}

type publishInput struct {
	TopicArn          string
	TargetArn         string
	PhoneNumber       string
	Message           string
	Subject           string
	MessageStructure  string
	MessageAttributes map[string]struct{ DataType, StringValue, BinaryValue string }
}

type publishAnswer struct {
	MessageID string `json:"MessageId"`
}

// largestMessage is how long a message can be, in bytes.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const largestMessage = 256 << 10

// publish sends a message to those who have subscribed to a topic.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func (s *Service) publish(c *wire.Call, in publishInput) (publishAnswer, error) {
	if in.TopicArn == "" {
		in.TopicArn = in.TargetArn
	}
	if in.TopicArn == "" {
		return publishAnswer{}, invalid("TopicArn or TargetArn Reason: no value for required parameter")
	}
	t, err := s.topic(c, in.TopicArn, "Publish")
	if err != nil {
		return publishAnswer{}, err
	}
	m, err := in.message()
	if err != nil {
		return publishAnswer{}, err
	}
	return publishAnswer{s.Publish(t, m, c.Time)}, nil
}

// Publish sends a message to the confirmed http and https subscribers of a topic, and
// returns its ID. Who publishes has been judged before, see Topic.Judge.
func (s *Service) Publish(t *Topic, m Message, now time.Time) string {
	id := wire.NewUUID()
	for _, sub := range s.Store().of(t.ARN) {
		if !sub.Pending && sub.overHTTP() {
			s.Post(sub.notification(t, m, id, now))
		}
	}
	return id
}

// message checks what is published.
func (in publishInput) message() (Message, error) {
	m := Message{Text: in.Message, Subject: in.Subject}
	switch {
	case in.Message == "":
		return m, invalid("Empty message")
	case len(in.Message) > largestMessage:
		return m, invalid("Message too long")
	case len([]rune(in.Subject)) > 100:
		return m, invalid("Subject")
	case in.MessageStructure != "" && in.MessageStructure != "json":
		return m, invalid("MessageStructure")
	}
	for name, a := range in.MessageAttributes {
		if m.Attributes == nil {
			m.Attributes = map[string]MessageAttribute{}
		}
		value := a.StringValue
		if value == "" {
			value = a.BinaryValue // in base64, as it came
		}
		if value == "" {
			return m, wire.Errorf("ParameterValueInvalid", "The message attribute '%s' must contain non-empty message attribute value for message attribute type '%s'.", name, a.DataType)
		}
		m.Attributes[name] = MessageAttribute{a.DataType, value}
	}
	if in.MessageStructure == "json" {
		return m, m.split()
	}
	return m, nil
}

// split reads a message that has a text for each protocol.
func (m *Message) split() error {
	var texts map[string]any
	if json.Unmarshal([]byte(m.Text), &texts) != nil {
		return invalid("Message Structure - JSON message body failed to parse")
	}
	otherwise, ok := texts["default"].(string)
	if !ok {
		return invalid("Message Structure - No default entry in JSON message body")
	}
	m.Text, m.ByProtocol = otherwise, map[string]string{}
	for protocol, text := range texts {
		if s, ok := text.(string); ok {
			m.ByProtocol[protocol] = s
		}
	}
	return nil
}

// textFor is the text of a message for a protocol.
func (m *Message) textFor(protocol string) string {
	if text, ok := m.ByProtocol[protocol]; ok {
		return text
	}
	return m.Text
}
