package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// dressHelp lets every command show its help in the language of the user: what it does,
// how it is called, an example, its flags, and the exit codes.
func (a *app) dressHelp(root *cobra.Command) {
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { _ = a.help(c) }) // cobra has no way to fail here
	for _, c := range append(root.Commands(), root) {
		c.InitDefaultHelpFlag()
		c.Flags().Lookup("help").Usage = a.flagText("help")
	}
}

func (a *app) showHelp(root *cobra.Command, args []string) error {
	c, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return fail(exitUsage, trail.Say("fail.command", "command", strings.Join(args, " ")))
	}
	return a.help(c)
}

func (a *app) help(c *cobra.Command) error {
	return a.print(a.env.Stdout, func(w io.Writer, o report.Options) error { return report.Help(w, a.manual(c), o) })
}

// manual is all that the help of a command says.
func (a *app) manual(c *cobra.Command) report.Manual {
	m := report.Manual{About: c.Long}
	add := func(key string, s report.Section) {
		s.Title = a.speaker.Say("cli.help." + key)
		m.Sections = append(m.Sections, s)
	}
	add("usage", report.Section{Lines: []string{useLine(c)}})
	if c.HasAvailableSubCommands() {
		add("commands", report.Section{Rows: commandRows(c)})
	}
	if c.Example != "" {
		add("example", report.Section{Lines: strings.Split(c.Example, "\n")})
	}
	if c.HasAvailableLocalFlags() && c.HasParent() {
		add("flags", report.Section{Rows: a.flagRows(c.LocalFlags())})
	}
	add("shared", report.Section{Rows: a.flagRows(c.Root().PersistentFlags())})
	var codes [][2]string
	for _, code := range exitCodes() {
		codes = append(codes, [2]string{fmt.Sprintf("%3d", code), a.speaker.Say(fmt.Sprintf("cli.exit.%d", code))})
	}
	add("exits", report.Section{Rows: codes})
	return m
}

func commandRows(c *cobra.Command) [][2]string {
	var out [][2]string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			out = append(out, [2]string{sub.Name(), sub.Short})
		}
	}
	return out
}

// flagRows are flags with their values, and what they mean:
//
//	-o, --output FILE  write to FILE instead of standard output
//	    --wait TIME    TIME to wait until … (default 10m)
func (a *app) flagRows(flags *pflag.FlagSet) [][2]string {
	var out [][2]string
	flags.VisitAll(func(f *pflag.Flag) {
		value, text := pflag.UnquoteUsage(f)
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if f.Value.Type() != "bool" {
			name += " " + value
		}
		if d := defaultOf(f); d != "" {
			text += a.speaker.Say("cli.help.default", "value", d)
		}
		out = append(out, [2]string{name, text})
	})
	return out
}

// defaultOf is what a flag is without being given, when that is anything: 10m, not 10m0s.
func defaultOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return ""
	case "stringSlice":
		return strings.ReplaceAll(strings.Trim(f.DefValue, "[]"), ",", ", ")
	case "duration":
		if d, err := time.ParseDuration(f.DefValue); err == nil && d%time.Minute == 0 {
			return strings.TrimSuffix(f.DefValue, "0s")
		}
	}
	return f.DefValue
}

func useLine(c *cobra.Command) string {
	if !c.HasParent() {
		return "trailspan COMMAND [FLAG…]"
	}
	return "trailspan " + c.Use + " [FLAG…]"
}
