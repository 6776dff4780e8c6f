package sandbox_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// What the key of a topic must allow before a trail may have the topic, and before each
// notification.
func TestTopicKey(t *testing.T) {
	l := newLab(t, encrypted)
	const topic = "arn:aws:sns:us-east-1:123456789012:topic"
	main := l.create(self, "us-east-1", "main")
	l.start(self, "us-east-1", main)
	encrypt := func(key string) {
		t.Helper()
		_, err := l.sns(self, "us-east-1").SetTopicAttributes(t.Context(), &sns.SetTopicAttributesInput{
			TopicArn: ptr(topic), AttributeName: ptr("KmsMasterKeyId"), AttributeValue: &key,
		})
		l.must(err)
	}
	const decrypt = `,{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Resource":"*"}`
	const generate = `,{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*","Resource":"*"}`
	for _, tt := range []struct{ why, key, statements, code string }{
		{"what AWS advises", keyID, decrypt, ""},
		{"by its alias", "alias/logs", decrypt, ""},
		{"by its ARN", keyARN, decrypt, ""},
		{"no decrypting", keyID, generate, "InsufficientSnsTopicPolicyException"},
		{"the account alone", keyID, "", "InsufficientSnsTopicPolicyException"},
		{"the key of SNS itself", "alias/aws/sns", decrypt, "InsufficientSnsTopicPolicyException"},
		{"a disabled key", "alias/disabled", decrypt, "InsufficientSnsTopicPolicyException"},
		{"no key", "alias/nowhere", decrypt, "InsufficientSnsTopicPolicyException"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			l.setKeyPolicy(tt.statements)
			encrypt(tt.key)
			(&lab{t: t}).refused(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), SnsTopicName: ptr("topic")}), tt.code, "")
		})
	}
	l.setKeyPolicy(decrypt)
	encrypt(keyID)
	l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), SnsTopicName: ptr("topic")}))
	failure := func() string { return aws.ToString(l.status(self, "us-east-1", main).LatestNotificationError) }
	l.advance(5 * time.Minute)
	if got := failure(); got != "" {
		t.Errorf("the key lets CloudTrail in, and LatestNotificationError is %q", got)
	}
	_, err := l.kms(self, "us-east-1").DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: ptr(keyID)})
	l.must(err)
	if got := failure(); got != "KMSDisabled" {
		t.Errorf("the key is disabled, and LatestNotificationError is %q", got)
	}
}
