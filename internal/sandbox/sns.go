package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/sns"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// snsService is SNS in this world.
func (s *Sandbox) snsService() *sns.Service {
	return &sns.Service{Store: func() *sns.Store { return s.w.SNS }, Base: s.baseURL, Post: s.post}
}

// baseURL is where the caller of the call that is being served found the sandbox; ""
// when there is none. It needs the write lock.
func (s *Sandbox) baseURL() string {
	if s.serving == nil || s.serving.r.Host == "" {
		return ""
	}
	if s.serving.r.TLS != nil {
		return "https://" + s.serving.r.Host
	}
	return "http://" + s.serving.r.Host
}

// snsKey returns the key that messages are signed with. It is made when the first is
// sent, and kept, so that what was signed can be verified after a restart.
func (s *Sandbox) snsKey() (*sns.Key, error) {
	if k := s.knownSNSKey(); k != nil {
		return k, nil
	}
	made, err := sns.NewKey(s.now())
	if err != nil {
		return nil, err
	}
	k := s.placeSNSKey(made)
	return k, s.save()
}

func (s *Sandbox) knownSNSKey() *sns.Key {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.w.SNS.Key
}

// placeSNSKey returns the key that was there before, if somebody was faster.
func (s *Sandbox) placeSNSKey(made *sns.Key) *sns.Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.w.SNS.Key == nil {
		s.w.SNS.Key = made
		s.changed()
	}
	return s.w.SNS.Key
}

// serveSNSLink answers what SNS answers to anybody: the links to confirm and to end a
// subscription, which messages carry, and the certificate that they are verified
// with. It says whether the request was one of these. All else must be signed.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
func (s *Sandbox) serveSNSLink(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet || r.Header.Get("Authorization") != "" {
		return false
	}
	if strings.HasPrefix(r.URL.Path, "/SimpleNotificationService-") {
		return s.serveCertificate(w, r)
	}
	q := r.URL.Query()
	topic, ok := linkedARN(q)
	if r.URL.Path != "/" || !ok || q.Has("X-Amz-Signature") || q.Has("Signature") {
		return false
	}
	s.followLink(w, r, q.Get("Action"), topic)
	return true
}

// linkedARN returns the ARN that a link of SNS is about.
func linkedARN(q url.Values) (string, bool) {
	switch q.Get("Action") {
	case "ConfirmSubscription":
		return q.Get("TopicArn"), q.Has("Token")
	case "Unsubscribe":
		return q.Get("SubscriptionArn"), q.Has("SubscriptionArn")
	}
	return "", false
}

func (s *Sandbox) serveCertificate(w http.ResponseWriter, r *http.Request) bool {
	k := s.knownSNSKey()
	if k == nil || r.URL.Path != k.Path() {
		return false
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	_, _ = w.Write(k.PEM()) // the client may have gone
	return true
}

// followLink makes the call of a link, which has no caller. CloudTrail does not record
// such calls.
//
// https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html
func (s *Sandbox) followLink(w http.ResponseWriter, r *http.Request, action, arn string) {
	x := s.newExchange(r)
	x.call.Service, x.call.Operation = "sns", action
	if parts := strings.Split(arn, ":"); len(parts) > 3 {
		x.call.Partition, x.call.Region = parts[1], parts[3]
	}
	answer, err := s.changeUnsigned(x)
	if err == nil {
		err = s.save()
	}
	if err != nil {
		answer = s.refusal(x, err)
	}
	answer.WriteTo(w)
}

func (s *Sandbox) changeUnsigned(x *exchange) (answer wire.Answer, err error) {
	select {
	case <-s.closed:
		return wire.Answer{}, &wire.Error{Code: "ServiceUnavailable", Message: "The sandbox is closed.", Status: http.StatusServiceUnavailable}
	default:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.changed()
	defer notPanicking(&err)
	return s.services["sns"].Handle(x.call, x.r, nil)
}

// describePublish makes Publish the data event that it is. Its text is not shown.
//
// https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html
func describePublish(x *exchange, r *record) {
	if x.call.Service != "sns" || x.call.Operation != "Publish" {
		return
	}
	r.EventCategory, r.ManagementEvent = dataCategory, new(false)
	var in struct{ TopicArn, TargetArn string }
	_ = json.Unmarshal(x.call.Input, &in) // it was decoded, or the call never came so far
	if arn := in.TopicArn + in.TargetArn; arn != "" {
		r.Resources = []recordResource{{AccountID: accountOfARN(arn), Type: "AWS::SNS::Topic", ARN: arn}}
	}
	parameters, ok := r.RequestParameters.(map[string]any)
	for _, name := range []string{"message", "subject", "messageStructure", "messageAttributes"} {
		if ok && parameters[name] != nil {
			parameters[name] = "HIDDEN_DUE_TO_SECURITY_REASONS"
		}
	}
}
