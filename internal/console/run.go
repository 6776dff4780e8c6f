package console

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// runView is one run: what it meant to do, did, and saw.
type runView struct {
	runRow
	Error string    `json:"error"` // why its journal cannot be read
	Steps []runStep `json:"steps"`
	// Regions are those in which the trail had to be seen; on the way back, or gone from.
	Regions []runRegion `json:"regions"`
	Done    int         `json:"done"`
	// Live says that the run is under way in this process.
	Live bool `json:"live"`
	// Returning says that it is on its way back, or back.
	Returning bool       `json:"returning"`
	Outcome   string     `json:"outcome"`
	Trouble   *errorView `json:"trouble"`
	Stays     []string   `json:"stays"`
	Way       Way        `json:"wayBack"`
	On        Way        `json:"wayOn"`
	Undo      []stepRow  `json:"undo"`
	Records   []record   `json:"records"`
	Runs      []string   `json:"runs"` // of a run of many accounts
}

type runStep struct {
	stepRow
	State apply.Kind `json:"state"`
	Class string     `json:"-"`
	Sign  string     `json:"sign"`
	Word  string     `json:"word"`
}

type runRegion struct {
	Region trail.Region `json:"region"`
	State  string       `json:"state"` // verified, waiting, missing
	Class  string       `json:"class"`
	Sign   string       `json:"sign"`
	Word   string       `json:"word"`
	Note   string       `json:"note"`
}

// record is a line of the journal.
type record struct {
	Time time.Time  `json:"time"`
	Kind apply.Kind `json:"kind"`
	Word string     `json:"word"`
	What string     `json:"what"`
}

func (c *Console) run(r *request) (answer, error) {
	v, err := c.look(r, r.PathValue("run"))
	if err != nil {
		return answer{}, err
	}
	for _, a := range c.options.Eyes.Accounts() {
		if a.ID == v.Account {
			r.account = a
		}
	}
	return answer{page: "run", title: r.Say("console.run.title", "run", v.Run), tab: "runs", view: v, live: v.Live}, nil
}

// look reads a run: first how far this process is with it, then its journal. The other way
// round a run could end in between, and its journal would not have the end that is told.
func (c *Console) look(r *request, name string) (runView, error) {
	var now state
	j, here := c.jobs.of(name)
	if here {
		now, _ = j.now()
	}
	run, err := c.options.Shelf.Run(name)
	if err != nil {
		return runView{}, err
	}
	v := c.runView(r, run, now)
	v.Live = here && !now.ended // also before its journal has a line
	return v, nil
}

// runView puts together what the journal tells and, while this process does the run or
// has done it, what is known beyond that.
func (c *Console) runView(r *request, run Run, now state) runView {
	v := runView{
		runRow: runRowOf(run), Error: run.Error, Way: run.Way, On: run.On, Steps: []runStep{}, Regions: []runRegion{}, Stays: []string{},
		Undo: []stepRow{}, Records: each(run.Records, func(x apply.Record) record { return recordOf(r, x) }), Runs: []string{},
	}
	in := intentOf(run)
	if in == nil {
		return v
	}
	v.Returning = now.way == back || slices.ContainsFunc(run.Records, func(x apply.Record) bool { return x.Kind == apply.Undoing || x.Kind == apply.Reverted })
	kinds := kindsOf(run.Records)
	v.Steps = each(in.Steps, func(s plan.Step) runStep { return runStepOf(r, s, kinds[s.ID]) })
	v.Regions = regionsOf(r, *in, run.Records, now, v.Returning)
	for _, x := range v.Regions {
		if x.State == "verified" {
			v.Done++
		}
	}
	for _, s := range slices.Backward(in.Steps) {
		v.Undo = append(v.Undo, each(s.Undo, undoRow)...)
	}
	if in.Group != nil {
		v.Runs = each(in.Group.Runs, func(x apply.Intent) string { return x.Run })
	}
	v.ending(r, c, *in, now)
	return v
}

// ending says how the run ended, while this process knows.
func (v *runView) ending(r *request, c *Console, in apply.Intent, now state) {
	if !now.ended {
		return
	}
	v.Stays = each(now.result.Stays, func(s string) string { return s })
	if now.trouble != nil {
		if e, ok := c.troubled(r, now.trouble).view.(errorView); ok {
			v.Trouble = &e
		}
		return
	}
	key := string(now.result.Status)
	if now.way == back && now.result.Status == apply.PartialDone {
		key = "lingers"
	}
	v.Outcome = r.Say("report.result."+key, "trail", in.Trail.Name(), "run", in.Run,
		"verified", strconv.Itoa(v.Done), "all", strconv.Itoa(len(v.Regions)))
}

