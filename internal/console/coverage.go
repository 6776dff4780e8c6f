package console

import (
	"fmt"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// coverageView is the matrix: Regions by classes of events.
type coverageView struct {
	overview
	Regions  []regionRow    `json:"regions"`
	Disabled []trail.Region `json:"disabledRegions"`
}

type regionRow struct {
	Region  trail.Region     `json:"region"`
	OptIn   string           `json:"optIn"`
	Verdict coverage.Verdict `json:"verdict"`
	Cells   []cellRow        `json:"classes"`
}

type cellRow struct {
	Class     trail.Class      `json:"class"`
	Verdict   coverage.Verdict `json:"verdict"`
	Witnesses []string         `json:"recordedBy"`
	Reason    string           `json:"reason"`
	// There is no cell for global services but in one Region.
	Absent bool `json:"-"`
}

func (c *Console) coverage(r *request) (answer, error) {
	a, err := c.assess(r)
	if err != nil {
		return answer{}, err
	}
	v := coverageView{overview: overviewOf(a), Regions: []regionRow{}, Disabled: []trail.Region{}}
	for _, x := range a.Regions {
		if x.Verdict == coverage.Disabled {
			v.Disabled = append(v.Disabled, x.Region)
			continue
		}
		v.Regions = append(v.Regions, regionRow{
			Region: x.Region, OptIn: x.OptStatus.OptIn(), Verdict: x.Verdict,
			Cells: each(x.Cells, func(cell coverage.Cell) cellRow {
				return cellRow{Class: cell.Class, Verdict: cell.State, Reason: r.Note(cell.Reason), Witnesses: each(cell.Witnesses, nameOf(a.Snapshot))}
			}),
		})
	}
	return answer{page: "coverage", title: r.Say("console.coverage.title"), tab: "coverage", view: v}, nil
}

// nameOf names witnesses: an event data store has a name that is not in its ARN.
func nameOf(s trail.Snapshot) func(trail.ARN) string {
	return func(arn trail.ARN) string {
		name := arn.Name()
		for _, d := range s.EventDataStores {
			if d.ARN == arn {
				name = d.Name
			}
		}
		return name + " (" + string(arn.Region()) + ")"
	}
}

// Columns are the cells of all columns, the last of which most Regions lack.
func (r regionRow) Columns() []cellRow {
	out := r.Cells
	if len(out) == len(trail.AccessClasses()) {
		out = append(out[:len(out):len(out)], cellRow{Class: trail.Global, Absent: true})
	}
	return out
}

// answered is classes of which the same is true.
type answered struct {
	cellRow
	Classes []trail.Class
	All     bool // every class of the Region
}

// Answers folds the cells of which the same is to be said.
func (r regionRow) Answers() []answered {
	var out []answered
	index := map[string]int{}
	for _, c := range r.Cells {
		key := fmt.Sprint(c.Verdict, c.Witnesses, c.Reason)
		i, there := index[key]
		if !there {
			i = len(out)
			index[key] = i
			out = append(out, answered{cellRow: c})
		}
		out[i].Classes = append(out[i].Classes, c.Class)
		out[i].All = len(out[i].Classes) == len(r.Cells)
	}
	return out
}

// Class is the word for a class of events.
func (l *layout) Class(c trail.Class) string { return l.Say("class." + string(c)) }
