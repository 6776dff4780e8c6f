package cli

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

func (a *app) rollbackCommand() *cobra.Command {
	var f changeFlags
	c := a.command("rollback", "rollback RUN")
	c.Args = oneArg("RUN")
	c.RunE = func(c *cobra.Command, args []string) error { return a.rollback(c.Context(), args[0], f) }
	f.defineRun(a, c.Flags())
	return c
}

func (a *app) rollback(ctx context.Context, run string, f changeFlags) error {
	format, err := a.formatOf(report.Text, report.JSON)
	if err != nil {
		return err
	}
	if err := positive("wait", int(f.wait)); err != nil {
		return err
	}
	return a.again(ctx, run, f, func(w work) error {
		a.foretell(w)
		if err := a.ask(f.yes, trail.Say("cli.ask.rollback", "run", run)); err != nil {
			return err
		}
		res, err := a.engine(w.session, w.journal, f).Rollback(ctx, w.intent)
		return a.outcome(format, a.afterwards(ctx, w), res, err)
	})
}

// foretell lists the calls that lead back. Those that are not needed are not sent.
func (a *app) foretell(w work) {
	a.note("cli.rollback.head", "run", w.intent.Run, "trail", string(w.intent.Trail))
	for _, s := range slices.Backward(w.intent.Steps) {
		for _, c := range s.Undo {
			request, err := json.Marshal(c.Request)
			if err == nil {
				a.note("cli.rollback.call", "action", c.Action, "region", string(c.Region), "request", string(request))
			}
		}
	}
}
