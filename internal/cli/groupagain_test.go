package cli

import (
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/trail"
)

// The state of a run of many accounts follows from those of its runs, whoever took them
// up or back.
func TestGroupState(t *testing.T) {
	const (
		none = journal.State("") // not begun
		un   = journal.Untouched
		ok   = journal.Verified
		half = journal.HalfWay
		back = journal.RolledBack
		ing  = journal.RollingBack
	)
	planned := apply.Record{Kind: apply.Planned}
	undoing, reverted := apply.Record{Kind: apply.Undoing}, apply.Record{Kind: apply.Reverted}
	for name, c := range map[string]struct {
		runs    [3]journal.State
		records []apply.Record // after Planned
		want    journal.State
	}{
		"nothing was begun":                             {[3]journal.State{none, none, none}, nil, journal.Untouched},
		"refused before a change":                       {[3]journal.State{un, none, none}, nil, journal.Untouched},
		"interrupted between two accounts":              {[3]journal.State{ok, none, none}, nil, journal.HalfWay},
		"interrupted within one":                        {[3]journal.State{half, none, none}, nil, journal.HalfWay},
		"at its end":                                    {[3]journal.State{ok, ok, ok}, nil, journal.Verified},
		"one went back by its own name":                 {[3]journal.State{ok, back, ok}, nil, journal.PartlyBack},
		"one went back, and one was not begun":          {[3]journal.State{ok, back, none}, nil, journal.HalfWay},
		"only that which went back was begun":           {[3]journal.State{back, none, none}, nil, journal.HalfWay},
		"one is on its way back by its own name":        {[3]journal.State{ok, ing, ok}, nil, journal.HalfWay},
		"all went back one by one":                      {[3]journal.State{back, back, back}, nil, journal.RolledBack},
		"on its way back":                               {[3]journal.State{ok, back, ok}, []apply.Record{undoing}, journal.RollingBack},
		"taken back":                                    {[3]journal.State{back, back, none}, []apply.Record{undoing, reverted}, journal.RolledBack},
		"a journal of one cannot be read":               {[3]journal.State{ok, journal.Unreadable, ok}, nil, journal.Unreadable},
		"not even when the run of all was taken back":   {[3]journal.State{back, journal.Unreadable, back}, []apply.Record{undoing, reverted}, journal.Unreadable},
		"all back, while the run of all was on its way": {[3]journal.State{back, back, back}, []apply.Record{undoing}, journal.RolledBack},
	} {
		t.Run(name, func(t *testing.T) {
			in, states := apply.Intent{Run: "g", Group: &apply.Group{}}, map[string]journal.State{}
			for i, s := range c.runs {
				run := childRun("g", []trail.AccountID{"1", "2", "3"}[i])
				in.Group.Runs = append(in.Group.Runs, apply.Intent{Run: run})
				if s != none {
					states[run] = s
				}
			}
			begun := planned
			begun.Intent = &in
			if got := groupState(journal.Run{Name: "g", Records: append([]apply.Record{begun}, c.records...)}, states); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
