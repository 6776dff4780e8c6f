package terraform

import (
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"

	"github.com/trailspan/trailspan/internal/iac"
)

// Bounds on what is looked at around a file.
const (
	mostFiles = 20_000 // of a tree, when callers are sought
	mostCalls = 50     // of one module
)

// directory is what Terraform reads together.
type directory struct {
	path      string
	sources   []*source
	variables map[string]*variable
	locals    map[string]*attribute
	given     map[string]*attribute // by files of values
}

type variable struct {
	kind     cty.Type
	defaults *typeexpr.Defaults
	fallback *attribute // its default; nil: none
}

// open reads the directory of a file, of which the text is known already.
func open(tree fs.FS, dir string, known *source) *directory {
	d := &directory{path: dir, variables: map[string]*variable{}, locals: map[string]*attribute{}, given: map[string]*attribute{}}
	if known != nil {
		d.sources = append(d.sources, known)
	}
	for _, name := range list(tree, dir) {
		full := path.Join(dir, name)
		if known != nil && full == path.Clean(known.path) {
			continue
		}
		switch {
		case isConfiguration(name):
			d.add(tree, full)
		case isValues(name):
			d.values(tree, full)
		}
	}
	for _, s := range d.sources {
		d.declare(s)
	}
	return d
}

func list(tree fs.FS, dir string) []string {
	if tree == nil {
		return nil
	}
	entries, err := fs.ReadDir(tree, path.Clean(dir))
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

func (d *directory) add(tree fs.FS, name string) {
	if src, why := readSource(tree, name); why == "" { // what it declares is not known otherwise
		d.sources = append(d.sources, src)
	}
}

func readSource(tree fs.FS, name string) (*source, string) {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err.Error()
	}
	return parse(name, text)
}

// isValues says whether Terraform reads a file of values by itself.
func isValues(name string) bool {
	return name == "terraform.tfvars" || name == "terraform.tfvars.json" ||
		strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json")
}

// values adds what a file gives: they are read in the order of their names, and the last one
// wins, but terraform.tfvars comes first.
func (d *directory) values(tree fs.FS, name string) {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return
	}
	auto := strings.Contains(path.Base(name), ".auto.")
	for key, a := range valuesOf(name, text) {
		if _, there := d.given[key]; auto || !there || !strings.Contains(d.given[key].file.path, ".auto.") {
			d.given[key] = a
		}
	}
}

// valuesOf returns what a file of values says; one that cannot be read says nothing.
func valuesOf(name string, text []byte) map[string]*attribute {
	src := &source{path: name, text: text, json: strings.HasSuffix(name, ".json")}
	why := ""
	switch {
	case len(text) > largest:
	case src.json:
		why = src.parseValues()
	default:
		why = src.parseNative()
	}
	if why != "" {
		return nil
	}
	return src.top
}

func (d *directory) declare(s *source) {
	for _, b := range s.blocks {
		switch b.kind {
		case "variable":
			d.variables[b.label(0)] = declared(b)
		case "locals":
			for name, a := range b.attrs {
				d.locals[name] = a
			}
		}
	}
}

func declared(b *block) *variable {
	v := &variable{kind: cty.DynamicPseudoType, fallback: b.attrs["default"]}
	if a := b.attrs["type"]; a != nil {
		if kind, defaults, diags := typeexpr.TypeConstraintWithDefaults(a.expr); !diags.HasErrors() {
			v.kind, v.defaults = kind, defaults
		}
	}
	return v
}

// call is a block that calls a module.
type call struct {
	block *block
	from  *directory
}

var localSource = regexp.MustCompile(`source"?\s*[=:]\s*"(\.\.?(?:/[^"$]*)?)"`)

// callers returns the calls of a directory that are in sight. Those of examples and tests
// do not count: they say nothing about what is deployed.
func (r *reader) callers(tree fs.FS, dir string) []call {
	var found []call
	for _, name := range r.index(tree)[path.Clean(dir)] {
		if isExample(name) || len(found) >= mostCalls {
			continue
		}
		src, why := readSource(tree, name)
		if why != "" {
			continue
		}
		var from *directory
		for _, b := range src.blocks {
			if b.kind != "module" || target(b) != path.Clean(dir) {
				continue
			}
			if from == nil {
				from = open(tree, path.Dir(name), src)
			}
			found = append(found, call{b, from})
		}
	}
	return found
}

// target is the directory that a call of a local module names; "" is another kind of source.
func target(b *block) string {
	where := literal(b.attrs["source"])
	if where != "." && where != ".." && !strings.HasPrefix(where, "./") && !strings.HasPrefix(where, "../") {
		return ""
	}
	return path.Join(path.Dir(b.file.path), where)
}

func isExample(name string) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		switch strings.ToLower(part) {
		case "example", "examples", "test", "tests", "fixtures", "testdata", ".terraform":
			return true
		}
	}
	return false
}

// index returns the files that call a directory, by directory.
func (r *reader) index(tree fs.FS) map[string][]string {
	if tree == nil {
		return nil
	}
	if !reflect.TypeOf(tree).Comparable() {
		return index(tree)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls[tree] == nil {
		r.calls[tree] = index(tree)
	}
	return r.calls[tree]
}

func index(tree fs.FS) map[string][]string {
	found := map[string][]string{}
	seen := 0
	_ = fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error { // what cannot be read is not in sight
		seen++
		switch {
		case err != nil:
			return nil //nolint:nilerr // a directory that cannot be read has no callers in sight
		case seen > mostFiles:
			return fs.SkipAll
		case e.IsDir() && (e.Name() == "node_modules" || len(e.Name()) > 1 && e.Name()[0] == '.' && e.Name() != ".."):
			return fs.SkipDir
		case e.IsDir() || !isConfiguration(name):
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil || len(text) > largest {
			return nil //nolint:nilerr // as above
		}
		for _, m := range localSource.FindAllSubmatch(text, -1) {
			dir := path.Join(path.Dir(name), string(m[1]))
			if !slices.Contains(found[dir], name) {
				found[dir] = append(found[dir], name)
			}
		}
		return nil
	})
	return found
}

// overrides returns the blocks of override files that Terraform merges into a resource.
func overrides(in iac.Input, kind, name string) []*block {
	dir := path.Dir(in.Path)
	var found []*block
	for _, base := range list(in.Tree, dir) {
		if !isOverride(base) {
			continue
		}
		src, why := readSource(in.Tree, path.Join(dir, base))
		if why != "" {
			continue
		}
		for _, b := range src.blocks {
			if b.kind == "resource" && b.label(0) == kind && b.label(1) == name {
				found = append(found, b)
			}
		}
	}
	return found
}

func isOverride(name string) bool {
	stem, _, _ := strings.Cut(path.Base(name), ".")
	return isConfiguration(name) && (stem == "override" || strings.HasSuffix(stem, "_override"))
}

// literal is the string that an attribute holds, when it holds one.
func literal(a *attribute) string {
	if a == nil || a.long() {
		return ""
	}
	v, diags := a.expr.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}
