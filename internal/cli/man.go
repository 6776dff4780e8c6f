package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

func (a *app) manCommand() *cobra.Command {
	var dir string
	c := a.command("man", "man [COMMAND]")
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 && dir != "" {
			return fail(exitUsage, trail.Say("fail.man-dir"))
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, args []string) error { return a.man(c.Root(), args, dir) }
	c.Flags().StringVar(&dir, "dir", "", a.flagText("man-dir"))
	return c
}

// man prints the manual page of a command, or writes those of all.
func (a *app) man(root *cobra.Command, args []string, dir string) error {
	if _, err := a.formatOf(report.Text); err != nil {
		return err
	}
	if dir != "" {
		return a.manPages(root, dir)
	}
	c, err := commandNamed(root, args)
	if err != nil {
		return err
	}
	return a.show(func(w io.Writer, _ report.Options) error { return report.Man(w, a.manPage(c)) })
}

// manPages writes a page for every command: DIR/trailspan-check.1 …
func (a *app) manPages(root *cobra.Command, dir string) error {
	if a.shared.output != "" {
		return fail(exitUsage, trail.Say("fail.man-output"))
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return unwritable(dir, err)
	}
	for _, c := range append(root.Commands(), root) {
		if c.HasParent() && !c.IsAvailableCommand() {
			continue
		}
		page := a.manPage(c)
		path := filepath.Join(dir, page.Name+".1")
		if err := a.save(path, func(w io.Writer) error { return report.Man(w, page) }); err != nil {
			return err
		}
	}
	return nil
}

// manPage is the manual of a command, with what belongs to a page of its own.
func (a *app) manPage(c *cobra.Command) report.ManPage {
	m := a.manual(c)
	var around [][2]string
	for _, name := range environment() {
		around = append(around, [2]string{name, a.speaker.Say("cli.env." + name)})
	}
	a.add(&m, "environment", report.Section{Rows: around})
	others := []string{"trailspan"}
	if !c.HasParent() {
		others = nil
		for _, x := range chapters() {
			for _, row := range commandRows(c, x) {
				others = append(others, "trailspan-"+strings.TrimSpace(row[0]))
			}
		}
	}
	for i := range others {
		others[i] += "(1)"
	}
	a.add(&m, "see", report.Section{Items: others})
	return report.ManPage{
		Name: strings.ReplaceAll(c.CommandPath(), " ", "-"), Short: c.Short, Version: Version,
		NameTitle: a.speaker.Say("cli.help.name"), AboutTitle: a.speaker.Say("cli.help.about"), Manual: m,
	}
}

// environment are the variables that every command looks at.
func environment() []string {
	return []string{"AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL", "TRAILSPAN_JOURNAL", "LC_ALL", "NO_COLOR"}
}
