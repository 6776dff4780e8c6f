package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trails "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// The life of a topic.
func TestTopic(t *testing.T) {
	l := newLab(t, alone)
	c := l.sns(self, "eu-west-1")
	arn := l.topic("eu-west-1", "news", "DisplayName", "News")
	if want := "arn:aws:sns:eu-west-1:123456789012:news"; arn != want {
		t.Errorf("the topic is %s, want %s", arn, want)
	}
	if again := l.topic("eu-west-1", "news"); again != arn {
		t.Errorf("made again it is %s", again)
	}
	got, err := c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn})
	l.must(err)
	for name, want := range map[string]string{
		"TopicArn": arn, "Owner": self, "DisplayName": "News", "SubscriptionsPending": "0", "SubscriptionsConfirmed": "0", "SubscriptionsDeleted": "0",
		"Policy": `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},` +
			`"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],` +
			`"Resource":"` + arn + `","Condition":{"StringEquals":{"AWS:SourceOwner":"123456789012"}}}]}`,
	} {
		if got.Attributes[name] != want {
			t.Errorf("%s is %s\nwant %s", name, got.Attributes[name], want)
		}
	}
	l.setTopicPolicy(arn, `{ "Version": "2012-10-17", "Statement": {"Effect":"Allow","Principal":"*","Action":["sns:Publish","SNS:Receive"],"Resource":"*"} }`)
	_, err = c.AddPermission(t.Context(), &sns.AddPermissionInput{TopicArn: &arn, Label: ptr("more"), AWSAccountId: []string{stranger}, ActionName: []string{"Publish"}})
	l.must(err)
	got, err = c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn})
	l.must(err)
	want := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["sns:Publish","SNS:Receive"],"Resource":"*"},` +
		`{"Sid":"more","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"SNS:Publish","Resource":"` + arn + `"}]}`
	if got.Attributes["Policy"] != want {
		t.Errorf("the policy is\n%s\nwant\n%s", got.Attributes["Policy"], want)
	}
	_, err = c.RemovePermission(t.Context(), &sns.RemovePermissionInput{TopicArn: &arn, Label: ptr("more")})
	l.must(err)
	_, err = c.TagResource(t.Context(), &sns.TagResourceInput{ResourceArn: &arn, Tags: []types.Tag{{Key: ptr("a"), Value: ptr("1")}, {Key: ptr("b"), Value: ptr("")}}})
	l.must(err)
	_, err = c.UntagResource(t.Context(), &sns.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"a"}})
	l.must(err)
	tags, err := c.ListTagsForResource(t.Context(), &sns.ListTagsForResourceInput{ResourceArn: &arn})
	l.must(err)
	if len(tags.Tags) != 1 || *tags.Tags[0].Key != "b" {
		t.Errorf("tags: %s", l.last())
	}
	_, err = c.DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &arn})
	l.must(err)
	_, err = c.DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &arn}) // as often as one likes
	l.must(err)
	_, err = c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn})
	l.refused(err, "NotFound", "Topic does not exist")
}

// Lists come in pages of 100, of the account and the Region.
func TestTopicPages(t *testing.T) {
	l := newLab(t, alone)
	for i := range 101 {
		l.topic("eu-west-2", fmt.Sprintf("t%03d", i))
	}
	first, err := l.sns(self, "eu-west-2").ListTopics(t.Context(), &sns.ListTopicsInput{})
	l.must(err)
	if len(first.Topics) != 100 || first.NextToken == nil {
		t.Fatalf("the first page has %d topics", len(first.Topics))
	}
	second, err := l.sns(self, "eu-west-2").ListTopics(t.Context(), &sns.ListTopicsInput{NextToken: first.NextToken})
	l.must(err)
	if len(second.Topics) != 1 || second.NextToken != nil || !strings.HasSuffix(*second.Topics[0].TopicArn, ":t100") {
		t.Errorf("the second page: %s", l.last())
	}
	_, err = l.sns(self, "eu-west-2").ListTopics(t.Context(), &sns.ListTopicsInput{NextToken: ptr("%")})
	l.refused(err, "InvalidParameter", "Invalid parameter: NextToken")
}

