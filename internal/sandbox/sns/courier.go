package sns

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Courier signs letters and posts them: those of one subscription in order, those
// of different ones side by side. It is safe for concurrent use.
type Courier struct {
	key    func() (*Key, error)
	client *http.Client
	closed chan struct{}
	rounds sync.WaitGroup

	mu     sync.Mutex
	queues map[string][]Letter // by subscription; one that is here has a round under way
	over   bool
}

// How the courier tries: SNS waits 20 seconds three times, and 15 for an answer.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
const (
	patience   = 15 * time.Second
	mostQueued = 1000 // letters of one subscription; more are thrown away
)

// pauses come before each try, by the clock of the machine.
func pauses() []time.Duration {
	return []time.Duration{0, 200 * time.Millisecond, time.Second, 3 * time.Second}
}

// NewCourier returns a Courier that signs with the key that it asks for when it has
// something to sign. Close it after use.
func NewCourier(key func() (*Key, error)) *Courier {
	return &Courier{key: key, client: newClient(), closed: make(chan struct{}), queues: map[string][]Letter{}}
}

// newClient returns a client that goes to near addresses by no proxy, follows no
// redirect, and takes the certificates that local servers make for themselves.
func newClient() *http.Client {
	dialer := &net.Dialer{Control: onlyNear}
	return &http.Client{
		Transport: &http.Transport{
			DialContext:       dialer.DialContext,
			TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // only near addresses are dialed
			DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Send takes a letter and returns at once.
func (c *Courier) Send(l Letter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	queue, walking := c.queues[l.Subscription]
	if c.over || len(queue) >= mostQueued {
		return
	}
	c.queues[l.Subscription] = append(queue, l)
	if !walking {
		c.rounds.Go(func() { c.walk(l.Subscription) })
	}
}

// Drop throws away the letters that wait.
func (c *Courier) Drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for subscription := range c.queues {
		c.queues[subscription] = nil
	}
}

// Close throws away what waits, and returns when nothing is under way any longer.
func (c *Courier) Close() {
	c.mu.Lock()
	if !c.over {
		c.over = true
		close(c.closed)
	}
	c.mu.Unlock()
	c.rounds.Wait()
}

// walk posts the letters of a subscription until none is left.
func (c *Courier) walk(subscription string) {
	for {
		l, ok := c.next(subscription)
		if !ok {
			return
		}
		c.deliver(&l)
	}
}

func (c *Courier) next(subscription string) (Letter, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	queue := c.queues[subscription]
	if c.over || len(queue) == 0 {
		delete(c.queues, subscription)
		return Letter{}, false
	}
	c.queues[subscription] = queue[1:]
	return queue[0], true
}

// deliver tries until the subscriber has the letter, or has refused it for good, or
// enough was tried.
func (c *Courier) deliver(l *Letter) {
	k, err := c.key()
	if err != nil || l.seal(k) != nil {
		return // without a key nothing can be sent
	}
	body, err := l.body()
	if err != nil {
		return
	}
	for _, wait := range pauses() {
		select {
		case <-c.closed:
			return
		case <-time.After(wait):
		}
		if c.post(l, body) {
			return
		}
	}
}

// post says whether there is nothing more to try. Of answers, those that say that the
// server is at fault, or too busy, may become others.
func (c *Courier) post(l *Letter, body []byte) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	go func() {
		select {
		case <-c.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.To, bytes.NewReader(body))
	if err != nil {
		return true
	}
	r.Header = l.header()
	answer, err := c.client.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // what a subscriber says does not matter
	return answer.StatusCode < http.StatusInternalServerError && answer.StatusCode != http.StatusTooManyRequests
}
