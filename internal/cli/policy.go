package cli

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

func (a *app) policyCommand() *cobra.Command {
	c := a.command("policy", "policy check|convert|create|organization|prove")
	c.Args = oneArg(trail.Say("fail.no-task"))
	c.RunE = func(_ *cobra.Command, args []string) error { return a.policy(args[0]) }
	return c
}

// policy prints the least an identity has to be allowed for a task, as an IAM policy.
func (a *app) policy(task string) error {
	if !slices.Contains(cloud.Tasks(), task) {
		return fail(exitUsage, trail.Say("fail.task", "task", task, "offered", strings.Join(cloud.Tasks(), ", ")))
	}
	if _, err := a.formatOf(report.Text, report.JSON); err != nil {
		return err
	}
	return a.show(func(w io.Writer, _ report.Options) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(cloud.PolicyFor(task))
	})
}
