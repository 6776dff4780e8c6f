package cfn

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/tailscale/hujson"
	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/iac"
)

type shape int

const (
	scalar shape = iota
	list
	mapping
)

// node is a value and where it stands. Nodes that an alias leads to are shared.
type node struct {
	shape  shape
	value  string // of a scalar; YAML 1.1 booleans are "true" and "false", as CloudFormation reads them
	fn     string // of a short intrinsic, "Fn::If" of !If; its argument is the node itself
	raw    string // of a scalar, as the parser gave it
	plain  bool   // a scalar without quotes
	null   bool
	block  bool // a literal block scalar
	flow   bool // in braces or brackets
	alias  int  // length of "*name" where the node is reached by an alias; 0 elsewhere
	anchor bool // an alias may lead here
	at     int  // bytes from the start
	end    int  // behind it, in JSON; 0 elsewhere
	line   int
	column int
	keys   []*node
	vals   []*node // of a mapping, or the items of a list
}

// deepest nesting that is read.
const deepest = 500

// parse returns the documents that could be read, and why the next could not.
func parse(text []byte) (docs []*node, unreadable string) {
	if len(text) > largest {
		return nil, "larger than 8 MB"
	}
	if !utf8.Valid(text) {
		return nil, "not UTF-8"
	}
	if isJSON(text) {
		if iac.Depth(text) > deepest {
			return nil, "nested too deeply"
		}
		if d := parseJSON(text); d != nil {
			return []*node{d}, ""
		}
	}
	return parseYAML(text)
}

func isJSON(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && text[0] == '{' && (len(text) == 1 || !bytes.ContainsRune([]byte("{%#"), rune(text[1]))) // else it is Jinja
}

// lines are the offsets at which lines start.
type lines struct {
	text   []byte
	starts []int
	last   int // the line that was asked for last, and how far into it
	column int
	offset int
}