// What SNS refuses, in its words.
func TestSNSRefuses(t *testing.T) {
	l := newLab(t, alone)
	arn := l.topic("us-east-1", "topic")
	c, other := l.sns(self, "us-east-1"), l.sns(stranger, "us-east-1")
	create := func(name string, attributes map[string]string) error {
		_, err := c.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: &name, Attributes: attributes})
		return err
	}
	set := func(name, value string) error {
		_, err := c.SetTopicAttributes(t.Context(), &sns.SetTopicAttributesInput{TopicArn: &arn, AttributeName: &name, AttributeValue: &value})
		return err
	}
	subscribe := func(protocol, endpoint string) error {
		_, err := c.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &arn, Protocol: &protocol, Endpoint: &endpoint})
		return err
	}
	publish := func(c *sns.Client, in sns.PublishInput) error {
		_, err := c.Publish(t.Context(), &in)
		return err
	}
	get := func(arn string) error {
		_, err := c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn})
		return err
	}
	const scope = "Invalid parameter: Policy statement action out of service scope!"
	for _, tt := range []struct {
		why           string
		err           error
		code, message string
	}{
		{"a name with a space", create("a b", nil), "InvalidParameter", "Invalid parameter: Topic Name"},
		{"FIFO", create("a.fifo", nil), "InvalidParameter", "The sandbox does not implement FIFO topics."},
		{"other attributes", create("topic", map[string]string{"DisplayName": "x"}), "InvalidParameter", "Invalid parameter: Attributes Reason: Topic already exists with different attributes"},
		{"no such attribute", set("Color", "red"), "InvalidParameter", "Invalid parameter: AttributeName"},
		{"a policy that is not JSON", set("Policy", "{"), "InvalidParameter", "Invalid parameter: Policy Error: null"},
		{"a policy with a wildcard", set("Policy", fill(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"SNS:*","Resource":"%"}]}`, arn)), "InvalidParameter", scope},
		{"a policy of another service", set("Policy", fill(`{"Statement":{"Effect":"Allow","Principal":"*","Action":["sns:Publish","s3:GetObject"],"Resource":"%"}}`, arn)), "InvalidParameter", scope},
		{"not an ARN", get("topic"), "InvalidParameter", "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1"},
		{"another Region", get("arn:aws:sns:us-west-2:123456789012:topic"), "InvalidParameter", "Invalid parameter: TopicArn"},
		{"no such topic", get(arn + "s"), "NotFound", "Topic does not exist"},
		{"no such protocol", subscribe("fax", "1"), "InvalidParameter", "Invalid parameter: Amazon SNS does not support this protocol string: fax"},
		{"http is not https", subscribe("https", "http://127.0.0.1/"), "InvalidParameter", "Invalid parameter: Endpoint must match the specified protocol"},
		{"a host on the Internet", subscribe("https", "https://example.com/"), "InvalidParameter", "Invalid parameter: The sandbox posts to loopback and private addresses only, not to example.com"},
		{"AWS", subscribe("https", "https://sns.us-east-1.amazonaws.com/"), "InvalidParameter", "Invalid parameter: The sandbox posts to loopback and private addresses only, not to sns.us-east-1.amazonaws.com"},
		{"the metadata of a machine", subscribe("http", "http://169.254.169.254/"), "InvalidParameter", "Invalid parameter: The sandbox posts to loopback and private addresses only, not to 169.254.169.254"},
		{"nothing to say", publish(c, sns.PublishInput{TopicArn: &arn, Message: ptr("")}), "InvalidParameter", "Invalid parameter: Empty message"},
		{"too much to say", publish(c, sns.PublishInput{TopicArn: &arn, Message: ptr(strings.Repeat("x", 256<<10+1))}), "InvalidParameter", "Invalid parameter: Message too long"},
		{"no default text", publish(c, sns.PublishInput{TopicArn: &arn, Message: ptr(`{"http":"x"}`), MessageStructure: ptr("json")}), "InvalidParameter", "Invalid parameter: Message Structure - No default entry in JSON message body"},
		{"of a stranger", publish(other, sns.PublishInput{TopicArn: &arn, Message: ptr("x")}), "AuthorizationError", "User: arn:aws:iam::999999999999:user/sandbox is not authorized to perform: SNS:Publish on resource: " + arn + " because no resource-based policy allows the SNS:Publish action"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			(&lab{t: t}).refused(tt.err, tt.code, tt.message)
		})
	}
	l.setTopicPolicy(arn, mayPublish(arn, `{"AWS":"999999999999"}`, ""))
	l.must(publish(other, sns.PublishInput{TopicArn: &arn, Message: ptr("x")}))
	l.setTopicPolicy(arn, fill(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"SNS:Publish","Resource":"%"}]}`, arn))
	l.refused(publish(c, sns.PublishInput{TopicArn: &arn, Message: ptr("x")}), "AuthorizationError",
		"User: arn:aws:iam::123456789012:user/sandbox is not authorized to perform: SNS:Publish on resource: "+arn+" with an explicit deny in a resource-based policy")
}

