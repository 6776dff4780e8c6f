package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const getTopicAttributes = "sns:GetTopicAttributes"

// topic looks at the topic of a trail, nil for none, in the Region that its ARN names.
func (s *Session) topic(ctx context.Context, arn trail.ARN) *plan.Topic {
	if arn == "" {
		return nil
	}
	t, r, name := &plan.Topic{}, arn.Region(), string(arn)
	attributes, err := run(ctx, s.call(getTopicAttributes, r), func(ctx context.Context) (map[string]string, error) {
		out, err := sns.NewFromConfig(s.in(r)).GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &name})
		if err != nil {
			return nil, err
		}
		return out.Attributes, nil
	})
	switch {
	case kindOf(err) == NotFound:
		t.Missing = true
		return t
	case err != nil:
		t.Gaps = append(t.Gaps, gapOf(getTopicAttributes, r, "", err))
		return t
	}
	t.Policy, t.KeyID = attributes["Policy"], attributes["KmsMasterKeyId"]
	if t.KeyID != "" && !strings.Contains(t.KeyID, "alias/aws/") {
		t.Key = s.key(ctx, t.KeyID, r)
		t.Gaps = append(t.Gaps, t.Key.Gaps...)
	}
	return t
}
