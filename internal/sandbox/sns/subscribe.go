package sns

import (
	"crypto/subtle"
	"maps"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type subscribeInput struct {
	TopicArn              string
	Protocol              string
	Endpoint              string
	Attributes            map[string]string
	ReturnSubscriptionArn bool
}

type subscriptionAnswer struct{ SubscriptionArn string }

// subscribe makes a subscription. One to http or https gets a message with the link
// that confirms it, again whenever it is asked for anew before it is confirmed.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func (s *Service) subscribe(c *wire.Call, in subscribeInput) (subscriptionAnswer, error) {
	t, err := s.topic(c, in.TopicArn, "Subscribe")
	if err != nil {
		return subscriptionAnswer{}, err
	}
	if err := checkEndpoint(in.Protocol, in.Endpoint, s.Base()); err != nil {
		return subscriptionAnswer{}, err
	}
	made := &Subscription{
		ARN: t.ARN + ":" + wire.NewUUID(), Topic: t.ARN, Owner: c.Account, Principal: c.Caller.ARN, Protocol: in.Protocol, Endpoint: in.Endpoint,
		Pending: asks(in.Protocol), Token: randomHex(112), Attributes: map[string]string{}, Base: s.Base(),
	}
	made.Authenticated = !made.Pending
	for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
		if err := made.set(name, in.Attributes[name]); err != nil {
			return subscriptionAnswer{}, err
		}
	}
	sub := s.Store().like(made)
	switch {
	case sub == nil:
		sub = made
		s.Store().Subscriptions[sub.ARN] = sub
	case !sub.Pending && !maps.Equal(sub.Attributes, made.Attributes):
		return subscriptionAnswer{}, invalid("Attributes Reason: Subscription already exists with different attributes")
	case sub.Pending:
		sub.Attributes, sub.Base = made.Attributes, made.Base
	}
	if sub.Pending && sub.overHTTP() {
		s.Post(sub.confirmation(t, c.Time))
	}
	if sub.Pending && !in.ReturnSubscriptionArn {
		return subscriptionAnswer{"pending confirmation"}, nil
	}
	return subscriptionAnswer{sub.ARN}, nil
}

// like finds the subscription of the same endpoint to the same topic, or nil.
func (s *Store) like(wanted *Subscription) *Subscription {
	for _, sub := range s.of(wanted.Topic) {
		if sub.Protocol == wanted.Protocol && sub.Endpoint == wanted.Endpoint {
			return sub
		}
	}
	return nil
}

// of returns the subscriptions of a topic, by their ARNs.
func (s *Store) of(topic string) []*Subscription {
	var list []*Subscription
	for _, key := range slices.Sorted(maps.Keys(s.Subscriptions)) {
		if s.Subscriptions[key].Topic == topic {
			list = append(list, s.Subscriptions[key])
		}
	}
	return list
}

type confirmInput struct{ TopicArn, Token, AuthenticateOnUnsubscribe string }

// confirmSubscription confirms the subscription that the token was sent to. The token
// is all that it takes: the link in the message calls it unsigned.
//
// https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
func (s *Service) confirmSubscription(c *wire.Call, in confirmInput) (subscriptionAnswer, error) {
	a, err := parseARN(in.TopicArn, "TopicArn")
	if err != nil {
		return subscriptionAnswer{}, err
	}
	if a.region != c.Region {
		return subscriptionAnswer{}, invalid("TopicArn")
	}
	if s.Store().Topics[in.TopicArn] == nil {
		return subscriptionAnswer{}, topicMissing()
	}
	for _, sub := range s.Store().of(in.TopicArn) {
		if subtle.ConstantTimeCompare([]byte(sub.Token), []byte(in.Token)) == 1 {
			sub.confirm(signed(c), in.AuthenticateOnUnsubscribe == "true")
			return subscriptionAnswer{sub.ARN}, nil
		}
	}
	return subscriptionAnswer{}, invalid("Token")
}

// confirm does nothing the second time.
func (sub *Subscription) confirm(signed, strict bool) {
	if sub.Pending {
		sub.Pending, sub.Authenticated, sub.AuthenticateOnUnsubscribe = false, signed, signed && strict
	}
}

// signed says whether somebody signed the call; the links in messages are not.
func signed(c *wire.Call) bool { return c.Account != "" }

type subscriptionInput struct{ SubscriptionArn string }

// unsubscribe ends a subscription: for its owner, for the owner of the topic, and for
// anybody who has the link, unless it was confirmed otherwise. There being none is no error.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
func (s *Service) unsubscribe(c *wire.Call, in subscriptionInput) (nothing, error) {
	a, err := parseARN(in.SubscriptionArn, "SubscriptionArn")
	if err != nil {
		return nothing{}, err
	}
	if a.id == "" || a.region != c.Region {
		return nothing{}, invalid("SubscriptionArn")
	}
	sub := s.Store().Subscriptions[in.SubscriptionArn]
	if sub == nil {
		return nothing{}, nil
	}
	stranger := signed(c) && c.Account != sub.Owner && c.Account != a.account
	if stranger || !signed(c) && sub.AuthenticateOnUnsubscribe {
		return nothing{}, noAccess(c, "Unsubscribe", sub)
	}
	if sub.Pending && signed(c) {
		return nothing{}, invalid("This subscription is pending confirmation and cannot be deleted")
	}
	delete(s.Store().Subscriptions, sub.ARN)
	if t := s.Store().Topics[sub.Topic]; t != nil {
		t.Deleted++
	}
	return nothing{}, nil
}

func noAccess(c *wire.Call, action string, sub *Subscription) error {
	who := c.Caller.ARN
	if who == "" {
		who = "anonymous"
	}
	return wire.Errorf("AuthorizationErrorException", "User: %s is not authorized to perform: SNS:%s on resource: %s", who, action, sub.ARN)
}
