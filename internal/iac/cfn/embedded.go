package cfn

import (
	"bytes"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// deepestPage is how many templates may stand in each other.
const deepestPage = 3

// embedded finds the trails of templates that StackSets and others have in their text.
func (t *template) embedded() (out []found) {
	if t.page.depth >= deepestPage {
		return nil
	}
	for _, r := range t.declared(t.root.of("Resources"), "AWS::CloudFormation::StackSet", nil, 0) {
		props := r.body.of("Properties")
		out = append(out, t.within(props.of("TemplateBody"), stackParameters(props))...)
	}
	if t.root.of("Resources") == nil {
		for _, body := range bodies(t.document, 0) {
			out = append(out, t.within(body, nil)...)
		}
	}
	return out
}

// bodies are the templates that a document which is none has in its text, as tasks of
// Ansible do.
// https://docs.ansible.com/ansible/latest/collections/amazon/aws/cloudformation_module.html
func bodies(n *node, depth int) (out []*node) {
	if depth > deepestCall || n.alias > 0 {
		return nil
	}
	for i, v := range n.vals {
		named := n.shape == mapping && (n.keys[i].value == "template_body" || n.keys[i].value == "TemplateBody")
		if named && v.shape == scalar {
			out = append(out, v)
		} else {
			out = append(out, bodies(v, depth+1)...)
		}
	}
	return out
}

// within finds the trails of a template that is the text of a scalar.
func (t *template) within(body *node, parameters map[string]string) (out []found) {
	if fn, arg := body.call(); fn == "Fn::Sub" {
		body = arg
		if arg.shape == list && len(arg.vals) > 0 {
			body = arg.vals[0]
		}
	}
	if body == nil || body.shape != scalar || !strings.Contains(body.value, "CloudTrail") {
		return nil
	}
	inner := page{kind: CloudFormation, text: []byte(body.value), parameters: parameters, depth: t.page.depth + 1}
	trails, _ := inner.trails()
	for _, one := range trails {
		if by := t.page.filling(); by != "" { // its own lines are not told from those of its text
			one = iac.Trail{Name: one.Name, Line: one.Line, Column: one.Column, Verdict: iac.Unknown, Default: iac.Unknown, Reason: trail.Say("iac.cfn.depends", "by", shorten(by))}
		}
		out = append(out, found{Trail: t.page.outward(body, inner.text, one), inside: map[*node]bool{body: true}})
	}
	return out
}

// stackParameters are those that a StackSet gives all its stacks.
func stackParameters(props *node) map[string]string {
	out := map[string]string{}
	list := props.of("Parameters")
	if list == nil || strings.Contains(keysOf(props.of("StackInstancesGroup")), "ParameterOverrides") {
		return out
	}
	for _, p := range list.vals {
		v := p.of("ParameterValue")
		if v != nil && v.shape == scalar && v.fn == "" && !strings.Contains(v.value, "${") && !strings.Contains(v.value, "{{") {
			out[p.of("ParameterKey").text()] = v.value
		}
	}
	return out
}

// keysOf lists the keys of mappings in a list.
func keysOf(n *node) string {
	var out strings.Builder
	if n != nil {
		for _, item := range n.vals {
			for _, k := range item.keys {
				out.WriteString(k.value + " ")
			}
		}
	}
	return out.String()
}

// outward moves a trail from the text of a scalar to the text around it. Edits go along
// only where the scalar stands line by line, as in a block.
func (p page) outward(body *node, inner []byte, t iac.Trail) iac.Trail {
	b, ok := p.block(body, inner)
	move := func(line, column int) (int, int) {
		if !ok {
			return body.line, body.column
		}
		return body.line + line, column + len(b.indent)
	}
	t.Line, t.Column = move(t.Line, t.Column)
	for i := range t.Problems {
		t.Problems[i].Line, t.Problems[i].Column = move(t.Problems[i].Line, t.Problems[i].Column)
	}
	t.Fix, t.Elsewhere, t.Start = b.edits(t.Fix, ok), nil, nil
	return t
}

// block is where the lines of a literal block scalar stand.
type block struct {
	indent string
	eol    string
	starts []int  // of the lines around it
	inner  *lines // of its own text
	first  int    // index of its first line in starts
}

func (p page) block(n *node, inner []byte) (b block, ok bool) {
	if !n.block || n.alias > 0 {
		return b, false
	}
	b = block{starts: newLines(p.text).starts, inner: newLines(inner), first: n.line, eol: "\n"}
	rows := strings.Split(strings.TrimRight(string(inner), "\n"), "\n")
	for i, row := range rows {
		if b.first+i >= len(b.starts) {
			return b, false
		}
		whole := p.text[b.starts[b.first+i]:]
		if end := bytes.IndexByte(whole, '\n'); end >= 0 {
			whole = whole[:end]
		}
		trimmed := bytes.TrimSuffix(whole, []byte("\r"))
		if len(trimmed) < len(whole) {
			b.eol = "\r\n"
		}
		if row == "" {
			continue
		}
		indent, is := strings.CutSuffix(string(trimmed), row)
		if !is || b.indent != "" && indent != b.indent || strings.Trim(indent, " ") != "" {
			return b, false
		}
		b.indent = indent
	}
	return b, b.indent != ""
}

// edits moves edits outward. A line that is put in gets the indentation of the block.
func (b block) edits(in []iac.Edit, ok bool) (out []iac.Edit) {
	if !ok {
		return nil
	}
	for _, e := range in {
		start, startOK := b.offset(e.Start)
		end, endOK := b.offset(e.End)
		if !startOK || !endOK {
			return nil
		}
		e.Start, e.End = start, end
		e.Text = strings.ReplaceAll(e.Text, "\n", b.eol+b.indent)
		out = append(out, e)
	}
	return out
}

func (b block) offset(at int) (int, bool) {
	line, _ := b.inner.place(at)
	i := b.first + line - 1
	if i >= len(b.starts) {
		return 0, false
	}
	return b.starts[i] + len(b.indent) + at - b.inner.starts[line-1], true
}