// An http subscriber is asked, confirms by the link, and gets signed messages in order,
// until it unsubscribes by the other link.
func TestSubscriber(t *testing.T) {
	l := newLab(t, alone)
	c := l.sns(self, "us-east-1")
	for _, version := range []string{"1", "2"} {
		m := newMailbox(t)
		arn := l.topic("us-east-1", "signed"+version, "SignatureVersion", version)
		out, err := c.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &arn, Protocol: ptr("http"), Endpoint: &m.url})
		l.must(err)
		if *out.SubscriptionArn != "pending confirmation" {
			t.Errorf("Subscribe answers %s", *out.SubscriptionArn)
		}
		asked := m.next()
		m.verify(l, asked)
		if h := asked.header; asked.Type != "SubscriptionConfirmation" || asked.SignatureVersion != version || h.Get("x-amz-sns-message-type") != asked.Type ||
			h.Get("x-amz-sns-message-id") != asked.MessageID || h.Get("x-amz-sns-topic-arn") != arn || h.Get("x-amz-sns-subscription-arn") != "" {
			t.Errorf("asked: %v\n%s", asked.header, asked.body)
		}
		_, err = c.Publish(t.Context(), &sns.PublishInput{TopicArn: &arn, Message: ptr("too early")})
		l.must(err)
		if status, text := l.follow(asked.SubscribeURL); status != http.StatusOK || !strings.Contains(text, "<SubscriptionArn>"+arn+":") {
			t.Fatalf("confirming: %d %s", status, text)
		}
		for _, text := range []string{"one <&>", "two", "three"} {
			_, err = c.Publish(t.Context(), &sns.PublishInput{TopicArn: &arn, Message: &text, Subject: ptr("S"), MessageAttributes: map[string]types.MessageAttributeValue{
				"a": {DataType: ptr("String"), StringValue: ptr("v")},
			}})
			l.must(err)
			p := m.next()
			m.verify(l, p)
			if h := p.header; p.Message != text || p.Subject != "S" || p.MessageAttributes["a"].Value != "v" || h.Get("x-amz-sns-message-type") != "Notification" ||
				!strings.HasPrefix(h.Get("x-amz-sns-subscription-arn"), arn+":") {
				t.Errorf("want %q, got %v\n%s", text, p.header, p.body)
			}
			if text == "three" {
				if status, text := l.follow(p.UnsubscribeURL); status != http.StatusOK {
					t.Errorf("unsubscribing: %d %s", status, text)
				}
			}
		}
		got, err := c.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn})
		l.must(err)
		if a := got.Attributes; a["SubscriptionsConfirmed"] != "0" || a["SubscriptionsDeleted"] != "1" {
			t.Errorf("after unsubscribing: %v", a)
		}
	}
}

