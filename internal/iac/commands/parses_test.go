package commands

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/tools/txtar"
	"mvdan.cc/sh/v3/syntax"

	"github.com/trailspan/trailspan/internal/iac"
)

// What parsed before it was fixed parses afterwards: shell, YAML and Go by the parsers that
// read them here; other languages are parsed by their own in interop.
func TestFixedStillParses(t *testing.T) {
	cases, _ := filepath.Glob("testdata/cases/*.txtar")
	parsed := 0
	for _, name := range cases {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files := txtar.Parse(text).Files
		kind := reader{}.Kind(files[0].Name, files[0].Data)
		before, fixed := files[0].Data, []byte(nil)
		for _, f := range files {
			if f.Name == "fixed" {
				fixed = f.Data
			}
		}
		if fixed == nil || parses(kind, before) != nil {
			continue
		}
		parsed++
		if err := parses(kind, fixed); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if parsed < 30 {
		t.Errorf("only %d fixed files were parsed", parsed)
	}
}

// parses says what is wrong with the syntax of a text.
func parses(kind iac.Kind, text []byte) error {
	switch kind {
	case Shell:
		_, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(bytes.NewReader(text), "")
		return err
	case YAML, JSON:
		_, err := parseYAML(text)
		return err
	case Terraform:
		if _, err := hclsyntax.ParseConfig(text, "", hcl.InitialPos); err.HasErrors() {
			return err
		}
		return nil
	case Go:
		_, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
		return err
	default:
		return nil
	}
}

// FuzzFix holds every file against what a fix promises: nothing outside of its edits
// changes, it is made once, and what is fixed is right.
func FuzzFix(f *testing.F) {
	seed(f)
	all := func(int, iac.Trail) bool { return true }
	f.Fuzz(func(t *testing.T, kind byte, text []byte) {
		name := names()[int(kind)%len(names())]
		in := iac.Input{Path: name, Text: text}
		once := iac.Fix(New(), in, iac.Declarations, all)
		fixed, changed := once.Texts[name]
		if !changed {
			return
		}
		if before, behind := outside(text, once.Before); !bytes.HasPrefix(fixed, before) || !bytes.HasSuffix(fixed, behind) {
			t.Errorf("bytes outside of the fix changed:\n%q\n%q", text, fixed)
		}
		in.Text = fixed
		if again := iac.Fix(New(), in, iac.Declarations, all); len(again.Texts) > 0 {
			t.Errorf("the fix of\n%q\nis fixed again:\n%q", fixed, again.Texts[name])
		}
		properties(t, iac.Input{Path: name, Text: text}, once.Before)
	})
}

// A constant is turned where it is declared, and only when that is asked for.
func TestDeclarations(t *testing.T) {
	text := "import boto3\nMULTI = False  # for now\nclient.create_trail(Name='a', S3BucketName='b', IsMultiRegionTrail=MULTI)\n"
	want := "import boto3\nMULTI = True  # for now\nclient.create_trail(Name='a', S3BucketName='b', IsMultiRegionTrail=MULTI)\n"
	in := iac.Input{Path: "a.py", Text: []byte(text)}
	all := func(int, iac.Trail) bool { return true }
	if got := iac.Fix(New(), in, iac.TrailOnly, all); len(got.Texts) > 0 {
		t.Errorf("fixed without being asked: %s", got.Texts["a.py"])
	}
	if got := iac.Fix(New(), in, iac.Declarations, all); string(got.Texts["a.py"]) != want {
		t.Errorf("got\n%s\nwant\n%s", got.Texts["a.py"], want)
	}
}

// names has a file of each kind.
func names() []string {
	return []string{"a.sh", "Makefile", "Dockerfile", "a.yml", "Jenkinsfile", "a.ps1", "a.bat", "a.md", "a.go", "a.py", "a.ts", "a.java", "a.kt", "a.scala", "a.cs", "a.rb", "a.php", "a.tf", "a.tf.json", "a.json"}
}

// seed gives a fuzz target the files of the cases, with the place of their kind in names.
func seed(f *testing.F) {
	cases, _ := filepath.Glob("testdata/cases/*.txtar")
	for _, name := range cases {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		file := txtar.Parse(text).Files[0]
		for i, other := range names() {
			if r := (reader{}); r.Kind(file.Name, file.Data) == r.Kind(other, file.Data) {
				f.Add(byte(i), file.Data)
			}
		}
	}
}

// outside is what stands before the first edit of a file, and behind the last.
func outside(text []byte, f iac.File) (before, behind []byte) {
	first, last := len(text), 0
	for _, t := range f.Trails {
		for _, e := range slices.Concat(t.Fix, t.Elsewhere) {
			first, last = min(first, e.Start), max(last, e.End)
		}
	}
	if first > last {
		return text, nil
	}
	return text[:first], text[last:]
}
