package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/sandbox"
	"github.com/trailspan/trailspan/internal/trail"
)

func (a *app) tourCommand() *cobra.Command {
	c := a.command("tour", "tour")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error { return a.tour(c.Context()) }
	return c
}

// stop is one command of the tour: what is said before it, and the exit code that the
// story needs.
type stop struct {
	key  string
	args []string
	want int
}

// tour runs the real commands, one after the other, on one embedded sandbox.
func (a *app) tour(ctx context.Context) error {
	if err := a.spoken("tour"); err != nil {
		return err
	}
	world, err := a.worldFile()
	if err != nil {
		return err
	}
	on, err := startEmbedded(ctx, world)
	if err != nil {
		return unreadable(a.shared.world, err).advise(hintOf(sandbox.OptionWorld))
	}
	defer on.close()
	dir, err := os.MkdirTemp("", "trailspan-tour-")
	if err != nil {
		return fail(exitFailed, trail.Say("fail.write", "file", os.TempDir(), "error", reason(err)))
	}
	defer os.RemoveAll(dir)
	a.say("tour.intro")
	for _, s := range []stop{
		{"tour.check", []string{"check"}, exitFindings},
		{"tour.plan", []string{"convert", "--plan"}, exitFindings},
		{"tour.convert", []string{"convert", "--yes"}, exitDone},
		{"tour.again", []string{"check"}, exitDone},
		{"tour.rollback", []string{"rollback", "RUN", "--yes"}, exitDone},
		{"tour.restored", []string{"check"}, exitFindings},
	} {
		if err := a.visit(ctx, on, dir, s); err != nil {
			return err
		}
	}
	a.say("tour.end")
	return nil
}

func (a *app) say(key string, nameValue ...string) {
	fmt.Fprintln(a.env.Stdout, a.speaker.Say(key, nameValue...))
}

// visit runs one command of the tour and shows its command line and its exit code.
func (a *app) visit(ctx context.Context, on *embedded, dir string, s stop) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	args := slices.Clone(s.args)
	if i := slices.Index(args, "RUN"); i >= 0 {
		runs, err := journal.Dir(dir).Runs()
		if err != nil || len(runs) == 0 {
			return fail(exitFailed, trail.Say("tour.broken", "command", strings.Join(s.args, " "), "code", "?", "want", "?"))
		}
		args[i] = runs[len(runs)-1].Name
	}
	line := strings.Join(args, " ")
	fmt.Fprintln(a.env.Stdout)
	a.say(s.key)
	fmt.Fprintf(a.env.Stdout, "\n$ trailspan %s\n\n", line)
	env := a.env
	env.Args = slices.Concat(args, a.passedOn())
	env.Getenv = func(name string) string {
		if name == "TRAILSPAN_JOURNAL" {
			return dir
		}
		return a.env.Getenv(name)
	}
	code := invoke(ctx, env, on)
	a.say("tour.code", "code", fmt.Sprint(code))
	if code == exitInterrupted {
		return exit(code) // the command has said so
	}
	if code != s.want {
		return fail(exitFailed, trail.Say("tour.broken", "command", line, "code", fmt.Sprint(code), "want", fmt.Sprint(s.want)))
	}
	return nil
}

// passedOn are the flags of the tour that its commands get too.
func (a *app) passedOn() []string {
	out := []string{"--lang", string(a.speaker.Lang())}
	if a.shared.noColor {
		out = append(out, "--no-color")
	}
	if a.shared.quiet {
		out = append(out, "--quiet")
	}
	return out
}
