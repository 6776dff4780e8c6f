package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// configFile is the configuration of lint.
const configFile = ".trailspan.yaml"

// source is a file to lint.
type source struct {
	shown string // as it was given, or below that
	name  string // in its tree, slash-separated
	tree  *tree
	named bool // on the command line
	size  int64
}

// tree is the directory that a file may look around in: its repository, or else where the
// command was called or pointed to. Symbolic links do not lead out of it.
type tree struct {
	path    string // absolute
	root    *os.Root
	levels  map[string][]level // of .gitignore, by directory
	configs map[string]*config // by directory
}

// config is a configuration and the directory of its file.
type config struct {
	iac.Config
	level level
}

// forest finds the trees of files.
type forest struct {
	trees map[string]*tree
	cwd   string
}

func newForest() (*forest, error) {
	cwd, err := os.Getwd()
	if err == nil {
		cwd, err = filepath.EvalSymlinks(cwd)
	}
	return &forest{map[string]*tree{}, cwd}, err
}

func (f *forest) close() {
	for _, t := range f.trees {
		_ = t.root.Close()
	}
}

// treeOf returns the tree of what lies in a directory, which is absolute.
func (f *forest) treeOf(dir string) (*tree, error) {
	top := dir
	if rel, err := filepath.Rel(f.cwd, dir); err == nil && filepath.IsLocal(rel) {
		top = f.cwd
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			top = at
			break
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	if t, ok := f.trees[top]; ok {
		return t, nil
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return nil, err
	}
	f.trees[top] = &tree{top, root, map[string][]level{}, map[string]*config{}}
	return f.trees[top], nil
}

// sources returns the files of a path of the command line, sorted.
func (f *forest) sources(ctx context.Context, given string) ([]source, error) {
	info, err := os.Stat(given)
	if err != nil {
		return nil, unreadable(given, err)
	}
	whole, err := filepath.Abs(given)
	if err == nil {
		whole, err = filepath.EvalSymlinks(whole)
	}
	if err != nil {
		return nil, unreadable(given, err)
	}
	dir := whole
	if !info.IsDir() {
		dir = filepath.Dir(whole)
	}
	t, err := f.treeOf(dir)
	if err != nil {
		return nil, unreadable(given, err)
	}
	name, err := filepath.Rel(t.path, whole)
	if err != nil {
		return nil, unreadable(given, err)
	}
	name = filepath.ToSlash(name)
	if !info.IsDir() {
		return []source{{given, name, t, true, info.Size()}}, nil
	}
	return t.walk(ctx, given, name)
}

// walk returns the files below a directory.
func (t *tree) walk(ctx context.Context, given, top string) ([]source, error) {
	var out []source
	err := fs.WalkDir(t.root.FS(), top, func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if d != nil && d.IsDir() && name != top {
				out = append(out, source{shown: shownAs(given, top, name), name: name, tree: t, size: -1})
				return fs.SkipDir
			}
			return err
		}
		skip, err := t.skips(top, name, d)
		if err != nil || skip {
			if skip && d.IsDir() {
				return fs.SkipDir
			}
			return err
		}
		if d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() { // what a link leads to is met where it is
			return nil //nolint:nilerr // it is gone
		}
		out = append(out, source{shownAs(given, top, name), name, t, false, info.Size()})
		return nil
	})
	if err != nil && !isFailure(err) && ctx.Err() == nil {
		err = unreadable(given, err)
	}
	return out, err
}

func isFailure(err error) bool {
	var f *failure
	return errors.As(err, &f)
}

// shownAs is the path of name as the user thinks of it.
func shownAs(given, top, name string) string {
	below, _ := under(top, name)
	return filepath.Join(given, filepath.FromSlash(below))
}

// skips says whether the walk passes by.
func (t *tree) skips(top, name string, d fs.DirEntry) (bool, error) {
	base := path.Base(name)
	if name == top {
		return false, nil
	}
	if d.IsDir() && (slices.Contains([]string{"node_modules", "vendor", ".terraform"}, base) || strings.HasPrefix(base, ".") && !slices.Contains(workflows(), base)) {
		return true, nil
	}
	c, err := t.config(path.Dir(name))
	if err != nil {
		return false, err
	}
	return base == configFile || ignored(t.ignores(path.Dir(name)), name, d.IsDir()) || ignored([]level{c.level}, name, d.IsDir()), nil
}

// workflows are hidden directories that hold scripts of CI systems.
func workflows() []string {
	return []string{".github", ".gitlab", ".circleci", ".buildkite", ".azuredevops", ".ci"}
}

// ignores returns what .gitignore files say in a directory and above it.
func (t *tree) ignores(dir string) []level {
	if known, ok := t.levels[dir]; ok {
		return known
	}
	var all []level
	if dir != "." {
		all = slices.Clone(t.ignores(path.Dir(dir)))
	}
	if text, err := t.root.ReadFile(path.Join(dir, ".gitignore")); err == nil {
		all = append(all, level{dir, patterns(strings.Split(string(text), "\n"))})
	}
	t.levels[dir] = all
	return all
}

// config returns the configuration of a directory: the nearest one upwards in the tree.
func (t *tree) config(dir string) (*config, error) {
	if known, ok := t.configs[dir]; ok {
		return known, nil
	}
	c, err := t.readConfig(dir)
	if err != nil {
		return nil, err
	}
	if c == nil && dir != "." {
		if c, err = t.config(path.Dir(dir)); err != nil {
			return nil, err
		}
	}
	if c == nil {
		c = &config{}
	}
	t.configs[dir] = c
	return c, nil
}

func (t *tree) readConfig(dir string) (*config, error) {
	name := path.Join(dir, configFile)
	file := filepath.Join(t.path, filepath.FromSlash(name))
	text, err := t.root.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, unreadable(file, err)
	}
	parsed, err := iac.ParseConfig(text)
	var wrong *iac.ConfigError
	if errors.As(err, &wrong) {
		n := wrong.Note
		n.Args["file"] = file
		return nil, &failure{code: exitUsage, message: n}
	}
	return &config{parsed, level{dir, patterns(parsed.Ignore)}}, nil
}

// noPath refuses lint without anything to lint.
func noPath(stdin string, paths []string) error {
	switch {
	case stdin == "" && len(paths) == 0:
		return fail(exitUsage, trail.Say("fail.no-path"))
	case stdin != "" && len(paths) > 0:
		return fail(exitUsage, trail.Say("fail.stdin-path", "path", paths[0]))
	case stdin == "" && slices.Contains(paths, "-"): // a file of that name is ./-
		return fail(exitUsage, trail.Say("fail.lint-stdin"))
	default:
		return nil
	}
}
