package commands

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// scriptKeys are the keys whose text is run: of CI files, of cloud-init, of Ansible, of
// Kubernetes and of templates.
func scriptKeys() []string {
	return []string{
		"run", "script", "before_script", "after_script", "commands", "command", "cmd", "cmds", "shell", "args", "bash", "sh",
		"runcmd", "bootcmd", "content", "userdata", "user_data", "inlinescript", "pwsh", "powershell", "runcommand", "fn::base64", "fn::sub",
		"install", "before_install", "after_success", "before_deploy", "deploy", "entrypoint", "inline", "code", "caller", "finally", "raw",
		"ansible.builtin.shell", "ansible.builtin.command", "ansible.builtin.raw", "exec", "test", "steps", "create", "update", "win_shell", "win_command",
		"ansible.windows.win_shell", "ansible.windows.win_command", "local_action",
	}
}

// listKeys are the keys whose list is one command, word by word.
func listKeys() []string {
	return []string{"argv", "command", "args", "entrypoint", "cmd", "exec", "runcmd"}
}

// hasCommand says whether a text has the name of a command that makes or changes a trail.
func hasCommand(text []byte) bool {
	return has(text, "create-trail", "update-trail", "create-subscription", "update-subscription")
}

// hasCall says whether a text has the name of a command or cmdlet that makes or changes a trail.
func hasCall(text []byte) bool { return hasCommand(text) || has(text, "-CTTrail") }

// A page is a YAML file and where its lines begin.
type page struct {
	*hunt
	text  []byte
	lines []int
	above []*yaml.Node // the mappings around what is looked at
	// controls are the lines that were left out to read the page at all.
	controls []iac.ControlLine
}

// yaml reads the scripts of a YAML file, and the trails that it declares. What cannot be
// parsed as it stands is parsed again with its templates masked.
func (h *hunt) yaml() (unreadable trail.Note) {
	if !hasCall(h.in.Text) && !declarable(h.in.Text) && !hasInlineCode(h.in.Text) {
		return trail.Note{}
	}
	documents, err := parseYAML(h.in.Text)
	var controls []iac.ControlLine
	if err != nil {
		documents, err = parseYAML(masked(h.in.Text))
	}
	if err != nil {
		var text []byte
		text, controls = iac.WithoutControls(h.in.Text)
		if documents, err = parseYAML(masked(text)); err != nil {
			if hasCommand(h.in.Text) {
				return trail.Say("iac.commands.not-language", "language", "YAML")
			}
			return trail.Note{}
		}
	}
	p := &page{hunt: h, text: h.in.Text, lines: []int{0}, controls: controls}
	for i, b := range p.text {
		if b == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	for _, d := range documents {
		p.node(d, "", 0)
	}
	return trail.Note{}
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
		if key == "module_defaults" {
			return // what tasks inherit is no task
		}
		if p.join(n, key) {
			return
		}
		p.declared(n)
		if p.container(n) {
			return
		}
		p.above = append(p.above, n)
		defer func() { p.above = p.above[:len(p.above)-1] }()
		for i := 0; i+1 < len(n.Content); i += 2 {
			if inner := n.Content[i].Value; !isEnvironment(inner) || n.Content[i+1].Kind != yaml.MappingNode {
				p.node(n.Content[i+1], under(key, inner), depth+1)
			}
		}
	case yaml.SequenceNode:
		if p.join(n, key) || p.list(n, key) {
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
		if key = strings.ToLower(key); isRun(key) && holds(key, n.Value) {
			p.scalar(n, key)
		}
	default:
	}
}

// list judges a command that is a list of words.
func (p *page) list(n *yaml.Node, key string) bool {
	if !slices.Contains(listKeys(), strings.ToLower(key)) && !slices.Contains(scriptKeys(), strings.ToLower(key)) {
		return false
	}
	l, ok := p.words(n)
	if !ok || !slices.ContainsFunc(l.fields, func(f field) bool { return strings.Contains(f.text, "cloudtrail") }) {
		return false
	}
	if len(l.fields) < 3 || !isCLI(l.fields[0]) && !runs(l.fields[:1]) && serviceOf(l.fields) < 0 {
		return false
	}
	p.hunt.list(script{text: p.text}, l)
	return true
}

// words are the words of a list; not ok if it has anything else.
func (p *page) words(n *yaml.Node) (l list, ok bool) {
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode {
			return l, false
		}
		s, seen := p.script(c)
		f := field{text: c.Value, known: !strings.Contains(c.Value, "{{"), from: -1}
		if seen && len(c.Value) > 0 {
			f.from = s.place(0)
			f.to = s.after(len(c.Value))
			f.end = f.to
			f.before, f.after = p.between(n, c)
			f.end += len(f.after)
			if string(p.text[f.from:min(len(p.text), f.to)]) != f.text {
				f.from = -1
			}
		}
		l.add(f, s)
	}
	return l, len(l.fields) > 0
}

// between is what stands before and after a word that is put behind another one of a list.
func (p *page) between(n, c *yaml.Node) (before, after string) {
	switch {
	case c.Style&yaml.DoubleQuotedStyle != 0:
		after = `"`
	case c.Style&yaml.SingleQuotedStyle != 0:
		after = "'"
	}
	if n.Style&yaml.FlowStyle != 0 {
		return ", " + after, after
	}
	at := p.offset(c)
	start := bytes.LastIndexByte(p.text[:at], '\n') + 1
	lead := p.text[start:at]
	if len(bytes.Trim(lead, " -")) > 0 || bytes.Count(lead, []byte("-")) != 1 {
		return "", "" // the first word stands behind other things
	}
	return p.lineEnd() + string(lead) + after, after
}

