package apply_test

import (
	"context"
	"errors"
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
)

// blind is a world that may not be looked at.
type blind struct{ *world }

func (blind) Look(context.Context, plan.Call) (plan.State, error) { return nil, apply.ErrDenied }

// A run that goes on and cannot look at what it has done is half-way as before; when
// somebody has undone that, it is drift, and it stays where it is.
func TestGoingOnWithWhatWasDone(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*apply.Engine, *world)
		drift  bool
		sent   bool
	}{
		"nobody may look":        {func(e *apply.Engine, w *world) { e.Cloud = blind{w} }, false, true},
		"somebody took it back":  {func(_ *apply.Engine, w *world) { w.state["trail"][plan.IsMultiRegionTrail] = false }, true, false},
		"it is as it was left":   {func(*apply.Engine, *world) {}, false, true}, // and AWS refuses the second step again
		"what it did not set is": {func(_ *apply.Engine, w *world) { w.state["trail"]["S3BucketName"] = "elsewhere" }, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			w, in := newWorld()
			w.refuse = plan.StartLogging // the second step
			e := w.engine()
			if _, err := e.Run(t.Context(), in); err == nil {
				t.Fatal("it is not half-way")
			}
			w.sent = nil
			c.change(&e, w)
			_, err := e.Run(t.Context(), in)
			var stopped *apply.Error
			var drift *apply.DriftError
			if !errors.As(err, &stopped) || stopped.Sent != c.sent || errors.As(err, &drift) != c.drift || len(w.sent) != 0 {
				t.Errorf("Run = %+v after sending %v; half-way: %t, drift: %t", err, w.sent, c.sent, c.drift)
			}
			if n := planned(w.log); n != 1 {
				t.Errorf("the plan stands %d times in the journal", n)
			}
		})
	}
}

func planned(log []apply.Record) (n int) {
	for _, r := range log {
		if r.Kind == apply.Planned {
			n++
		}
	}
	return n
}
