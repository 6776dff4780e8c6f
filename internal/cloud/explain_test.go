package cloud_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
)

// How the same trouble is spelled by services.
func TestExplain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer answer
		kind   cloud.Kind
		text   string
	}{
		{"denied", says("AccessDenied", "User: u is not authorized"), cloud.Denied, "getting caller identity in ap-northeast-1: AccessDenied: User: u is not authorized"},
		{"expired", says("ExpiredToken", "The security token included in the request is expired"), cloud.Expired, "getting caller identity in ap-northeast-1: ExpiredToken: The security token included in the request is expired"},
		{"wrong keys", says("InvalidClientTokenId", "The security token included in the request is invalid."), cloud.Rejected, "getting caller identity in ap-northeast-1: InvalidClientTokenId: The security token included in the request is invalid."},
		{"a wrong secret", says("SignatureDoesNotMatch", "no"), cloud.Rejected, "getting caller identity in ap-northeast-1: SignatureDoesNotMatch: no"},
		{"another thing", says("MalformedInput", "no"), cloud.Denied, "getting caller identity in ap-northeast-1: MalformedInput: no"}, // by its status, 403
		{"silence", hangs, cloud.TimedOut, "getting caller identity in ap-northeast-1: no answer within 500ms"},
		{"a door that is shut", func(http.ResponseWriter, *http.Request) (bool, error) {
			return false, errors.New("network is unreachable")
		}, cloud.Unreachable, "getting caller identity in ap-northeast-1: gave up after 500ms: network is unreachable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, l := session(t, world(t, ""), production, tokyo, 500*time.Millisecond)
			l.add(rule{answer: c.answer})
			_, err := s.Identify(t.Context())
			if err == nil || err.Error() != c.text {
				t.Fatalf("error %v, want %s", err, c.text)
			}
			p := cloud.Explain(err)
			if p.Kind != c.kind || p.Action != "sts:GetCallerIdentity" || p.Region != tokyo {
				t.Errorf("%+v, want %s", p, c.kind)
			}
		})
	}
}

func TestExplainWhatIsNotOfAWS(t *testing.T) {
	t.Parallel()
	if p := cloud.Explain(nil); p != (cloud.Problem{}) {
		t.Errorf("no error is %+v", p)
	}
	if p := cloud.Explain(errors.New("x")); p.Kind != cloud.Other || p.Message != "x" {
		t.Errorf("another error is %+v", p)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s, l := open(t, "", rule{answer: hangs})
	l.add(rule{answer: hangs})
	cancel()
	if _, err := s.Identify(ctx); cloud.Explain(err).Kind != cloud.Interrupted {
		t.Errorf("an interrupt is %+v", cloud.Explain(err))
	}
}
