package house_test

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tallest is the number of lines of the longest file anybody should have to read.
const tallest = 600

// worldly packages let the world into a room: it would no longer give the same answer
// to the same question.
func worldly() []string {
	return []string{
		"os", "os/exec", "os/signal", "os/user", "net", "net/http", "syscall", "log", "log/slog",
		"math/rand", "math/rand/v2", "crypto/rand", "io/ioutil", "runtime/debug", "unsafe",
	}
}

// clocks are the functions of package time that look at, or wait for, the clock.
func clocks() []string {
	return []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
}

// exits end the process behind the back of whoever called.
func exits() []string {
	return []string{"os.Exit", "syscall.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln"}
}

// machinePath is the path of somebody's machine: it means nothing on any other.
var machinePath = regexp.MustCompile(`(^|[^\w.~*$})-])/(work|farm|root|home/[a-z]\w*|Users/[A-Za-z]\w*)/`)

// A surveyor walks through a tree and notes every fault.
type surveyor struct {
	rooms    map[string]room
	packages map[string]*pkg // by directory
	faults   []string
}

// pkg is what was seen of the files of one directory. Files of tests count only where
// there are no others.
type pkg struct {
	files, comments, declarations             int
	testFiles, testComments, testDeclarations int
}

// survey returns the faults of the tree, sorted.
func survey(t *testing.T, tree fs.FS, rooms map[string]room) []string {
	t.Helper()
	s := &surveyor{rooms: rooms, packages: map[string]*pkg{}}
	if err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return enter(name)
		case !d.Type().IsRegular(), name == ".git": // in a work tree, a file that says where the repository is
			return nil
		}
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		s.text(name, src)
		return s.source(name, src)
	}); err != nil {
		t.Fatal(err)
	}
	s.wholePackages()
	s.wholeHouse(tree)
	slices.Sort(s.faults)
	return s.faults
}

// enter says whether a directory is ours to look at: hidden ones are tools' or git's,
// but for those that CI and the repository's host read.
func enter(dir string) error {
	base := path.Base(dir)
	if dir == "bin" || dir != "." && strings.HasPrefix(base, ".") && base != ".ci" && base != ".github" {
		return fs.SkipDir
	}
	return nil
}

