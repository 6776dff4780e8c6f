package sandbox

import (
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/sns"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// topicKeyError is the error of SNS that CloudTrail would meet now because of the key
// under which a topic keeps messages, "" for none. The key is asked as SNS asks it, in the
// name of who publishes.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
func (s *Sandbox) topicKeyError(topic *sns.Topic, src source) string {
	name := topic.Attributes["KmsMasterKeyId"]
	switch {
	case name == "":
		return ""
	case strings.HasSuffix(name, "alias/aws/sns"): // its policy, which nobody can change, lets no other service in
		return topicKeyCode("")
	}
	parts := strings.Split(topic.ARN, ":")
	key, ok := s.w.KMS.Find(parts[1], parts[4], parts[3], name)
	if !ok {
		return "KMSNotFound"
	}
	context := s.notificationContext(topic, src)
	context["kms:ViaService"] = []string{"sns." + parts[3] + ".amazonaws.com"}
	context["kms:EncryptionContext:aws:sns:topicArn"] = []string{topic.ARN}
	for _, action := range []string{generateDataKey, "kms:Decrypt"} {
		err := s.w.KMS.Permit(key.ARN, policy.Request{Principal: policy.Principal{Service: "cloudtrail.amazonaws.com"}, Action: action, Context: context})
		if err != nil {
			return topicKeyCode(wire.CodeOf(err))
		}
	}
	return ""
}

// topicKeyCode is what SNS makes of an error of KMS.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func topicKeyCode(code string) string {
	switch code {
	case "DisabledException":
		return "KMSDisabled"
	case "KMSInvalidStateException":
		return "KMSInvalidState"
	case "NotFoundException":
		return "KMSNotFound"
	}
	return "KMSAccessDenied"
}
