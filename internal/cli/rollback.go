package cli

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

func (a *app) rollbackCommand() *cobra.Command {
	var f changeFlags
	c := a.command("rollback", "rollback RUN")
	c.Args = oneArg(trail.Say("fail.no-run-named"))
	c.RunE = func(c *cobra.Command, args []string) error { return a.rollback(c.Context(), args[0], f) }
	f.defineRun(a, c.Flags())
	return c
}

func (a *app) rollback(ctx context.Context, run string, f changeFlags) error {
	format, err := a.formatOf(report.Text, report.JSON)
	if err != nil {
		return err
	}
	if err := patient("wait", f.wait); err != nil {
		return err
	}
	if f.isGroup(a, run) {
		return a.rollbackGroup(ctx, format, run, f)
	}
	return a.again(ctx, run, f, func(w work) error {
		records, err := w.journal.Records()
		if err != nil {
			return err
		}
		if apply.Changed(records) {
			a.foretell(w, records, f.yes)
			if err := a.ask(ctx, f.yes, trail.Say("cli.ask.rollback", "run", run)); err != nil {
				return err
			}
		}
		res, err := a.engine(w.session, w.journal, f).Rollback(ctx, w.intent)
		return a.rolledBack(ctx, format, w, res, err)
	})
}

// foretell lists the calls that lead back from what the run has sent. Those that are not
// needed are not sent.
func (a *app) foretell(w work, records []apply.Record, yes bool) {
	tell := a.teller(yes)
	tell("cli.rollback.head", "run", w.intent.Run, "trail", string(w.intent.Trail))
	for _, s := range apply.ToUndo(w.intent, records) {
		for _, c := range s.Undo {
			tell("cli.rollback.call", "action", c.Action, "region", string(c.Region), "request", asJSON(c.Request))
		}
	}
}

// teller writes to standard error what somebody is asked to agree to; to nobody who
// wants quiet and is not asked.
func (a *app) teller(yes bool) func(key string, nameValue ...string) {
	if yes {
		return a.note
	}
	return a.tell
}

func asJSON(r plan.Request) string {
	text, err := json.Marshal(r)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
