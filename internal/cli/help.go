package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/trail"
)

// dressHelp lets every command show its help in the language of the user: what it does,
// how it is called, an example, its flags, and the exit codes.
func (a *app) dressHelp(root *cobra.Command) {
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { fmt.Fprint(a.env.Stdout, a.helpText(c)) })
	for _, c := range append(root.Commands(), root) {
		c.InitDefaultHelpFlag()
		c.Flags().Lookup("help").Usage = a.flagText("help")
	}
}

func (a *app) showHelp(root *cobra.Command, args []string) error {
	c, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return fail(exitUsage, trail.Say("fail.argument", "argument", strings.Join(args, " ")))
	}
	return c.Help()
}

func (a *app) helpText(c *cobra.Command) string {
	var b strings.Builder
	head := func(key string) { fmt.Fprintf(&b, "\n%s\n", a.speaker.Say("cli.help."+key)) }
	fmt.Fprintln(&b, c.Long)
	head("usage")
	fmt.Fprintf(&b, "  %s\n", a.useLine(c))
	if c.HasAvailableSubCommands() {
		head("commands")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-10s %s\n", sub.Name(), sub.Short)
			}
		}
	}
	if c.Example != "" {
		head("example")
		fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(c.Example, "\n", "\n  "))
	}
	if c.HasAvailableLocalFlags() && c.HasParent() {
		head("flags")
		b.WriteString(c.LocalFlags().FlagUsages())
	}
	head("shared")
	b.WriteString(c.Root().PersistentFlags().FlagUsages())
	head("exits")
	for _, code := range exitCodes() {
		fmt.Fprintf(&b, "  %3d  %s\n", code, a.speaker.Say(fmt.Sprintf("cli.exit.%d", code)))
	}
	return b.String()
}

func (a *app) useLine(c *cobra.Command) string {
	if !c.HasParent() {
		return "trailspan COMMAND [FLAG…]"
	}
	return "trailspan " + c.Use + " [FLAG…]"
}