// Raw messages come as they are, and other protocols as they ask.
func TestRawAndByProtocol(t *testing.T) {
	l := newLab(t, alone)
	arn := l.topic("us-east-1", "raw")
	raw, wrapped := newMailbox(t), newMailbox(t)
	sub := raw.confirmed(l, "us-east-1", arn, map[string]string{"RawMessageDelivery": "true"})
	wrapped.confirmed(l, "us-east-1", arn, nil)
	_, err := l.sns(self, "us-east-1").Publish(t.Context(), &sns.PublishInput{TopicArn: &arn, MessageStructure: ptr("json"), Message: ptr(`{"default":"d","http":"h"}`)})
	l.must(err)
	if p := raw.next(); p.body != "h" || p.header.Get("x-amz-sns-rawdelivery") != "true" {
		t.Errorf("raw: %v %s", p.header, p.body)
	}
	if p := wrapped.next(); p.Message != "h" {
		t.Errorf("wrapped: %s", p.body)
	}
	_, err = l.sns(self, "us-east-1").SetSubscriptionAttributes(t.Context(), &sns.SetSubscriptionAttributesInput{SubscriptionArn: &sub, AttributeName: ptr("RawMessageDelivery"), AttributeValue: ptr("false")})
	l.must(err)
	got, err := l.sns(self, "us-east-1").GetSubscriptionAttributes(t.Context(), &sns.GetSubscriptionAttributesInput{SubscriptionArn: &sub})
	l.must(err)
	if a := got.Attributes; a["RawMessageDelivery"] != "false" || a["PendingConfirmation"] != "false" || a["ConfirmationWasAuthenticated"] != "false" || a["Endpoint"] != raw.url {
		t.Errorf("attributes: %v", a)
	}
}

// Protocols without deliveries are remembered as AWS shows them.
func TestOtherProtocols(t *testing.T) {
	l := newLab(t, alone)
	c := l.sns(self, "us-east-1")
	arn := l.topic("us-east-1", "many")
	for protocol, endpoint := range map[string]string{"email": "a@example.com", "sqs": "arn:aws:sqs:us-east-1:123456789012:q"} {
		_, err := c.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &arn, Protocol: &protocol, Endpoint: &endpoint})
		l.must(err)
	}
	list, err := c.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &arn})
	l.must(err)
	got := map[string]bool{}
	for _, sub := range list.Subscriptions {
		got[*sub.Protocol] = *sub.SubscriptionArn == "PendingConfirmation"
	}
	if len(got) != 2 || !got["email"] || got["sqs"] {
		t.Errorf("subscriptions: %s", l.last())
	}
	_, err = c.Unsubscribe(t.Context(), &sns.UnsubscribeInput{SubscriptionArn: ptr("PendingConfirmation")})
	l.refused(err, "InvalidParameter", "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1")
}

// A server that fails is tried again, and order is kept; one that refuses is not.
func TestRetries(t *testing.T) {
	l := newLab(t, alone)
	arn := l.topic("us-east-1", "retried")
	m := newMailbox(t, 200, 500, 429, 403)
	m.confirmed(l, "us-east-1", arn, nil)
	for _, text := range []string{"one", "two"} {
		_, err := l.sns(self, "us-east-1").Publish(t.Context(), &sns.PublishInput{TopicArn: &arn, Message: &text})
		l.must(err)
	}
	got := ""
	for range 4 {
		got += m.next().Message + " "
	}
	if want := "one one one two "; got != want {
		t.Errorf("tried %q, want %q", got, want)
	}
}

