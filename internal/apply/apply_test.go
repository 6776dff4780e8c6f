package apply_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

var errPower = errors.New("power cut")

const arn = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/abc"

// world is AWS, a journal and a clock that die together after a number of calls. A call
// to Do that dies may have been carried out or not: lost says which.
type world struct {
	state   map[string]plan.State // by what is looked at
	log     []apply.Record
	left    int // calls until the power goes; below zero, never
	lost    bool
	sights  map[trail.Region]int // looks until a Region shows the trail
	deny    trail.Region
	refuse  string // an action that AWS says no to
	clears  bool   // narrowing clears global service events
	fails   trail.Region
	stopped trail.Region
	sent    []string
	now     time.Time
}

func (w *world) tick() error {
	if w.left == 0 {
		return errPower
	}
	w.left--
	return nil
}

func subject(c plan.Call) string {
	switch c.Action {
	case plan.StartLogging, plan.StopLogging:
		return "logging"
	case plan.CreateBucket, plan.DeleteBucket:
		return "bucket"
	default:
		return "trail"
	}
}

func (w *world) Look(_ context.Context, c plan.Call) (plan.State, error) {
	return maps.Clone(w.state[subject(c)]), w.tick()
}

func (w *world) Do(_ context.Context, c plan.Call) error {
	err := w.tick()
	if err != nil && w.lost {
		return err
	}
	if c.Action == w.refuse {
		return fmt.Errorf("%w: AccessDenied", apply.ErrRefused)
	}
	w.sent = append(w.sent, c.Action)
	s := w.state[subject(c)]
	switch c.Action {
	case plan.StartLogging:
		s[plan.IsLogging] = true
	case plan.StopLogging:
		s[plan.IsLogging] = false
	case plan.CreateBucket:
		w.state["bucket"] = plan.State{plan.Exists: true}
	case plan.DeleteBucket:
		return fmt.Errorf("%w: BucketNotEmpty", apply.ErrRefused)
	case plan.UpdateTrail:
		if b := c.Request.IsMultiRegionTrail; b != nil {
			s[plan.IsMultiRegionTrail] = *b
			if !*b && w.clears {
				s[plan.IncludeGlobalServiceEvents] = false
			}
		}
		if b := c.Request.IncludeGlobalServiceEvents; b != nil {
			if !*b && s[plan.IsMultiRegionTrail] == true {
				return errors.New("multi-Region trail must include global service events")
			}
			s[plan.IncludeGlobalServiceEvents] = *b
		}
	}
	return err
}

func (w *world) Sight(_ context.Context, r trail.Region, _ trail.ARN) (bool, trail.Status, error) {
	if r == w.deny {
		return false, trail.Status{}, fmt.Errorf("%w: explicit deny", apply.ErrDenied)
	}
	w.sights[r]--
	st := trail.Status{Logging: r != w.stopped}
	if r == w.fails {
		st.DeliveryError = "AccessDenied"
	}
	return w.sights[r] < 0, st, nil
}

func (w *world) Append(r apply.Record) error {
	if err := w.tick(); err != nil {
		return err
	}
	w.log = append(w.log, r)
	return nil
}

func (w *world) Records() ([]apply.Record, error) { return w.log, nil }

func (w *world) Now() time.Time { return w.now }

func (w *world) Sleep(_ context.Context, d time.Duration) error {
	w.now = w.now.Add(d)
	return nil
}

func (w *world) engine() apply.Engine {
	return apply.Engine{Cloud: w, Journal: w, Clock: w, Wait: time.Minute}
}

// before is a stopped single-Region trail without global service events: the plan has
// two steps, and the way back three calls.
func before() map[string]plan.State {
	return map[string]plan.State{
		"trail": plan.TrailState(trail.Settings{Bucket: "logs", KMSKeyID: "key"}), "logging": {plan.IsLogging: false}, "bucket": nil,
	}
}

func newWorld() (*world, apply.Intent) {
	w := &world{state: before(), left: -1, sights: map[trail.Region]int{}, now: time.Unix(0, 0)}
	s := trail.Snapshot{
		Account: "123456789012", Regions: []trail.RegionView{{Region: "eu-west-1", OptStatus: trail.EnabledByDefault, Visible: []trail.ARN{arn}}},
		Trails: []trail.Trail{{
			ARN: arn, Name: "abc", HomeRegion: "eu-west-1", Settings: trail.Settings{Bucket: "logs", KMSKeyID: "key"},
			Selectors: trail.DefaultSelectors(), Status: map[trail.Region]trail.Status{"eu-west-1": {}},
		}},
	}
	p := plan.Widen(s, arn)
	return w, apply.Intent{Run: "r", Command: "convert", Account: "123456789012", Trail: arn, Steps: p.Steps, Expect: p.Expect}
}

