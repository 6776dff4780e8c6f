package apply_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
)

// recorded is a world whose journal ends with a step as kind says, and what is there.
func recorded(in apply.Intent, kind apply.Kind, there plan.State) *world {
	w, _ := newWorld()
	w.state["trail"] = there
	w.log = []apply.Record{{Kind: apply.Planned, Intent: &in}, {Kind: apply.Intended, Step: 1}, {Kind: apply.Done, Step: 1}}
	if kind != apply.Done {
		w.log = append(w.log, apply.Record{Kind: kind, Step: 1})
	}
	return w
}

func with(s plan.State, name string, value any) plan.State {
	out := maps.Clone(s)
	out[name] = value
	return out
}

// A rollback sends nothing when what it would take back is not what the run left; only
// when it is half-way back itself may what it sets be as it likes, and nothing else.
func TestRollbackOfWhatIsNotOurs(t *testing.T) {
	_, in := newWorld()
	in.Steps = in.Steps[:1]
	widened, narrow := in.Steps[0].After, in.Steps[0].Before
	for name, c := range map[string]struct {
		kind  apply.Kind
		there plan.State
		drift bool
	}{
		"as the run left it":                     {apply.Done, widened, false},
		"somebody set half of it back":           {apply.Done, with(widened, plan.IncludeGlobalServiceEvents, false), true},
		"the rollback set half of it back":       {apply.Undoing, with(narrow, plan.IncludeGlobalServiceEvents, true), false},
		"and somebody changed what it never set": {apply.Undoing, with(narrow, "S3BucketName", "elsewhere"), true},
		"somebody gave it a key":                 {apply.Done, with(widened, plan.KMSKeyID, "another"), true},
	} {
		t.Run(name, func(t *testing.T) { drifts(t, in, c.kind, c.there, c.drift) })
	}
}

// AWS tells the key of a new trail by its ARN: what the run did not name may be anything.
// What it named, and the key of a trail that it only changed, may not.
func TestRollbackOfATrailWithAKey(t *testing.T) {
	made := plan.State{"S3BucketName": "logs"}
	for name, c := range map[string]struct {
		before, after, there plan.State
		drift                bool
	}{
		"made, the key by an alias":      {nil, made, with(made, plan.KMSKeyID, "arn"), false},
		"made, the key by its ARN":       {nil, with(made, plan.KMSKeyID, "arn"), with(made, plan.KMSKeyID, "another"), true},
		"made, and moved since":          {nil, made, plan.State{"S3BucketName": "elsewhere", plan.KMSKeyID: "arn"}, true},
		"changed, and given a key since": {plan.State{"S3BucketName": "old"}, made, with(made, plan.KMSKeyID, "arn"), true},
	} {
		t.Run(name, func(t *testing.T) {
			in := apply.Intent{Run: "r", Trail: arn, Steps: []plan.Step{{
				ID: 1, Call: plan.Call{Action: plan.CreateTrail}, Before: c.before, After: c.after,
				Undo: []plan.Call{{Action: plan.DeleteTrail, Want: c.before}},
			}}}
			drifts(t, in, apply.Done, c.there, c.drift)
		})
	}
}

func drifts(t *testing.T, in apply.Intent, kind apply.Kind, there plan.State, want bool) {
	t.Helper()
	w := recorded(in, kind, there)
	res, err := w.engine().Rollback(t.Context(), in)
	var drift *apply.DriftError
	if got := errors.As(err, &drift); got != want || want && (res.Status != apply.BlockedRun || len(w.sent) > 0) {
		t.Errorf("Rollback = %s, %v after sending %v; drift is wanted: %t", res.Status, err, w.sent, want)
	}
}

// stale is a world that shows, when a trail has become single-Region, its global service
// events as they were before AWS cleared them.
type stale struct{ *world }

func (s stale) Look(ctx context.Context, c plan.Call) (plan.State, error) {
	now, err := s.world.Look(ctx, c)
	if subject(c) == "trail" && now[plan.IsMultiRegionTrail] == false {
		now[plan.IncludeGlobalServiceEvents] = true
	}
	return now, err
}

// On the way back the call after one that AWS may couple it with is sent whatever shows,
// also when the way back is taken up again.
func TestCoupledSettingsThatShowLate(t *testing.T) {
	for calls := 1; ; calls++ {
		w, in := coupled()
		e := w.engine()
		e.Cloud = stale{w}
		if _, err := e.Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		w.left = calls
		_, err := e.Rollback(t.Context(), in)
		w.left = -1
		if _, again := e.Rollback(t.Context(), in); again != nil {
			t.Fatalf("after %d calls: %v", calls, again)
		}
		if !w.state["trail"].Equal(in.Steps[0].Before) {
			t.Errorf("after %d calls the trail is %v", calls, w.state["trail"])
		}
		if err == nil {
			return
		}
	}
}

// coupled is a world that clears global service events, with a trail that has them, and a
// run that widens it.
func coupled() (*world, apply.Intent) {
	w, in := newWorld()
	w.clears = true
	s := &in.Steps[0]
	s.Before = with(s.Before, plan.IncludeGlobalServiceEvents, true)
	s.Undo[1].Want = plan.State{plan.IncludeGlobalServiceEvents: true}
	yes := true
	s.Undo[1].Request.IncludeGlobalServiceEvents = &yes
	in.Steps = in.Steps[:1]
	w.state["trail"] = maps.Clone(s.Before)
	return w, in
}
