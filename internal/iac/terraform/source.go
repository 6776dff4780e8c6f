package terraform

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"

	"github.com/trailspan/trailspan/internal/iac"
)

// Bounds on what is handed to the parsers, which recurse.
const (
	deepest   = 400
	mostTerns = 4000
	// mostBrackets do no harm, even if each of them is within the one before.
	mostBrackets = 5000
	// mostTemplates are the ${ of a file: the parser takes the square of the time for them.
	mostTemplates = 10_000
)

// source is a parsed file.
type source struct {
	path   string
	text   []byte
	json   bool
	top    map[string]*attribute // outside of blocks: a file of values has nothing else
	blocks []*block
	passed []hcl.Range // blocks that nobody asks for, not parsed
}

// block is a block of either syntax.
type block struct {
	file   *source
	kind   string
	labels []string
	attrs  map[string]*attribute
	blocks []*block
	head   hcl.Pos // where its declaration starts
	open   int     // offset behind the brace, in HCL; in JSON of the brace
	close  int     // offset of the closing brace, in HCL
}

type attribute struct {
	file *source
	name string
	key  hcl.Range // its name, with quotes in JSON
	eq   hcl.Range // in HCL
	at   hcl.Range // its value
	expr hcl.Expression
}

// text returns how the value is written.
func (a *attribute) text() string {
	return string(a.at.SliceBytes(a.file.text))
}

// alone says whether the value refers to nothing.
func (a *attribute) alone() bool {
	return !a.long() && len(a.expr.Variables()) == 0
}

// long says whether the value is too long to be evaluated: operators nest deeply in it.
func (a *attribute) long() bool {
	return a.at.End.Byte-a.at.Start.Byte > longest
}

// label returns the i-th label, "" when there is none.
func (b *block) label(i int) string {
	if i < len(b.labels) {
		return b.labels[i]
	}
	return ""
}

// parse reads a file; why says what stopped it, "" when nothing did.
func parse(name string, text []byte) (src *source, why string) {
	if len(text) > largest {
		return nil, fmt.Sprintf("larger than %d MB", largest>>20)
	}
	src = &source{path: name, text: text, json: isJSON(strings.ToLower(name))}
	if src.json {
		return src, src.parseJSON()
	}
	return src, src.parseNative()
}

func (s *source) parseNative() string {
	if bytes.Count(s.text, []byte("${")) > mostTemplates {
		return fmt.Sprintf("more than %d interpolations", mostTemplates)
	}
	if why := tooDeep(s.text); why != "" {
		return why
	}
	kept, passed := parts(s.text)
	if s.parseParts(kept) == "" {
		s.passed = passed
		return ""
	}
	return s.parseWhole()
}

func (s *source) parseWhole() (why string) {
	s.top, s.blocks = map[string]*attribute{}, nil
	return s.take(parseOld(s.text, s.path))
}

// parseParts parses pieces of a file, and says what is wrong with the first that cannot be.
func (s *source) parseParts(parts []hcl.Range) (why string) {
	s.top, s.blocks = map[string]*attribute{}, nil
	for _, at := range parts {
		text := at.SliceBytes(s.text)
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if why := s.take(hclsyntax.ParseConfig(text, s.path, at.Start)); why != "" {
			return why
		}
	}
	return ""
}

// take adds what was parsed, or says why it could not be.
func (s *source) take(file *hcl.File, diags hcl.Diagnostics) (why string) {
	if why := firstError(diags); why != "" {
		return why
	}
	if body, ok := file.Body.(*hclsyntax.Body); ok {
		top, blocks := s.native(body)
		maps.Copy(s.top, top)
		s.blocks = append(s.blocks, blocks...)
	}
	return ""
}

// firstError is the first error, with its line.
func firstError(diags hcl.Diagnostics) string {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		if d.Subject != nil {
			return fmt.Sprintf("line %d: %s", d.Subject.Start.Line, strings.ToLower(d.Summary))
		}
		return strings.ToLower(d.Summary)
	}
	return ""
}

// tooDeep looks at the tokens: the parser would run out of stack, and nobody writes such files.
func tooDeep(text []byte) string {
	if shallow(text) {
		return ""
	}
	tokens, _ := hclsyntax.LexConfig(text, "", hcl.InitialPos) // what is wrong, the parser says
	depth, ternaries, run := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp,
			hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd,
			hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			depth--
		case hclsyntax.TokenQuestion:
			ternaries++
		default:
		}
		if t.Type == hclsyntax.TokenBang || t.Type == hclsyntax.TokenMinus {
			run++
		} else {
			run = 0
		}
		if depth > deepest || ternaries > mostTerns || run > deepest {
			return fmt.Sprintf("line %d: nested too deeply", t.Range.Start.Line)
		}
	}
	return ""
}

