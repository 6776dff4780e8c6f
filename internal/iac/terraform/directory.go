package terraform

import (
	"bytes"
	"io/fs"
	"maps"
	"path"
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
	passed    []string // files that declare nothing of interest, and are not parsed
	variables map[string]*variable
	locals    map[string]*attribute
	given     map[string]*attribute // by files of values
	tofu      bool                  // it is OpenTofu that reads it
	twice     bool                  // something is declared twice, which Terraform refuses
}

type variable struct {
	kind     cty.Type
	typed    bool
	nonNull  bool // null is its default
	defaults *typeexpr.Defaults
	fallback *attribute // its default; nil: none
}

// open reads a directory; known is a file in it, or nil, whatever the tree says it holds.
// Files that declare nothing which others can see are passed over.
func (s *surroundings) open(dir string, known *source) *directory {
	d := newDirectory(dir)
	if known != nil {
		d.sources = append(d.sources, known)
		d.tofu = isTofu(known.path)
	}
	names := s.list(dir)
	var files []string
	for _, name := range names {
		full := path.Join(dir, name)
		if known != nil && full == path.Clean(known.path) || slices.Contains(names, twin(name)) && isTofu(name) != d.tofu {
			continue
		}
		switch {
		case isConfiguration(name):
			files = append(files, full)
		case isValues(name):
			d.values(s.tree, full)
		}
	}
	d.add(s, files)
	d.declareAll()
	return d
}

func newDirectory(dir string) *directory {
	return &directory{path: dir, variables: map[string]*variable{}, locals: map[string]*attribute{}, given: map[string]*attribute{}}
}

// alone is the directory of a file in which nothing else is.
func alone(src *source) *directory {
	d := newDirectory(path.Dir(src.path))
	d.sources = []*source{src}
	d.declareAll()
	return d
}

