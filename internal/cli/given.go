package cli

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/trail"
)

// notEmpty refuses a flag that is there without a value: --resume "$RUN" with an empty
// variable means something else than no --resume at all.
func notEmpty(flags *pflag.FlagSet) error {
	var empty string
	flags.Visit(func(f *pflag.Flag) {
		if empty == "" && isEmpty(flags, f) {
			empty = f.Name
		}
	})
	if empty != "" {
		return fail(exitUsage, trail.Say("fail.empty", "flag", empty))
	}
	return nil
}

func isEmpty(flags *pflag.FlagSet, f *pflag.Flag) bool {
	values := []string{f.Value.String()}
	switch f.Value.Type() {
	case "string":
	case "stringSlice":
		values, _ = flags.GetStringSlice(f.Name) // it is one
	default:
		return false
	}
	for _, v := range values {
		if strings.TrimSpace(v) == "" {
			return true
		}
	}
	return len(values) == 0
}

// badFlag says in the words of the catalog what the parser of flags complains about.
func badFlag(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var needs *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return fail(exitUsage, trail.Say("fail.unknown-flag", "flag", typed(unknown))).meant(typed(unknown), longFlags(c))
	case errors.As(err, &needs):
		return fail(exitUsage, trail.Say("fail.no-value", "flag", needs.GetFlag().Name))
	case errors.As(err, &invalid):
		return fail(exitUsage, trail.Say("fail.bad-value", "value", invalid.GetValue(), "flag", invalid.GetFlag().Name))
	default:
		return fail(exitUsage, trail.Say("fail.bad-syntax", "error", err.Error()))
	}
}

// typed is a flag as the user typed it: -x, one letter of a group, or --long.
func typed(e *pflag.NotExistError) string {
	if e.GetSpecifiedShortnames() != "" {
		return "-" + e.GetSpecifiedName()
	}
	return "--" + e.GetSpecifiedName()
}

// noArgs and oneArg check the number of arguments in the words of the catalog.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fail(exitUsage, trail.Say("fail.argument", "argument", args[0]))
	}
	return nil
}

// oneArg says missing when there is none.
func oneArg(missing trail.Note) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fail(exitUsage, missing)
		}
		return noArgs(c, args[1:])
	}
}

// aCommand is for the root, whose arguments are names of commands that there are not.
func aCommand(root *cobra.Command, args []string) error {
	if len(args) > 0 {
		return noCommand(root, args[0])
	}
	return nil
}

func noCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return fail(exitUsage, trail.Say("fail.command", "command", name)).meant(name, names)
}

func longFlags(c *cobra.Command) []string {
	var names []string
	for _, f := range all(c.Flags()) {
		names = append(names, "--"+f.Name)
	}
	return names
}

func positive(flag string, n int, value string) error {
	if n <= 0 {
		return fail(exitUsage, trail.Say("fail.positive", "flag", flag, "value", value))
	}
	return nil
}

// patient is for flags that are a time.
func patient(flag string, d time.Duration) error {
	if d <= 0 {
		return fail(exitUsage, trail.Say("fail.positive", "flag", flag, "value", d.String()))
	}
	return nil
}
