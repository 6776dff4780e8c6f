package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// show writes a report where the user wants it: to standard output, or into the file
// of --output, which is there whole or not at all.
func (a *app) show(write func(io.Writer, report.Options) error) error {
	if a.shared.output == "" {
		return write(a.env.Stdout, a.options(a.env.Stdout))
	}
	return a.save(a.shared.output, func(w io.Writer) error { return write(w, a.options(nil)) })
}

// options are those for a reader at w.
func (a *app) options(w io.Writer) report.Options {
	width, tty := terminal(w)
	return report.Options{
		Speaker: a.speaker,
		Width:   width,
		Color:   tty && !a.shared.noColor && a.env.Getenv("NO_COLOR") == "" && a.env.Getenv("TERM") != "dumb",
	}
}

// save writes a file whole or not at all: into a neighbor first, then in its place.
func (a *app) save(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return fail(exitFailed, trail.Say("fail.write", "file", path, "error", reason(err)))
	}
	defer os.Remove(f.Name())
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fail(exitFailed, trail.Say("fail.write", "file", path, "error", reason(err)))
	}
	return nil
}

// printable takes out what would move the cursor or color the terminal: error texts
// come from elsewhere.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, s)
}

// progress is a status line on standard error. It draws nothing when that is no
// terminal, or when the user wants quiet.
func (a *app) progress() *report.Progress {
	width, _ := terminal(a.env.Stderr)
	if a.shared.quiet {
		width = 0
	}
	return report.NewProgress(a.env.Stderr, width)
}
