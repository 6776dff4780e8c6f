package sandbox

import (
	"encoding/json"
	"net/http"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// call makes a call to a service in the name of the caller of c, as CloudFormation does
// for a stack. by is the name of the service that makes it, such as
// cloudformation.amazonaws.com. input has the member names of the model; output, unless
// nil, is filled in with the answer. The call is recorded as one of its own, ahead of the
// one that caused it, and meets the faults that answer an error. It needs the write lock.
func (s *Sandbox) call(c *wire.Call, by, service, operation string, input, output any) error {
	x := s.innerExchange(c, by, service, operation)
	err := s.answerInner(x, input)
	s.tend(x.call.RequestID)
	if unkept := s.recordInner(x, outcomeOf(err)); unkept != nil {
		return unkept
	}
	if err != nil || output == nil {
		return err
	}
	return json.Unmarshal(x.call.Output, output)
}

func (s *Sandbox) answerInner(x *exchange, input any) error {
	service := s.services[x.call.Service]
	if service == nil {
		return wire.Errorf("UnsupportedOperationException", "The sandbox does not implement the service %s.", x.call.Service)
	}
	if err := s.innerFault(x.call); err != nil {
		return err
	}
	return service.Invoke(x.call, input)
}

// callS3 does what call does for a request to S3, whose path begins with the name of the
// bucket. It returns the body of the answer.
func (s *Sandbox) callS3(c *wire.Call, by string, r *http.Request, body []byte) ([]byte, error) {
	r.Host = "s3.amazonaws.com"
	operation, bucket := s.buckets.Operation(r)
	x := s.innerExchange(c, by, "s3", operation)
	x.r, x.body, x.call.Bucket = r, body, bucket
	held := &heldAnswer{header: http.Header{}, status: http.StatusOK}
	var o outcome
	if err := s.innerFault(x.call); err != nil {
		o = outcomeOf(err)
	} else {
		_, o.code = s.buckets.Serve(held, r, x.call, body)
		o.message = s3Message(o.code, held.body)
	}
	if err := s.recordInner(x, o); err != nil {
		return nil, err
	}
	if o.code != "" {
		return nil, &wire.Error{Code: o.code, Message: o.message, Status: held.status}
	}
	return held.body, nil
}

// innerExchange is an exchange without a connection of its own.
func (s *Sandbox) innerExchange(c *wire.Call, by, service, operation string) *exchange {
	inner := *c
	inner.Service, inner.Operation, inner.RequestID = service, operation, wire.NewUUID()
	inner.UserAgent, inner.SourceIP, inner.Input, inner.Output = by, by, nil, nil
	x := &exchange{r: &http.Request{}, signature: &wire.Signature{Region: c.Region}, known: true, call: &inner, by: by}
	if s.serving != nil {
		x.session = s.serving.session
	}
	return x
}

// innerFault is what the faults answer to a call of a service. Nobody waits for such a call,
// so that those which let a call wait pass it by, and its credentials do not expire.
func (s *Sandbox) innerFault(c *wire.Call) error {
	if s.faults.down(c) {
		return unavailable(c.Service)
	}
	inner := *c
	inner.Caller.Temporary = false
	_, stop := s.faults.meet(&inner)
	if stop == nil || stop.Hang {
		return nil
	}
	return stop.answer(c)
}

// recordInner puts a call of a service into the history. It is kept when the call that
// caused it is.
func (s *Sandbox) recordInner(x *exchange, o outcome) error {
	r := s.newRecord(x, o)
	r.UserIdentity.InvokedBy = x.by
	if x.call.Service == "s3" {
		describeS3(s.buckets, x, r)
	} else {
		s.describeCall(x, r)
	}
	if r.EventCategory == dataCategory && !s.w.selectsData() {
		return nil
	}
	e, err := r.entry()
	if err != nil {
		return err
	}
	s.history.append(e)
	return nil
}
