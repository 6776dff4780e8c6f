package cli

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// show writes a report where the user wants it: to standard output, or into the file
// of --output, which is there whole or not at all.
func (a *app) show(write func(io.Writer, report.Options) error) error {
	if a.shared.output == "" {
		return a.print(a.env.Stdout, write)
	}
	return a.save(a.shared.output, func(w io.Writer) error { return write(w, a.options(nil)) })
}

// print writes to a stream of the process.
func (a *app) print(w io.Writer, write func(io.Writer, report.Options) error) error {
	s := &sink{Writer: w}
	err := write(s, a.options(w))
	if s.err != nil {
		return fail(exitFailed, trail.Say("fail.stream", "error", reason(s.err)))
	}
	return err
}

// sink remembers that writing failed: no other error means that.
type sink struct {
	io.Writer
	err error
}

func (s *sink) Write(b []byte) (int, error) {
	n, err := s.Writer.Write(b)
	if err != nil {
		s.err = err
	}
	return n, err
}

// options are those for a reader at w.
func (a *app) options(w io.Writer) report.Options {
	width, tty := terminal(w)
	return report.Options{
		Speaker: a.speaker,
		Width:   width,
		Passing: a.alone(),
		Maker:   report.Maker{Version: Version, Region: trail.Region(cmp.Or(a.shared.region, a.env.Getenv("AWS_REGION"), a.env.Getenv("AWS_DEFAULT_REGION")))},
		Color:   tty && !a.shared.noColor && a.env.Getenv("NO_COLOR") == "" && a.steers(w),
	}
}

// steers says whether a terminal can be told what to color and what to erase.
func (a *app) steers(terminal any) bool {
	f, ok := terminal.(interface{ Fd() uintptr })
	return ok && a.env.Getenv("TERM") != "dumb" && steerable(f.Fd())
}

// writable makes sure, before anything else happens, that the files which a command is
// going to write can be written.
func writable(flags *pflag.FlagSet) error {
	for _, name := range []string{"output", "save", "out"} {
		f := flags.Lookup(name)
		if f == nil || f.Value.String() == "" || isStream(f.Value.String()) {
			continue
		}
		t, err := openTarget(f.Value.String())
		if err != nil {
			return unwritable(f.Value.String(), err)
		}
		t.drop()
	}
	return nil
}

// isStream says whether a path is there and is neither a file nor a directory. Whoever
// reads a pipe would take being opened and closed for its end.
func isStream(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && !info.Mode().IsRegular()
}

func unwritable(path string, err error) error {
	switch {
	case errors.Is(err, errDirectory):
		return fail(exitFailed, trail.Say("fail.write-directory", "file", path))
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitFailed, trail.Say("fail.write-nowhere", "file", path))
	}
	return fail(exitFailed, trail.Say("fail.write", "file", path, "error", reason(err)))
}

// save writes a file whole or not at all.
func (a *app) save(path string, write func(io.Writer) error) error {
	t, err := openTarget(path)
	if err != nil {
		return unwritable(path, err)
	}
	s := &sink{Writer: t.file}
	if err := write(s); err != nil {
		t.drop()
		if s.err != nil {
			return unwritable(path, s.err)
		}
		return err
	}
	if err := t.commit(); err != nil {
		return unwritable(path, err)
	}
	return nil
}

// target is a file in the making: a neighbor that takes its place at the end. What is
// there and is no regular file, /dev/null say, is written to as it is.
type target struct {
	file *os.File
	path string // "" when file is written to as it is
}

var errDirectory = errors.New("it is a directory")

func openTarget(path string) (target, error) {
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		path = whole
	}
	if isStream(path) {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return target{file: f}, err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return target{}, errDirectory
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	return target{f, path}, err
}

// drop leaves nothing behind.
func (t target) drop() {
	_ = t.file.Close()
	if t.path != "" {
		_ = os.Remove(t.file.Name())
	}
}

// commit puts the file in its place once it is safe on disk.
func (t target) commit() error {
	defer t.drop()
	if t.path == "" {
		return t.file.Close()
	}
	if err := t.file.Sync(); err != nil {
		return err
	}
	if err := t.file.Close(); err != nil {
		return err
	}
	return os.Rename(t.file.Name(), t.path)
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
// terminal, or one that cannot erase it, or when the user wants quiet.
func (a *app) progress() *report.Progress {
	width, _ := terminal(a.env.Stderr)
	if a.shared.quiet || !a.steers(a.env.Stderr) {
		width = 0
	}
	return report.NewProgress(a.env.Stderr, width)
}
