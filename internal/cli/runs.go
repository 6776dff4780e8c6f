package cli

import (
	"io"

	"github.com/spf13/cobra"

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
	rows := make([]report.Run, len(all))
	for i, r := range all {
		rows[i] = rowOf(r)
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
