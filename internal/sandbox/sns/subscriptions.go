package sns

import (
	"encoding/json"
	"maps"
	"strconv"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// listed is a subscription in a list. One that is not confirmed shows no ARN.
type listed struct{ SubscriptionArn, Owner, Protocol, Endpoint, TopicArn string }

type listSubscriptionsAnswer struct {
	Subscriptions []listed
	NextToken     string `json:",omitempty"`
}

// listSubscriptions lists what the caller has subscribed in the Region, 100 at a time.
//
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html
func (s *Service) listSubscriptions(c *wire.Call, in tokenInput) (listSubscriptionsAnswer, error) {
	return s.list(in.NextToken, func(sub *Subscription) bool {
		a, err := parseARN(sub.ARN, "")
		return err == nil && sub.Owner == c.Account && a.region == c.Region
	})
}

type listByTopicInput struct{ TopicArn, NextToken string }

// listSubscriptionsByTopic lists the subscriptions of a topic, 100 at a time.
//
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
func (s *Service) listSubscriptionsByTopic(c *wire.Call, in listByTopicInput) (listSubscriptionsAnswer, error) {
	t, err := s.topic(c, in.TopicArn, "ListSubscriptionsByTopic")
	if err != nil {
		return listSubscriptionsAnswer{}, err
	}
	return s.list(in.NextToken, func(sub *Subscription) bool { return sub.Topic == t.ARN })
}

func (s *Service) list(token string, wanted func(*Subscription) bool) (listSubscriptionsAnswer, error) {
	var arns []string
	for key, sub := range s.Store().Subscriptions {
		if wanted(sub) {
			arns = append(arns, key)
		}
	}
	page, next, err := pageOf(arns, token)
	answer := listSubscriptionsAnswer{Subscriptions: []listed{}, NextToken: next}
	for _, key := range page {
		sub := s.Store().Subscriptions[key]
		if sub.Pending {
			key = "PendingConfirmation"
		}
		answer.Subscriptions = append(answer.Subscriptions, listed{key, sub.Owner, sub.Protocol, sub.Endpoint, sub.Topic})
	}
	return answer, err
}

// getSubscriptionAttributes tells all of a subscription.
//
// https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
func (s *Service) getSubscriptionAttributes(c *wire.Call, in subscriptionInput) (attributesAnswer, error) {
	sub, err := s.subscription(c, in.SubscriptionArn, "GetSubscriptionAttributes")
	if err != nil {
		return attributesAnswer{}, err
	}
	m := map[string]string{
		"SubscriptionArn":              sub.ARN,
		"TopicArn":                     sub.Topic,
		"Owner":                        sub.Owner,
		"SubscriptionPrincipal":        sub.Principal,
		"Protocol":                     sub.Protocol,
		"Endpoint":                     sub.Endpoint,
		"PendingConfirmation":          strconv.FormatBool(sub.Pending),
		"ConfirmationWasAuthenticated": strconv.FormatBool(sub.Authenticated),
		"RawMessageDelivery":           "false",
	}
	maps.Copy(m, sub.Attributes)
	return attributesAnswer{m}, nil
}

type setSubscriptionAttributesInput struct{ SubscriptionArn, AttributeName, AttributeValue string }

// setSubscriptionAttributes sets an attribute of a subscription; "" takes it away.
//
// https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
func (s *Service) setSubscriptionAttributes(c *wire.Call, in setSubscriptionAttributesInput) (nothing, error) {
	sub, err := s.subscription(c, in.SubscriptionArn, "SetSubscriptionAttributes")
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, sub.set(in.AttributeName, in.AttributeValue)
}

// subscription finds a subscription for a call of its owner or that of the topic.
func (s *Service) subscription(c *wire.Call, text, action string) (*Subscription, error) {
	a, err := parseARN(text, "SubscriptionArn")
	if err != nil {
		return nil, err
	}
	if a.region != c.Region {
		return nil, invalid("SubscriptionArn")
	}
	sub := s.Store().Subscriptions[text]
	switch {
	case sub == nil:
		return nil, wire.Errorf("NotFoundException", "Subscription does not exist")
	case c.Account != sub.Owner && c.Account != a.account:
		return nil, noAccess(c, action, sub)
	}
	return sub, nil
}

// set checks and sets an attribute. Filters would change what is delivered: as they are
// not implemented, they are refused.
func (sub *Subscription) set(name, value string) error {
	switch name {
	case "RawMessageDelivery":
		if value != "true" && value != "false" {
			return invalid("Attributes Reason: RawMessageDelivery: Invalid value [%s]. Must be true or false.", value)
		}
	case "DeliveryPolicy", "RedrivePolicy":
		if value != "" && !json.Valid([]byte(value)) {
			return invalid("%s: JSON message body failed to parse", name)
		}
	case "SubscriptionRoleArn":
	case "FilterPolicy", "FilterPolicyScope", "ReplayPolicy":
		if value != "" {
			return wire.Errorf("InvalidParameterException", "The sandbox does not implement %s.", name)
		}
	default:
		return invalid("AttributeName")
	}
	if value == "" {
		delete(sub.Attributes, name)
		return nil
	}
	sub.Attributes[name] = value
	return nil
}
