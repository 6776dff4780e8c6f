package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// ServeHTTP answers calls of AWS, and, under /_sandbox/, those of tests.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.arrive()
	if strings.HasPrefix(r.URL.Path, "/_sandbox/") {
		s.admin.ServeHTTP(w, r)
		return
	}
	if s.serveSNSLink(w, r) {
		return
	}
	x := s.newExchange(r)
	done := s.ledger.begin()
	code := s.serve(r.Context(), w, x)
	done(x.call, code)
	if code == noAnswer {
		panic(http.ErrAbortHandler) // closes the connection, and net/http says nothing of it
	}
}

// noAnswer stands in the ledger for the error code of a call that was left hanging.
const noAnswer = "NoAnswer"

// serve answers a call and returns the code of the error that it answered, or "".
func (s *Sandbox) serve(ctx context.Context, w http.ResponseWriter, x *exchange) string {
	select {
	case <-s.closed:
		return s.refuse(w, x, &wire.Error{Code: "ServiceUnavailable", Message: "The sandbox is closed.", Status: http.StatusServiceUnavailable})
	default:
	}
	err := s.identify(x)
	x.date(w.Header())
	if err != nil {
		return s.refuse(w, x, err)
	}
	if x.call.Service == "s3" {
		return s.serveS3(ctx, w, x)
	}
	return s.serveService(ctx, w, x)
}

// serveService answers a call to any service but S3, when it is recorded.
func (s *Sandbox) serveService(ctx context.Context, w http.ResponseWriter, x *exchange) string {
	answer, failure := s.callService(ctx, x)
	if err := s.record(x, outcomeOf(failure)); err != nil {
		return s.refuse(w, x, err)
	}
	if failure != nil {
		return s.refuse(w, x, failure)
	}
	answer.WriteTo(w)
	return ""
}

// callService has the service of a call answer it.
func (s *Sandbox) callService(ctx context.Context, x *exchange) (wire.Answer, error) {
	service := s.services[x.call.Service]
	if service == nil {
		x.call.Operation = wire.GuessOperation(x.r, x.body)
		x.known = operationName.MatchString(x.call.Operation)
		return wire.Answer{}, wire.Errorf("UnsupportedOperationException", "The sandbox does not implement the service %s.", x.call.Service)
	}
	operation, refused := service.Name(x.r, x.body)
	if refused != nil {
		return wire.Answer{}, refused
	}
	x.call.Operation = operation
	if refused := s.admit(ctx, x); refused != nil {
		return wire.Answer{}, refused
	}
	return s.run(service, x)
}

// operationName is what the name of an operation of AWS looks like.
var operationName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{2,99}$`)

// serveS3 answers a call to S3, when it is recorded. The answer to a change waits
// until it is saved, too.
func (s *Sandbox) serveS3(ctx context.Context, w http.ResponseWriter, x *exchange) string {
	store := s.store()
	x.call.Operation, x.call.Bucket = store.Operation(x.r)
	if err := s.admit(ctx, x); err != nil {
		if unkept := s.record(x, outcomeOf(err)); unkept != nil {
			return s.refuse(w, x, unkept)
		}
		return s.refuse(w, x, err)
	}
	before := store.Revision()
	held := &heldAnswer{header: http.Header{}, status: http.StatusOK}
	_, code := store.Serve(held, x.r, x.call, x.body)
	if store.Revision() != before {
		if err := s.save(); err != nil {
			return s.refuse(w, x, err)
		}
	}
	if err := s.record(x, outcome{code, s3Message(code, held.body)}); err != nil {
		return s.refuse(w, x, err)
	}
	held.writeTo(w)
	return code
}

// admit decides whether a call reaches its operation: the Region must be enabled and
// up, and no fault may stand in the way.
func (s *Sandbox) admit(ctx context.Context, x *exchange) *wire.Error {
	if err := s.checkRegion(x.call); err != nil {
		return err
	}
	if s.faults.down(x.call) {
		return unavailable(x.call.Service)
	}
	x.known = true
	return s.meetFaults(ctx, x.call)
}

// run has the operation answer, under the lock that it needs, and saves what it
// changed.
func (s *Sandbox) run(service *wire.Service, x *exchange) (wire.Answer, error) {
	if service.Reads(x.call.Operation) {
		return s.look(service, x)
	}
	answer, err := s.change(service, x)
	if err != nil {
		return answer, err
	}
	return answer, s.save()
}

func (s *Sandbox) look(service *wire.Service, x *exchange) (answer wire.Answer, err error) {
	s.lockToRead(x.call)
	x.call.Unlock = sync.OnceFunc(s.mu.RUnlock)
	defer x.call.Unlock()
	defer notPanicking(&err)
	return service.Handle(x.call, x.r, x.body)
}

func (s *Sandbox) change(service *wire.Service, x *exchange) (answer wire.Answer, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accountOf(x.call.Account, x.call.Partition)
	defer s.changed()
	defer notPanicking(&err)
	if movesTrails(x.call.Service) {
		defer s.tend(x.call.RequestID)
	}
	s.serving = x
	defer func() { s.serving = nil }()
	return service.Handle(x.call, x.r, x.body)
}

// movesTrails says whether a change to a service can change what trails take in, and
// where: trails themselves, and the Regions of an account. Calls that a service makes of
// others tend to that by themselves.
func movesTrails(service string) bool { return service == "cloudtrail" || service == "account" }

// notPanicking makes an error of a panic: one bad call must not take the sandbox,
// and the tests that use it, with it.
func notPanicking(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the sandbox has a bug: %v", p)
	}
}

// refuse answers an error as the service of the call does, and returns its code. A
// call that hangs gets no answer.
func (s *Sandbox) refuse(w http.ResponseWriter, x *exchange, err error) string {
	code := wire.CodeOf(err)
	if code != noAnswer {
		s.refusal(x, err).WriteTo(w)
	}
	return code
}

func (s *Sandbox) refusal(x *exchange, err error) wire.Answer {
	service := x.call.Service
	if service == "" {
		service = wire.Guess(x.r)
	}
	switch known := s.services[service]; {
	case service == "s3":
		return wire.RefuseS3(x.call, err)
	case known != nil:
		return known.Refuse(x.call, err)
	default:
		return wire.RefuseUnknown(x.call, x.r, err)
	}
}

// A heldAnswer keeps what a handler writes until it may be sent.
type heldAnswer struct {
	header http.Header
	status int
	body   []byte
}

func (h *heldAnswer) Header() http.Header { return h.header }

func (h *heldAnswer) WriteHeader(status int) { h.status = status }

// Write keeps what S3, which writes a body in one piece, does not change later: an
// object need not be in memory twice.
func (h *heldAnswer) Write(b []byte) (int, error) {
	if h.body == nil {
		h.body = b[:len(b):len(b)]
	} else {
		h.body = append(h.body, b...)
	}
	return len(b), nil
}

func (h *heldAnswer) writeTo(w http.ResponseWriter) {
	for k, v := range h.header {
		w.Header()[k] = v
	}
	w.WriteHeader(h.status)
	_, _ = w.Write(h.body) // the client may have gone
}
