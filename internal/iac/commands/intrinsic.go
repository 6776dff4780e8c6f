package commands

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/iac"
)

// textKeys are the keys of templates whose text is a file of its own: what a machine runs
// when it starts, a specification of CodeBuild, a document of Systems Manager.
func textKeys() []string {
	return []string{"userdata", "user_data", "content", "buildspec", "fn::base64", "fn::sub"}
}

// codeKeys are the keys whose text is the program of a function.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
func codeKeys() []string { return []string{"zipfile", "inlinecode"} }

// isRun says whether the text of a key is run.
func isRun(key string) bool {
	key = strings.ToLower(key)
	return slices.Contains(scriptKeys(), key) || slices.Contains(textKeys(), key) || slices.Contains(codeKeys(), key)
}

// under is the key that says what the value of a key is for: an intrinsic function of
// CloudFormation gives what stands around it.
func under(key, inner string) string {
	if strings.HasPrefix(inner, "Fn::") && isRun(key) {
		return key
	}
	return inner
}

// holds says whether the text of a key can make a trail.
func holds(key, text string) bool {
	switch {
	case slices.Contains(codeKeys(), key):
		return speaks([]byte(text))
	case slices.Contains(textKeys(), key):
		return hasCall([]byte(text)) || strings.Contains(text, "aws:executeAwsApi")
	}
	return hasCommand([]byte(text))
}

// joinOf is the list of the function that joins texts; nil if a node is not that.
func joinOf(n *yaml.Node) *yaml.Node {
	switch {
	case n.Kind == yaml.SequenceNode && n.Tag == "!Join":
	case n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Value == "Fn::Join":
		n = n.Content[1]
	default:
		return nil
	}
	if len(n.Content) != 2 || n.Content[0].Kind != yaml.ScalarNode || n.Content[1].Kind != yaml.SequenceNode {
		return nil
	}
	return n
}

// join reads the text that Fn::Join makes for a key that is run; false: it is none.
func (p *page) join(n *yaml.Node, key string) bool {
	if joinOf(n) == nil || !isRun(key) {
		return false
	}
	var w writer
	if !p.joined(&w, n, 0) {
		return false
	}
	if key = strings.ToLower(key); holds(key, string(w.text)) {
		p.textOf(key, w.script, false)
	}
	return true
}

// joined adds the text of a value: a literal, one with values filled in, or a list of them.
func (p *page) joined(w *writer, n *yaml.Node, depth int) bool {
	if depth > 20 {
		return false
	}
	if list := joinOf(n); list != nil {
		for i, part := range list.Content[1].Content {
			if i > 0 {
				for _, b := range []byte(list.Content[0].Value) {
					w.add(b, max(0, p.offset(part)-1))
				}
			}
			if !p.joined(w, part, depth+1) {
				return false
			}
		}
		return true
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[0].Value == "Fn::Sub" {
		n = n.Content[1]
	}
	literal := n.Kind == yaml.ScalarNode && (n.Tag == "!Sub" || !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!"))
	s, ok := p.script(n)
	if !literal || !ok {
		w.unknown(p.offset(n), nameOf(n), p.holes)
		return true
	}
	for i, b := range s.text {
		w.add(b, s.place(i))
	}
	return true
}

// nameOf is what a value that is filled in is called.
func nameOf(n *yaml.Node) string {
	for n.Kind != yaml.ScalarNode && len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n.Value
}

// textOf reads the text of a key as what it is.
func (p *page) textOf(key string, s script, verbatim bool) {
	switch {
	case slices.Contains(codeKeys(), key):
		p.within(p.language(s.text), s, verbatim)
	case slices.Contains(textKeys(), key):
		p.machine(s, Shell, p.environment(), verbatim)
	default:
		_ = p.shell(s, p.environment())
	}
}

// language is that of the program of a function: the one that its Runtime says.
func (p *page) language(text []byte) iac.Kind {
	runtime := ""
	for _, n := range slices.Backward(p.above) {
		if r := iac.Member(n, "Runtime"); r != nil && r.Kind == yaml.ScalarNode && r.Tag != "!Ref" {
			runtime = r.Value
			break
		}
	}
	switch {
	case strings.HasPrefix(runtime, "python"), runtime == "" && has(text, "import boto3"):
		return Python
	case strings.HasPrefix(runtime, "nodejs"), runtime == "" && has(text, "aws-sdk"):
		return JavaScript
	}
	return ""
}

// block is the text of a literal scalar, each line with its place in the file; not ok if the
// lines of the file are not those of the text.
func (p *page) block(n *yaml.Node) (s script, ok bool) {
	if n.Style&yaml.LiteralStyle == 0 {
		return s, false
	}
	var w writer
	at := p.content(n)
	for _, line := range strings.SplitAfter(n.Value, "\n") {
		if line == "" {
			break
		}
		end := len(p.text)
		if i := bytes.IndexByte(p.text[at:], '\n'); i >= 0 {
			end = at + i
		}
		bare := strings.TrimSuffix(line, "\n")
		have := bytes.TrimSuffix(p.text[at:end], []byte("\r"))
		if !bytes.HasSuffix(have, []byte(bare)) || len(bytes.TrimLeft(have[:len(have)-len(bare)], " ")) > 0 {
			return s, false
		}
		from := at + len(have) - len(bare)
		for i := range len(bare) {
			w.add(bare[i], from+i)
		}
		if bare != line {
			w.add('\n', min(end, len(p.text)))
		}
		at = min(end+1, len(p.text))
	}
	return w.script, len(w.text) > 0
}

// substituted is the text of a value of Fn::Sub as the machine gets it, where ${!NAME} is ${NAME}.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
func (s script) substituted() script {
	if !bytes.Contains(s.text, []byte("${!")) {
		return s
	}
	var w writer
	for i, b := range s.text {
		if b != '!' || !bytes.HasSuffix(s.text[:i], []byte("${")) {
			w.add(b, s.place(i))
		}
	}
	return w.script
}

// isSubstituted says whether a scalar is the text of Fn::Sub.
func (p *page) isSubstituted(n *yaml.Node) bool {
	return n.Tag == "!Sub" || len(p.above) > 0 && iac.Member(p.above[len(p.above)-1], "Fn::Sub") != nil
}
