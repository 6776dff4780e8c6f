package cli

import (
	"cmp"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/report"
)

func (a *app) runsCommand() *cobra.Command {
	var f changeFlags
	c := a.command("runs", "runs")
	c.Args = noArgs
	c.RunE = func(*cobra.Command, []string) error { return a.runs(f) }
	c.Flags().StringVar(&f.journal, "journal", "", a.flagText("journal"))
	return c
}

func (a *app) runs(f changeFlags) error {
	format, err := a.formatOf(report.Text, report.JSON)
	if err != nil {
		return err
	}
	dir, err := f.dir(a.env.Getenv)
	if err != nil {
		return err
	}
	all, err := dir.Runs()
	if err != nil {
		return unreadable(string(dir), err)
	}
	// a run of many accounts before theirs, whose names begin with its
	slices.SortFunc(all, func(x, y journal.Run) int { return cmp.Compare(x.Name, y.Name) })
	rows := make([]report.Run, len(all))
	states := statesOf(all)
	for i, r := range all {
		rows[i] = rowOf(r)
	}
	for i, r := range all {
		if len(r.Records) > 0 && r.Records[0].Intent != nil && r.Records[0].Intent.Group != nil && r.Err == nil {
			rows[i].State = string(groupState(r, states))
			rows[i].Runs = runsOf(*r.Records[0].Intent)
		}
	}
	return a.show(func(w io.Writer, o report.Options) error { return report.Runs(w, format, string(dir), rows, o) })
}

func rowOf(r journal.Run) report.Run {
	row := report.Run{Run: r.Name, State: string(r.State())}
	if r.Err != nil {
		row.Error = r.Err.Error()
	}
	if len(r.Records) > 0 && r.Records[0].Intent != nil {
		in := r.Records[0].Intent
		row.Command, row.Account, row.Trail, row.Began = in.Command, string(in.Account), string(in.Trail), r.Records[0].Time
	}
	return row
}

// runsOf are the names of the runs of a group.
func runsOf(in apply.Intent) []string {
	var out []string
	for _, r := range in.Group.Runs {
		out = append(out, r.Run)
	}
	return out
}