func same(t *testing.T, got, want map[string]plan.State) {
	t.Helper()
	for k := range want {
		if !got[k].Equal(want[k]) {
			t.Errorf("%s is %v, want %v", k, got[k], want[k])
		}
	}
}

func after() map[string]plan.State {
	want := before()
	want["trail"][plan.IsMultiRegionTrail] = true
	want["trail"][plan.IncludeGlobalServiceEvents] = true
	want["logging"][plan.IsLogging] = true
	return want
}

func TestRunAndRollback(t *testing.T) {
	w, in := newWorld()
	res, err := w.engine().Run(t.Context(), in)
	if err != nil || res.Status != apply.Converted {
		t.Fatalf("Run = %s, %v", res.Status, err)
	}
	same(t, w.state, after())
	res, err = w.engine().Rollback(t.Context(), in)
	if err != nil || res.Status != apply.RolledBack {
		t.Fatalf("Rollback = %s, %v", res.Status, err)
	}
	same(t, w.state, before())
	want := []string{plan.UpdateTrail, plan.StartLogging, plan.StopLogging, plan.UpdateTrail, plan.UpdateTrail}
	if !slices.Equal(w.sent, want) {
		t.Errorf("sent %v, want %v", w.sent, want)
	}
	if _, err := w.engine().Run(t.Context(), in); !errors.Is(err, apply.ErrReverted) {
		t.Errorf("a run that was rolled back goes on: %v", err)
	}
}

// crash lets the power go after every number of calls, with the last call carried out
// or lost, until a run needs no more calls than it is given.
func crash(t *testing.T, f func(t *testing.T, n int, lost bool) (died bool)) {
	for _, lost := range []bool{true, false} {
		for n := 0; ; n++ {
			died := false
			t.Run(fmt.Sprintf("after %d calls, lost %v", n, lost), func(t *testing.T) { died = f(t, n, lost) })
			if !died {
				if n < 8 {
					t.Fatalf("a run of %d calls is too short to be true", n)
				}
				break
			}
		}
	}
}

// Wherever the power goes, running again finishes the run, and rolling back then
// restores the beginning.
func TestCrashThenRunAgain(t *testing.T) {
	crash(t, func(t *testing.T, n int, lost bool) bool {
		w, in := newWorld()
		w.left, w.lost = n, lost
		_, first := w.engine().Run(t.Context(), in)
		w.left = -1
		if res, err := w.engine().Run(t.Context(), in); err != nil || res.Status != apply.Converted {
			t.Fatalf("second Run = %s, %v", res.Status, err)
		}
		same(t, w.state, after())
		if _, err := w.engine().Rollback(t.Context(), in); err != nil {
			t.Fatalf("Rollback = %v", err)
		}
		same(t, w.state, before())
		return first != nil
	})
}

// Wherever the power goes, rolling back at once restores the beginning.
func TestCrashThenRollback(t *testing.T) {
	crash(t, func(t *testing.T, n int, lost bool) bool {
		w, in := newWorld()
		w.left, w.lost = n, lost
		_, first := w.engine().Run(t.Context(), in)
		w.left = -1
		if _, err := w.engine().Rollback(t.Context(), in); err != nil {
			t.Fatalf("Rollback = %v", err)
		}
		same(t, w.state, before())
		return first != nil
	})
}