func intentOf(run Run) *apply.Intent {
	if len(run.Records) == 0 {
		return nil
	}
	return run.Records[0].Intent
}

// kindsOf is the last that the journal has of each step.
func kindsOf(records []apply.Record) map[int]apply.Kind {
	out := map[int]apply.Kind{}
	for _, x := range records {
		if x.Step != 0 {
			out[x.Step] = x.Kind
		}
	}
	return out
}

func runStepOf(r *request, s plan.Step, k apply.Kind) runStep {
	if k == "" {
		k = apply.Planned
	}
	out := runStep{stepRow: stepRowOf(s), State: k, Word: r.Say("console.record." + string(k))}
	out.Class, out.Sign = stepSign(k)
	return out
}

func undoRow(c plan.Call) stepRow {
	return stepRow{Action: c.Action, Region: c.Region, Request: requestOf(c.Request), Changes: []changeRow{}}
}

// regionsOf says of every Region whether it shows the trail or, on the way back, whether
// the trail is gone from it.
func regionsOf(r *request, in apply.Intent, records []apply.Record, now state, returning bool) []runRegion {
	out := []runRegion{}
	verified := map[trail.Region]bool{}
	for _, x := range records {
		if x.Kind == apply.Verified {
			verified[x.Region] = true
		}
	}
	for _, region := range in.Expect {
		switch {
		case returning && (region == in.Trail.Region() || now.way != back):
		case returning:
			out = append(out, goneFrom(r, region, now))
		default:
			out = append(out, shownIn(r, region, verified[region], now))
		}
	}
	return out
}

func shownIn(r *request, region trail.Region, verified bool, now state) runRegion {
	if verified {
		return runRegion{region, "verified", good, "✓", r.Say("console.region.verified"), ""}
	}
	return unsettled(r, region, now)
}

func goneFrom(r *request, region trail.Region, now state) runRegion {
	s := now.seen[region]
	if s.looks > 0 && !s.shows && s.err == "" {
		return runRegion{region, "verified", good, "✓", r.Say("console.region.gone"), ""}
	}
	return unsettled(r, region, now)
}

// unsettled is a Region that does not show what it should.
func unsettled(r *request, region trail.Region, now state) runRegion {
	s := now.seen[region]
	switch {
	case now.way == "":
		return runRegion{region, "missing", warning, "?", r.Say("console.region.unverified"), ""}
	case now.ended || s.settled:
		return runRegion{region, "missing", bad, "✗", r.Say("console.region.missing"), reasonOf(r, region, now)}
	case s.looks == 0:
		return runRegion{region, "waiting", off, "…", r.Say("console.region.waiting"), ""}
	default:
		return runRegion{region, "waiting", warning, "…", r.Say("console.region.looking"), r.Say("console.region.looks", "count", strconv.Itoa(s.looks))}
	}
}

func reasonOf(r *request, region trail.Region, now state) string {
	for _, x := range now.result.Regions {
		if x.Region == region {
			return r.Note(x.Reason)
		}
	}
	return now.seen[region].err
}

func recordOf(r *request, x apply.Record) record {
	out := record{Time: x.Time, Kind: x.Kind, Word: r.Say("console.record." + string(x.Kind))}
	switch {
	case x.Call != nil:
		out.What = fmt.Sprintf("%d. %s (%s)", x.Step, x.Call.Action, x.Call.Region)
	case x.Step != 0:
		out.What = fmt.Sprintf("%d.", x.Step)
	case x.Region != "":
		out.What = string(x.Region)
	case x.Status != "":
		out.What = string(x.Status)
	}
	if x.Error != "" {
		out.What += " " + x.Error
	}
	return out
}

// Total counts the Regions.
func (v runView) Total() int { return len(v.Regions) }

// Further is the command line that goes on with the run.
func (v runView) Further() string { return "trailspan convert --resume " + v.Run }

// Back is the command line that takes the run back.
func (v runView) Back() string { return "trailspan rollback " + v.Run }