// Only the links of SNS are let through unsigned.
func TestUnsignedLinks(t *testing.T) {
	l := newLab(t, alone)
	arn := url.QueryEscape(l.topic("us-east-1", "topic"))
	for _, tt := range []struct {
		why, link string
		status    int
		code      string
	}{
		{"a wrong token", "/?Action=ConfirmSubscription&Token=no&TopicArn=" + arn, 400, "<Code>InvalidParameter</Code><Message>Invalid parameter: Token</Message>"},
		{"no such topic", "/?Action=ConfirmSubscription&Token=no&TopicArn=" + arn + "s", 404, "<Code>NotFound</Code>"},
		{"not an ARN", "/?Action=Unsubscribe&SubscriptionArn=x", 400, "<Code>InvalidParameter</Code>"},
		{"another action", "/?Action=DeleteTopic&TopicArn=" + arn, 403, ""},
		{"no certificate yet", "/SimpleNotificationService-0.pem", 403, ""},
	} {
		if status, text := l.follow(l.url + tt.link); status != tt.status || !strings.Contains(text, tt.code) {
			t.Errorf("%s: %d %s", tt.why, status, text)
		}
	}
	if _, text := l.admin("GET", "health", ""); strings.Contains(text, `"accounts":2`) {
		t.Errorf("a link made an account: %s", text)
	}
}

// A subscriber that does not answer holds up neither calls nor Close.
func TestSilentSubscriber(t *testing.T) {
	l, s := serve(t, sandbox.Options{World: []byte(alone)})
	arn := l.topic("us-east-1", "silent")
	arrived, silence := make(chan bool, 1), make(chan bool)
	m := newMailbox(t)
	m.confirmed(l, "us-east-1", arn, nil)
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- true
		<-silence
	}))
	t.Cleanup(slow.Close)
	_, err := l.sns(self, "us-east-1").Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &arn, Protocol: ptr("http"), Endpoint: &slow.URL})
	l.must(err)
	<-arrived
	_, err = l.sns(self, "us-east-1").Publish(t.Context(), &sns.PublishInput{TopicArn: &arn, Message: ptr("x")})
	l.must(err)
	m.next() // others are served meanwhile
	began := time.Now()
	l.must(s.Close())
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("Close took %s", took)
	}
	close(silence)
}

// The sandbox does not subscribe to itself.
func TestSubscribeToItself(t *testing.T) {
	l := newLab(t, alone)
	arn := l.topic("us-east-1", "loop")
	for _, endpoint := range []string{l.url + "/_sandbox/reset", strings.Replace(l.url, "127.0.0.1", "localhost", 1)} {
		_, err := l.sns(self, "us-east-1").Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &arn, Protocol: ptr("http"), Endpoint: &endpoint})
		l.refused(err, "InvalidParameter", "")
	}
}

// A reset throws away the letters that wait.
func TestResetDropsLetters(t *testing.T) {
	l := newLab(t, alone)
	arn := l.topic("us-east-1", "held")
	arrived, silence := make(chan bool, 2), make(chan bool)
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- true
		<-silence
	}))
	t.Cleanup(slow.Close)
	for range 2 { // each asks for a confirmation
		_, err := l.sns(self, "us-east-1").Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: &arn, Protocol: ptr("http"), Endpoint: &slow.URL})
		l.must(err)
	}
	<-arrived
	l.post("reset")
	newMailbox(t).confirmed(l, "us-east-1", l.topic("us-east-1", "new"), nil) // the key is made anew
	close(silence)
	select {
	case <-arrived:
		t.Error("a letter of before the reset came")
	case <-time.After(300 * time.Millisecond):
	}
}

