package terraform

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/trailspan/trailspan/internal/iac"
)

// place is a tree that can be told from others, as one on a disk can.
type place struct{ fs.FS }

// TestMemory reads the files of a tree from several goroutines with one Reader, and more of
// them than it keeps: the answers are those of a Reader that remembers nothing.
func TestMemory(t *testing.T) {
	call := []byte("module \"a\" {\n  source = \"./dir1\"\n  multi  = true\n}\n")
	short, long := fstest.MapFS{"main.tf": {Data: call}}, fstest.MapFS{"main.tf": {Data: call}}
	for i := range 20 {
		text := fmt.Sprintf("resource \"aws_cloudtrail\" \"t%d\" {\n  is_multi_region_trail = var.multi\n}\n", i)
		if i%2 > 0 { // two files of a directory: a trail of one, a variable and a trail of the other
			text += fmt.Sprintf("variable \"multi\" {\n  default = %v\n}\n", i%3 == 0)
		}
		name := fmt.Sprintf("dir%d/f%d.tf", i/2, i)
		short[name] = &fstest.MapFile{Data: []byte(text)}
		long[name] = &fstest.MapFile{Data: []byte(text + "#" + strings.Repeat(" ", mostKept/15) + "\n")}
	}
	tree, together := &place{long}, New()
	var all sync.WaitGroup
	for name, file := range long {
		want := summary(New().Read(iac.Input{Path: name, Text: short[name].Data, Tree: short}))
		for range 2 {
			all.Go(func() {
				if got := summary(together.Read(iac.Input{Path: name, Text: file.Data, Tree: tree})); got != want {
					t.Errorf("%s: %s, want %s", name, got, want)
				}
			})
		}
	}
	all.Wait()
}

// TestMemoryOfStdin reads a text that is not the one in the tree, after that one.
func TestMemoryOfStdin(t *testing.T) {
	old := "resource \"aws_cloudtrail\" \"t\" {\n  is_multi_region_trail = local.multi\n}\nlocals {\n  multi = false\n}\n"
	tree, r := &place{fstest.MapFS{"main.tf": {Data: []byte(old)}}}, New()
	for text, want := range map[string]iac.Verdict{old: iac.Single, strings.Replace(old, "false", "true", 1): iac.Multi} {
		for range 2 {
			if f := r.Read(iac.Input{Path: "main.tf", Text: []byte(text), Tree: tree}); len(f.Trails) != 1 || f.Trails[0].Verdict != want {
				t.Errorf("%s of %s", summary(f), text)
			}
		}
	}
}
