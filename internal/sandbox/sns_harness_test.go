package sandbox_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // SignatureVersion 1
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// A mailbox is an http subscriber.
type mailbox struct {
	t    *testing.T
	url  string
	mail chan posted
}

// posted is a message as it came.
type posted struct {
	header http.Header
	body   string
	envelope
}

// envelope is what SNS documents of a message.
type envelope struct {
	MessageID                                                        string `json:"MessageId"`
	Type, Token, TopicArn, Subject, Message, SubscribeURL, Timestamp string
	SignatureVersion, Signature, SigningCertURL, UnsubscribeURL      string
	MessageAttributes                                                map[string]struct{ Type, Value string }
}

// newMailbox serves on loopback. answers are the statuses of its first answers; 200 follows.
func newMailbox(t *testing.T, answers ...int) *mailbox {
	t.Helper()
	m := &mailbox{t: t, mail: make(chan posted, 100)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		p := posted{header: r.Header, body: string(body)}
		_ = json.Unmarshal(body, &p.envelope) // raw messages have none
		m.mail <- p
		if n := len(answers); n > 0 { // one subscription is served one at a time
			status := answers[0]
			answers = answers[1:]
			w.WriteHeader(status)
		}
	}))
	t.Cleanup(server.Close)
	m.url = server.URL + "/hook"
	return m
}

// next waits for a message.
func (m *mailbox) next() posted {
	m.t.Helper()
	select {
	case p := <-m.mail:
		return p
	case <-time.After(20 * time.Second):
		m.t.Fatal("no message came")
	}
	return posted{}
}

// confirmed subscribes to a topic of self, and follows the link in the first message.
func (m *mailbox) confirmed(l *lab, region, topic string, attributes map[string]string) string {
	m.t.Helper()
	out, err := l.sns(self, region).Subscribe(m.t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: ptr("http"), Endpoint: &m.url, ReturnSubscriptionArn: true, Attributes: attributes,
	})
	l.must(err)
	p := m.next()
	if p.Type != "SubscriptionConfirmation" {
		m.t.Fatalf("the first message is %s", p.body)
	}
	if status, text := l.follow(p.SubscribeURL); status != http.StatusOK || !strings.Contains(text, *out.SubscriptionArn) {
		m.t.Fatalf("confirming: %d %s", status, text)
	}
	return *out.SubscriptionArn
}

// verify checks the signature as a subscriber does: with the certificate it points to.
func (m *mailbox) verify(l *lab, p posted) {
	m.t.Helper()
	status, text := l.follow(p.SigningCertURL)
	block, _ := pem.Decode([]byte(text))
	if status != http.StatusOK || block == nil {
		m.t.Fatalf("%s: %d %s", p.SigningCertURL, status, text)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	l.must(err)
	signature, err := base64.StdEncoding.DecodeString(p.Signature)
	l.must(err)
	signed := "Message\n" + p.Message + "\nMessageId\n" + p.MessageID + "\n"
	if p.Type == "Notification" {
		if p.Subject != "" {
			signed += "Subject\n" + p.Subject + "\n"
		}
		signed += "Timestamp\n" + p.Timestamp + "\n"
	} else {
		signed += "SubscribeURL\n" + p.SubscribeURL + "\nTimestamp\n" + p.Timestamp + "\nToken\n" + p.Token + "\n"
	}
	signed += "TopicArn\n" + p.TopicArn + "\nType\n" + p.Type + "\n"
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(signed))
	digest := sum[:]
	if p.SignatureVersion == "1" {
		old := sha1.Sum([]byte(signed)) //nolint:gosec // SignatureVersion 1
		hash, digest = crypto.SHA1, old[:]
	}
	if err := rsa.VerifyPKCS1v15(certificate.PublicKey.(*rsa.PublicKey), hash, digest, signature); err != nil {
		m.t.Errorf("the signature, version %s, of\n%s\n%v", p.SignatureVersion, p.body, err)
	}
}

// follow follows a link, unsigned.
func (l *lab) follow(url string) (status int, text string) {
	l.t.Helper()
	r, err := http.NewRequestWithContext(l.t.Context(), http.MethodGet, url, nil)
	l.must(err)
	return l.send(r)
}

func (l *lab) sns(account, region string) *sns.Client {
	return sns.NewFromConfig(l.config(account, region))
}

// topic makes a topic of self, with attributes in pairs.
func (l *lab) topic(region, name string, attributes ...string) string {
	l.t.Helper()
	in := &sns.CreateTopicInput{Name: &name, Attributes: map[string]string{}}
	for i := 0; i+1 < len(attributes); i += 2 {
		in.Attributes[attributes[i]] = attributes[i+1]
	}
	out, err := l.sns(self, region).CreateTopic(l.t.Context(), in)
	l.must(err)
	return *out.TopicArn
}

// setTopicPolicy sets the policy of a topic of self; "" takes it back to the default.
func (l *lab) setTopicPolicy(arn, doc string) {
	l.t.Helper()
	_, err := l.sns(self, strings.Split(arn, ":")[3]).SetTopicAttributes(l.t.Context(), &sns.SetTopicAttributesInput{
		TopicArn: &arn, AttributeName: ptr("Policy"), AttributeValue: &doc,
	})
	l.must(err)
}

// mayPublish is a policy of a topic with one statement: a principal, and more members.
func mayPublish(topic, principal, more string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"SNS:Publish","Resource":"` + topic + `"` + more + `}]}`
}

const byCloudTrail = `{"Service":"cloudtrail.amazonaws.com"}`
