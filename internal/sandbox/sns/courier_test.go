package sns

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// The courier delivers over TLS to servers that vouch for themselves, follows no
// redirect, and takes nothing after Close.
func TestCourier(t *testing.T) {
	key, err := NewKey(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 10)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.URL.Path + " " + string(body)
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}))
	t.Cleanup(server.Close)
	c := NewCourier(func() (*Key, error) { return key, nil })
	send := func(text string) {
		c.Send(Letter{Subscription: "a", To: server.URL + "/hook", Raw: true, Envelope: Envelope{Type: typeNotification, Message: text, SignatureVersion: "1"}})
	}
	send("one")
	send("two")
	for _, want := range []string{"/hook one", "/hook two"} {
		select {
		case text := <-got:
			if text != want {
				t.Errorf("got %q, want %q", text, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%q did not come", want)
		}
	}
	c.Close()
	send("three")
	c.Close()
	if len(got) > 0 {
		t.Errorf("after that came %q", <-got)
	}
}

// Without a key nothing is sent, and nothing waits.
func TestCourierWithoutKey(t *testing.T) {
	c := NewCourier(func() (*Key, error) { return nil, errors.New("none") })
	c.Send(Letter{Subscription: "a", To: "http://127.0.0.1:1/"})
	c.Close()
	if len(c.queues) > 0 {
		t.Errorf("waiting: %v", c.queues)
	}
}

// A queue has an end: a subscriber that is not there does not fill the memory.
func TestCourierQueueIsBounded(t *testing.T) {
	hold := make(chan bool)
	c := NewCourier(func() (*Key, error) { <-hold; return nil, errors.New("none") })
	for range mostQueued + 100 {
		c.Send(Letter{Subscription: "a"})
	}
	c.mu.Lock()
	n := len(c.queues["a"])
	c.mu.Unlock()
	if n < mostQueued-1 || n > mostQueued {
		t.Errorf("%d letters wait", n)
	}
	c.Drop()
	close(hold)
	c.Close()
}

// What is near is not told to a proxy of the environment.
func TestCourierHasNoProxy(t *testing.T) {
	if transport, ok := newClient().Transport.(*http.Transport); !ok || transport.Proxy != nil {
		t.Errorf("the transport is %+v", transport)
	}
}
