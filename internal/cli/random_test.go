package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// Worlds made by chance are converted, or get a trail, and are rolled back. Each time:
//
//   - what was blocked, or refused by AWS, changed nothing;
//   - what was verified is what was predicted: the same coverage, the same settings;
//   - nothing was asked of AWS but what was planned, in its order;
//   - after the rollback the world is, byte for byte, as before.
//
// TRAILSPAN_SEEDS sets how many worlds; make nightly has thousands. TRAILSPAN_SEED has a
// single one.
func TestRandomWorlds(t *testing.T) {
	t.Parallel()
	first, last := 1, seeds(t, "TRAILSPAN_SEEDS", 200)
	if one := seeds(t, "TRAILSPAN_SEED", 0); one > 0 {
		first, last = one, one
	}
	ends := map[string]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	places := make(chan struct{}, 8) // most of them wait for one another, not for a processor
	for seed := first; seed <= last; seed++ {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			t.Run(strconv.Itoa(seed), func(t *testing.T) {
				end := oneWorld(t, uint64(seed))
				if t.Failed() {
					t.Logf("this world alone: TRAILSPAN_SEED=%d go test -count=1 -run TestRandomWorlds ./internal/cli", seed)
				}
				mu.Lock()
				defer mu.Unlock()
				ends[end]++
			})
		})
	}
	all.Wait()
	t.Logf("how they ended: %v", ends)
	if first == last {
		return
	}
	for _, end := range []string{"nothing to do", "blocked", string(apply.Converted), string(apply.Created), string(apply.PartialDone), string(apply.Failed)} {
		if ends[end] == 0 {
			t.Errorf("no world ended as %q: they do not show what they should", end)
		}
	}
}