func newLines(text []byte) *lines {
	l := &lines{text: text, starts: []int{0}}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\n', text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// offset of a line and column as the YAML parser counts them: from 1, in characters,
// without the byte order mark. It remembers where it was, for long lines.
func (l *lines) at(line, column int) int {
	if line < 1 || line > len(l.starts) {
		return len(l.text)
	}
	if l.last != line || column < l.column {
		l.last, l.column, l.offset = line, 1, l.starts[line-1]
		if line == 1 && bytes.HasPrefix(l.text, []byte("\ufeff")) {
			l.offset = 3
		}
	}
	for l.column < column && l.offset < len(l.text) {
		_, n := utf8.DecodeRune(l.text[l.offset:])
		l.offset += n
		l.column++
	}
	return l.offset
}

// place is the line and column of an offset.
func (l *lines) place(offset int) (line, column int) {
	line = sort.SearchInts(l.starts, offset+1)
	start := l.starts[line-1]
	if line == 1 && bytes.HasPrefix(l.text, []byte("\ufeff")) {
		start = min(3, offset)
	}
	if offset-start > 1<<12 { // columns of a file without line ends are of no use
		return line, offset - start + 1
	}
	return line, utf8.RuneCount(l.text[start:offset]) + 1
}

// ---- YAML

type yamlTree struct {
	lines *lines
	done  map[*yaml.Node]*node
}

func parseYAML(text []byte) (docs []*node, unreadable string) {
	defer func() { // the parser is not ours
		if e := recover(); e != nil {
			unreadable = "the YAML parser gave up"
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	t := yamlTree{newLines(text), map[*yaml.Node]*node{}}
	for {
		var n yaml.Node
		switch err := dec.Decode(&n); {
		case errors.Is(err, io.EOF):
			return docs, ""
		case err != nil:
			return docs, strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "yaml: ")
		}
		if len(n.Content) > 0 {
			docs = append(docs, t.node(n.Content[0], 0))
		}
	}
}

func (t yamlTree) node(y *yaml.Node, depth int) *node {
	n := &node{line: y.Line, column: y.Column, at: t.lines.at(y.Line, y.Column), anchor: y.Anchor != ""}
	if y.Kind == yaml.AliasNode {
		target := t.done[y.Alias]
		if target == nil || depth > deepest {
			return n
		}
		alias := *target
		alias.at, alias.line, alias.column, alias.anchor = n.at, n.line, n.column, false
		alias.alias = len(y.Value) + 1
		return &alias
	}
	if strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!") {
		n.fn = longName(y.Tag[1:])
	}
	n.flow = y.Style&yaml.FlowStyle != 0
	if depth <= deepest {
		t.content(n, y, depth)
	}
	t.done[y] = n
	return n
}

func (t yamlTree) content(n *node, y *yaml.Node, depth int) {
	switch y.Kind {
	case yaml.MappingNode:
		n.shape = mapping
		for i := 0; i+1 < len(y.Content); i += 2 {
			n.keys = append(n.keys, t.node(y.Content[i], depth+1))
			n.vals = append(n.vals, t.node(y.Content[i+1], depth+1))
		}
	case yaml.SequenceNode:
		n.shape = list
		for _, c := range y.Content {
			n.vals = append(n.vals, t.node(c, depth+1))
		}
	default:
		const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
		n.plain = y.Style&quoted == 0
		n.block = y.Style&yaml.LiteralStyle != 0
		n.raw, n.value = y.Value, y.Value
		n.null = n.plain && y.Tag == "!!null"
		if b, ok := yamlBoolean(y.Value); ok && n.plain {
			n.value = b
		}
	}
}

// yamlBoolean reads the booleans of YAML 1.1, in the three spellings that it allows.
func yamlBoolean(s string) (string, bool) {
	lower := strings.ToLower(s)
	if s != lower && s != strings.ToUpper(s) && s != strings.ToUpper(s[:1])+lower[1:] {
		return "", false
	}
	switch lower {
	case "true", "yes", "on":
		return "true", true
	case "false", "no", "off":
		return "false", true
	}
	return "", false
}

func longName(tag string) string {
	if tag == "Ref" || tag == "Condition" {
		return tag
	}
	return "Fn::" + tag
}

// ---- JSON

func parseJSON(text []byte) *node {
	body := text
	skip := 0
	if bytes.HasPrefix(text, []byte("\ufeff")) {
		body, skip = text[3:], 3
	}
	v, err := hujson.Parse(body)
	if err != nil {
		return nil
	}
	return jsonTree{newLines(text), body, skip}.node(v)
}

type jsonTree struct {
	lines *lines
	text  []byte
	skip  int
}

func (t jsonTree) node(v hujson.Value) *node {
	n := &node{at: v.StartOffset + t.skip, end: v.EndOffset + t.skip, flow: true}
	n.line, n.column = t.lines.place(n.at)
	switch x := v.Value.(type) {
	case *hujson.Object:
		n.shape = mapping
		for _, m := range x.Members {
			n.keys = append(n.keys, t.node(m.Name))
			n.vals = append(n.vals, t.node(m.Value))
		}
	case *hujson.Array:
		n.shape = list
		for _, e := range x.Elements {
			n.vals = append(n.vals, t.node(e))
		}
	case hujson.Literal:
		n.literal(x)
	}
	return n
}

func (n *node) literal(x hujson.Literal) {
	if x.Kind() != '"' {
		n.plain, n.value, n.null = true, string(x), x.Kind() == 'n'
	} else if err := json.Unmarshal(x, &n.value); err != nil {
		n.value = string(x)
	}
	n.raw = n.value
}

// ---- looking things up

// mostMerged is how many mappings a merge key may lead to.
const mostMerged = 200

// get finds a key: in the mapping itself, where the last counts, or in what is merged into it.
func (n *node) get(key string) (k, v *node) {
	left := mostMerged
	return n.find(key, &left)
}

func (n *node) find(key string, left *int) (k, v *node) {
	if *left--; n == nil || n.shape != mapping || *left < 0 {
		return nil, nil
	}
	for i := len(n.keys) - 1; i >= 0; i-- {
		if n.keys[i].value == key {
			return n.keys[i], n.vals[i]
		}
	}
	for i := len(n.keys) - 1; i >= 0; i-- {
		if n.keys[i].raw != "<<" || !n.keys[i].plain {
			continue
		}
		from := []*node{n.vals[i]}
		if n.vals[i].shape == list {
			from = n.vals[i].vals
		}
		for _, m := range from {
			if k, v := m.find(key, left); v != nil || *left < 0 {
				return k, v
			}
		}
	}
	return nil, nil
}

func (n *node) of(key string) *node {
	_, v := n.get(key)
	return v
}

// own says whether the mapping has the key in its own text, and how often.
func (n *node) own(key string) (count int) {
	for _, k := range n.keys {
		if k.value == key {
			count++
		}
	}
	return count
}

// call returns the name and the argument of an intrinsic, short or long.
func (n *node) call() (fn string, arg *node) {
	switch {
	case n == nil:
		return "", nil
	case n.fn != "":
		bare := *n
		bare.fn = ""
		return n.fn, &bare
	case n.shape == mapping && len(n.keys) == 1:
		name := n.keys[0].value
		if name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::") {
			return name, n.vals[0]
		}
	}
	return "", nil
}

// source is the text of a scalar, or of the Fn::Sub that it is, as it is written.
func (n *node) source() string {
	fn, arg := n.call()
	switch {
	case fn == "Fn::Sub" && arg.shape == list && len(arg.vals) > 0:
		return arg.vals[0].text()
	case fn == "Fn::Sub":
		return arg.text()
	}
	return n.text()
}

// text of a scalar that is no intrinsic.
func (n *node) text() string {
	if n == nil || n.shape != scalar || n.fn != "" {
		return ""
	}
	return n.value
}
