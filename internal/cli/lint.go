package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/iac/cfn"
	"github.com/trailspan/trailspan/internal/iac/commands"
	"github.com/trailspan/trailspan/internal/iac/terraform"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// readers are all that lint can read.
func readers() iac.Reader {
	files := iac.Several{cfn.New(), terraform.New(), commands.New()}
	return append(files, iac.Documents{Blocks: files})
}

// The values of --fix.
const (
	fixTrails       = "trails"
	fixDeclarations = "declarations"
)

type lintFlags struct {
	fix        string
	diff       bool
	failOn     []string
	stdin      string
	parameters []string
}

func (a *app) lintCommand() *cobra.Command {
	var f lintFlags
	c := a.command("lint", "lint PATH…")
	c.RunE = func(c *cobra.Command, args []string) error { return a.lint(c.Context(), args, f, readers()) }
	fs := c.Flags()
	fs.StringVar(&f.fix, "fix", "", a.flagText("lint-fix"))
	fs.Lookup("fix").NoOptDefVal = fixTrails
	fs.BoolVar(&f.diff, "diff", false, a.flagText("lint-diff"))
	fs.StringSliceVar(&f.failOn, "fail-on", lintFailOn(), a.flagText("lint-fail-on"))
	fs.StringVar(&f.stdin, "stdin-filename", "", a.flagText("lint-stdin"))
	fs.StringSliceVar(&f.parameters, "parameters", nil, a.flagText("lint-parameters"))
	return c
}

// lintFailOn are the values of --fail-on beside the IDs of rules.
func lintFailOn() []string { return []string{"finding", "unknown", "unreadable"} }

func (f lintFlags) check(format report.Format) error {
	offered := lintFailOnAll()
	for _, v := range f.failOn {
		if !slices.Contains(offered, v) {
			return fail(exitUsage, trail.Say("fail.fail-on", "value", v, "offered", strings.Join(offered, ", "))).meant(v, offered)
		}
	}
	switch {
	case !slices.Contains([]string{"", fixTrails, fixDeclarations}, f.fix):
		return fail(exitUsage, trail.Say("fail.fix", "value", f.fix)).meant(f.fix, []string{fixTrails, fixDeclarations})
	case f.diff && format != report.Text:
		return fail(exitUsage, trail.Say("fail.diff-format"))
	default:
		return nil
	}
}

// linter is a lint under way.
type linter struct {
	app        *app
	flags      lintFlags
	reader     iac.Reader
	forest     *forest
	parameters map[string]string
	today      string
	// texts are what files have become, by their absolute path.
	texts map[string][]byte
	olds  map[string][]byte
	seen  []seen // the files that are to be fixed, by their place among all
}

// lint finds single-Region trails in files, and mends them.
func (a *app) lint(ctx context.Context, paths []string, f lintFlags, r iac.Reader) error {
	format, err := a.lintFormat()
	if err != nil {
		return err
	}
	if err := cmp.Or(f.check(format), noPath(f.stdin, paths)); err != nil {
		return err
	}
	forest, err := newForest()
	if err != nil {
		return unreadable(".", err)
	}
	defer forest.close()
	l := &linter{app: a, flags: f, reader: r, forest: forest, today: machineClock{}.Now().Format("2006-01-02"), texts: map[string][]byte{}, olds: map[string][]byte{}}
	if l.parameters, err = readParameters(f.parameters); err != nil {
		return err
	}
	if f.stdin != "" {
		return l.stdin(format)
	}
	sources, err := l.sources(ctx, paths)
	if err != nil {
		return err
	}
	rep, err := l.look(ctx, sources)
	if err != nil {
		return err
	}
	if f.fix != "" || f.diff {
		if err := l.mend(ctx, sources, &rep); err != nil {
			return err
		}
	}
	return l.end(format, rep)
}

// end shows what there is to show.
func (l *linter) end(format report.Format, rep report.LintReport) error {
	rep.Files = slices.DeleteFunc(rep.Files, func(f report.LintFile) bool { return f.Path == "" })
	rep.Version = Version
	err := l.app.show(func(w io.Writer, o report.Options) error {
		if l.flags.diff {
			return report.WritePatch(w, l.forest.patches(l.olds, l.texts))
		}
		return report.Lint(w, format, rep, o)
	})
	if err != nil {
		return err
	}
	return exit(lintExit(rep, l.flags.failOn))
}

func (a *app) lintFormat() (report.Format, error) {
	f := report.Format(a.shared.format)
	if !slices.Contains(report.LintFormats(), f) {
		var names []string
		for _, o := range report.LintFormats() {
			names = append(names, string(o))
		}
		return "", fail(exitUsage, trail.Say("fail.format", "format", a.shared.format, "offered", strings.Join(names, ", "))).meant(a.shared.format, names)
	}
	return f, nil
}

