package iac

import (
	"bytes"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Documents reads the templates, configurations and programs that a Markdown text shows in
// fenced blocks, each as a file of its own. A block that is not whole is passed by, and so
// is a trail of which nothing in the block says what it comes to: a document shows parts.
type Documents struct{ Blocks Reader }

const markdown Kind = "markdown"

// Kind recognizes Markdown by its name.
func (Documents) Kind(name string, _ []byte) Kind {
	if slices.Contains([]string{".md", ".markdown", ".mdx"}, strings.ToLower(path.Ext(name))) {
		return markdown
	}
	return ""
}

// Read finds the trails of all blocks.
func (d Documents) Read(in Input) File {
	f := File{Kind: markdown}
	if len(in.Text) > largestDocument || !bytes.Contains(bytes.ToLower(in.Text), []byte("cloudtrail")) {
		return f
	}
	number, counted := 1, 0
	for _, fence := range Fences(in.Text) {
		if len(fence.Lines) == 0 {
			continue
		}
		first := fence.Lines[0].From
		number, counted = number+bytes.Count(in.Text[counted:first], []byte("\n")), first
		b := shown(in, fence, number)
		if b.ext == "" {
			continue
		}
		f.Trails = append(f.Trails, b.read(d.Blocks)...)
	}
	return f
}

// largestDocument is the size of the longest text whose blocks are read.
const largestDocument = 8 << 20

// shownBlock is the text of a block, and where its lines stand in the document.
type shownBlock struct {
	in     Input
	ext    string // of a file with such a text; "" is nothing that is read here
	doc    []byte
	lines  []Span // in the document
	starts []int  // of the same lines in the block
	number int    // of the first line, from 1
}

func shown(in Input, fence Fence, number int) shownBlock {
	b := shownBlock{doc: in.Text, lines: fence.Lines, number: number}
	var text []byte
	for i, line := range fence.Lines {
		b.starts = append(b.starts, len(text))
		end := fence.To
		if i+1 < len(fence.Lines) {
			end = fence.Lines[i+1].From
		}
		text = append(text, in.Text[line.From:line.To]...)
		text = append(text, lineEnd(in.Text[line.To:end])...)
	}
	b.ext = extension(fence.Language, text)
	b.in = Input{Path: path.Base(in.Path) + ".L" + strconv.Itoa(b.number) + b.ext, Text: text}
	return b
}

// lineEnd is the line end with which a text begins; "" if it does not.
func lineEnd(text []byte) string {
	for _, end := range []string{"\r\n", "\n"} {
		if bytes.HasPrefix(text, []byte(end)) {
			return end
		}
	}
	return ""
}

// extension is that of the files that a block shows one of, by its language or, when it has
// none, by what it says.
func extension(language string, text []byte) string {
	switch language {
	case "hcl", "terraform", "tf", "tofu", "opentofu":
		return ".tf"
	case "yaml", "yml", "cloudformation", "ansible":
		return ".yaml"
	case "json", "jsonc":
		return ".json"
	case "python", "py", "python3":
		return ".py"
	case "typescript", "ts", "tsx":
		return ".ts"
	case "javascript", "js", "jsx":
		return ".js"
	case "go", "golang":
		return ".go"
	case "java", "scala", "php":
		return "." + language
	case "kotlin", "kt":
		return ".kt"
	case "csharp", "cs", "c#":
		return ".cs"
	case "ruby", "rb":
		return ".rb"
	case "", "text", "txt", "plaintext":
		return guessed(text)
	}
	return ""
}

func guessed(text []byte) string {
	has := func(s string) bool { return bytes.Contains(text, []byte(s)) }
	switch {
	case has(`resource "aws_cloudtrail"`), has(`resource "awscc_cloudtrail_trail"`):
		return ".tf"
	case !has("AWS::CloudTrail::Trail"):
		return ""
	case bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")):
		return ".json"
	default:
		return ".yaml"
	}
}

// read returns the trails of a block, as they stand in the document.
func (b shownBlock) read(r Reader) (all []Trail) {
	if r.Kind(b.in.Path, b.in.Text) == "" {
		return nil
	}
	f := r.Read(b.in)
	if f.Unreadable != "" {
		return nil
	}
	for _, t := range f.Trails {
		if t.Verdict == Unknown && t.Default == Unknown {
			continue
		}
		t.Line, t.Column = b.place(t.Line, t.Column)
		t.Problems = slices.Clone(t.Problems)
		for i, p := range t.Problems {
			t.Problems[i].Line, t.Problems[i].Column = b.place(p.Line, p.Column)
		}
		t.Fix, t.Elsewhere, t.Start = b.edits(t.Fix), b.edits(t.Elsewhere), b.edits(t.Start)
		all = append(all, t)
	}
	return all
}

// place turns a line and column of the block into those of the document.
func (b shownBlock) place(line, column int) (int, int) {
	i := max(0, min(line-1, len(b.lines)-1))
	return b.number + i, column + utf8.RuneCount(b.prefix(i))
}

// prefix is what indents a line of the block in the document.
func (b shownBlock) prefix(i int) []byte {
	from := b.lines[i].From
	return b.doc[bytes.LastIndexByte(b.doc[:from], '\n')+1 : from]
}

// edits are those of the block in the document; nil when one of them goes beyond a line that
// is indented there.
func (b shownBlock) edits(edits []Edit) (out []Edit) {
	for _, e := range edits {
		start, first := b.offset(e.Start)
		end, last := b.offset(e.End)
		indent := b.prefix(first)
		if e.Path != "" && e.Path != b.in.Path || len(indent) > 0 && first != last {
			return nil
		}
		text := strings.ReplaceAll(e.Text, "\n", "\n"+string(indent))
		out = append(out, Edit{Start: start, End: end, Text: text})
	}
	return out
}

// offset turns a byte of the block into one of the document, and tells its line.
func (b shownBlock) offset(at int) (offset, line int) {
	line = max(0, sort.SearchInts(b.starts, at+1)-1)
	return b.lines[line].From + at - b.starts[line], line
}
