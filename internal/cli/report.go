package cli

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

func (a *app) reportCommand() *cobra.Command {
	c := a.command("report", "report FILE")
	c.Args = oneArg(trail.Say("fail.no-report"))
	var explain bool
	c.RunE = func(_ *cobra.Command, args []string) error { return a.report(args[0], explain) }
	c.Flags().BoolVar(&explain, "explain", false, a.flagText("explain"))
	return c
}

// report shows a saved report in another format. The exit code is that of showing it:
// what is in the report was told when it was made.
func (a *app) report(file string, explain bool) error {
	format, err := a.formatOf(append(report.CheckFormats(), report.GitHub)...)
	if err != nil {
		return err
	}
	source, done, err := a.savedReport(file)
	if err != nil {
		return err
	}
	defer done()
	if file == "-" {
		file = a.speaker.Say("fail.report-stdin")
	}
	saved, err := report.OpenSaved(source)
	if err != nil {
		return badReport(file, err)
	}
	if offered := saved.Formats(); !slices.Contains(offered, format) {
		return fail(exitUsage, trail.Say("fail.report-format", "kind", saved.Kind(), "format", string(format), "offered", formatNames(offered)))
	}
	return a.show(func(w io.Writer, o report.Options) error {
		o.Explain = explain
		err := saved.Show(w, format, o)
		var bad *report.SavedError
		if errors.As(err, &bad) { // it was another a moment ago
			return badReport(file, err)
		}
		return err
	})
}

// badReport says what is wrong with the file.
func badReport(file string, err error) error {
	var bad *report.SavedError
	if !errors.As(err, &bad) {
		return unreadable(file, err)
	}
	n := trail.Note{Key: bad.Note.Key, Args: map[string]string{"what": file}}
	for k, v := range bad.Note.Args {
		n.Args[k] = v
	}
	return fail(exitUsage, n)
}

// savedReport opens a file, or standard input for -. What cannot be read twice is kept
// in a file of its own for as long as it is needed.
func (a *app) savedReport(file string) (source io.ReadSeeker, done func(), err error) {
	if file == "-" {
		return spool(a.env.Stdin, file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, unreadable(file, err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = unreadable(file, err)
	case info.IsDir():
		err = fail(exitUsage, trail.Say("fail.report-directory", "what", file))
	case !info.Mode().IsRegular():
		defer f.Close()
		return spool(f, file)
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return f, func() { _ = f.Close() }, nil
}

// spool keeps a stream in a file that is gone when it is done with.
func spool(from io.Reader, name string) (source io.ReadSeeker, done func(), err error) {
	f, err := os.CreateTemp("", "trailspan-report-*.json")
	if err != nil {
		return nil, nil, unwritable(os.TempDir(), err)
	}
	done = func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	kept := &sink{Writer: f}
	if _, err := io.Copy(kept, from); err != nil {
		done()
		if kept.err != nil {
			return nil, nil, unwritable(f.Name(), kept.err)
		}
		return nil, nil, unreadable(name, err)
	}
	return f, done, nil
}

func formatNames(all []report.Format) string {
	var names []string
	for _, f := range all {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}
