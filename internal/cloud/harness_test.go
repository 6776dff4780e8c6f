package cloud_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/sandbox"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	production = "123456789012" // the default account of the sandbox
	tokyo      = trail.Region("ap-northeast-1")
	classic    = trail.ARN("arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name")
)

// line is what lies between a Session and a sandbox: it counts calls, and rules may
// answer in the place of the sandbox, or hold a call up.
type line struct {
	next  cloud.HTTPClient
	mu    sync.Mutex
	seen  []seen
	rules []rule
}

// seen is a request, as it went by.
type seen struct {
	action  string // cloudtrail:DescribeTrails
	region  trail.Region
	account string // the access key ID
}

// A rule meets the requests that fit; "" fits all.
type rule struct {
	action string
	region trail.Region
	answer answer
}

var scope = regexp.MustCompile(`Credential=([^/]+)/\d+/([^/]+)/([^/]+)/`)

func (l *line) Do(r *http.Request) (*http.Response, error) {
	s := l.note(r)
	for _, rule := range l.matching(s) {
		w := httptest.NewRecorder()
		if answered, err := rule.answer(w, r); err != nil {
			return nil, err
		} else if answered {
			return w.Result(), nil
		}
	}
	return l.next.Do(r)
}

// around puts the line before a client.
func (l *line) around(next cloud.HTTPClient) cloud.HTTPClient {
	l.next = next
	return l
}

func (l *line) note(r *http.Request) seen {
	m := scope.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil {
		panic("an unsigned request to " + r.URL.String())
	}
	s := seen{action: m[3] + ":" + operation(r), region: trail.Region(m[2]), account: m[1]}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = append(l.seen, s)
	return s
}

// operation reads the name of the operation as far as tests need it: of S3 the method
// and the sub-resource.
func operation(r *http.Request) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndexByte(target, '.')+1:]
	}
	if r.URL.Path == "/listRegions" {
		return "ListRegions"
	}
	if strings.Contains(r.Header.Get("Content-Type"), "x-www-form-urlencoded") {
		_, action, _ := strings.Cut(peek(r), "Action=")
		action, _, _ = strings.Cut(action, "&")
		return action
	}
	query, _, _ := strings.Cut(r.URL.RawQuery, "=")
	return r.Method + "?" + query
}

// peek reads the body of a request and puts it back.
func peek(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
}

func (l *line) matching(s seen) []rule {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []rule
	for _, r := range l.rules {
		if (r.action == "" || r.action == s.action) && (r.region == "" || r.region == s.region) {
			out = append(out, r)
		}
	}
	return out
}

func (l *line) add(rules ...rule) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules = append(l.rules, rules...)
}

// calls returns what went by, of an action, or everything for "".
func (l *line) calls(action string) []seen {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.seen), func(s seen) bool { return action != "" && s.action != action })
}

// world starts a sandbox; "" is its default world.
func world(t *testing.T, yaml string) string {
	t.Helper()
	var options sandbox.Options
	if yaml != "" {
		options.World = []byte(yaml)
	}
	s, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return server.URL
}

// session opens a Session of an account, and the line that it speaks over.
func session(t *testing.T, url, account string, region trail.Region, timeout time.Duration) (*cloud.Session, *line) {
	t.Helper()
	l := &line{}
	s, err := cloud.Open(t.Context(), cloud.Options{
		Region: region, EndpointURL: url, Timeout: timeout, Around: l.around, Version: "0.0.0-test",
		Credentials: &cloud.Static{AccessKeyID: account, SecretAccessKey: "secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, l
}

// open is a Session of the default account in Tokyo, on a world.
func open(t *testing.T, yaml string, rules ...rule) (*cloud.Session, *line) {
	t.Helper()
	s, l := session(t, world(t, yaml), production, tokyo, 20*time.Second)
	l.add(rules...)
	return s, l
}

func collect(t *testing.T, s *cloud.Session, o cloud.CollectOptions) trail.Snapshot {
	t.Helper()
	snapshot := s.Collect(t.Context(), o)
	if err := snapshot.Check(); err != nil {
		t.Fatalf("the snapshot cannot be judged: %v", err)
	}
	return snapshot
}

// An answer stands in for the sandbox; false means "go on", an error that the network
// fails.
type answer func(http.ResponseWriter, *http.Request) (answered bool, err error)

// says answers with an error as the protocol of the service spells it.
func says(code, message string) answer {
	return func(w http.ResponseWriter, r *http.Request) (bool, error) {
		authorization := r.Header.Get("Authorization")
		switch {
		case r.Header.Get("X-Amz-Target") != "":
			respond(w, http.StatusBadRequest, "application/x-amz-json-1.1", `{"__type":%q,"Message":%q}`, code, message)
		case r.URL.Path == "/listRegions", r.URL.Path == "/findings/import":
			w.Header().Set("X-Amzn-Errortype", code)
			respond(w, http.StatusForbidden, "application/json", `{"message":%q}`, message)
		case strings.Contains(authorization, "/ec2/"):
			respond(w, http.StatusForbidden, "text/xml", `<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors></Response>`, code, message)
		case strings.Contains(authorization, "/s3/"):
			respond(w, http.StatusForbidden, "application/xml", `<Error><Code>%s</Code><Message>%s</Message></Error>`, code, message)
		default:
			respond(w, http.StatusForbidden, "text/xml", `<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`, code, message)
		}
		return true, nil
	}
}

// answers with a document.
func answers(body string) answer {
	return func(w http.ResponseWriter, _ *http.Request) (bool, error) {
		respond(w, http.StatusOK, "application/x-amz-json-1.1", "%s", body)
		return true, nil
	}
}

func respond(w http.ResponseWriter, status int, contentType, format string, args ...any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, format, args...)
}

// hangs until whoever asked gives up.
func hangs(_ http.ResponseWriter, r *http.Request) (bool, error) {
	<-r.Context().Done()
	return true, r.Context().Err()
}

// times answers the first n requests and lets the rest go on.
func times(n int, a answer) answer {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		if n == 0 {
			return false, nil
		}
		n--
		return a(w, r)
	}
}

// barrier lets nobody on before n requests wait at it: it shows that they are sent at
// once. Requests that are sent one after the other hang until they time out.
func barrier(n int) answer {
	full := make(chan struct{})
	var mu sync.Mutex
	waiting := 0
	return func(_ http.ResponseWriter, r *http.Request) (bool, error) {
		mu.Lock()
		if waiting++; waiting == n {
			close(full)
		}
		mu.Unlock()
		select {
		case <-full:
			return false, nil
		case <-r.Context().Done():
			return true, r.Context().Err()
		}
	}
}
