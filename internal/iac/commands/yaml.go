package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// scriptKeys are the keys whose text is run: of CI files, of cloud-init, of Ansible, of
// Kubernetes and of templates.
func scriptKeys() []string {
	return []string{
		"run", "script", "before_script", "after_script", "commands", "command", "cmd", "cmds", "shell", "args", "bash", "sh",
		"runcmd", "bootcmd", "content", "userdata", "user_data", "inlinescript", "pwsh", "powershell", "runcommand", "fn::base64", "fn::sub",
		"install", "before_install", "after_success", "before_deploy", "deploy", "entrypoint", "inline", "code", "caller", "finally", "raw",
		"ansible.builtin.shell", "ansible.builtin.command", "ansible.builtin.raw", "exec", "test", "steps", "create", "update",
	}
}

var commandWords = regexp.MustCompile(`(create|update)-(trail|subscription)`)

// A page is a YAML file and where its lines begin.
type page struct {
	*hunt
	text  []byte
	lines []int
}

// yaml reads the scripts of a YAML file, and the trails that it declares. What cannot be
// parsed as it stands is parsed again with its templates masked.
func (h *hunt) yaml() (unreadable string) {
	documents, err := parseYAML(h.in.Text)
	if err != nil {
		if documents, err = parseYAML(masked(h.in.Text)); err != nil {
			if commandWords.Match(h.in.Text) {
				return "not YAML"
			}
			return ""
		}
	}
	p := &page{hunt: h, text: h.in.Text, lines: []int{0}}
	for i, b := range p.text {
		if b == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	for _, d := range documents {
		p.node(d, "", 0)
	}
	return ""
}

func parseYAML(text []byte) (out []*yaml.Node, err error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	for len(out) < 1000 {
		var n yaml.Node
		if err := d.Decode(&n); err != nil {
			if err.Error() == "EOF" {
				return out, nil
			}
			return nil, err
		}
		out = append(out, &n)
	}
	return out, nil
}

// node walks through everything once: what an alias stands for is seen where it is written.
func (p *page) node(n *yaml.Node, key string, depth int) {
	if depth > 200 {
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		p.declared(n)
		for i := 0; i+1 < len(n.Content); i += 2 {
			p.node(n.Content[i+1], n.Content[i].Value, depth+1)
		}
	case yaml.SequenceNode:
		if p.list(n, key) {
			return
		}
		for _, c := range n.Content {
			p.node(c, key, depth+1)
		}
	case yaml.DocumentNode:
		for _, c := range n.Content {
			p.node(c, key, depth+1)
		}
	case yaml.ScalarNode:
		if slices.Contains(scriptKeys(), strings.ToLower(key)) && commandWords.MatchString(n.Value) {
			p.scalar(n, strings.ToLower(key))
		}
	default:
	}
}

// list judges a command that is a list of words.
func (p *page) list(n *yaml.Node, key string) bool {
	var words []string
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode {
			return false
		}
		words = append(words, c.Value)
	}
	if !slices.Contains(scriptKeys(), strings.ToLower(key)) || !slices.Contains(words, "cloudtrail") {
		return false
	}
	p.hunt.list(script{text: p.text}.part(p.offset(n.Content[0]), len(p.text)), words)
	return true
}

func (p *page) scalar(n *yaml.Node, key string) {
	s, ok := p.script(n)
	if !ok {
		return
	}
	switch key {
	case "pwsh", "powershell":
		p.powershell(s, '`')
	default:
		_ = p.shell(s, nil)
	}
}

// offset returns the byte at which a node begins.
func (p *page) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(p.lines) {
		return len(p.text)
	}
	at := p.lines[n.Line-1]
	if at == 0 && bytes.HasPrefix(p.text, []byte("\xef\xbb\xbf")) {
		at = 3
	}
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(p.text[at:])
		at += size
	}
	return min(at, len(p.text))
}

var tagAnchor = regexp.MustCompile(`^(?:[!&][^\s]*\s+)+`)

// content returns where the text of a scalar begins, behind its tag, anchor, quote and header.
func (p *page) content(n *yaml.Node) int {
	at := p.offset(n)
	if m := tagAnchor.FindIndex(p.text[at:]); m != nil {
		at += m[1]
	}
	switch {
	case at >= len(p.text):
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		if end := bytes.IndexByte(p.text[at:], '\n'); end >= 0 {
			return at + end + 1
		}
		return len(p.text)
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return at + 1
	}
	return at
}

// script is the text of a scalar, each byte with its place in the file: what is not
// blank stands there in the same order, whatever was folded or indented.
func (p *page) script(n *yaml.Node) (script, bool) {
	var w writer
	at := p.content(n)
	single, double := n.Style&yaml.SingleQuotedStyle != 0, n.Style&yaml.DoubleQuotedStyle != 0
	for i := range len(n.Value) {
		b := n.Value[i]
		blank := b == ' ' || b == '\n' || b == '\t' || b == '\r'
		for !blank && at < len(p.text) && (isBlank(p.text[at]) || double && joins(p.text[at:])) {
			at++
		}
		if at >= len(p.text) {
			if blank {
				w.add(b, at)
				continue
			}
			return script{}, false
		}
		w.add(b, at)
		switch {
		case blank && isBlank(p.text[at]):
			at++
		case blank && double && p.text[at] == '\\':
			at += 2
		case blank:
		case single && b == '\'' && bytes.HasPrefix(p.text[at:], []byte("''")):
			at += 2
		case double && p.text[at] == '\\' && at+1 < len(p.text) && p.text[at+1] == b:
			at += 2
		case p.text[at] == b:
			at++
		default:
			return script{}, false
		}
	}
	return w.script, true
}

func isBlank(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// joins says whether a backslash ends the line of a double-quoted scalar.
func joins(text []byte) bool {
	return bytes.HasPrefix(text, []byte("\\\n")) || bytes.HasPrefix(text, []byte("\\\r\n"))
}
