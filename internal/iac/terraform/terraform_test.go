package terraform

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailspan/trailspan/internal/iac"
)

var update = flag.Bool("update", false, "write what was found into the cases")

// TestCases reads testdata/cases. Of each, the file called input is read, and the others
// stand around it; want has a line for each trail; fixed is the input with all fixes, and
// elsewhere/PATH a file with all edits of declarations; parameters has lines NAME=VALUE.
func TestCases(t *testing.T) {
	names, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(names) < 40 {
		t.Fatalf("only %d cases: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := answerTo(a)
			if *update {
				if err := os.WriteFile(name, txtar.Format(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if g, w := txtar.Format(got), txtar.Format(a); !bytes.Equal(g, w) {
				t.Errorf("got\n%s\nwant\n%s", g, w)
			}
			inDOS(t, a)
		})
	}
}

// answerTo returns a case with the answers that Read gives.
func answerTo(a *txtar.Archive) *txtar.Archive {
	out := &txtar.Archive{Comment: a.Comment}
	in := iac.Input{Parameters: map[string]string{}}
	tree := fstest.MapFS{}
	for _, f := range a.Files {
		switch {
		case f.Name == "want" || f.Name == "fixed" || strings.HasPrefix(f.Name, "elsewhere/"):
			continue
		case f.Name == "parameters":
			for line := range strings.Lines(string(f.Data)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				in.Parameters[name] = value
			}
		default:
			tree[f.Name] = &fstest.MapFile{Data: f.Data}
			if strings.HasPrefix(path.Base(f.Name), "input") {
				in.Path, in.Text = f.Name, f.Data
			}
		}
		out.Files = append(out.Files, f)
	}
	in.Tree = tree
	found := New().Read(in)
	out.Files = append(out.Files, txtar.File{Name: "want", Data: []byte(summary(found))})
	if text := allFixed(in.Text, found); !bytes.Equal(text, in.Text) {
		out.Files = append(out.Files, txtar.File{Name: "fixed", Data: text})
	}
	out.Files = append(out.Files, declarations(in, tree, found)...)
	return out
}

func summary(f iac.File) string {
	var b strings.Builder
	for _, t := range f.Trails {
		rules := []string{}
		for _, p := range t.Problems {
			rules = append(rules, p.Rule)
		}
		fmt.Fprintf(&b, "%s %d %s %s %s %s\n", t.Name, t.Line, t.Verdict, t.Default, cmp.Or(strings.Join(rules, ","), "-"), t.Reason.Key)
	}
	if f.Unreadable != "" {
		fmt.Fprintf(&b, "unreadable: %s\n", f.Unreadable)
	}
	return b.String()
}

func allFixed(text []byte, f iac.File) []byte {
	var edits []iac.Edit
	for _, t := range f.Trails {
		edits = append(edits, t.Fix...)
	}
	return apply(text, edits)
}

// declarations returns the files that the edits of declarations change.
func declarations(in iac.Input, tree fstest.MapFS, f iac.File) []txtar.File {
	edits := map[string][]iac.Edit{}
	for _, t := range f.Trails {
		for _, e := range t.Elsewhere {
			name := cmp.Or(e.Path, in.Path)
			if e.Path = ""; !slices.Contains(edits[name], e) {
				edits[name] = append(edits[name], e)
			}
		}
	}
	var out []txtar.File
	for name, e := range edits {
		out = append(out, txtar.File{Name: "elsewhere/" + name, Data: apply(tree[name].Data, e)})
	}
	slices.SortFunc(out, func(a, b txtar.File) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// inDOS reads the case with the line ends of DOS: the answers are the same.
func inDOS(t *testing.T, a *txtar.Archive) {
	t.Helper()
	dos := &txtar.Archive{}
	want := map[string][]byte{}
	for _, f := range a.Files {
		if f.Name != "want" {
			f.Data = bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n"))
		}
		want[f.Name] = f.Data
		dos.Files = append(dos.Files, f)
	}
	for _, f := range answerTo(dos).Files {
		if !bytes.Equal(f.Data, want[f.Name]) {
			t.Errorf("with line ends of DOS, %s is\n%q\nwant\n%q", f.Name, f.Data, want[f.Name])
		}
	}
}

// FuzzRead shows that no text does harm, and that a fix is made once, and touches nothing else.
func FuzzRead(f *testing.F) {
	names, _ := filepath.Glob("testdata/cases/*.txtar") // TestCases says when there are none
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if base := path.Base(file.Name); strings.HasPrefix(base, "input") {
				f.Add(base, file.Data)
			}
		}
	}
	for _, open := range []string{"[", "(", "!", "-", "a?", `"${`, "a{", "[for a in b:", "<<A\n${", "a[", "a ? b : ", "a + ", "a && ", "f(", "a.*.", "a[*]."} {
		f.Add("input.tf", []byte("resource aws_cloudtrail b {\nis_multi_region_trail = "+strings.Repeat(open, 20_000)))
	}
	f.Add("input.tf.json", []byte(`{"module":`+strings.Repeat(`[`, 100_000)))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		in := iac.Input{Path: name, Text: text, Tree: fstest.MapFS{"input.tf": {Data: text}, "terraform.tfvars": {Data: text}, "m/a.tf": {Data: text}}}
		found := New().Read(in)
		for _, trail := range found.Trails {
			if trail.Fix != nil {
				isFixed(t, in, trail)
			}
		}
		in.Text = allFixed(text, found)
		if again := allFixed(in.Text, New().Read(in)); !bytes.Equal(again, in.Text) {
			t.Errorf("fixed twice, %q becomes %q", in.Text, again)
		}
	})
}

