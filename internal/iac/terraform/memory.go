package terraform

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"sync"
)

// mostKept is how many bytes of configurations are kept parsed. Syntax trees are many times
// as large as their texts; what is forgotten is parsed again.
const mostKept = 4 << 20

// memory is what a reader remembers: files by name and text, and of each tree that can be
// told from others the directories and who calls them. It may be used from several
// goroutines, and what it hands out is not to be changed.
type memory struct {
	mu     sync.Mutex
	parsed map[string]*parsed
	kept   int // bytes of parsed
	trees  map[fs.FS]*surroundings
}

// parsed is a file that is parsed by whoever needs it first.
type parsed struct {
	text []byte
	once sync.Once
	src  *source
	why  string // it could not be read
}

// source returns a file, parsed, or why it could not be.
func (m *memory) source(name string, text []byte) (*source, string) {
	p := m.entry(path.Clean(name), text)
	p.once.Do(func() {
		p.why = "it could not be parsed" // if the parser should panic
		p.src, p.why = parse(name, text)
	})
	return p.src, p.why
}

func (m *memory) entry(name string, text []byte) *parsed {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.parsed[name]
	if p != nil && bytes.Equal(p.text, text) {
		return p
	}
	if m.kept += len(text); m.kept > mostKept || m.parsed == nil {
		m.kept, m.parsed = len(text), map[string]*parsed{}
		for _, s := range m.trees {
			s.forget()
		}
	}
	p = &parsed{text: text}
	m.parsed[name] = p
	return p
}

// in returns what is remembered of a tree. A tree that cannot be told from others is read
// anew each time.
func (m *memory) in(tree fs.FS) *surroundings {
	if tree == nil || !reflect.TypeOf(tree).Comparable() {
		return &surroundings{memory: m, tree: tree}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.trees[tree]
	if s == nil {
		s = &surroundings{memory: m, tree: tree}
		if m.trees == nil {
			m.trees = map[fs.FS]*surroundings{}
		}
		m.trees[tree] = s
	}
	return s
}

// surroundings are the directories of a tree, as far as they were looked at.
type surroundings struct {
	memory   *memory
	tree     fs.FS
	index    sync.Once
	callees  map[string][]string // files with calls, by the directory that they call
	whole    bool                // callees are all that there are
	mu       sync.Mutex
	dirs     map[string]*opened
	bindings map[string][]binding
	trails   map[string]bool     // directories that can hold a trail
	policies map[string]bool     // directories that can give a policy to a bucket
	names    map[string][]string // files of directories
}

// opened is a directory that is read by whoever needs it first.
type opened struct {
	once sync.Once
	dir  *directory
}

func (s *surroundings) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dirs, s.bindings, s.trails, s.policies, s.names = nil, nil, nil, nil, nil
}

// directory returns what Terraform reads together.
func (s *surroundings) directory(dir string) *directory {
	dir = path.Clean(dir)
	s.mu.Lock()
	if s.dirs == nil {
		s.dirs = map[string]*opened{}
	}
	o := s.dirs[dir]
	if o == nil {
		o = &opened{}
		s.dirs[dir] = o
	}
	s.mu.Unlock()
	o.once.Do(func() { o.dir = s.open(dir, nil) })
	return o.dir
}

// around returns the directory of a file, in which the file has the text that it has, which
// need not be the one in the tree.
func (s *surroundings) around(src *source) *directory {
	d := s.directory(path.Dir(src.path))
	twins := slices.Contains(s.list(d.path), twin(path.Base(src.path)))
	if !d.holds(src) || twins {
		d = s.open(path.Dir(src.path), src)
	}
	return d.seenBy(src)
}

// bound returns what a directory is known to be used with, from memory if it can.
func (s *surroundings) bound(d *directory, parameters map[string]string, depth int) []binding {
	if d != s.directory(d.path) {
		return s.uses(d, parameters, depth)
	}
	key := fmt.Sprint(d.path, "\x00", depth, parameters)
	s.mu.Lock()
	known, ok := s.bindings[key]
	s.mu.Unlock()
	if ok {
		return known
	}
	found := s.uses(d, parameters, depth)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bindings == nil {
		s.bindings = map[string][]binding{}
	}
	s.bindings[key] = found
	return found
}

// list returns the names of the files in a directory.
func (s *surroundings) list(dir string) []string {
	dir = path.Clean(dir)
	s.mu.Lock()
	names, known := s.names[dir]
	s.mu.Unlock()
	if known {
		return names
	}
	names = list(s.tree, dir)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil {
		s.names = map[string][]string{}
	}
	s.names[dir] = names
	return names
}

// read returns a file of the tree, parsed.
func (s *surroundings) read(name string) (*source, string) {
	text, err := fs.ReadFile(s.tree, name)
	if err != nil {
		return nil, err.Error()
	}
	return s.memory.source(name, text)
}