// lineEnd is how the lines of the file end.
func (p *page) lineEnd() string {
	if end := bytes.IndexByte(p.text, '\n'); end > 0 && p.text[end-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

func (p *page) scalar(n *yaml.Node, key string) {
	s, verbatim := p.block(n)
	ok := verbatim
	if !ok {
		s, ok = p.script(n)
	}
	if p.isSubstituted(n) {
		s = s.substituted()
	}
	switch {
	case !ok:
	case key == "local_action":
		if m := moduleWord.FindIndex(s.text); m != nil {
			_ = p.shell(s.part(m[1], len(s.text)), p.environment())
		}
	case p.isPowerShell(key):
		p.powershell(s, '`')
	default:
		p.textOf(key, s, verbatim)
	}
}

var moduleWord = regexp.MustCompile(`^\s*(?:ansible\.builtin\.)?(?:shell|command|raw)\s+`)

// isPowerShell says whether a script is one of PowerShell: by its key, by the shell that
// stands beside it, or by the action around it.
func (p *page) isPowerShell(key string) bool {
	switch key {
	case "pwsh", "powershell", "win_shell", "ansible.windows.win_shell":
		return true
	}
	for i := len(p.above) - 1; i >= 0 && i >= len(p.above)-2; i-- {
		if shell := iac.Member(p.above[i], "shell"); shell != nil && (shell.Value == "pwsh" || shell.Value == "powershell") {
			return true
		}
		if action := iac.Member(p.above[i], "action"); action != nil && action.Value == "aws:runPowerShellScript" {
			return true
		}
	}
	return false
}

func isEnvironment(key string) bool {
	return key == "env" || key == "environment" || key == "variables"
}

// environment has the variables that the file sets around a script. Those of GitHub Actions
// are certain; others can come from outside as well.
func (p *page) environment() *scope {
	outer := &scope{fixed: map[string][]string{}}
	for _, n := range p.above {
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, values := n.Content[i].Value, n.Content[i+1]
			if !isEnvironment(key) {
				continue
			}
			if inner := iac.Member(values, "variables"); inner != nil { // CodeBuild
				key, values = "variables", inner
			}
			for k := 0; k+1 < len(values.Content) && values.Kind == yaml.MappingNode; k += 2 {
				value := values.Content[k+1].Value
				if values.Content[k+1].Kind != yaml.ScalarNode || strings.Contains(value, "$") || strings.Contains(value, "{{") {
					value = "\x00"
				}
				outer.fixed[values.Content[k].Value] = []string{value}
				if key != "env" {
					outer.fixed[values.Content[k].Value] = []string{value, "\x00"}
				}
			}
		}
	}
	return outer
}

// container reads the command and the arguments of a container; not ok when what is there is
// not one command in parts.
func (p *page) container(n *yaml.Node) bool {
	var l list
	for _, pair := range [][2]string{{"command", "args"}, {"entrypoint", "command"}, {"entrypoint", "args"}} {
		first, second := iac.Member(n, pair[0]), iac.Member(n, pair[1])
		if first == nil || second == nil || first.Kind != yaml.SequenceNode {
			continue
		}
		head, ok := p.words(first)
		tail, also := p.words(second)
		if second.Kind == yaml.SequenceNode && ok && also {
			l.fields = slices.Concat(head.fields, tail.fields)
			l.scripts = slices.Concat(head.scripts, tail.scripts)
		}
		break
	}
	if image := cmpNode(iac.Member(n, "image"), iac.Member(n, "uses")); len(l.fields) == 0 && image != nil && strings.Contains(image.Value, "aws-cli") {
		l.add(field{text: "aws", known: true, from: -1}, script{})
		for _, key := range []string{"args", "command"} {
			for _, holder := range []*yaml.Node{n, iac.Member(n, "with")} {
				if words := iac.Member(holder, key); words != nil && words.Kind == yaml.SequenceNode && iac.Member(n, "entrypoint") == nil {
					tail, _ := p.words(words)
					l.fields = append(l.fields, tail.fields...)
					l.scripts = append(l.scripts, tail.scripts...)
				}
			}
		}
	}
	if len(l.fields) < 3 || !slices.ContainsFunc(l.fields, func(f field) bool { return strings.Contains(f.text, "cloudtrail") }) {
		return false
	}
	before := len(p.found)
	p.hunt.list(script{text: p.text}, l)
	return len(p.found) > before
}

func cmpNode(a, b *yaml.Node) *yaml.Node {
	if a == nil {
		return b
	}
	return a
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
		if escaped := double && p.text[at] == '\\' && at+1 < len(p.text); escaped && p.text[at+1] == 'u' {
			if !bytes.HasPrefix(p.text[at:], []byte(fmt.Sprintf("\\u%04x", b))) && !bytes.HasPrefix(p.text[at:], []byte(fmt.Sprintf("\\u%04X", b))) {
				return script{}, false
			}
			w.add(b, at+5)
			at += 6
			continue
		} else if escaped {
			w.add(b, at+1)
		} else {
			w.add(b, at)
		}
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