// lintExit is the exit code of a report.
func lintExit(r report.LintReport, failOn []string) int {
	code := exitDone
	gap := func(what string) {
		if slices.Contains(failOn, what) && code == exitDone {
			code = exitGaps
		}
	}
	for _, f := range r.Files {
		if f.Error != "" {
			gap("unreadable")
		}
		for _, t := range f.Trails {
			if t.Verdict == iac.Unknown && !t.Quiet() {
				gap("unknown")
			}
			for _, p := range t.Problems {
				if slices.Contains(failOn, "finding") || slices.Contains(failOn, p.Rule) ||
					p.Rule == iac.SingleRegion && slices.Contains(failOn, string(iac.Single)) {
					return exitFindings
				}
			}
		}
	}
	return code
}

// sources are all files, each once, in the order of their paths.
func (l *linter) sources(ctx context.Context, paths []string) ([]source, error) {
	var all []source
	for _, p := range paths {
		some, err := l.forest.sources(ctx, p)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(s source) bool {
		again := seen[s.whole()]
		seen[s.whole()] = true
		return again
	})
	for _, s := range all { // here, so that nothing is written to the trees while many read
		if _, err := s.tree.config(parent(s.name)); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b source) int { return cmp.Compare(a.shown, b.shown) })
	return all, nil
}

// look reads all files, several at a time.
func (l *linter) look(ctx context.Context, all []source) (report.LintReport, error) {
	defer unhurried()()
	rep := report.LintReport{Files: make([]report.LintFile, len(all)), Fixing: l.flags.fix != ""}
	l.seen = make([]seen, len(all))
	work := func(_ context.Context, i int) report.LintFile { return l.file(i, all[i]) }
	bar := l.app.progress()
	defer bar.Clear()
	width := 2 * runtime.GOMAXPROCS(0) // some wait for a directory that another reads
	err := inOrder(ctx, len(all), width, work, func(i int, f report.LintFile) error {
		rep.Files[i] = f
		if i%(len(all)/200+1) == 0 { // files are faster than terminals
			bar.Show(i+1, len(all), all[i].shown)
		}
		return ctx.Err()
	})
	return rep, err
}

// unhurried lets garbage lie longer while many small files are read, until there is much of
// it, and returns what ends that.
func unhurried() (end func()) {
	percent, limit := debug.SetGCPercent(300), debug.SetMemoryLimit(256<<20)
	return func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }
}

// largest is the size of the largest file that is read.
const largest = 50 << 20

// file reads one file, by its place among all. One that is not to be spoken of has no path.
func (l *linter) file(i int, s source) report.LintFile {
	text, problem := s.read()
	switch {
	case problem != "":
		return report.LintFile{Path: s.shown, Error: problem}
	case !l.concerns(s, text):
		return report.LintFile{}
	}
	in := iac.Input{Path: s.name, Text: text, Tree: s.tree.root.FS(), Parameters: l.parameters}
	c, err := s.tree.config(parent(s.name))
	if err != nil {
		return report.LintFile{Path: s.shown, Error: reason(err)}
	}
	found := l.reader.Read(in)
	f := l.judged(s.shown, in, found, c.Config)
	if (l.flags.fix != "" || l.flags.diff) && l.mends(f) {
		l.seen[i] = seen{in, found, c.Config}
	}
	return f
}

// concerns says whether a file is of a kind that can hold a trail, and is likely to.
func (l *linter) concerns(s source, text []byte) bool {
	if iac.IsWide(text) {
		return l.reader.Kind(s.name, text) != ""
	}
	if bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0 { // as git tells a binary file
		return false
	}
	likely := s.named || strings.HasSuffix(s.name, ".tf") || strings.HasSuffix(s.name, ".tofu") || strings.HasSuffix(s.name, ".tf.json") || speaksOfTrails(text)
	return likely && l.reader.Kind(s.name, text) != ""
}

// speaksOfTrails looks for the one word that every declaration of a trail has.
func speaksOfTrails(text []byte) bool {
	for _, usual := range []string{"cloudtrail", "CloudTrail"} {
		if bytes.Contains(text, []byte(usual)) {
			return true
		}
	}
	const word = "cloudtrail"
	for at := 0; ; {
		i := bytes.IndexAny(text[at:], "tT")
		if i < 0 {
			return false
		}
		at += i
		if begin := at - len("cloud"); begin >= 0 && begin+len(word) <= len(text) && strings.EqualFold(string(text[begin:begin+len(word)]), word) {
			return true
		}
		at++
	}
}

func (s source) whole() string { return filepath.Join(s.tree.path, filepath.FromSlash(s.name)) }

// read returns the text of a file, or why there is none.
func (s source) read() (text []byte, problem string) {
	switch {
	case s.size < 0:
		return nil, os.ErrPermission.Error()
	case s.size > largest:
		return nil, fmt.Errorf("it is larger than %d MB", largest>>20).Error()
	}
	text, err := s.tree.root.ReadFile(s.name)
	if err != nil {
		return nil, reason(err)
	}
	return text, ""
}

func parent(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i]
	}
	return "."
}

// readParameters reads the files of --parameters; what a later one says counts.
func readParameters(files []string) (map[string]string, error) {
	out := map[string]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, unreadable(name, err)
		}
		some, err := iac.ParseParameters(filepath.ToSlash(name), text)
		if err != nil {
			return nil, unreadable(name, err)
		}
		for k, v := range some {
			out[k] = v
		}
	}
	return out, nil
}
