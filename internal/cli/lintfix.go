package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// mend makes the fixes of all files in memory, and then writes what changed, unless a patch
// is wanted. What touches nothing but its own file is fixed at once, and the rest one file
// after the other.
func (l *linter) mend(ctx context.Context, all []source, rep *report.LintReport) error {
	defer unhurried()()
	after := slices.Clone(rep.Files)
	done := l.mendTogether(all, rep.Files, after)
	for i, f := range rep.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !done[i] && l.mends(f) {
			after[i] = l.mendFile(all[i], f)
		}
	}
	if l.flags.diff {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(l.texts)) {
		if err := rewrite(name, l.olds[name], l.texts[name]); err != nil {
			return unwritable(name, err)
		}
	}
	rep.Files = after
	offer(rep, l.flags.fix)
	return nil
}

// mends says whether there is something to fix in a file.
func (l *linter) mends(f report.LintFile) bool {
	return f.Error == "" && slices.ContainsFunc(f.Trails, l.reaches)
}

// seen is a file as it was read.
type seen struct {
	in     iac.Input
	file   iac.File
	config iac.Config
}

// mendTogether fixes what can be fixed at once, tree by tree, and says which files these are.
func (l *linter) mendTogether(all []source, before, after []report.LintFile) map[int]bool {
	done := map[int]bool{}
	if l.extent() != iac.TrailOnly {
		return done
	}
	trees := map[*tree][]int{}
	for i, f := range before {
		if l.mends(f) {
			trees[all[i].tree] = append(trees[all[i].tree], i)
		}
	}
	for t, which := range trees {
		var files []iac.Seen
		for _, i := range which {
			files = append(files, iac.Seen{In: l.seen[i].in, File: l.seen[i].file, Wanted: wantedOf(before[i])})
		}
		for n, mended := range iac.Together(l.reader, t.root.FS(), files) {
			if i := which[n]; len(mended.Texts) > 0 {
				l.olds[all[i].whole()], l.texts[all[i].whole()] = l.seen[i].in.Text, mended.Texts[all[i].name]
				after[i] = l.afterwards(all[i].shown, l.seen[i].in, mended, l.seen[i].config, before[i])
				done[i] = true
			}
		}
	}
	return done
}

// wantedOf says which trails of a file the user would want to be mended.
func wantedOf(f report.LintFile) func(int, iac.Trail) bool {
	return func(i int, _ iac.Trail) bool { return i < len(f.Trails) && mendable(f.Trails[i]) }
}

// offer leaves out of a report the fixes of declarations when these were asked for: what is
// left of them could not be made.
func offer(rep *report.LintReport, asked string) {
	if asked != fixDeclarations {
		return
	}
	for _, f := range rep.Files {
		for i := range f.Trails {
			f.Trails[i].Elsewhere = nil
		}
	}
}

// reaches says whether the fix that was asked for can do something for a trail.
func (l *linter) reaches(t report.LintTrail) bool {
	return len(t.Mends) > 0 || l.extent() == iac.Declarations && len(t.Elsewhere) > 0
}

func (l *linter) extent() iac.Extent {
	if l.flags.fix == fixDeclarations {
		return iac.Declarations
	}
	return iac.TrailOnly
}

// mendFile fixes one file in memory, and says what it has become.
func (l *linter) mendFile(s source, f report.LintFile) report.LintFile {
	text, problem := s.read()
	c, err := s.tree.config(parent(s.name))
	if problem != "" || err != nil {
		return f
	}
	in := iac.Input{Path: s.name, Text: text, Tree: l.overlaid(s.tree), Parameters: l.parameters}
	if now, ok := l.texts[s.whole()]; ok {
		in.Text = now
	}
	mended, fixed := l.fixed(s.shown, in, c.Config, f)
	for name, text := range mended.Texts {
		whole := filepath.Join(s.tree.path, filepath.FromSlash(name))
		if _, ok := l.olds[whole]; !ok {
			old, err := s.tree.root.ReadFile(name)
			if err != nil {
				return f
			}
			l.olds[whole] = old
		}
		l.texts[whole] = text
	}
	return fixed
}

// fixed runs the fixes of a file, and compares with what was found before.
func (l *linter) fixed(shown string, in iac.Input, c iac.Config, f report.LintFile) (iac.Fixed, report.LintFile) {
	mended := iac.Fix(l.reader, in, l.extent(), wantedOf(f))
	return mended, l.afterwards(shown, in, mended, c, f)
}

// afterwards is what a file has become.
func (l *linter) afterwards(shown string, in iac.Input, mended iac.Fixed, c iac.Config, f report.LintFile) report.LintFile {
	own := in
	if text, ok := mended.Texts[in.Path]; ok {
		own.Text = text
	}
	own.Tree = iac.Overlay(in.Tree, mended.Texts)
	out := l.judged(shown, own, mended.After, c)
	for i := range out.Trails {
		if i < len(f.Trails) && mendable(f.Trails[i]) && !mendable(out.Trails[i]) {
			out.Trails[i].Fixed = true
		}
	}
	return out
}

