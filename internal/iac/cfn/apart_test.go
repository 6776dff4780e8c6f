package cfn

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzApart shows that a fix which is found right by the text of its resource alone is found
// right by the whole text, too.
func FuzzApart(f *testing.F) {
	names, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	var apart int
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range txtar.Parse(text).Files {
			f.Add(file.Data)
			apart += agreed(f, file.Data)
		}
	}
	if apart < 30 {
		f.Errorf("only %d fixes are found right by their resource alone", apart)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) < 1<<16 {
			agreed(t, text)
		}
	})
}

// agreed counts the fixes of a text that are found right apart.
func agreed(t testing.TB, text []byte) (apart int) {
	t.Helper()
	if !bytes.Contains(text, []byte("CloudTrail")) {
		return 0
	}
	p := page{kind: CloudFormation, text: text}
	docs, unreadable := parse(text)
	if unreadable != "" {
		return 0
	}
	c := check{p, docs, p.find(docs)}
	for i, one := range c.all {
		if one.Fix == nil || !c.apart(i) {
			continue
		}
		apart++
		if !c.fixes([]int{i}) {
			t.Fatalf("the fix of %s, %+v, does not do in the whole of\n%s", one.Name, one.Fix, text)
		}
	}
	return apart
}