// FuzzFix shows that files around a file do no harm, that what is fixed to the end needs no
// fix any more, and that a trail which was to be fixed is right then, or has no fix.
func FuzzFix(f *testing.F) {
	names, _ := filepath.Glob("testdata/cases/*.txtar") // TestCases says when there are none
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		input, beside, values := "", "", ""
		for _, file := range a.Files {
			switch {
			case file.Name == "input.tf":
				input = string(file.Data)
			case strings.HasSuffix(file.Name, ".tf"):
				beside = string(file.Data)
			case strings.HasSuffix(file.Name, ".tfvars"):
				values = string(file.Data)
			}
		}
		f.Add(input, beside, values)
	}
	f.Fuzz(func(t *testing.T, input, beside, values string) {
		tree := fstest.MapFS{
			"m/input.tf": {Data: []byte(input)}, "m/beside.tf": {Data: []byte(beside)}, "m/x_override.tf": {Data: []byte(values)},
			"m/terraform.tfvars": {Data: []byte(values)}, "main.tf": {Data: []byte(beside)},
		}
		in := iac.Input{Path: "m/input.tf", Text: []byte(input), Tree: tree}
		for _, extent := range []iac.Extent{iac.TrailOnly, iac.Declarations} {
			once := iac.Fix(New(), in, extent, always)
			for _, a := range once.After.Trails {
				if a.Fix != nil && a.Verdict == iac.Single {
					t.Errorf("%s has a fix that was not made", a.Name)
				}
			}
			again := in
			again.Tree = iac.Overlay(tree, once.Texts)
			if text, ok := once.Texts[in.Path]; ok {
				again.Text = text
			}
			if twice := iac.Fix(New(), again, extent, always); len(twice.Texts) > 0 {
				t.Errorf("fixed twice, %q becomes %q", once.Texts, twice.Texts)
			}
		}
	})
}

func always(int, iac.Trail) bool { return true }

// isFixed shows that the fix of one trail makes it multi-Region.
func isFixed(t *testing.T, in iac.Input, trail iac.Trail) {
	t.Helper()
	in.Text = apply(in.Text, trail.Fix)
	for _, after := range New().Read(in).Trails {
		if after.Name == trail.Name && after.Verdict == iac.Multi {
			return
		}
	}
	t.Errorf("%s is not multi-Region in %q", trail.Name, in.Text)
}

// TestLarge shows that files which would use up the stack or the day do no harm.
func TestLarge(t *testing.T) {
	const head = "resource aws_cloudtrail b {\nis_multi_region_trail = "
	for name, text := range map[string]string{
		"a long sum":        head + strings.Repeat("a + ", 500_000) + "a\n}\n",
		"values doubled":    head + "local.a64 == []\n}\nlocals {\na0 = [1]\n" + doubled() + "}\n",
		"loops in loops":    head + "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]\n}\n",
		"50 MB":             strings.Repeat("# aws_cloudtrail\n", 3<<20),
		"a deep object":     head + strings.Repeat("{a=", 100_000),
		"many ternaries":    head + strings.Repeat("a ? b : ", 100_000) + "c\n}\n",
		"many negations":    head + strings.Repeat("!", 1_000_000) + "c\n}\n",
		"local trees":       head + "local.a\n}\nlocals {\na = " + tree("local.b", 11) + "\nb = " + tree("local.c", 11) + "\nc = " + tree("var.d", 11) + "\n}\n",
		"a long text":       head + "join(\"x\", [a, <<EOT\n" + strings.Repeat("${x}\n", 9_000) + "EOT\n])\n}\n",
		"a text that grows": head + "local.e == \"\"\n}\nlocals {\na = \"" + strings.Repeat("a", 20_000) + "\"\n" + grown() + "}\n",
		"a longer text":     head + "<<EOT\n" + strings.Repeat("aaaaaaaaaaaaaaaa ${x}\n", 90_000) + "EOT\n}\n",
		"deep blocks":       head + "var.x\n" + strings.Repeat("a {\n", 100_000),
		"calls of itself":   "module a {\nsource = \"./\"\nx = var.x\n}\nvariable x {}\n" + head + "var.x\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			in := iac.Input{Path: "main.tf", Text: []byte(text), Tree: fstest.MapFS{"main.tf": {Data: []byte(text)}}}
			for _, found := range New().Read(in).Trails {
				if found.Verdict != iac.Unknown {
					t.Errorf("%s is %s", found.Name, found.Verdict)
				}
			}
		})
	}
}

// tree is an expression with many leaves that a condition nobody knows chooses from.
func tree(leaf string, depth int) string {
	if depth == 0 {
		return leaf
	}
	return "(x?" + tree(leaf, depth-1) + ":" + tree(leaf, depth-1) + ")"
}

// grown are local values, each of which would be thousands of times as long as the one before.
func grown() string {
	var b strings.Builder
	for _, name := range []string{"ab", "bc", "cd", "de"} {
		fmt.Fprintf(&b, "%c = replace(local.%c, \"a\", local.%c)\n", name[1], name[0], name[0])
	}
	return b.String()
}

func doubled() string {
	var b strings.Builder
	for i := range 64 {
		fmt.Fprintf(&b, "a%d = concat(local.a%d, local.a%d)\n", i+1, i, i)
	}
	return b.String()
}
