package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/sns"
)

// newAdmin serves the endpoints for tests, all under /_sandbox/ and all of JSON:
//
//	GET    health    that it runs, what time it is in there, and what it has done
//	GET    calls     the ledger;          DELETE empties it
//	GET    clock     the time in there;   POST ?advance=1h, or 30d, moves it forward
//	GET    faults    those in force;      POST or PUT a list replaces them, DELETE clears them
//	POST   events    records events that no call made
//	POST   reset     back to the world file: its world, its faults, its time, an empty ledger and history
//
// A mistake is answered with HTTP 4xx and {"error":"…"}.
func (s *Sandbox) newAdmin() http.Handler {
	mux := http.NewServeMux()
	for pattern, answer := range map[string]func(*http.Request) (any, error){
		"GET /_sandbox/health":    s.getHealth,
		"GET /_sandbox/calls":     s.getCalls,
		"DELETE /_sandbox/calls":  s.deleteCalls,
		"GET /_sandbox/clock":     s.getClock,
		"POST /_sandbox/clock":    s.postClock,
		"GET /_sandbox/faults":    s.getFaults,
		"POST /_sandbox/faults":   s.postFaults,
		"PUT /_sandbox/faults":    s.postFaults,
		"DELETE /_sandbox/faults": s.deleteFaults,
		"POST /_sandbox/events":   s.postEvents,
		"POST /_sandbox/reset":    s.postReset,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			v, err := answer(r)
			if err != nil {
				writeAdmin(w, statusOf(err), map[string]string{"error": err.Error()})
				return
			}
			writeAdmin(w, http.StatusOK, v)
		})
	}
	mux.HandleFunc("/_sandbox/", func(w http.ResponseWriter, r *http.Request) {
		status, text := noEndpoint(r)
		writeAdmin(w, status, map[string]string{"error": text})
	})
	return s.onlyFromHere(mux)
}

// noEndpoint says what is wrong with a request that no endpoint takes.
func noEndpoint(r *http.Request) (status int, text string) {
	allowed := map[string]string{
		"/_sandbox/health": "GET", "/_sandbox/calls": "GET and DELETE", "/_sandbox/clock": "GET and POST",
		"/_sandbox/faults": "GET, POST, PUT and DELETE", "/_sandbox/events": "POST", "/_sandbox/reset": "POST",
	}[r.URL.Path]
	if allowed == "" {
		return http.StatusNotFound, "there is no " + r.URL.Path + "; there are /_sandbox/health, calls, clock, events, faults and reset"
	}
	return http.StatusMethodNotAllowed, r.URL.Path + " takes " + allowed + ", not " + r.Method
}

