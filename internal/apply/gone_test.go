package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// shadows is a world of two Regions, of which one shows the trail longer than it is there,
// or cannot be asked.
type shadows struct {
	*world
	mu   *sync.Mutex
	late map[trail.Region]int // looks until a Region does not show the trail any more
	err  error                // of every look at eu-west-2
}

func (s shadows) Sight(ctx context.Context, r trail.Region, a trail.ARN) (bool, trail.Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state["trail"]["IsMultiRegionTrail"] == true {
		return true, trail.Status{Logging: true}, nil
	}
	if s.err != nil && r == "eu-west-2" {
		return false, trail.Status{}, s.err
	}
	s.late[r]--
	return s.late[r] >= 0, trail.Status{}, nil
}

func rollBack(t *testing.T, change func(*shadows)) (apply.Result, shadows, apply.Intent) {
	t.Helper()
	w, in := newWorld()
	in.Expect = []trail.Region{"eu-west-1", "eu-west-2"}
	s := shadows{world: w, mu: new(sync.Mutex), late: map[trail.Region]int{}}
	e := apply.Engine{Cloud: s, Journal: w, Clock: w, Wait: time.Minute}
	if res, err := e.Run(t.Context(), in); err != nil || res.Status != apply.Converted {
		t.Fatalf("Run = %s, %v", res.Status, err)
	}
	change(&s)
	e.Cloud = s
	res, err := e.Rollback(t.Context(), in)
	if err != nil {
		t.Fatalf("Rollback = %v", err)
	}
	same(t, w.state, before())
	return res, s, in
}

// A rollback looks into every Region but the home of the trail until none shows it.
func TestRollbackWaitsUntilTheTrailIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*shadows)
		status apply.Status
		reason string // in eu-west-2
		denied bool
		least  time.Duration // that it waited
		most   time.Duration
	}{
		"gone at once":        {func(*shadows) {}, apply.RolledBack, "", false, 0, 0},
		"gone after a while":  {func(s *shadows) { s.late["eu-west-2"] = 3 }, apply.RolledBack, "", false, 1750 * time.Millisecond, 1750 * time.Millisecond},
		"never gone":          {func(s *shadows) { s.late["eu-west-2"] = 1000 }, apply.PartialDone, "verify.still-shown", false, 30 * time.Second, time.Minute},
		"not allowed to look": {func(s *shadows) { s.err = fmt.Errorf("%w: no", apply.ErrDenied) }, apply.PartialDone, "verify.denied", true, 0, 0},
		"credentials are over": {
			func(s *shadows) { s.err = fmt.Errorf("%w: token", apply.ErrExpired) }, apply.PartialDone, "verify.error", false, 0, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			res, s, _ := rollBack(t, c.change)
			if res.Status != c.status || len(res.Regions) != 1 || res.Regions[0].Region != "eu-west-2" {
				t.Fatalf("Rollback = %+v, want %s and the other Region", res, c.status)
			}
			r := res.Regions[0]
			if r.Reason.Key != c.reason || r.Denied != c.denied || r.Verified != (c.reason == "") || r.Took < c.least || r.Took > c.most {
				t.Errorf("eu-west-2: %+v", r)
			}
			last, end := s.log[len(s.log)-1], c.status
			if c.denied { // nobody will ever see more
				end = apply.RolledBack
			}
			if last.Kind != apply.Reverted || last.Status != end {
				t.Errorf("the journal ends with %+v", last)
			}
		})
	}
}

// Where the trail was still shown, rolling back again only looks again.
func TestRollbackAgainLooksAgain(t *testing.T) {
	_, s, in := rollBack(t, func(s *shadows) { s.late["eu-west-2"] = 1000 })
	s.late["eu-west-2"], s.sent = 0, nil
	res, err := apply.Engine{Cloud: s, Journal: s.world, Clock: s.world, Wait: time.Minute}.Rollback(t.Context(), in)
	if err != nil || res.Status != apply.RolledBack || len(s.sent) != 0 {
		t.Errorf("Rollback = %+v, %v after sending %v", res, err, s.sent)
	}
}

