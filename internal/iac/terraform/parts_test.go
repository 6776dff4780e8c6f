package terraform

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestParts shows what is passed by, as its first lines, and what is not.
func TestParts(t *testing.T) {
	const trail = "resource \"aws_cloudtrail\" \"t\" {\n}\n"
	for _, c := range []struct{ why, text, passed string }{
		{"a resource that nobody asks for", "resource \"aws_vpc\" \"v\" {\n  cidr = \"10.0.0.0/8\"\n}\n" + trail, "aws_vpc"},
		{"a provider", "provider \"aws\" {\n}\n" + trail, "aws"},
		{"blocks and objects in it", "resource \"aws_vpc\" \"v\" {\n  tags = {\n    a = \"${var.b}\"\n  }\n  x {\n  }\n}\n" + trail, "aws_vpc"},
		{"Windows line ends", "resource \"aws_vpc\" \"v\" {\r\n  a = 1\r\n}\r\n" + trail, "aws_vpc"},
		{"a comment behind an end within it", "resource \"aws_vpc\" \"v\" {\n  x {\n  } # x\n}\n", "aws_vpc"},
		{"no line end at the end", trail + "resource \"aws_vpc\" \"v\" {\n}", "aws_vpc"},
		{"trails and buckets are asked for", trail + "resource \"aws_s3_bucket\" \"b\" {\n}\n", ""},
		{"data sources, outputs, variables, modules and local values are asked for", "data \"aws_ami\" \"a\" {\n}\noutput \"o\" {\n}\nvariable \"v\" {\n}\nmodule \"m\" {\n}\nlocals {\n}\n", ""},
		{"a heredoc can hold anything", "resource \"aws_vpc\" \"v\" {\n  a = <<E\n}\nE\n}\n" + trail, ""},
		{"so can a comment", "resource \"aws_vpc\" \"v\" {\n  /*\n}\n*/ }\n" + trail, ""},
		{"a brace in a text", "resource \"aws_vpc\" \"v\" {\n  a = \"{\"\n}\n" + trail, ""},
		{"a brace in a comment", "resource \"aws_vpc\" \"v\" {\n  # {\n}\n" + trail, ""},
		{"an end in a comment", "resource \"aws_vpc\" \"v\" {\n  a = 1 # }\n  b = 2\n}\n" + trail, ""},
		{"an end behind something", "resource \"aws_vpc\" \"v\" {\n  a = 1 }\n" + trail, ""},
		{"an end and a brace in a comment", "resource \"aws_vpc\" \"v\" {\n  x {\n  } # {\n}\n" + trail + "resource \"aws_vpc\" \"v\" {\n  x { # }\n  }\n}\n", ""},
		{"an end too far away", "resource \"aws_vpc\" \"v\" {\n" + strings.Repeat("\n", largestPassed) + "}\n" + trail, ""},
		{"something behind the end", "resource \"aws_vpc\" \"v\" {\n} resource \"aws_cloudtrail\" \"t\" {\n}\n", ""},
		{"an end and a new block in one line", "resource \"aws_vpc\" \"v\" {\n}{\n}\n", ""},
		{"a block on one line", "resource \"aws_vpc\" \"v\" { a = 1 }\n" + trail, ""},
		{"an interpolation over lines", "resource \"aws_vpc\" \"v\" {\n  a = \"${\n  b}\"\n}\n" + trail, ""},
		{"no end", "resource \"aws_vpc\" \"v\" {\n" + trail, ""},
		{"the end of a block around it, indented", trail + "resource \"aws_vpc\" \"v\" {\n  a {\n  }\n  }\n" + trail, "aws_vpc"},
	} {
		_, passed := parts([]byte(c.text))
		var names []string
		for _, at := range passed {
			head := strings.Split(string(at.SliceBytes([]byte(c.text))), `"`)
			names = append(names, head[1])
		}
		if got := strings.Join(names, " "); got != c.passed {
			t.Errorf("%s: passed by %q, want %q\n%s", c.why, got, c.passed, c.text)
		}
		agree(t, []byte(c.text))
	}
}

// TestPartsWithin shows that what only looks like a block is read as what it is.
func TestPartsWithin(t *testing.T) {
	const block = "resource \"aws_vpc\" \"v\" {\n  a = 1\n}\n"
	for _, text := range []string{
		"variable \"v\" {\n  default = <<E\n" + block + "E\n}\n",
		"/*\n" + block + "*/\nvariable \"v\" {\n}\n",
		"locals {\n" + block + "}\n",
		"locals {\n  a = \"${\n" + block + "}\"\n}\n",
	} {
		src := &source{path: "main.tf", text: []byte(text)}
		if src.parseNative(); len(src.passed) > 0 {
			t.Errorf("something is passed by in\n%s", text)
		}
	}
}

// FuzzParts shows that a text without what is passed by says what the whole text says, each
// thing in its place.
func FuzzParts(f *testing.F) {
	names, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range txtar.Parse(text).Files {
			f.Add("resource \"aws_vpc\" \"v\" {\n  a = 1\n}\n" + string(file.Data) + "data \"b\" \"c\" {\n  d {\n  }\n}\n")
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if tooDeep([]byte(text)) == "" && len(text) < 1<<16 {
			agree(t, []byte(text))
		}
	})
}

// agree compares a text that is read in parts with the whole of it.
func agree(t *testing.T, text []byte) {
	t.Helper()
	kept, passed := parts(text)
	some, whole := &source{text: text}, &source{text: text}
	if some.parseParts(kept) != "" || whole.parseWhole() != "" {
		return // what is wrong is parsed as a whole, and what is wrong in what is passed by nobody asks for
	}
	before := len(whole.blocks)
	whole.blocks = slices.DeleteFunc(whole.blocks, func(b *block) bool {
		return slices.ContainsFunc(passed, func(at hcl.Range) bool {
			return b.head == at.Start && b.close < at.End.Byte
		})
	})
	if before-len(whole.blocks) != len(passed) || !maps.Equal(some.flat(), whole.flat()) {
		t.Fatalf("passed by: %v\n%v\nis not\n%v\nin\n%s", passed, some.flat(), whole.flat(), text)
	}
	for i, b := range some.blocks {
		if o := whole.blocks[i]; b.head != o.head || b.open != o.open || b.close != o.close {
			t.Fatalf("%s is at %v, and at %v in the whole\n%s", b.kind, b.head, o.head, text)
		}
	}
}
