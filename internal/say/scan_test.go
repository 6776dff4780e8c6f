package say

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources is Go source by its path from the root of the module.
type sources map[string]string

// readSources returns every Go file of the module that is no test. The sandbox is
// not looked at: it speaks as AWS does, and shares nothing with the catalog.
func readSources(t *testing.T) sources {
	t.Helper()
	root := os.DirFS("../..")
	out := sources{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || name == "internal/sandbox" || len(name) > 1 && name[0] == '.'):
			return fs.SkipDir
		case path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		out[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// scan is what the source says about the catalog.
type scan struct {
	sentences catalog
	used      map[string]bool // literals that are keys
	prefixes  []string        // literals that keys are put together with
	suffixes  []string        // literals that are put behind a key
	faults    []string
}

// look reads all sources; keys that nobody uses become faults too.
func look(all sources, sentences catalog) (*scan, error) {
	s := &scan{sentences: sentences, used: map[string]bool{}}
	for name, text := range all {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		f := fileScan{scan: s, set: set, prose: isRoomForPeople(name), quiet: quietLiterals(file)}
		ast.Inspect(file, f.node)
	}
	s.unused()
	slices.Sort(s.faults)
	return s, nil
}

func (s *scan) unused() {
	for key := range s.sentences {
		if !s.says(key) && !slices.ContainsFunc(s.suffixes, func(end string) bool {
			stem, ok := strings.CutSuffix(key, end)
			return ok && s.says(stem)
		}) {
			s.faults = append(s.faults, fmt.Sprintf("catalog: nobody says %s", key))
		}
	}
}

// says tells whether the source has a key as it is, or begins to put it together.
func (s *scan) says(key string) bool {
	return s.used[key] || slices.ContainsFunc(s.prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
}

// family returns the keys with a prefix.
func (s *scan) family(prefix string) []string {
	var out []string
	for key := range s.sentences {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	return out
}

// fileScan looks at one file.
type fileScan struct {
	*scan
	set   *token.FileSet
	prose bool // whether sentences may not stand here
	quiet map[*ast.BasicLit]bool
}

func (f fileScan) fault(at ast.Node, format string, args ...any) {
	pos := f.set.Position(at.Pos())
	f.faults = append(f.faults, fmt.Sprintf("%s:%d: ", pos.Filename, pos.Line)+fmt.Sprintf(format, args...))
}

func (f fileScan) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		f.call(n)
	case *ast.BinaryExpr:
		f.join(n)
	case *ast.BasicLit:
		f.literal(n)
	}
	return true
}

// call checks a literal key and the names beside it.
func (f fileScan) call(c *ast.CallExpr) {
	if name := called(c); name != "Say" && name != "say" || len(c.Args) == 0 {
		return
	}
	key, ok := literal(c.Args[0])
	if !ok || called(c) == "say" && !strings.Contains(key, ".") { // a small say may put a prefix before it
		return
	}
	text, ok := f.sentences[key]
	if !ok {
		f.fault(c, "the catalog has no %s", key)
		return
	}
	if names, all := argumentNames(c); all && !slices.Equal(names, placeholders(text)) {
		f.fault(c, "%s is said with %v, but its placeholders are %v", key, names, placeholders(text))
	}
}

// called returns the last name of the function of a call.
func called(c *ast.CallExpr) string {
	switch fn := c.Fun.(type) {
	case *ast.SelectorExpr:
		return fn.Sel.Name
	case *ast.Ident:
		return fn.Name
	default:
		return ""
	}
}

// argumentNames returns the literal names after a key, sorted, each once, and whether
// they are all of them.
func argumentNames(c *ast.CallExpr) (names []string, all bool) {
	if c.Ellipsis.IsValid() {
		return nil, false
	}
	for i := 1; i < len(c.Args); i += 2 {
		name, ok := literal(c.Args[i])
		if !ok {
			return nil, false
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), true
}

// join notes the literals that a key is put together with.
func (f fileScan) join(b *ast.BinaryExpr) {
	if b.Op != token.ADD {
		return
	}
	if left, ok := literal(b.X); ok {
		f.prefix(left)
	}
	if right, ok := literal(b.Y); ok && strings.HasPrefix(right, ".") {
		f.suffixes = append(f.suffixes, right)
	}
}

func (f fileScan) prefix(text string) {
	if strings.Contains(text, ".") && len(f.family(text)) > 0 {
		f.prefixes = append(f.prefixes, text)
	}
}

var keyLike = regexp.MustCompile(`^([a-z][a-z-]*\.)([A-Za-z0-9/_-]+\.?)*$`)

// literal notes a key, and finds what is nearly one, and sentences.
func (f fileScan) literal(l *ast.BasicLit) {
	text, ok := literal(l)
	if !ok || f.quiet[l] {
		return
	}
	if _, ok := f.sentences[text]; ok {
		f.used[text] = true
		return
	}
	if begin, _, formatted := strings.Cut(text, "%"); formatted {
		f.prefix(begin)
	}
	if m := keyLike.FindStringSubmatch(text); m != nil && len(f.family(m[1])) > 0 && len(f.family(text)) == 0 && !isFileName(text) {
		f.fault(l, "%s looks like a key, but the catalog has none like it", text)
	}
	if f.prose && isProse(text) {
		f.fault(l, "a sentence stands outside the catalog: %q", text)
	}
}

func isFileName(text string) bool {
	return slices.Contains([]string{".json", ".yaml", ".yml", ".csv", ".html", ".css", ".js", ".go", ".md", ".tf", ".sarif", ".xml"}, path.Ext(text))
}

// literal returns the text of a string literal.
func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}

// isRoomForPeople says whether a file is in a room that speaks to people, where every
// sentence comes from the catalog.
func isRoomForPeople(name string) bool {
	return slices.ContainsFunc([]string{"internal/report/", "internal/cli/", "internal/console/", "cmd/"}, func(room string) bool {
		return strings.HasPrefix(name, room)
	})
}

// quietLiterals are those that are no sentences to a person: import paths, struct
// tags, and the words of errors, which are English and for the log as for the eye.
func quietLiterals(file *ast.File) map[*ast.BasicLit]bool {
	quiet := map[*ast.BasicLit]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			quiet[n.Path] = true
		case *ast.Field:
			quiet[n.Tag] = true
		case *ast.CallExpr:
			if name := called(n); name == "Errorf" || name == "New" {
				quietArguments(quiet, n)
			}
		}
		return true
	})
	return quiet
}

func quietArguments(quiet map[*ast.BasicLit]bool, c *ast.CallExpr) {
	for _, arg := range c.Args {
		if l, ok := arg.(*ast.BasicLit); ok {
			quiet[l] = true
		}
	}
}

// twoWords finds two words of lower case side by side: what flag names, paths, format
// strings, header names, identifiers and upper-case words in a usage line never have.
var twoWords = regexp.MustCompile(`(^|[\s(])[A-Za-z]?[a-z']+,? [a-z]{2,}($|[\s.,:;!?)])`)

// isProse says whether a literal is meant to be read by a person.
func isProse(text string) bool {
	return !isAllowed(text) && (twoWords.MatchString(text) || strings.ContainsFunc(text, isJapanese))
}

// isAllowed lists what reads as prose and is none.
func isAllowed(text string) bool {
	return text == "はい" || // an answer that is read, not said
		strings.HasPrefix(text, "trailspan ") || // a command line to copy
		strings.HasPrefix(text, "aws ") ||
		strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || strings.HasPrefix(text, "<") // JSON, HTML
}