// A rollback that takes nothing back from other Regions does not look there.
func TestRollbackOfNothingLooksNowhere(t *testing.T) {
	w, in := newWorld()
	w.state = after()
	if _, err := w.engine().Run(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	in.Expect = []trail.Region{"eu-west-1", "eu-west-2"}
	if res, err := w.engine().Rollback(t.Context(), in); err != nil || len(res.Regions) != 0 {
		t.Errorf("Rollback = %+v, %v", res, err)
	}
}

// Neither does one that only stops the trail again: the others show it as before. A run
// that changed nothing has nothing to be taken back, and cannot go on afterwards.
func TestRollbackLooksWhereItTookAway(t *testing.T) {
	for name, c := range map[string]struct {
		logs   bool // before the run
		status apply.Status
	}{
		"a run that only started":    {false, apply.RolledBack},
		"a run that changed nothing": {true, apply.NothingToDo},
	} {
		t.Run(name, func(t *testing.T) {
			w, in := newWorld()
			w.state = after()
			w.state["logging"] = plan.State{plan.IsLogging: c.logs}
			if _, err := w.engine().Run(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			in.Expect = []trail.Region{"eu-west-1", "eu-west-2"}
			res, err := w.engine().Rollback(t.Context(), in)
			if err != nil || res.Status != c.status || len(res.Regions) != 0 {
				t.Errorf("Rollback = %+v, %v; want %s and no Region", res, err, c.status)
			}
			if changed := apply.Changed(w.log); changed != (c.status == apply.RolledBack) {
				t.Errorf("the journal tells of a change: %t", changed)
			}
			if _, err := w.engine().Run(t.Context(), in); !errors.Is(err, apply.ErrReverted) {
				t.Errorf("it goes on: %v", err)
			}
		})
	}
}

// skewed is a clock that somebody sets while a run waits.
type skewed struct {
	*world
	jumps []time.Duration // one for each sleep, the last for all that follow
}

func (s *skewed) Sleep(ctx context.Context, d time.Duration) error {
	_ = s.world.Sleep(ctx, d)
	s.now = s.now.Add(s.jumps[0])
	if len(s.jumps) > 1 {
		s.jumps = s.jumps[1:]
	}
	return nil
}

// Waiting ends whatever the clock does, and no time is negative.
func TestWaitingEndsUnderAnyClock(t *testing.T) {
	for name, jumps := range map[string][]time.Duration{
		"goes back at every look": {-time.Hour},
		"goes back once":          {-24 * time.Hour, 0},
		"leaps":                   {24 * time.Hour, 0},
		"to and fro":              {time.Hour, -time.Hour, time.Hour, -2 * time.Hour, 0},
		"stands still":            {-250 * time.Millisecond, -500 * time.Millisecond, -time.Second, -2 * time.Second, -4 * time.Second, -8 * time.Second, -15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			w, in := newWorld()
			w.sights["eu-west-1"] = 1 << 30
			looks := 1 << 30
			res, err := apply.Engine{Cloud: w, Journal: w, Clock: &skewed{w, slices.Clone(jumps)}, Wait: time.Minute}.Run(t.Context(), in)
			if err != nil || res.Status != apply.PartialDone || res.Regions[0].Took < 0 {
				t.Fatalf("Run = %+v, %v", res, err)
			}
			if n := looks - w.sights["eu-west-1"]; n > 12 {
				t.Errorf("it looked %d times within a minute", n)
			}
			// what it wrote while the clock went back is read as well
			w.sights["eu-west-1"] = 0
			if res, err := w.engine().Run(t.Context(), in); err != nil || res.Status != apply.Converted {
				t.Errorf("Run again = %+v, %v", res, err)
			}
		})
	}
}
