package cloud

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

// CollectOptions say what to look at.
type CollectOptions struct {
	// Only, when it is not empty, leaves out all other Regions.
	Only []trail.Region
	// Exclude leaves out these.
	Exclude []trail.Region
	// Progress is told how many of the Regions to look at are done, from 0 to total.
	// It is called by one goroutine at a time, and total does not change.
	Progress func(done, total int)
	// Now dates the Snapshot; nil means the clock of the machine.
	Now func() time.Time
	// Timeout of one call to one Region; 0 means that of the Session.
	Timeout time.Duration
}

// Collect looks at the account, in three rounds of calls whatever the number of its
// Regions: who and where; the trails of every Region; the status of every trail in
// every Region that it reaches, and the selectors of each.
//
// It never fails: what could not be seen is a Gap. The same answers make the same
// Snapshot, in whatever order they come.
func (s *Session) Collect(ctx context.Context, o CollectOptions) trail.Snapshot {
	c := &collector{session: s, options: o, timeout: cmp.Or(o.Timeout, s.timeout)}
	c.snapshot.Taken = c.now().UTC()
	c.askWhoAndWhere(ctx)
	c.leaveOut()
	c.askRegions(ctx)
	c.settleRegions()
	c.gatherTrails()
	c.askAboutTrails(ctx)
	sortGaps(c.snapshot.Gaps)
	return c.snapshot
}

// collector is one Collect under way. Rounds follow one another; within a round every
// goroutine writes to a place of its own, and what they found is put together after it.
type collector struct {
	session *Session
	options CollectOptions
	timeout time.Duration

	known    bool         // the credentials are good
	guessed  bool         // the Regions are not AWS's word
	looks    []regionLook // of the Regions that are looked at, sorted
	custom   map[trail.ARN]bool
	snapshot trail.Snapshot
}

func (c *collector) now() time.Time {
	if c.options.Now == nil {
		return time.Now()
	}
	return c.options.Now()
}

func (c *collector) call(action string, r trail.Region) call {
	return call{action: action, region: r, timeout: c.timeout}
}

func (c *collector) gap(action string, r trail.Region, arn trail.ARN, err error) {
	c.snapshot.Gaps = append(c.snapshot.Gaps, gapOf(action, r, arn, err))
}

// askWhoAndWhere is the first round.
func (c *collector) askWhoAndWhere(ctx context.Context) {
	var (
		id    Identity
		idErr error
		list  regionList
	)
	together(
		func() { id, idErr = c.session.identify(ctx, c.call(getCallerIdentity, c.session.Region())) },
		func() { list = c.regions(ctx) },
	)
	if idErr != nil {
		id = Identity{Account: c.session.expected, Partition: c.session.Region().Partition()}
		c.gap(getCallerIdentity, "", "", idErr)
	}
	c.known = idErr == nil
	c.snapshot.Account, c.snapshot.Partition = id.Account, id.Partition
	c.snapshot.Regions, c.guessed = list.views, list.guessed
	c.snapshot.Gaps = append(c.snapshot.Gaps, list.gaps...)
}

func (c *collector) leaveOut() {
	for i := range c.snapshot.Regions {
		v := &c.snapshot.Regions[i]
		v.LeftOut = len(c.options.Only) > 0 && !slices.Contains(c.options.Only, v.Region) ||
			slices.Contains(c.options.Exclude, v.Region)
	}
}

// toLookAt says whether a Region is called: when the Regions are guessed, those that
// may be disabled are tried.
func (c *collector) toLookAt(v trail.RegionView) bool {
	return !v.LeftOut && (v.OptStatus.Usable() || c.guessed)
}

// askRegions is the second round.
func (c *collector) askRegions(ctx context.Context) {
	for _, v := range c.snapshot.Regions {
		if c.toLookAt(v) {
			c.looks = append(c.looks, regionLook{region: v.Region})
		}
	}
	c.progress(0)
	each(c.looks, func(l *regionLook) {
		together(
			func() { l.trails, l.err = c.describeTrails(ctx, l.region) },
			func() { l.stores, l.storesErr = c.listEventDataStores(ctx, l.region) },
		)
	})
}

// askAboutTrails is the third round. A Region is done when everything that is asked of
// it has been answered.
func (c *collector) askAboutTrails(ctx context.Context) {
	questions := slices.Concat(c.statusQuestions(), c.selectorQuestions(), c.storeQuestions())
	byRegion := map[trail.Region][]question{}
	for _, q := range questions {
		byRegion[q.region] = append(byRegion[q.region], q)
	}
	var mu sync.Mutex
	done := 0
	each(c.looks, func(l *regionLook) {
		each(byRegion[l.region], func(q *question) { q.ask(ctx) })
		mu.Lock()
		defer mu.Unlock()
		done++
		c.progress(done)
	})
	for _, q := range questions {
		q.note()
	}
}

func (c *collector) progress(done int) {
	if c.options.Progress != nil {
		c.options.Progress(done, len(c.looks))
	}
}

// A question of the third round: ask sends it, beside all others; note writes down what
// came of it, one after the other and in their order.
type question struct {
	region trail.Region
	ask    func(context.Context)
	note   func()
}

// together runs the functions at once and waits for all.
func together(functions ...func()) {
	var all sync.WaitGroup
	for _, f := range functions {
		all.Go(f)
	}
	all.Wait()
}

// each runs f for every element at once and waits for all.
func each[T any](list []T, f func(*T)) {
	var all sync.WaitGroup
	for i := range list {
		all.Go(func() { f(&list[i]) })
	}
	all.Wait()
}
