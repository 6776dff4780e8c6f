package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/report"
)

// chapter is a part of the list of commands: what they are for, and which they are.
type chapter struct {
	key      string
	commands []string
}

// chapters hold every command, in the order of their use.
func chapters() []chapter {
	return []chapter{
		{"look", []string{"check", "prove", "lint", "report", "runs"}},
		{"change", []string{"convert", "create", "rollback", "console"}},
		{"begin", []string{"tour", "sandbox", "policy", "completion", "man", "version"}},
	}
}

// further are the flags of commands that have many which the help only names, so that it
// fits one screen. With --verbose it explains them too.
func further() map[string][]string {
	entering := []string{"accounts", "concurrency", "exclude-accounts", "external-id", "ous", "role-name"}
	return map[string][]string{
		"check":   slices.Concat(entering, []string{"checkpoint", "push-securityhub", "timeout"}),
		"console": entering,
		"convert": slices.Concat(entering, []string{"allow-drift", "cost", "journal", "out", "plan-file", "source", "terraform-state", "wait"}),
	}
}

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
	c, err := commandNamed(root, args)
	if err != nil {
		return err
	}
	return a.help(c)
}

// commandNamed is the command that arguments name; none name the root.
func commandNamed(root *cobra.Command, args []string) (*cobra.Command, error) {
	c, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return nil, noCommand(root, strings.Join(args, " "))
	}
	return c, nil
}

func (a *app) help(c *cobra.Command) error {
	m := a.summary(c)
	if a.shared.verbose {
		m = a.manual(c)
	}
	return a.print(a.env.Stdout, func(w io.Writer, o report.Options) error { return report.Help(w, m, o) })
}

// summary is a manual that fits one screen: what is seldom needed is only named.
func (a *app) summary(c *cobra.Command) report.Manual {
	m := a.begin(c)
	own, more := flagsOf(c)
	if len(own) > 0 {
		a.add(&m, "flags", report.Section{Rows: a.flagRows(own)})
	}
	a.add(&m, "more", report.Section{Items: flagNames(more)}, "command", strings.TrimPrefix(c.CommandPath()+" ", "trailspan "))
	var codes []string
	for _, code := range exitCodes() {
		codes = append(codes, fmt.Sprint(code)+" "+a.speaker.Say(fmt.Sprintf("cli.ends.%d", code)))
	}
	a.add(&m, "exits", report.Section{Items: codes})
	return m
}

// manual is all that there is to say of a command.
func (a *app) manual(c *cobra.Command) report.Manual {
	m := a.begin(c)
	if c.HasAvailableLocalFlags() && c.HasParent() {
		a.add(&m, "flags", report.Section{Rows: a.flagRows(all(c.LocalFlags()))})
	}
	a.add(&m, "shared", report.Section{Rows: a.flagRows(all(c.Root().PersistentFlags()))})
	var codes [][2]string
	for _, code := range exitCodes() {
		codes = append(codes, [2]string{fmt.Sprintf("%3d", code), a.speaker.Say(fmt.Sprintf("cli.exit.%d", code))})
	}
	a.add(&m, "exits", report.Section{Rows: codes})
	return m
}

// begin is what every manual begins with.
func (a *app) begin(c *cobra.Command) report.Manual {
	m := report.Manual{About: c.Long}
	a.add(&m, "usage", report.Section{Lines: []string{useLine(c)}})
	if !c.HasParent() {
		for _, x := range chapters() {
			a.add(&m, "chapter."+x.key, report.Section{Rows: commandRows(c, x)})
		}
	}
	if c.Example != "" {
		a.add(&m, "example", report.Section{Lines: strings.Split(c.Example, "\n")})
	}
	return m
}

func (a *app) add(m *report.Manual, key string, s report.Section, nameValue ...string) {
	s.Title = a.speaker.Say("cli.help."+key, nameValue...)
	m.Sections = append(m.Sections, s)
}

func commandRows(root *cobra.Command, x chapter) [][2]string {
	var out [][2]string
	for _, name := range x.commands {
		for _, c := range root.Commands() {
			if c.Name() == name {
				out = append(out, [2]string{fmt.Sprintf("%-10s", name), c.Short})
			}
		}
	}
	return out
}

// flagsOf are the flags of a command that its help explains, and those that it names: of
// all commands, and its own that are seldom needed.
func flagsOf(c *cobra.Command) (own, more []*pflag.Flag) {
	seldom := slices.Concat(further()[c.Name()], []string{"help"})
	for _, f := range all(c.LocalFlags()) {
		switch {
		case c.HasParent() && !slices.Contains(seldom, f.Name):
			own = append(own, f)
		case c.HasParent():
			more = append(more, f)
		}
	}
	return own, append(more, all(c.Root().PersistentFlags())...)
}

func all(flags *pflag.FlagSet) (out []*pflag.Flag) {
	flags.VisitAll(func(f *pflag.Flag) { out = append(out, f) })
	return out
}

// flagNames are flags with their values: "-o/--output FILE".
func flagNames(flags []*pflag.Flag) []string {
	var out []string
	for _, f := range flags {
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + "/" + name
		}
		out = append(out, name+valueOf(f))
	}
	return out
}

// valueOf is what stands after a flag that has a value: " FILE".
func valueOf(f *pflag.Flag) string {
	if f.Value.Type() == "bool" {
		return ""
	}
	value, _ := pflag.UnquoteUsage(f)
	if f.NoOptDefVal != "" {
		return "[=" + value + "]"
	}
	return " " + value
}

// flagRows are flags with their values, and what they mean:
//
//	-o, --output FILE  write to FILE instead of standard output
//	    --wait TIME    TIME to wait until … (default 10m)
func (a *app) flagRows(flags []*pflag.Flag) [][2]string {
	var out [][2]string
	for _, f := range flags {
		_, text := pflag.UnquoteUsage(f)
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if d := defaultOf(f); d != "" {
			text += a.speaker.Say("cli.help.default", "value", d)
		}
		out = append(out, [2]string{name + valueOf(f), text})
	}
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