func (s *surveyor) fault(format string, args ...any) {
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// text checks what holds for files of every kind.
func (s *surveyor) text(name string, src []byte) {
	if bytes.IndexByte(src, 0) >= 0 {
		return
	}
	for i, line := range strings.Split(string(src), "\n") {
		if found := machinePath.FindString(line); found != "" {
			s.fault("%s:%d: a path of somebody's machine: %s", name, i+1, strings.TrimSpace(found))
		}
	}
}

// source checks one Go file. What is in testdata is material, not house.
func (s *surveyor) source(name string, src []byte) error {
	if path.Ext(name) != ".go" || slices.Contains(strings.Split(name, "/"), "testdata") {
		return nil
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if n := bytes.Count(src, []byte("\n")); n > tallest {
		s.fault("%s: %d lines, more than %d: what is its second idea called?", name, n, tallest)
	}
	isTest := strings.HasSuffix(name, "_test.go")
	s.count(path.Dir(name), f, isTest)
	in := roomOf(path.Dir(name))
	if in == "" {
		if !isTest {
			s.fault("%s: only tests live at the root", name)
		}
		return nil
	}
	if _, ok := s.rooms[in]; !ok {
		s.fault("%s: room %q is not on the plan", name, in)
		return nil
	}
	s.imports(name, in, f, isTest)
	s.calls(name, in, f, isTest)
	return nil
}

// roomOf returns the room that a directory belongs to: all below internal/sandbox is
// of the sandbox. The root is no room.
func roomOf(dir string) string {
	parts := strings.Split(dir, "/")
	switch {
	case dir == ".":
		return ""
	case parts[0] == "internal" && len(parts) > 1:
		return parts[1]
	case parts[0] == "cmd" && len(parts) > 1:
		return path.Join(parts[:2]...)
	}
	return parts[0]
}

func (s *surveyor) count(dir string, f *ast.File, isTest bool) {
	p := s.packages[dir]
	if p == nil {
		p = &pkg{}
		s.packages[dir] = p
	}
	files, comments, declarations := &p.files, &p.comments, &p.declarations
	if isTest {
		files, comments, declarations = &p.testFiles, &p.testComments, &p.testDeclarations
	}
	*files++
	if f.Doc != nil {
		*comments++
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.IMPORT {
			*declarations++
		}
	}
}

// imports checks who uses whom. Tests may use other rooms and any module, but those of
// the sandbox stay in the sandbox: a misreading of AWS must not sit on both sides.
func (s *surveyor) imports(name, in string, f *ast.File, isTest bool) {
	for _, spec := range f.Imports {
		imp, _ := strconv.Unquote(spec.Path.Value)
		if spec.Name != nil && spec.Name.Name == "." {
			s.fault("%s: imports all names of %q", name, imp)
		}
		if imp == module || strings.HasPrefix(imp, module+"/") {
			s.ours(name, in, strings.TrimPrefix(imp, module+"/"), isTest)
			continue
		}
		if isTest {
			continue
		}
		if s.rooms[in].pure && slices.Contains(worldly(), imp) {
			s.fault("%s: %s only thinks and may not use %q", name, in, imp)
		}
		if in == "sandbox" && foreign(imp) && imp != "go.yaml.in/yaml/v4" {
			s.fault("%s: sandbox uses the standard library and YAML, not %q", name, imp)
			continue
		}
		for start, owner := range doors() {
			if strings.HasPrefix(imp, start) && in != owner {
				s.fault("%s: %q may be used by %s only", name, imp, cmp.Or(owner, "tests"))
			}
		}
	}
}

func (s *surveyor) ours(name, in, imp string, isTest bool) {
	to := roomOf(imp)
	switch {
	case to == in, isTest && in != "sandbox":
	case !slices.Contains(s.rooms[in].may, to):
		s.fault("%s: %s may not use %s", name, in, to)
	}
}

// foreign says whether a package is neither ours nor of the standard library: the
// first part of its path is a host name.
func foreign(imp string) bool {
	host, _, _ := strings.Cut(imp, "/")
	return strings.Contains(host, ".")
}

// calls checks what functions do: no init, no exit but in cmd, no clock in pure rooms.
func (s *surveyor) calls(name, in string, f *ast.File, isTest bool) {
	names := importedAs(f)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				s.fault("%s: an init function; wire things where they can be seen", name)
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && names[x.Name] != "" && !isTest {
				s.call(name, in, names[x.Name], n.Sel.Name)
			}
		}
		return true
	})
}

func (s *surveyor) call(name, in, imp, function string) {
	if slices.Contains(exits(), imp+"."+function) && !strings.HasPrefix(in, "cmd/") {
		s.fault("%s: only cmd may call %s.%s", name, imp, function)
	}
	if s.rooms[in].pure && imp == "time" && slices.Contains(clocks(), function) {
		s.fault("%s: %s only thinks: time.%s must come from outside", name, in, function)
	}
}

// importedAs maps the names by which a file knows packages to their paths.
func importedAs(f *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range f.Imports {
		imp, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(imp)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = imp
	}
	return names
}

// wholePackages checks that each package says once what it is for, and holds something.
func (s *surveyor) wholePackages() {
	for dir, p := range s.packages {
		comments, declarations := p.comments, p.declarations
		if p.files == 0 {
			comments, declarations = p.testComments, p.testDeclarations
		}
		if comments != 1 {
			s.fault("%s: %d package comments, want exactly one", dir, comments)
		}
		if declarations == 0 {
			s.fault("%s: an empty package", dir)
		}
	}
}

// wholeHouse checks that every room of the plan was built, and that no directory
// under internal/ is without a package.
func (s *surveyor) wholeHouse(tree fs.FS) {
	built := map[string]bool{}
	for dir := range s.packages {
		built[roomOf(dir)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(s.rooms)) {
		if !built[name] {
			s.fault("%s: on the plan, but not in the house", name)
		}
		for _, to := range s.rooms[name].may {
			if _, ok := s.rooms[to]; !ok {
				s.fault("%s: may use %q, which is not on the plan", name, to)
			}
		}
	}
	entries, err := fs.ReadDir(tree, "internal")
	if err != nil {
		s.fault("internal: %v", err)
	}
	for _, e := range entries {
		if _, planned := s.rooms[e.Name()]; e.IsDir() && !planned && !built[e.Name()] {
			s.fault("internal/%s: an empty room", e.Name())
		}
	}
}