// onlyFromHere keeps out messages of SNS, and web pages of other sites, which a browser on this machine
// could send here: by their Origin, and, where a name of theirs was made to lead
// here, by the Host that they ask for. It sends no CORS headers.
func (s *Sandbox) onlyFromHere(next http.Handler) http.Handler {
	crossSite := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hostIsHere(r) {
			writeAdmin(w, http.StatusForbidden, map[string]string{"error": fmt.Sprintf("the host %q is neither this machine's loopback nor the address that the sandbox listens on", r.Host)})
			return
		}
		if isMessage(r) {
			writeAdmin(w, http.StatusForbidden, map[string]string{"error": "messages of SNS are refused"})
			return
		}
		if err := crossSite.Check(r); err != nil || foreignOrigin(r) {
			writeAdmin(w, http.StatusForbidden, map[string]string{"error": "requests from web pages of other sites are refused"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostIsHere says whether the request asks for a loopback name or address, or for the
// address on which it came in.
func hostIsHere(r *http.Request) bool {
	host := hostname(r.Host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	if address.Unmap().IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	listening, err := netip.ParseAddrPort(local.String())
	return err == nil && listening.Addr().Unmap() == address.Unmap()
}

// isMessage says whether SNS posts the request: whoever may subscribe shall not have
// the sandbox call itself.
func isMessage(r *http.Request) bool {
	return r.UserAgent() == sns.Agent || r.Header.Get("X-Amz-Sns-Message-Type") != ""
}

// hostname is a Host header without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// foreignOrigin finds what CrossOriginProtection lets through because it changes
// nothing: a GET by a page of another site.
func foreignOrigin(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	if site == "cross-site" || site == "same-site" {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host != r.Host
}

// adminError is an error with an HTTP status of its own.
type adminError struct {
	error
	status int
}

func statusOf(err error) int {
	var e adminError
	if errors.As(err, &e) {
		return e.status
	}
	return http.StatusBadRequest
}

func writeAdmin(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"the answer cannot be encoded"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // the client may have gone
}

// health is the answer of GET /_sandbox/health.
type health struct {
	Status   string    `json:"status"` // ok
	Now      time.Time `json:"now"`    // in the sandbox
	Accounts int       `json:"accounts"`
	Trails   int       `json:"trails"`
	Buckets  int       `json:"buckets"`
	Persists bool      `json:"persists"`
	meter
	MeanMilliseconds float64 `json:"meanMilliseconds"` // of a call
	MaxMilliseconds  float64 `json:"maxMilliseconds"`
}

func (s *Sandbox) getHealth(*http.Request) (any, error) {
	m := s.ledger.read()
	h := health{Status: "ok", Now: s.now(), Persists: s.state != nil, meter: m, MaxMilliseconds: float64(m.Slowest.Microseconds()) / 1000}
	if m.Calls > 0 {
		h.MeanMilliseconds = float64((m.Busy / time.Duration(m.Calls)).Microseconds()) / 1000
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	h.Accounts, h.Buckets = len(s.w.Accounts), len(s.buckets.Buckets())
	for _, a := range s.w.Accounts {
		h.Trails += len(a.Trails)
	}
	return h, nil
}

func (s *Sandbox) getCalls(*http.Request) (any, error) { return s.ledger.entries(), nil }

func (s *Sandbox) deleteCalls(*http.Request) (any, error) {
	s.ledger.clear()
	return s.ledger.entries(), nil
}

// clockReading is the answer of /_sandbox/clock.
type clockReading struct {
	Now    time.Time `json:"now"`
	Offset duration  `json:"offset"` // ahead of the machine's clock
}

func (s *Sandbox) getClock(*http.Request) (any, error) {
	return clockReading{Now: s.now(), Offset: duration(s.clock.offset.Load())}, nil
}

func (s *Sandbox) postClock(r *http.Request) (any, error) {
	text := r.URL.Query().Get("advance")
	if text == "" {
		return nil, errors.New("advance is missing: POST /_sandbox/clock?advance=1h")
	}
	d, err := parseAdvance(text)
	if err != nil {
		return nil, fmt.Errorf("advance=%q is not a duration such as 90s, 5m, 24h or 30d", text)
	}
	if err := s.advance(d); err != nil {
		return nil, err
	}
	if err := s.forgetOld(); err != nil {
		return nil, adminError{err, http.StatusInternalServerError}
	}
	if err := s.save(); err != nil {
		return nil, adminError{err, http.StatusInternalServerError}
	}
	return s.getClock(r)
}

// parseAdvance reads a duration as Go writes them, or whole days: 30d.
func parseAdvance(text string) (time.Duration, error) {
	days, ok := strings.CutSuffix(text, "d")
	if !ok {
		return time.ParseDuration(text)
	}
	n, err := strconv.ParseInt(days, 10, 17) // more days than that no clock can be ahead, and a Duration hardly holds
	return time.Duration(n) * 24 * time.Hour, err
}

func (s *Sandbox) getFaults(*http.Request) (any, error) { return s.faults.current(), nil }

func (s *Sandbox) postFaults(r *http.Request) (any, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("reading the faults: %w", err)
	}
	list, err := s.parseFaults(text)
	if err != nil {
		return nil, err
	}
	s.faults.replace(list)
	return s.faults.current(), nil
}

func (s *Sandbox) deleteFaults(*http.Request) (any, error) {
	s.faults.replace(nil)
	return s.faults.current(), nil
}

func (s *Sandbox) postReset(r *http.Request) (any, error) {
	if err := s.reset(); err != nil {
		return nil, adminError{err, http.StatusInternalServerError}
	}
	return s.getHealth(r)
}
