package console

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

// mostStreams is how many streams may be open: each message reads journals.
const mostStreams = 32

// patience is how long a reader may take for one message.
const patience = 30 * time.Second

// beat is how often a stream says that it is still there.
const beat = 15 * time.Second

// progress streams the view of a run, whole, each time that something happens, until the
// run ends or the console does. A run that is not under way is one message.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func (c *Console) progress(ctx context.Context) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		req, err := c.request(r)
		if err == nil {
			_, err = c.options.Shelf.Run(r.PathValue("run"))
		}
		if err != nil {
			c.write(w, req, c.troubled(req, err))
			return
		}
		select {
		case c.streams <- struct{}{}:
			defer func() { <-c.streams }()
		default:
			c.refuse(w, r, http.StatusServiceUnavailable, trail.Say("console.refused.streams"))
			return
		}
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		s := stream{w, http.NewResponseController(w)}
		for {
			next, ended := c.after(r.PathValue("run"))
			if c.tell(s, req) != nil || ended || !s.wait(ctx, r.Context(), next) {
				return
			}
		}
	}
}

// after is what to wait for, and whether there is nothing to wait for.
func (c *Console) after(run string) (next <-chan struct{}, ended bool) {
	j, here := c.jobs.of(run)
	if !here {
		return nil, true
	}
	now, next := j.now()
	return next, now.ended
}

// tell sends the view of the run.
func (c *Console) tell(s stream, r *request) error {
	v, err := c.look(r, r.PathValue("run"))
	if err != nil {
		return err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.send("data: " + string(bytes.ReplaceAll(text, []byte("\n"), nil)) + "\n\n")
}

// stream is an answer that goes on.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s stream) send(text string) error {
	// a run may last longer than any page, but who does not read is not waited for
	if err := s.control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := fmt.Fprint(s.w, text); err != nil {
		return err
	}
	return s.control.Flush()
}

// pace leaves a moment between two messages, so that what happens at once is told once.
const pace = 100 * time.Millisecond

// wait returns when there is something new, or false when nobody listens any more.
func (s stream) wait(server, reader context.Context, next <-chan struct{}) bool {
	for {
		select {
		case <-next:
			return pause(reader)
		case <-server.Done():
			return false
		case <-reader.Done():
			return false
		case <-time.After(beat):
			if s.send(": \n\n") != nil {
				return false
			}
		}
	}
}

func pause(reader context.Context) bool {
	select {
	case <-reader.Done():
		return false
	case <-time.After(pace):
		return true
	}
}
