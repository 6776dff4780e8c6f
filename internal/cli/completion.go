package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func (a *app) completionCommand() *cobra.Command {
	c := a.command("completion", "completion "+strings.Join(shells(), "|"))
	c.Args = oneArg(trail.Say("fail.no-shell", "offered", strings.Join(shells(), ", ")))
	c.RunE = func(c *cobra.Command, args []string) error { return a.completion(c.Root(), args[0]) }
	return c
}

// completion prints the script that lets a shell ask trailspan for what could come next.
func (a *app) completion(root *cobra.Command, shell string) error {
	if _, err := a.formatOf(report.Text); err != nil {
		return err
	}
	if !slices.Contains(shells(), shell) {
		return fail(exitUsage, trail.Say("fail.shell", "shell", shell, "offered", strings.Join(shells(), ", "))).meant(shell, shells())
	}
	return a.show(func(w io.Writer, _ report.Options) error {
		switch shell {
		case "zsh":
			return root.GenZshCompletion(w)
		case "fish":
			return root.GenFishCompletion(w, true)
		case "powershell":
			return root.GenPowerShellCompletionWithDesc(w)
		default:
			return root.GenBashCompletionV2(w, true)
		}
	})
}