func seeds(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// oneWorld returns how the run ended.
func oneWorld(t *testing.T, seed uint64) string {
	c := newChance(seed)
	w := newWorld(c)
	b := newBox(t, w)
	x := &experiment{t: t, c: c, box: b, before: b.truth(), journal: &memory{}}
	b.asked()
	b.inject(w.faults)
	p, snapshot, ok := x.plan()
	x.isRead("planning")
	if !ok || len(p.Steps) == 0 {
		return "nothing to do"
	}
	if len(p.Blocked()) > 0 {
		return "blocked"
	}
	res, err := x.run(p)
	x.isPlanned("the run", forward(p))
	x.judge(p, snapshot, res, err)
	x.back(p)
	return string(res.Status)
}

// An experiment is one plan in one world.
type experiment struct {
	t       *testing.T
	c       chance
	box     *box
	before  map[string]string
	journal *memory
	intent  apply.Intent
	total   []string // changes that were asked for
}

// plan makes a plan as convert or create do.
func (x *experiment) plan() (plan.Plan, trail.Snapshot, bool) {
	s := x.box.open(x.t.Context())
	snapshot := s.Collect(x.t.Context(), cloud.CollectOptions{})
	if x.c.in(25) {
		w := plan.Wanted{
			Account: self, Partition: x.box.world.home.Partition(), Home: x.box.world.home, Name: "made",
			Bucket: pick(x.c, append(x.box.world.buckets, "new-logs", "new-logs")...),
		}
		x.intent.Command = "create"
		p, err := plan.Make(snapshot, w, s.Evidence(x.t.Context(), trail.Trail{ARN: w.ARN(), Name: w.Name, HomeRegion: w.Home, Settings: trail.Settings{Bucket: w.Bucket}}))
		return p, snapshot, err == nil
	}
	var named trail.ARN
	if len(snapshot.Trails) > 0 && x.c.in(30) {
		named = pick(x.c, snapshot.Trails...).ARN
	}
	x.intent.Command = "convert"
	p := plan.Widen(snapshot, named)
	if t, ok := snapshot.Trail(p.Trail); ok && len(p.Steps) > 0 {
		p.Gates = plan.Preflight(p, snapshot, s.Evidence(x.t.Context(), t), pick(x.c, plan.ForbidDrift, plan.AllowDrift))
	}
	return p, snapshot, true
}

func (x *experiment) run(p plan.Plan) (apply.Result, error) {
	x.intent = apply.Intent{Run: "r", Command: x.intent.Command, Account: p.Account, Trail: p.Trail, Steps: p.Steps, Expect: p.Expect}
	return x.engine().Run(x.t.Context(), x.intent)
}

func (x *experiment) engine() apply.Engine {
	return apply.Engine{Cloud: doors{x.box}, Journal: x.journal, Clock: boxClock{x.box}, Wait: 45 * time.Second}
}

// judge holds what came of a run against what was said before.
func (x *experiment) judge(p plan.Plan, snapshot trail.Snapshot, res apply.Result, err error) {
	x.t.Helper()
	x.box.calm()
	now := x.box.truth()
	var stopped *apply.Error
	switch {
	case err != nil && errors.As(err, &stopped) && !stopped.Sent:
		x.same("a run that says that it changed nothing", now)
	case err == nil && (res.Status == apply.Converted || res.Status == apply.Created):
		x.predicted(p, snapshot)
	case err == nil && res.Status == apply.PartialDone && len(x.box.world.faults) == 0 && len(snapshot.Gaps) == 0 && allPass(p):
		x.t.Errorf("every gate passed, and yet: %+v", res.Regions)
	case err != nil && len(x.box.world.faults) == 0 && allPass(p):
		x.t.Errorf("every gate passed, and yet: %v", err)
	}
}

func allPass(p plan.Plan) bool {
	return !slices.ContainsFunc(p.Gates, func(g plan.Gate) bool { return g.Status != plan.Pass })
}

// predicted collects again.
func (x *experiment) predicted(p plan.Plan, snapshot trail.Snapshot) {
	x.t.Helper()
	now := x.box.open(x.t.Context()).Collect(x.t.Context(), cloud.CollectOptions{})
	for _, want := range p.Predicted.Trails {
		have, _ := now.Trail(want.ARN)
		if !reflect.DeepEqual(have.Settings, want.Settings) {
			x.t.Errorf("the settings of %s are %+v, predicted were %+v", want.ARN, have.Settings, want.Settings)
		}
	}
	if len(snapshot.Gaps) > 0 || len(now.Gaps) > 0 {
		return // what could not be seen was not predicted
	}
	have, want := coverage.Assess(now), coverage.Assess(p.Predicted)
	if have.Verdict != want.Verdict || have.Future != want.Future {
		x.t.Errorf("the account is %s, %s to come; predicted was %s, %s", have.Verdict, have.Future, want.Verdict, want.Future)
	}
	for i := range want.Regions {
		if have.Regions[i].Verdict != want.Regions[i].Verdict {
			x.t.Errorf("%s is %s, predicted was %s", want.Regions[i].Region, have.Regions[i].Verdict, want.Regions[i].Verdict)
		}
	}
}

// back goes on with the run, perhaps, and rolls it back, perhaps under other faults first.
func (x *experiment) back(p plan.Plan) {
	x.t.Helper()
	if x.c.in(30) {
		_, _ = x.engine().Run(x.t.Context(), x.intent)
		x.isPlanned("the run taken up again", forward(p))
	}
	if x.c.in(30) {
		x.box.inject([]object{fault(x.c, x.box.world.enabled)})
		_, _ = x.engine().Rollback(x.t.Context(), x.intent)
		x.isPlanned("a rollback under faults", backward(p))
		x.box.calm()
	}
	res, err := x.engine().Rollback(x.t.Context(), x.intent)
	x.isPlanned("the rollback", backward(p))
	if err != nil || res.Status != apply.RolledBack && res.Status != apply.NothingToDo {
		x.t.Errorf("rolling back: %s, %v, %+v", res.Status, err, res.Regions)
		return
	}
	if len(res.Stays) == 0 && !x.journal.stays() {
		if !widens(p) { // other Regions show a stop later than the home Region
			x.box.wait(time.Minute)
		}
		x.same("after the rollback", x.box.truth())
	}
	if state := (journal.Run{Records: x.journal.records}).State(); state != journal.RolledBack {
		x.t.Errorf("the journal says that the run is %s", state)
	}
	x.sameLedger()
}

// widens says whether the plan does more than start a trail.
func widens(p plan.Plan) bool {
	return slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return s.Action != plan.StartLogging })
}

