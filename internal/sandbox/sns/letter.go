package sns

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Letter is a message on its way to one subscriber.
type Letter struct {
	Subscription string // ARN; letters of one subscription come in order
	To           string // URL
	Base         string // URL of the sandbox
	Raw          bool   // the text alone
	Envelope     Envelope
}

// An Envelope is a message as SNS posts it, its members in the order of SNS.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
type Envelope struct {
	Type              string
	MessageID         string `json:"MessageId"`
	Token             string `json:",omitempty"`
	TopicARN          string `json:"TopicArn"`
	Subject           string `json:",omitempty"`
	Message           string
	SubscribeURL      string `json:",omitempty"`
	Timestamp         string
	SignatureVersion  string                      // 1: SHA1withRSA, 2: SHA256withRSA
	Signature         string                      // in base64
	SigningCertURL    string                      // of a PEM certificate
	UnsubscribeURL    string                      `json:",omitempty"`
	MessageAttributes map[string]MessageAttribute `json:",omitempty"`
}

const (
	typeConfirmation = "SubscriptionConfirmation"
	typeNotification = "Notification"
)

// confirmation asks a subscriber whether it wants to be one.
func (sub *Subscription) confirmation(t *Topic, now time.Time) Letter {
	l := sub.letter(t, typeConfirmation, wire.NewUUID(), now)
	e := &l.Envelope
	e.Token = sub.Token
	e.Message = "You have chosen to subscribe to the topic " + t.ARN + ".\nTo confirm the subscription, visit the SubscribeURL included in this message."
	e.SubscribeURL = sub.Base + "/?" + query("ConfirmSubscription", "TopicArn", t.ARN, "Token", sub.Token)
	return l
}

// notification brings a message.
func (sub *Subscription) notification(t *Topic, m Message, id string, now time.Time) Letter {
	l := sub.letter(t, typeNotification, id, now)
	l.Raw = sub.Attributes["RawMessageDelivery"] == "true"
	e := &l.Envelope
	e.Subject, e.Message, e.MessageAttributes = m.Subject, m.textFor(sub.Protocol), m.Attributes
	e.UnsubscribeURL = sub.Base + "/?" + query("Unsubscribe", "SubscriptionArn", sub.ARN)
	return l
}

func (sub *Subscription) letter(t *Topic, kind, id string, now time.Time) Letter {
	version := t.Attributes["SignatureVersion"]
	if version == "" {
		version = "1"
	}
	return Letter{Subscription: sub.ARN, To: sub.Endpoint, Base: sub.Base, Envelope: Envelope{
		Type: kind, MessageID: id, TopicARN: t.ARN, SignatureVersion: version,
		Timestamp: now.UTC().Format("2006-01-02T15:04:05.000Z"),
	}}
}

// query is Action=ConfirmSubscription&TopicArn=arn:…&Token=…, in that order and with
// colons, as SNS writes its links.
func query(action string, pairs ...string) string {
	var b strings.Builder
	b.WriteString("Action=" + action)
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString("&" + pairs[i] + "=" + strings.ReplaceAll(url.QueryEscape(pairs[i+1]), "%3A", ":"))
	}
	return b.String()
}

// seal signs the envelope.
func (l *Letter) seal(k *Key) error {
	var err error
	l.Envelope.SigningCertURL = l.Base + k.Path()
	l.Envelope.Signature, err = k.sign(l.Envelope.stringToSign(), l.Envelope.SignatureVersion)
	return err
}

// stringToSign has the names and values of what is signed, a line each.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
func (e *Envelope) stringToSign() string {
	lines := []string{"Message", e.Message, "MessageId", e.MessageID}
	if e.Type != typeNotification {
		lines = append(lines, "SubscribeURL", e.SubscribeURL)
	} else if e.Subject != "" {
		lines = append(lines, "Subject", e.Subject)
	}
	lines = append(lines, "Timestamp", e.Timestamp)
	if e.Type != typeNotification {
		lines = append(lines, "Token", e.Token)
	}
	lines = append(lines, "TopicArn", e.TopicARN, "Type", e.Type)
	return strings.Join(lines, "\n") + "\n"
}

// body is what is posted.
func (l *Letter) body() ([]byte, error) {
	if l.Raw {
		return []byte(l.Envelope.Message), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(l.Envelope)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Agent is the User-Agent of SNS.
const Agent = "Amazon Simple Notification Service Agent"

// header is what SNS says beside it.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html#http-header
func (l *Letter) header() http.Header {
	h := http.Header{}
	h.Set("Content-Type", "text/plain; charset=UTF-8")
	h.Set("User-Agent", Agent)
	h.Set("X-Amz-Sns-Message-Type", l.Envelope.Type)
	h.Set("X-Amz-Sns-Message-Id", l.Envelope.MessageID)
	h.Set("X-Amz-Sns-Topic-Arn", l.Envelope.TopicARN)
	if l.Envelope.Type == typeNotification {
		h.Set("X-Amz-Sns-Subscription-Arn", l.Subscription)
	}
	if l.Raw {
		h.Set("X-Amz-Sns-Rawdelivery", "true")
	}
	return h
}
