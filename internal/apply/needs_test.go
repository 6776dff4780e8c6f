package apply_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// A step is sent only while what it counts on is there: also when a run goes on later.
func TestStepNeeds(t *testing.T) {
	keeper := plan.Call{Action: trail.DescribeTrails, Region: "us-east-1", Request: plan.Request{Name: "keeper"}, Want: plan.State{plan.IsMultiRegionTrail: true}}
	stop := plan.Step{
		ID: 1, Call: plan.Call{Action: plan.StopLogging, Region: "eu-west-1", Request: plan.Request{Name: arn}},
		Before: plan.State{plan.IsLogging: true}, After: plan.State{plan.IsLogging: false}, Needs: []plan.Call{keeper},
	}
	in := apply.Intent{Run: "r", Command: "retire", Trail: "keeper", Steps: []plan.Step{stop}}
	for name, tt := range map[string]struct {
		there plan.State
		sent  int
	}{
		"as it was":     {plan.State{plan.IsMultiRegionTrail: true}, 1},
		"narrowed":      {plan.State{plan.IsMultiRegionTrail: false}, 0},
		"with an error": {plan.State{plan.IsMultiRegionTrail: true, plan.DeliveryError: "AccessDenied"}, 0},
		"gone":          {plan.State{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{left: -1, sights: map[trail.Region]int{}, state: map[string]plan.State{
				"trail": maps.Clone(tt.there), "logging": {plan.IsLogging: true},
			}}
			_, err := w.engine().Run(t.Context(), in)
			var drift *apply.DriftError
			if errors.As(err, &drift) != (tt.sent == 0) || len(w.sent) != tt.sent {
				t.Fatalf("sent %v, %v", w.sent, err)
			}
			if tt.sent == 0 && (drift.Of == nil || drift.Of.Request.Name != "keeper") {
				t.Errorf("the drift is of %+v", drift.Of)
			}
			if tt.sent == 0 { // and it goes on when it is there again
				w.state["trail"] = plan.State{plan.IsMultiRegionTrail: true}
				if _, err := w.engine().Run(t.Context(), in); err != nil || len(w.sent) != 1 {
					t.Errorf("sent %v, %v", w.sent, err)
				}
			}
		})
	}
}
