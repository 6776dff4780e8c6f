package prove

import (
	"cmp"
	"slices"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// Goal is where the mark of a Region is looked for. Without a Trail none is sent: it
// could not be found, and Status, Reason and Gap say why.
type Goal struct {
	Region trail.Region
	Trail  trail.ARN
	Place  Place
	// Writers are all trails that may deliver the mark, and where to. Unseen says that the
	// Region did not show its trails, so that there may be others.
	Writers []Writer
	Unseen  bool
	Hidden  *trail.Gap // why Place is not known
	Status  Status
	Reason  trail.Note
	Gap     *trail.Gap
	Gone    bool // the trail of the run is not there: what was sent is not looked for
}

// Wanted says what is to be proven.
type Wanted struct {
	Trail trail.ARN      // "" leaves the choice to Aim
	Only  []trail.Region // none: every enabled Region
	// Organization is the ID that is part of the keys of an organization trail, or
	// NoOrganization says why it is not known.
	Organization   string
	NoOrganization *trail.Gap
}

// Aim finds the trail of each Region: the one that is wanted, else the multi-Region
// trail that records most Regions, else one that records the Region. Where the
// judgement says that deliveries fail or that it does not know, a mark is sent all the
// same; where no trail takes in a read-only call, none is. It returns the one trail of
// all Regions, or "", and says why.
func Aim(s trail.Snapshot, w Wanted) (goals []Goal, chosen trail.ARN, why trail.Note) {
	a := newAim(s, w)
	if gone, isGone := a.gone(); isGone {
		return gone, w.Trail, trail.Say("prove.why.none")
	}
	writers := newAim(s, Wanted{Organization: w.Organization})
	for _, v := range s.Regions {
		if !a.asks(v) {
			continue
		}
		g := a.goal(v)
		g.Writers = writers.writers(v.Region)
		_, g.Unseen = s.Gap(v.Region, trail.DescribeTrails, "")
		goals = append(goals, g)
	}
	marked := func(g Goal) bool { return g.Trail != "" }
	switch {
	case !slices.ContainsFunc(goals, marked):
		return goals, w.Trail, trail.Say("prove.why.none")
	case w.Trail != "":
		return goals, w.Trail, trail.Say("prove.why.named", "trail", w.Trail.Name())
	case !slices.ContainsFunc(goals, func(g Goal) bool { return marked(g) && g.Trail != a.first }):
		return goals, a.first, trail.Say("prove.why.multi", "trail", a.first.Name())
	default:
		return goals, "", trail.Say("prove.why.each")
	}
}

// Writer is a trail that may deliver the mark of a Region, and where to.
type Writer struct {
	Trail trail.ARN
	Place Place
}

// aim judges each trail as if there were no other: what one records of read-only calls
// says what its log files will have.
type aim struct {
	Wanted
	snapshot trail.Snapshot // of the trails in question alone
	together coverage.Assessment
	alone    map[trail.ARN]coverage.Assessment
	first    trail.ARN // the multi-Region trail that records most Regions
}

func newAim(s trail.Snapshot, w Wanted) *aim {
	s.EventDataStores = nil // they deliver no log files
	s.Gaps = slices.DeleteFunc(slices.Clone(s.Gaps), func(g trail.Gap) bool { return g.Action == trail.GetEventDataStore })
	s.Trails = slices.DeleteFunc(slices.Clone(s.Trails), func(t trail.Trail) bool { return w.Trail != "" && t.ARN != w.Trail })
	a := &aim{Wanted: w, snapshot: s, together: coverage.Assess(s), alone: map[trail.ARN]coverage.Assessment{}}
	most := 0
	for _, t := range s.Trails {
		one := s
		one.Trails = []trail.Trail{t}
		a.alone[t.ARN] = coverage.Assess(one)
		if n := a.records(t.ARN); t.MultiRegion && n > most {
			a.first, most = t.ARN, n
		}
	}
	return a
}

// asks says whether a Region is to be proven.
func (a *aim) asks(v trail.RegionView) bool {
	if len(a.Only) > 0 {
		return slices.Contains(a.Only, v.Region)
	}
	return v.OptStatus.Usable()
}

// gone says of every Region that the wanted trail is not there, or that its home Region
// did not tell. No other trail stands in for it.
func (a *aim) gone() (goals []Goal, gone bool) {
	if _, there := a.snapshot.Trail(a.Trail); there || a.Trail == "" {
		return nil, false
	}
	gap, hidden := a.snapshot.Gap(a.Trail.Region(), trail.DescribeTrails, "")
	for _, v := range a.snapshot.Regions {
		if !a.asks(v) {
			continue
		}
		g := Goal{Region: v.Region, Status: Unknown, Reason: trail.Say("prove.gone", "trail", a.Trail.Name()), Gone: true}
		if hidden {
			g.Reason, g.Gap = trail.Say("prove.trail-unseen", "trail", a.Trail.Name()), &gap
		}
		goals = append(goals, g)
	}
	return goals, true
}

// writers are the trails that may deliver a mark in a Region, also those whose deliveries
// fail: they may be mended at any time.
func (a *aim) writers(r trail.Region) []Writer {
	var out []Writer
	for _, t := range a.snapshot.Trails {
		if a.chance(t, r) > 0 {
			out = append(out, Writer{t.ARN, PlaceOf(t, a.Organization, a.snapshot.Account, r)})
		}
	}
	return out
}

// records counts the Regions whose read-only calls a trail records.
func (a *aim) records(arn trail.ARN) int {
	n := 0
	for _, r := range a.alone[arn].Regions {
		if reads(r).State == coverage.Recorded {
			n++
		}
	}
	return n
}

// reads is the answer for the class of events that a mark belongs to.
func reads(r coverage.Region) coverage.Cell {
	i := slices.IndexFunc(r.Cells, func(c coverage.Cell) bool { return c.Class == trail.ReadOther })
	if i < 0 {
		return coverage.Cell{State: coverage.Disabled}
	}
	return r.Cells[i]
}

func (a *aim) goal(v trail.RegionView) Goal {
	g := Goal{Region: v.Region}
	if !v.OptStatus.Usable() {
		g.Status, g.Reason = Unknown, trail.Say("prove.disabled")
		return g
	}
	t, found := a.best(v.Region)
	if !found {
		return a.without(g)
	}
	g.Trail = t.ARN
	if t.Organization && a.Organization == "" {
		g.Hidden = a.NoOrganization
		return g
	}
	g.Place = PlaceOf(t, a.Organization, a.snapshot.Account, v.Region)
	return g
}

// best returns the trail whose log files are most likely to get the mark, if any may.
func (a *aim) best(r trail.Region) (trail.Trail, bool) {
	may := slices.DeleteFunc(slices.Clone(a.snapshot.Trails), func(t trail.Trail) bool { return a.chance(t, r) == 0 })
	if len(may) == 0 {
		return trail.Trail{}, false
	}
	return slices.MaxFunc(may, func(x, y trail.Trail) int {
		return cmp.Or(
			cmp.Compare(a.chance(x, r), a.chance(y, r)),
			cmp.Compare(first(x.ARN == a.first), first(y.ARN == a.first)),
			cmp.Compare(y.ARN, x.ARN),
		)
	}), true
}

func first(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// chance ranks what a trail does with a mark in a Region; 0 is nothing.
func (a *aim) chance(t trail.Trail, r trail.Region) int {
	if !t.MultiRegion && t.HomeRegion != r {
		return 0
	}
	answer, _ := a.alone[t.ARN].Region(r)
	switch reads(answer).State {
	case coverage.Recorded:
		return 3
	case coverage.Partial, coverage.Unknown:
		return 2
	case coverage.Failing:
		return 1
	default:
		return 0
	}
}

// without says why there is no mark: something could not be looked at, a trail takes no
// read-only calls in, or nothing is recorded there.
func (a *aim) without(g Goal) Goal {
	answer, _ := a.together.Region(g.Region)
	g.Status, g.Reason = Pending, reads(answer).Reason
	gap, hidden := a.snapshot.Gap(g.Region, trail.DescribeTrails, "")
	switch t, deaf := a.deaf(g.Region); {
	case hidden:
		g.Status, g.Gap = Unknown, &gap
	case deaf:
		g.Status, g.Reason = Unknown, trail.Say("prove.no-reads", "trail", t.Name)
	}
	return g
}

// deaf finds a trail that logs in a Region, but no read-only calls: only a call that
// changes something could prove it, and none is made.
func (a *aim) deaf(r trail.Region) (trail.Trail, bool) {
	i := slices.IndexFunc(a.snapshot.Trails, func(t trail.Trail) bool {
		return (t.MultiRegion || t.HomeRegion == r) && t.Status[r].Logging &&
			t.Selectors != nil && t.Selectors.Selects(trail.ReadOther) == trail.No
	})
	if i < 0 {
		return trail.Trail{}, false
	}
	return a.snapshot.Trails[i], true
}
