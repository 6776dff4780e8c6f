package interop_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A hook is a subscriber on loopback; what is posted to it comes out of mail.
func hook(t *testing.T) (url string, mail chan map[string]string) {
	t.Helper()
	mail = make(chan map[string]string, 20)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var message map[string]string
		if err == nil && json.Unmarshal(body, &message) == nil {
			mail <- message
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hook", mail
}

func nextMail(t *testing.T, mail chan map[string]string) map[string]string {
	t.Helper()
	select {
	case m := <-mail:
		return m
	case <-time.After(startup):
		t.Fatal("no message came")
	}
	return nil
}

// What the user guide says to type for notifications: a topic, its policy, a
// subscriber, a trail, and then a message for each log file.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html
func TestAWSCLINotifications(t *testing.T) {
	t.Parallel()
	const topic = "arn:aws:sns:ap-northeast-1:123456789012:trail-news"
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	url, mail := hook(t)

	tokyo.says(topic, "sns", "create-topic", "--name", "trail-news", "--query", "TopicArn")
	create := []string{"cloudtrail", "create-trail", "--name", "told", "--s3-bucket-name", "your-bucket-name", "--sns-topic-name", "trail-news"}
	said := tokyo.fails("InsufficientSnsTopicPolicyException", create...)
	if want := "SNS Topic does not exist or the topic policy is incorrect!"; !strings.Contains(said, want) {
		t.Errorf("create-trail says %q, want %q", said, want)
	}
	tokyo.aws("sns", "set-topic-attributes", "--topic-arn", topic, "--attribute-name", "Policy", "--attribute-value",
		`{"Version": "2012-10-17", "Statement": [{"Sid": "AWSCloudTrailSNSPolicy20131101", "Effect": "Allow",
		"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "SNS:Publish", "Resource": "`+topic+`",
		"Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/told"}}}]}`)
	tokyo.says("pending confirmation", "sns", "subscribe", "--topic-arn", topic, "--protocol", "http", "--notification-endpoint", url)
	asked := nextMail(t, mail)
	tokyo.says("PendingConfirmation", "sns", "list-subscriptions-by-topic", "--topic-arn", topic, "--query", "Subscriptions[].SubscriptionArn")
	tokyo.aws("sns", "confirm-subscription", "--topic-arn", topic, "--token", asked["Token"])

	tokyo.says(topic, append(create, "--query", "SnsTopicARN")...)
	if got := nextMail(t, mail)["Message"]; got != "CloudTrail validation message." {
		t.Errorf("create-trail publishes %q", got)
	}
	tokyo.aws("cloudtrail", "start-logging", "--name", "told")
	tokyo.send(http.MethodPost, "/_sandbox/clock?advance=6m", nil, nil)
	var told struct {
		Bucket string   `json:"s3Bucket"`
		Keys   []string `json:"s3ObjectKey"`
	}
	text := nextMail(t, mail)["Message"]
	if err := json.Unmarshal([]byte(text), &told); err != nil || told.Bucket != "your-bucket-name" || len(told.Keys) != 1 {
		t.Fatalf("told %s: %v", text, err)
	}
	tokyo.aws("s3api", "head-object", "--bucket", told.Bucket, "--key", told.Keys[0])

	tokyo.aws("sns", "delete-topic", "--topic-arn", topic)
	tokyo.says("NotFound", "cloudtrail", "get-trail-status", "--name", "told", "--query", "LatestNotificationError")
}

// Trusted Advisor, before and after the conversion.
func TestAWSCLITrustedAdvisor(t *testing.T) {
	t.Parallel()
	c := awsCLI(t, "123456789012", "us-east-1")
	result := []string{"support", "describe-trusted-advisor-check-result", "--check-id", "c25hn9x03v", "--language", "en", "--region", "us-east-1"}
	c.says("AWS CloudTrail Management Event Logging", "support", "describe-trusted-advisor-checks", "--language", "en", "--query", "checks[?category=='security'].name")
	c.says("error 16", append(result, "--query", "result.[status,resourcesSummary.resourcesFlagged]")...)
	c.says("ok", append(result, "--query", "result.flaggedResources[?region=='ap-northeast-1'].status")...)
	c.in("ap-northeast-1").aws("cloudtrail", "update-trail", "--name", "your-trail-name", "--is-multi-region-trail")
	c.says("ok 0", append(result, "--query", "result.[status,resourcesSummary.resourcesFlagged]")...)
	c.fails("InvalidParameterValueException", "support", "refresh-trusted-advisor-check", "--check-id", "c25hn9x03v")
}

// Terraform makes a topic with its policy, finds it as it made it, and takes it away.
func TestTerraformTopic(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	w := terraformIn(t, startSandbox(t), map[string][]byte{"main.tf": read(t, "testdata/terraform/topic.tf")})
	w.ok("apply", "-auto-approve", "-no-color")
	w.settled()
	w.ok("destroy", "-auto-approve", "-no-color")
	if left := w.ok("state", "list"); left != "" {
		t.Errorf("after destroy there is still:\n%s", left)
	}
}