// Wherever the power goes on the way back, going back again arrives.
func TestCrashDuringRollback(t *testing.T) {
	crash(t, func(t *testing.T, n int, lost bool) bool {
		w, in := newWorld()
		if _, err := w.engine().Run(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		w.left, w.lost = n, lost
		_, first := w.engine().Rollback(t.Context(), in)
		w.left = -1
		if _, err := w.engine().Rollback(t.Context(), in); err != nil {
			t.Fatalf("second Rollback = %v", err)
		}
		same(t, w.state, before())
		return first != nil
	})
}

func TestDrift(t *testing.T) {
	t.Run("before a step", func(t *testing.T) {
		w, in := newWorld()
		w.state["trail"]["KmsKeyId"] = "another"
		_, err := w.engine().Run(t.Context(), in)
		var d *apply.DriftError
		if !errors.As(err, &d) || len(w.sent) != 0 {
			t.Errorf("Run = %v after sending %v, want drift and nothing sent", err, w.sent)
		}
	})
	for what, change := range map[string]func(plan.State){
		"a setting changed": func(s plan.State) { s["S3BucketName"] = "elsewhere" },
		"a setting added":   func(s plan.State) { s["SnsTopicARN"] = "arn:x" },
		"the trail is gone": func(s plan.State) { clear(s) },
	} {
		t.Run("before a rollback: "+what, func(t *testing.T) {
			w, in := newWorld()
			if _, err := w.engine().Run(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			w.sent = nil
			change(w.state["trail"])
			res, err := w.engine().Rollback(t.Context(), in)
			var d *apply.DriftError
			if !errors.As(err, &d) || res.Status != apply.BlockedRun || len(w.sent) != 0 {
				t.Errorf("Rollback = %s, %v after sending %v, want drift and nothing sent", res.Status, err, w.sent)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*world)
		status apply.Status
		reason string
		took   time.Duration
	}{
		"seen at once":         {func(*world) {}, apply.Converted, "", 0},
		"seen after some time": {func(w *world) { w.sights["eu-west-1"] = 3 }, apply.Converted, "", 1750 * time.Millisecond},
		"never seen":           {func(w *world) { w.sights["eu-west-1"] = 1000 }, apply.PartialDone, "verify.no-shadow", 0},
		"not allowed to look":  {func(w *world) { w.deny = "eu-west-1" }, apply.PartialDone, "verify.denied", 0},
		"does not log there":   {func(w *world) { w.stopped = "eu-west-1" }, apply.PartialDone, "verify.not-logging", 0},
		"cannot deliver":       {func(w *world) { w.fails = "eu-west-1" }, apply.PartialDone, "verify.delivery-error", 0},
	} {
		t.Run(name, func(t *testing.T) {
			w, in := newWorld()
			c.change(w)
			res, err := w.engine().Run(t.Context(), in)
			if err != nil || res.Status != c.status || res.Regions[0].Reason.Key != c.reason {
				t.Fatalf("Run = %+v, %v", res, err)
			}
			if c.took != 0 && res.Regions[0].Took != c.took {
				t.Errorf("it took %s, want %s", res.Regions[0].Took, c.took)
			}
			if limit := time.Minute; res.Regions[0].Took > limit {
				t.Errorf("it waited %s, past %s", res.Regions[0].Took, limit)
			}
			if res.Regions[0].Denied != (c.reason == "verify.denied") {
				t.Errorf("Denied is %v", res.Regions[0].Denied)
			}
		})
	}
}

// A user who interrupts gets control back between steps, and the journal knows.
func TestInterrupt(t *testing.T) {
	w, in := newWorld()
	ctx, cancel := context.WithCancel(t.Context())
	e := w.engine()
	e.Listen = func(ev apply.Event) {
		if ev.Step != nil && ev.Step.ID == 1 {
			cancel() // while the first step is under way
		}
	}
	_, err := e.Run(ctx, in)
	var stopped *apply.Error
	if !errors.Is(err, context.Canceled) || !errors.As(err, &stopped) || stopped.Step.ID != 2 {
		t.Fatalf("Run = %v, want it canceled before step 2", err)
	}
	if w.state["trail"][plan.IsMultiRegionTrail] != true {
		t.Error("the step that had begun was not finished")
	}
	if _, err := w.engine().Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	same(t, w.state, after())
}

// What was there before anything was sent is somebody else's: it is not undone.
func TestFoundIsNotUndone(t *testing.T) {
	w, in := newWorld()
	w.state = after()
	if res, err := w.engine().Run(t.Context(), in); err != nil || res.Status != apply.Converted {
		t.Fatalf("Run = %s, %v", res.Status, err)
	}
	if _, err := w.engine().Rollback(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if len(w.sent) != 0 {
		t.Errorf("sent %v", w.sent)
	}
	same(t, w.state, after())
}

// A thing that a plan would make, and that is there by now, is drift.
func TestWhatIsMadeMustNotBeThere(t *testing.T) {
	w, _ := newWorld()
	w.state["bucket"] = plan.State{plan.Exists: true}
	_, err := w.engine().Run(t.Context(), bucketIntent())
	var d *apply.DriftError
	if !errors.As(err, &d) || len(w.sent) != 0 {
		t.Errorf("Run = %v after sending %v, want drift", err, w.sent)
	}
}

// A call that AWS refused changed nothing. What somebody else does afterwards is not
// ours to undo, and the run can be taken up again.
func TestRefused(t *testing.T) {
	w, in := newWorld()
	w.refuse = plan.UpdateTrail
	_, err := w.engine().Run(t.Context(), in)
	var stopped *apply.Error
	if !errors.Is(err, apply.ErrRefused) || !errors.As(err, &stopped) || stopped.Sent {
		t.Fatalf("Run = %v", err)
	}
	w.refuse = ""
	w.state = after() // by an administrator
	if _, err := w.engine().Rollback(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	same(t, w.state, after())

	w, in = newWorld()
	w.refuse = plan.StartLogging // the second step
	_, err = w.engine().Run(t.Context(), in)
	if !errors.As(err, &stopped) || !stopped.Sent || stopped.Step.ID != 2 {
		t.Fatalf("Run = %v, want it half-way", err)
	}
	w.refuse = ""
	if _, err := w.engine().Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	same(t, w.state, after())
}

// Drift at a later step leaves the run half-way.
func TestDriftHalfWay(t *testing.T) {
	w, in := newWorld()
	w.state["logging"] = plan.State{}
	_, err := w.engine().Run(t.Context(), in)
	var stopped *apply.Error
	var d *apply.DriftError
	if !errors.As(err, &d) || !errors.As(err, &stopped) || !stopped.Sent {
		t.Errorf("Run = %v, want drift half-way", err)
	}
}

// AWS may clear global service events when a trail becomes single-Region: the second
// call is sent whatever is there, and the end is compared with the beginning.
func TestRollbackOfCoupledSettings(t *testing.T) {
	w, in := newWorld()
	w.state["trail"][plan.IncludeGlobalServiceEvents] = true
	in.Steps = plan.Widen(trail.Snapshot{
		Account: "123456789012", Regions: []trail.RegionView{{Region: "eu-west-1", OptStatus: trail.EnabledByDefault}},
		Trails: []trail.Trail{{
			ARN: arn, Name: "abc", HomeRegion: "eu-west-1",
			Settings:  trail.Settings{Bucket: "logs", KMSKeyID: "key", GlobalServiceEvents: true},
			Selectors: trail.DefaultSelectors(), Status: map[trail.Region]trail.Status{"eu-west-1": {}},
		}},
	}, arn).Steps
	want := maps.Clone(w.state["trail"])
	w.clears = true
	if _, err := w.engine().Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := w.engine().Rollback(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if !w.state["trail"].Equal(want) {
		t.Errorf("the trail is %v, want %v", w.state["trail"], want)
	}
}

// What a run made is taken away only as it left it.
func TestDriftOfWhatWasMade(t *testing.T) {
	w, _ := newWorld()
	in := bucketIntent()
	if _, err := w.engine().Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	w.state["bucket"]["Owner"] = "somebody"
	_, err := w.engine().Rollback(t.Context(), in)
	var d *apply.DriftError
	if !errors.As(err, &d) {
		t.Errorf("Rollback = %v, want drift", err)
	}
}

func bucketIntent() apply.Intent {
	return apply.Intent{Command: "create", Steps: []plan.Step{{
		ID: 1, Call: plan.Call{Action: plan.CreateBucket, Request: plan.Request{Bucket: "logs"}},
		After: plan.State{plan.Exists: true},
		Undo:  []plan.Call{{Action: plan.DeleteBucket, Request: plan.Request{Bucket: "logs"}, MayStay: true}},
	}}}
}

// A bucket that holds logs is never emptied: the rollback says that it stays.
func TestWhatStays(t *testing.T) {
	w, _ := newWorld()
	in := bucketIntent()
	if res, err := w.engine().Run(t.Context(), in); err != nil || res.Status != apply.Created {
		t.Fatalf("Run = %s, %v", res.Status, err)
	}
	res, err := w.engine().Rollback(t.Context(), in)
	if err != nil || len(res.Stays) != 1 || !w.state["bucket"].Satisfies(plan.State{plan.Exists: true}) {
		t.Errorf("Rollback = %+v, %v", res, err)
	}
	w.sent = nil
	if _, err := w.engine().Rollback(t.Context(), in); err != nil || len(w.sent) != 0 {
		t.Errorf("a second Rollback sent %v, %v", w.sent, err)
	}
}

// Only a refusal lets a thing stay: an answer that got lost does not.
func TestLostAnswerIsNoReasonToStay(t *testing.T) {
	w, _ := newWorld()
	in := bucketIntent()
	if _, err := w.engine().Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	w.left, w.lost = 4, true // two looks for drift, one before the call, one record; then the power goes
	if res, err := w.engine().Rollback(t.Context(), in); !errors.Is(err, errPower) || res.Status != apply.Failed {
		t.Errorf("Rollback = %s, %v", res.Status, err)
	}
}
