package console

import (
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

// runsView is the list of runs.
type runsView struct {
	Runs []runRow `json:"runs"`
}

type runRow struct {
	Run     string          `json:"run"`
	Command string          `json:"command"`
	Account trail.AccountID `json:"account"`
	Trail   trail.ARN       `json:"trail"`
	Began   time.Time       `json:"began"`
	State   string          `json:"state"`
}

func (c *Console) runs(r *request) (answer, error) {
	all, err := c.options.Shelf.Runs()
	if err != nil {
		return answer{}, err
	}
	v := runsView{Runs: each(all, runRowOf)}
	slices.Reverse(v.Runs)
	return answer{page: "runs", title: r.Say("console.runs.title"), tab: "runs", view: v}, nil
}

func runRowOf(run Run) runRow {
	row := runRow{Run: run.Name, State: run.State}
	if in := intentOf(run); in != nil {
		row.Command, row.Account, row.Trail, row.Began = in.Command, in.Account, in.Trail, run.Records[0].Time
	}
	return row
}