// shallow says, from the bytes alone, that a text cannot be nested too deeply. Brackets in
// texts and comments are counted like others: their number bounds what they may hide.
func shallow(text []byte) bool {
	depth, opened, ternaries, run := 0, 0, 0, 0
	for _, c := range text {
		switch c {
		case '{', '[', '(':
			depth++
			opened++
		case '}', ']', ')':
			depth = max(0, depth-1)
		case '?':
			ternaries++
		case '!', '-':
			run++
		}
		if c != '!' && c != '-' && c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			run = 0
		}
		if depth > deepest/3 || opened > mostBrackets || ternaries > mostTerns || run > deepest {
			return false
		}
	}
	return true
}

func (s *source) native(body *hclsyntax.Body) (map[string]*attribute, []*block) {
	attrs := map[string]*attribute{}
	for name, a := range body.Attributes {
		attrs[name] = &attribute{file: s, name: name, key: a.NameRange, eq: a.EqualsRange, at: a.Expr.Range(), expr: a.Expr}
	}
	var blocks []*block
	for _, b := range body.Blocks {
		n := &block{
			file: s, kind: b.Type, labels: b.Labels, head: b.TypeRange.Start,
			open: b.OpenBraceRange.End.Byte, close: b.CloseBraceRange.Start.Byte,
		}
		n.attrs, n.blocks = s.native(b.Body)
		blocks = append(blocks, n)
	}
	return attrs, blocks
}

func (s *source) parseJSON() string {
	if iac.Depth(s.text) > deepest {
		return "nested too deeply"
	}
	file, diags := json.Parse(withoutMark(s.text), s.path)
	if why := firstError(diags); why != "" {
		return why
	}
	content, _, diags := file.Body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "resource", LabelNames: []string{"type", "name"}},
		{Type: "data", LabelNames: []string{"type", "name"}},
		{Type: "module", LabelNames: []string{"name"}},
		{Type: "variable", LabelNames: []string{"name"}},
		{Type: "output", LabelNames: []string{"name"}},
		{Type: "locals"},
	}})
	if why := firstError(diags); why != "" {
		return why
	}
	for _, b := range content.Blocks {
		s.blocks = append(s.blocks, s.jsonBlock(b))
	}
	slices.SortStableFunc(s.blocks, func(a, b *block) int { return a.head.Byte - b.head.Byte })
	return ""
}

// withoutMark puts spaces in the place of a byte order mark, so that all else stays where it is.
func withoutMark(text []byte) []byte {
	if rest, ok := bytes.CutPrefix(text, []byte("\ufeff")); ok {
		return append([]byte("   "), rest...)
	}
	return text
}

func (s *source) jsonBlock(b *hcl.Block) *block {
	n := &block{file: s, kind: b.Type, labels: b.Labels, attrs: map[string]*attribute{}, head: b.DefRange.Start}
	if k := len(b.LabelRanges); k > 0 {
		n.head = b.LabelRanges[k-1].Start
	}
	n.open = b.Body.MissingItemRange().Start.Byte
	attrs, _ := b.Body.JustAttributes() // what is no attribute is not looked at
	for name, a := range attrs {
		n.attrs[name] = &attribute{file: s, name: name, key: a.NameRange, at: a.Expr.Range(), expr: templated(a.Expr, s.text)}
	}
	return n
}

// templated returns the expression inside a JSON string, so that its parts can be looked at.
func templated(expr hcl.Expression, text []byte) hcl.Expression {
	raw := expr.Range().SliceBytes(text)
	if !bytes.Contains(raw, []byte("${")) || bytes.ContainsRune(raw, '\\') || len(raw) < 2 || raw[0] != '"' {
		return expr
	}
	if tooDeep(append([]byte("a="), raw...)) != "" {
		return expr
	}
	if parsed, diags := hclsyntax.ParseTemplate(raw[1:len(raw)-1], "", hcl.InitialPos); !diags.HasErrors() {
		return parsed
	}
	return expr
}

// parseValues reads a file of values in JSON.
func (s *source) parseValues() string {
	if iac.Depth(s.text) > deepest {
		return "nested too deeply"
	}
	file, diags := json.Parse(withoutMark(s.text), s.path)
	if why := firstError(diags); why != "" {
		return why
	}
	attrs, _ := file.Body.JustAttributes() // a file of values has nothing else
	s.top = map[string]*attribute{}
	for name, a := range attrs {
		s.top[name] = &attribute{file: s, name: name, key: a.NameRange, at: a.Expr.Range(), expr: a.Expr}
	}
	return ""
}