// Nobody is told of a log file that a crash could undo: notifications wait until the
// state is saved, on the rounds of the timer and on those of an advanced clock.
func TestNotificationsWaitForState(t *testing.T) {
	for why, every := range map[string]time.Duration{"timer": 50 * time.Millisecond, "clock": time.Hour} {
		dir := t.TempDir()
		l, _ := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir, DeliverEvery: every})
		topic := l.topic("us-east-1", "told", "Policy", mayPublish("arn:aws:sns:us-east-1:123456789012:told", byCloudTrail, ""))
		m := newMailbox(t)
		m.confirmed(l, "us-east-1", topic, nil)
		l.start(self, "us-east-1", l.create(self, "us-east-1", "main", multiRegion, func(in *cloudtrail.CreateTrailInput) { in.SnsTopicName = ptr("told") }))
		m.next() // of CreateTrail
		if why == "timer" {
			m.next() // of the calls above
		}
		obstacle := filepath.Join(dir, "state.json.new") // a folder where the new state is to be written
		l.must(os.Mkdir(obstacle, 0o700))
		l.act(self, "eu-west-1")
		if why == "clock" {
			if status, text := l.admin("POST", "clock?advance=1h", ""); status != 500 {
				t.Errorf("the clock: %d %s", status, text)
			}
		}
		select {
		case p := <-m.mail:
			t.Errorf("%s: a message came before the state was saved: %s", why, p.body)
		case <-time.After(400 * time.Millisecond):
		}
		l.must(os.Remove(obstacle))
		if why == "clock" {
			l.post("clock?advance=1s")
		}
		if p := m.next(); !strings.Contains(p.Message, "s3ObjectKey") {
			t.Errorf("%s: %s", why, p.body)
		}
	}
}

// Topics, subscriptions and the key outlive the process.
func TestSNSStateSurvives(t *testing.T) {
	dir := t.TempDir()
	l, s := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	arn := l.topic("us-east-1", "kept", "DisplayName", "Kept")
	m := newMailbox(t)
	m.confirmed(l, "us-east-1", arn, nil)
	_, err := l.sns(self, "us-east-1").Publish(t.Context(), &sns.PublishInput{TopicArn: &arn, Message: ptr("before")})
	l.must(err)
	before := m.next()
	l.must(s.Close())

	l, _ = serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	_, err = l.sns(self, "us-east-1").Publish(t.Context(), &sns.PublishInput{TopicArn: &arn, Message: ptr("after")})
	l.must(err)
	after := m.next()
	path := func(p posted) string { return p.SigningCertURL[strings.LastIndex(p.SigningCertURL, "/"):] }
	if after.Message != "after" || path(after) != path(before) {
		t.Errorf("after: %s", after.body)
	}
	before.SigningCertURL = l.url + path(before)
	m.verify(l, before)
	l.post("reset")
	_, err = l.sns(self, "us-east-1").GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &arn})
	l.refused(err, "NotFound", "Topic does not exist")
}

// Publish is a data event, whose text is not shown; the rest is management.
func TestSNSRecords(t *testing.T) {
	l := newLab(t, alone)
	trail := l.create(self, "us-east-1", "main")
	_, err := l.at("us-east-1").PutEventSelectors(t.Context(), &cloudtrail.PutEventSelectorsInput{
		TrailName: &trail, AdvancedEventSelectors: []trails.AdvancedEventSelector{{FieldSelectors: []trails.AdvancedFieldSelector{
			{Field: ptr("eventCategory"), Equals: []string{"Data"}}, {Field: ptr("resources.type"), Equals: []string{"AWS::SNS::Topic"}},
		}}},
	})
	l.must(err)
	l.start(self, "us-east-1", trail)
	arn := l.topic("us-east-1", "recorded")
	_, err = l.sns(self, "us-east-1").Publish(t.Context(), &sns.PublishInput{TopicArn: &arn, Message: ptr("secret")})
	l.must(err)
	events, err := l.at("us-east-1").LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	l.must(err)
	names := ""
	for _, e := range events.Events {
		names += *e.EventName + " "
	}
	if !strings.HasPrefix(names, "CreateTopic ") {
		t.Errorf("event history has %s", names)
	}
	l.advance(6 * time.Minute)
	text := ""
	for _, o := range l.objects(self, logsOf) {
		text += string(o.text)
	}
	if !strings.Contains(text, `"eventName":"Publish"`) || !strings.Contains(text, `"type":"AWS::SNS::Topic","ARN":"`+arn+`"`) || strings.Contains(text, "secret") {
		t.Errorf("delivered:\n%s", text)
	}
}