// same compares with the beginning.
func (x *experiment) same(when string, now map[string]string) {
	x.t.Helper()
	for k, v := range now {
		if x.before[k] != v {
			x.t.Errorf("%s, %s\n is  %s\n was %s", when, k, v, x.before[k])
		}
	}
	for k, v := range x.before {
		if _, there := now[k]; !there {
			x.t.Errorf("%s, %s is not there; it was %s", when, k, v)
		}
	}
}

// isRead makes sure that nothing was asked for but to look.
func (x *experiment) isRead(when string) {
	x.t.Helper()
	if asked := x.box.asked(); len(asked) > 0 {
		x.t.Errorf("%s changes something: %v", when, asked)
	}
}

// isPlanned makes sure that what was asked for are planned changes in their order. One
// may be asked for again, and not all have to be.
func (x *experiment) isPlanned(when string, planned []string) {
	x.t.Helper()
	asked := x.box.asked()
	x.total = append(x.total, asked...)
	rest := planned
	for _, a := range asked {
		i := slices.Index(rest, a)
		if i < 0 {
			x.t.Errorf("%s asks for %s\nof  %s\nall %s", when, a, strings.Join(planned, "\n    "), strings.Join(asked, "\n    "))
			return
		}
		rest = rest[i:]
	}
}

// sameLedger holds what the sandbox counted against what went by.
func (x *experiment) sameLedger() {
	x.t.Helper()
	n := 0
	for _, count := range x.box.ledger() {
		n += count
	}
	if n != len(x.total) {
		x.t.Errorf("the ledger has the changes %v, and %v went by", x.box.ledger(), x.total)
	}
}

func forward(p plan.Plan) []string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, wire(s.Call))
	}
	return out
}

func backward(p plan.Plan) []string {
	var out []string
	for _, s := range slices.Backward(p.Steps) {
		for _, c := range s.Undo {
			out = append(out, wire(c))
		}
	}
	return out
}

// wire is a call as a box writes it down.
func wire(c plan.Call) string {
	bucket := "/" + c.Request.Bucket
	switch c.Action {
	case plan.CreateBucket:
		return "PUT " + bucket
	case plan.DeleteBucket:
		return "DELETE " + bucket
	case plan.PutBucketPolicy:
		return "PUT " + bucket + "?policy"
	case plan.DeleteBucketPolicy:
		return "DELETE " + bucket + "?policy"
	case plan.PutPublicAccessBlock:
		return "PUT " + bucket + "?publicAccessBlock"
	}
	// The SDK writes members in the order of the alphabet.
	var members map[string]any
	text, err := json.Marshal(c.Request)
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err == nil {
		text, err = json.Marshal(members)
	}
	if err != nil {
		return err.Error()
	}
	return c.Action + " " + string(text)
}

// doors are one door for each call: their limits would have a run wait for seconds.
type doors struct{ box *box }

func (d doors) one(ctx context.Context) door { return door{d.box.open(ctx).ForChange()} }

func (d doors) Look(ctx context.Context, c plan.Call) (plan.State, error) {
	return d.one(ctx).Look(ctx, c)
}

func (d doors) Do(ctx context.Context, c plan.Call) error { return d.one(ctx).Do(ctx, c) }

func (d doors) Sight(ctx context.Context, r trail.Region, arn trail.ARN) (bool, trail.Status, error) {
	return d.one(ctx).Sight(ctx, r, arn)
}

// boxClock is the clock of a box.
type boxClock struct{ *box }

func (p boxClock) Sleep(ctx context.Context, d time.Duration) error {
	p.wait(d)
	return ctx.Err()
}

// memory is a journal.
type memory struct {
	mu      sync.Mutex
	records []apply.Record
}

func (m *memory) Append(r apply.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	var kept apply.Record // as it would come back from the disk
	if err := json.Unmarshal(text, &kept); err != nil {
		return fmt.Errorf("reading %s: %w", text, err)
	}
	m.records = append(m.records, kept)
	return nil
}

func (m *memory) Records() ([]apply.Record, error) { return m.records, nil }

func (m *memory) stays() bool {
	return slices.ContainsFunc(m.records, func(r apply.Record) bool { return r.Kind == apply.Stays })
}