// holds says whether a file was read with this text, or would not have mattered.
func (d *directory) holds(src *source) bool {
	for _, s := range d.sources {
		if s == src || path.Clean(s.path) == path.Clean(src.path) {
			return s == src || bytes.Equal(s.text, src.text)
		}
	}
	return !declares(src.text)
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

// add takes in files, which are read side by side: whoever needs one of a directory waits
// for all of them.
func (d *directory) add(s *surroundings, names []string) {
	sources := make([]*source, len(names))
	passed := make([]bool, len(names))
	iac.Each(len(names), func(i int) { sources[i], passed[i] = s.declaring(names[i]) })
	for i, name := range names {
		switch {
		case passed[i]:
			d.passed = append(d.passed, name)
		case sources[i] != nil:
			d.sources = append(d.sources, sources[i])
		}
	}
}

// declaring is a file that others may want to know of; passed says that it is none of these,
// and nil that it cannot be read: what it declares is not known otherwise.
func (s *surroundings) declaring(name string) (src *source, passed bool) {
	text, err := fs.ReadFile(s.tree, name)
	if err != nil || !declares(text) {
		return nil, err == nil
	}
	defer func() {
		if recover() != nil { // the parser is not ours
			src = nil
		}
	}()
	if parsed, why := s.memory.source(name, text); why == "" {
		return parsed, false
	}
	return nil, false
}

// declares says whether a file can have what others in its directory, or the callers of it,
// want to know.
func declares(text []byte) bool {
	for _, word := range []string{"cloudtrail", "variable", "locals"} {
		if bytes.Contains(text, []byte(word)) {
			return true
		}
	}
	return false
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

// declareAll takes in what the files declare; override files come last.
func (d *directory) declareAll() {
	for _, over := range []bool{false, true} {
		for _, s := range d.sources {
			if isOverride(s.path) == over {
				d.declare(s)
			}
		}
	}
}

func (d *directory) declare(s *source) {
	for _, b := range s.blocks {
		switch b.kind {
		case "variable":
			d.twice = d.twice || d.variables[b.label(0)] != nil && !isOverride(s.path)
			d.variables[b.label(0)] = d.variables[b.label(0)].overridden(declared(b))
		case "locals":
			for name, a := range b.attrs {
				d.twice = d.twice || d.locals[name] != nil && !isOverride(s.path)
				d.locals[name] = a
			}
		}
	}
}

// seenBy is a directory as one of its files sees it: of what is declared twice, as in collections
// of examples that stand each alone, what the file declares counts.
func (d *directory) seenBy(src *source) *directory {
	if !d.twice {
		return d
	}
	own := *d
	own.variables, own.locals = maps.Clone(d.variables), maps.Clone(d.locals)
	maps.Copy(own.variables, alone(src).variables)
	maps.Copy(own.locals, alone(src).locals)
	for _, s := range d.sources {
		if isOverride(s.path) {
			own.declare(s)
		}
	}
	return &own
}

// overridden is the declaration with what an override file says of it. None can be nil.
func (d *variable) overridden(by *variable) *variable {
	if d == nil {
		return by
	}
	if !by.typed {
		by.kind, by.defaults, by.typed = d.kind, d.defaults, d.typed
	}
	if by.fallback == nil {
		by.fallback = d.fallback
	}
	by.nonNull = by.nonNull || d.nonNull
	return by
}

func declared(b *block) *variable {
	v := &variable{kind: cty.DynamicPseudoType, fallback: b.attrs["default"]}
	if a := b.attrs["type"]; a != nil {
		if kind, defaults, diags := typeexpr.TypeConstraintWithDefaults(a.expr); !diags.HasErrors() {
			v.kind, v.defaults, v.typed = kind, defaults, true
		}
	}
	if a := b.attrs["nullable"]; a != nil {
		v.nonNull = answer(plain(a)) == no
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
// do not count: they say nothing about what is deployed. All is false when there may be
// more.
func (s *surroundings) callers(dir string) (found []call, all bool) {
	s.index.Do(func() { s.callees, s.whole = index(s.tree) })
	for _, name := range s.callees[path.Clean(dir)] {
		if len(found) >= mostCalls {
			return found, false
		}
		if isExample(name) {
			continue
		}
		src, why := s.read(name)
		if why != "" {
			continue
		}
		for _, b := range src.blocks {
			if b.kind == "module" && target(b) == path.Clean(dir) {
				found = append(found, call{b, s.directory(path.Dir(name))})
			}
		}
	}
	return found, s.whole
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

// localCalls are the directories that a file seems to call.
func localCalls(name string, text []byte) []string {
	var dirs []string
	for _, m := range localSource.FindAllSubmatch(text, -1) {
		dirs = append(dirs, path.Join(path.Dir(name), string(m[1])))
	}
	return dirs
}

// index returns the files that call a directory, by directory. Whole is false when the tree
// has more files than are looked at.
func index(tree fs.FS) (found map[string][]string, whole bool) {
	found = map[string][]string{}
	if tree == nil {
		return found, true
	}
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
		for _, dir := range localCalls(name, text) {
			if !slices.Contains(found[dir], name) {
				found[dir] = append(found[dir], name)
			}
		}
		return nil
	})
	return found, seen <= mostFiles
}

// overrides returns the blocks of override files that Terraform merges into a resource, in
// the order in which it does.
func (s *surroundings) overrides(dir, kind, name string) []*block {
	var found []*block
	for _, base := range s.list(dir) {
		if !isOverride(base) {
			continue
		}
		src, why := s.read(path.Join(dir, base))
		if why != "" {
			continue
		}
		found = append(found, src.resources(kind, name)...)
	}
	return found
}

// declared returns the block that declares a resource, outside of override files; nil when
// there is none.
func (s *surroundings) declared(dir, kind, name string) *block {
	for _, src := range s.directory(dir).sources {
		if isOverride(src.path) {
			continue
		}
		if found := src.resources(kind, name); len(found) > 0 {
			return found[0]
		}
	}
	return nil
}

// resources returns the blocks that declare a resource.
func (s *source) resources(kind, name string) []*block {
	var found []*block
	for _, b := range s.blocks {
		if b.kind == "resource" && b.label(0) == kind && b.label(1) == name {
			found = append(found, b)
		}
	}
	return found
}

func isTofu(name string) bool {
	return strings.HasSuffix(strings.TrimSuffix(name, ".json"), ".tofu")
}

// twin is the file that OpenTofu reads in the place of one of Terraform, and Terraform in
// the place of one of OpenTofu (https://opentofu.org/docs/language/files/).
func twin(name string) string {
	stem, json := strings.CutSuffix(name, ".json")
	other := ""
	if was, ok := strings.CutSuffix(stem, ".tofu"); ok {
		other = was + ".tf"
	} else if was, ok := strings.CutSuffix(stem, ".tf"); ok {
		other = was + ".tofu"
	}
	if json && other != "" {
		other += ".json"
	}
	return other
}

func isOverride(name string) bool {
	stem := path.Base(name)
	if !isConfiguration(stem) {
		return false
	}
	stem = strings.TrimSuffix(stem, ".json")
	stem = strings.TrimSuffix(strings.TrimSuffix(stem, ".tf"), ".tofu")
	return stem == "override" || strings.HasSuffix(stem, "_override")
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