// overlaid is a tree with what was mended so far.
func (l *linter) overlaid(t *tree) fs.FS {
	texts := map[string][]byte{}
	for name, text := range l.texts {
		if rel, err := filepath.Rel(t.path, name); err == nil && filepath.IsLocal(rel) {
			texts[filepath.ToSlash(rel)] = text
		}
	}
	return iac.Overlay(t.root.FS(), texts)
}

// patches are what would be written, with paths from the root of the repository, where
// git apply wants them, or from here where there is none.
func (f *forest) patches(olds, texts map[string][]byte) []report.Patch {
	var out []report.Patch
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		base := f.cwd
		if t, err := f.treeOf(filepath.Dir(name)); err == nil {
			base = t.path
		}
		rel, err := filepath.Rel(base, name)
		if err != nil {
			rel = name
		}
		out = append(out, report.Patch{Path: filepath.ToSlash(rel), Old: olds[name], New: texts[name]})
	}
	return out
}

// rewrite puts a new text in the place of a file, whole or not at all, with its mode. A
// file that has changed meanwhile is left alone.
func rewrite(name string, old, text []byte) error {
	whole, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(whole)
	if err != nil {
		return err
	}
	now, err := os.ReadFile(whole)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, old) {
		return errChanged
	}
	f, err := os.CreateTemp(filepath.Dir(whole), "."+filepath.Base(whole)+".*.tmp")
	if err != nil {
		return err
	}
	t := target{f, whole}
	if _, err = f.Write(text); err == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if err != nil {
		t.drop()
		return err
	}
	return t.commit()
}

// stdin lints what comes on standard input. With --fix the text goes to standard output
// as it is then, and the report to standard error: so editors want it.
func (l *linter) stdin(format report.Format) error {
	text, err := io.ReadAll(io.LimitReader(l.app.env.Stdin, largest+1))
	if err != nil {
		return unreadable("-", err)
	}
	if len(text) > largest {
		return fail(exitUsage, trail.Say("fail.too-large", "what", l.flags.stdin))
	}
	whole, err := filepath.Abs(l.flags.stdin)
	if err != nil {
		return unreadable(l.flags.stdin, err)
	}
	t, err := l.forest.treeOf(existing(filepath.Dir(whole)))
	if err != nil {
		return unreadable(l.flags.stdin, err)
	}
	name, err := filepath.Rel(t.path, whole)
	if err != nil || !filepath.IsLocal(name) {
		name = filepath.Base(whole)
	}
	s := source{shown: l.flags.stdin, name: filepath.ToSlash(name), tree: t, named: true}
	c, err := t.config(existingIn(t, parent(s.name)))
	if err != nil {
		return err
	}
	rep := report.LintReport{Fixing: l.flags.fix != ""}
	in := iac.Input{Path: s.name, Text: text, Tree: t.root.FS(), Parameters: l.parameters}
	silent := ignoredFile([]level{c.level}, s.name) || !l.concerns(s, text)
	if !silent {
		rep.Files = []report.LintFile{l.judged(s.shown, in, l.reader.Read(in), c.Config)}
	}
	if l.flags.fix == "" && !l.flags.diff {
		return l.end(format, rep)
	}
	out, asked := text, l.flags.fix
	if !silent && rep.Files[0].Error == "" && slices.ContainsFunc(rep.Files[0].Trails, l.reaches) {
		l.flags.fix = strings.Replace(l.flags.fix, fixDeclarations, fixTrails, 1) // there is one stream only
		mended, after := l.fixed(s.shown, in, c.Config, rep.Files[0])
		if now, ok := mended.Texts[s.name]; ok {
			out = now
			l.olds[s.whole()], l.texts[s.whole()] = text, now
		}
		if !l.flags.diff {
			rep.Files[0] = after
		}
	}
	if l.flags.diff {
		return l.end(format, rep)
	}
	offer(&rep, asked)
	if err := l.app.print(l.app.env.Stderr, func(w io.Writer, o report.Options) error { return report.Lint(w, format, rep, o) }); err != nil {
		return err
	}
	if err := l.app.show(func(w io.Writer, _ report.Options) error { _, err := w.Write(out); return err }); err != nil {
		return err
	}
	return exit(lintExit(rep, l.flags.failOn))
}

// existing is the nearest directory upwards that is there.
func existing(dir string) string {
	for {
		if whole, err := filepath.EvalSymlinks(dir); err == nil {
			return whole
		}
		dir = filepath.Dir(dir)
	}
}

// existingIn is the nearest directory upwards in a tree that is there.
func existingIn(t *tree, dir string) string {
	for dir != "." {
		if info, err := t.root.Stat(dir); err == nil && info.IsDir() {
			break
		}
		dir = parent(dir)
	}
	return dir
}

// errChanged says that a file is not what it was when it was read.
var errChanged = errors.New("it has changed since it was read")
