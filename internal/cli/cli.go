// Package cli is the command line: one file per command, with its flags, the wiring
// of the rooms, and the exit code. It holds no judgement of its own.
//
// Its nouns: app, one invocation; failure, the way a command ends when it does not
// end well; stage, the AWS that a command talks to, real or embedded.
package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// Version of trailspan.
const Version = "0.1.0"

// Env is the world around the process.
type Env struct {
	Args           []string // without the name of the program
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// app is one invocation.
type app struct {
	env     Env
	speaker *say.Speaker
	shared  shared
	// embedded is the sandbox that the tour's commands share; nil outside a tour.
	embedded *embedded
	// passing is the folder of journals that ends with the command, or "".
	passing string
}

// Main runs the command of env.Args and returns the exit code of the process.
func Main(ctx context.Context, env Env) int {
	return invoke(ctx, env, nil)
}

// invoke runs one command line, on the embedded sandbox when there is one.
func invoke(ctx context.Context, env Env, on *embedded) int {
	lang, err := say.Choose(langFlag(env.Args), env.Getenv)
	shell := completing(env.Args) // whose --lang may be half typed
	if err != nil {
		lang, _ = say.Choose("", env.Getenv) // that of the locale is always one
	}
	a := &app{env: env, speaker: say.New(lang), embedded: on}
	if err != nil && !shell {
		return a.end(fail(exitUsage, trail.Say("fail.lang", "lang", langFlag(env.Args))).meant(langFlag(env.Args), langs()))
	}
	root := a.root() //nolint:contextcheck // cobra hands the context to each command
	if shell {
		a.offerAll(root)
	}
	root.SetArgs(env.Args)
	defer a.forget()
	return a.end(root.ExecuteContext(ctx))
}

// judged lets every error of a command be a failure, so that what is none comes from
// the parser of the command line.
func judged(c *cobra.Command) {
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := run(c, args); err != nil {
			return asFailure(err)
		}
		return nil
	}
}

// root is the command without a name, which only shows the others.
func (a *app) root() *cobra.Command {
	root := a.command("", "trailspan")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(a.env.Stdin)
	root.SetOut(a.env.Stdout)
	root.SetErr(a.env.Stderr)
	root.SetFlagErrorFunc(badFlag)
	root.Args = aCommand
	root.Flags().Bool("version", false, a.flagText("version"))
	_ = root.Flags().MarkHidden("version") // it is there, and the command is what help shows
	root.RunE = func(c *cobra.Command, _ []string) error {
		if asked, _ := c.Flags().GetBool("version"); asked {
			return a.version()
		}
		return a.help(c)
	}
	a.shared.define(a, root.PersistentFlags())
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return a.ready(c.Flags()) }
	root.AddCommand(
		a.checkCommand(), a.convertCommand(), a.rollbackCommand(), a.createCommand(), a.proveCommand(), a.runsCommand(),
		a.consoleCommand(), a.sandboxCommand(), a.tourCommand(), a.policyCommand(), a.lintCommand(), a.reportCommand(), a.versionCommand(),
	)
	root.AddCommand(a.completionCommand(), a.manCommand())
	help := a.command("help", "help [COMMAND]")
	help.RunE = func(_ *cobra.Command, args []string) error { return a.showHelp(root, args) }
	root.SetHelpCommand(help)
	for _, c := range root.Commands() {
		judged(c)
	}
	a.dressHelp(root)
	return root
}

// ready refuses what cannot be meant, and what cannot come to a good end.
func (a *app) ready(flags *pflag.FlagSet) error {
	if err := notEmpty(flags); err != nil {
		return err
	}
	if err := a.shared.check(); err != nil {
		return err
	}
	return writable(flags)
}

// command makes a command with its texts from the catalog. Key is "" for the root.
func (a *app) command(key, use string) *cobra.Command {
	if key == "" {
		key = "root"
	}
	return &cobra.Command{
		Use:                   use,
		Short:                 a.speaker.Say("cli.short." + key),
		Long:                  a.speaker.Say("cli.long." + key),
		Example:               a.speaker.Say("cli.example." + key),
		DisableFlagsInUseLine: true,
	}
}

// terminal says whether w is one, and how wide.
func terminal(w any) (width int, yes bool) {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return width, true
}
