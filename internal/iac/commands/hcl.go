package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/iac/terraform"
)

// A configuration is one of Terraform, whose strings hold scripts: commands of provisioners,
// the user data of machines, documents of Systems Manager.
type configuration struct {
	*hunt
	outer       *scope   // what the environment of a provisioner sets
	interpreter iac.Kind // of a provisioner; Shell unless it says another one
	locals      bool     // texts can be a part of others
}

// terraform reads the scripts in the strings of a configuration.
func (h *hunt) terraform() {
	if !hasCall(h.in.Text) {
		return
	}
	if body := terraform.Body(h.in.Path, h.in.Text); body != nil {
		c := configuration{hunt: h, interpreter: Shell}
		c.body(body, "", 0)
	}
}

// body reads what a block has. Holder names what the default of a variable or the content
// of a block is for.
func (c configuration) body(b *hclsyntax.Body, holder string, depth int) {
	if depth > 100 || !hasCall(b.SrcRange.SliceBytes(c.in.Text)) {
		return
	}
	for _, a := range b.Attributes {
		name := a.Name
		if name == "default" || name == "value" {
			name = holder
		}
		c.expression(name, a.Expr, depth+1)
	}
	for _, inner := range b.Blocks {
		holder := ""
		if inner.Type == "variable" && len(inner.Labels) > 0 {
			holder = inner.Labels[0]
		}
		next := c
		if inner.Type == "provisioner" {
			next = c.provisioner(inner.Body)
		}
		next.locals = inner.Type == "locals"
		next.body(inner.Body, holder, depth+1)
	}
}

// provisioner is what runs the command of a provisioner.
// https://developer.hashicorp.com/terraform/language/resources/provisioners/local-exec
func (c configuration) provisioner(b *hclsyntax.Body) configuration {
	c.outer = &scope{fixed: map[string][]string{}}
	if a := b.Attributes["environment"]; a != nil {
		c.environment(a.Expr)
	}
	if a := b.Attributes["interpreter"]; a != nil {
		if words, ok := a.Expr.(*hclsyntax.TupleConsExpr); ok && len(words.Exprs) > 0 {
			c.interpreter = interpreterOf(constantOf(words.Exprs[0]))
		}
	}
	return c
}

// environment notes the variables that a provisioner sets.
func (c configuration) environment(e hclsyntax.Expression) {
	object, ok := e.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return
	}
	for _, item := range object.Items {
		value, known := constant(item.ValueExpr)
		if !known {
			value = "\x00"
		}
		c.outer.fixed[constantOf(item.KeyExpr)] = []string{value}
	}
}

// interpreterOf is the language of what a program is given to run; "" is none that is read here.
func interpreterOf(name string) iac.Kind {
	base := strings.TrimSuffix(program(field{text: name}), ".exe")
	switch {
	case base == "" || slices.Contains(runners(), base) || base == "env":
		return Shell
	case base == "powershell" || base == "pwsh":
		return PowerShell
	case base == "cmd":
		return Batch
	case strings.HasPrefix(base, "python"):
		return Python
	case base == "node":
		return JavaScript
	}
	return ""
}

// constant is the value of a string without anything filled in, or of a bare key.
func constant(e hclsyntax.Expression) (string, bool) {
	switch e := e.(type) {
	case *hclsyntax.ObjectConsKeyExpr:
		if word := hcl.ExprAsKeyword(e.Wrapped); word != "" {
			return word, true
		}
		return constant(e.Wrapped)
	case *hclsyntax.TemplateExpr:
		if len(e.Parts) != 1 {
			return "", false
		}
		return constant(e.Parts[0])
	case *hclsyntax.LiteralValueExpr:
		if v := e.Val; v.IsKnown() && !v.IsNull() && v.Type().FriendlyName() == "string" {
			return v.AsString(), true
		}
	}
	return "", false
}

func constantOf(e hclsyntax.Expression) string {
	value, _ := constant(e)
	return value
}

// expression reads the scripts of a value that has a name.
func (c configuration) expression(name string, e hclsyntax.Expression, depth int) {
	if depth > 100 || !hasCall(e.Range().SliceBytes(c.in.Text)) && !isTuple(e) {
		return
	}
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		if s, ok := c.text(e); ok {
			c.run(name, s, c.in.Text[e.Range().Start.Byte] == '<')
		}
	case *hclsyntax.TemplateWrapExpr:
		c.expression(name, e.Wrapped, depth+1)
	case *hclsyntax.ParenthesesExpr:
		c.expression(name, e.Expression, depth+1)
	case *hclsyntax.ConditionalExpr:
		c.expression(name, e.TrueResult, depth+1)
		c.expression(name, e.FalseResult, depth+1)
	case *hclsyntax.ForExpr:
		c.expression(name, e.ValExpr, depth+1)
	case *hclsyntax.TupleConsExpr:
		c.tuple(name, e, depth)
	case *hclsyntax.FunctionCallExpr:
		c.function(name, e, depth)
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			c.expression(constantOf(item.KeyExpr), item.ValueExpr, depth+1)
		}
	}
}

func isTuple(e hclsyntax.Expression) bool {
	_, ok := e.(*hclsyntax.TupleConsExpr)
	return ok
}

// text is that of a string or here-document; what is filled in is a variable nobody knows.
func (c configuration) text(e *hclsyntax.TemplateExpr) (script, bool) {
	r := e.Range()
	if bytes.HasPrefix(c.in.Text[r.Start.Byte:], []byte("<<")) {
		return heredocText(c.in.Text, r.Start.Byte, r.End.Byte, c.holes)
	}
	return quotedText(c.in.Text, r.Start.Byte, r.End.Byte, c.holes)
}

// element is the text of a part of a list: a string, or a variable nobody knows.
func (c configuration) element(e hclsyntax.Expression) (s script, ok bool) {
	if t, isText := e.(*hclsyntax.TemplateExpr); isText {
		return c.text(t)
	}
	r := e.Range()
	w := writer{script{base: r.Start.Byte}}
	w.unknown(r.Start.Byte, string(r.SliceBytes(c.in.Text)), c.holes)
	return w.script, true
}

// tuple reads a list: of the words of one command, or of the lines of a script.
func (c configuration) tuple(name string, e *hclsyntax.TupleConsExpr, depth int) {
	if l, ok := c.words(e); ok && slices.Contains(listNames(), name) && isCall(l) {
		c.list(script{text: c.in.Text}, l)
		return
	}
	lines := isScriptName(name) && slices.ContainsFunc(e.Exprs, isTemplate)
	if lines {
		if s, ok := c.joined(e, "\n"); ok {
			c.run(name, s, false)
		}
	}
	for _, inner := range e.Exprs {
		if !lines || !isTemplate(inner) {
			c.expression(name, inner, depth+1)
		}
	}
}

// listNames are the names of lists that are one command, word by word.
func listNames() []string {
	return append(listKeys(), "program", "entry_point", "entryPoint", "arguments")
}

// isCall says whether words call the CLI, or have a shell do so.
func isCall(l list) bool {
	speaks := slices.ContainsFunc(l.fields, func(f field) bool { return strings.Contains(f.text, "cloudtrail") })
	return speaks && len(l.fields) >= 3 && (isCLI(l.fields[0]) || runs(l.fields[:1]) || serviceOf(l.fields) >= 0)
}

// words are the elements of a list as the words of a command.
func (c configuration) words(e *hclsyntax.TupleConsExpr) (l list, ok bool) {
	for _, element := range e.Exprs {
		r := element.Range()
		s, ok := c.element(element)
		if !ok {
			return l, false
		}
		value, known := constant(element)
		f := field{text: value, known: known, from: -1, name: string(r.SliceBytes(c.in.Text))}
		if !known {
			f.text, f.many = "\x00", !isText(f.name)
		}
		if isText(f.name) {
			f.end, f.before, f.after = r.End.Byte, c.before(r.Start.Byte), `"`
			if known && f.name == `"`+value+`"` {
				f.from, f.to = r.Start.Byte+1, r.End.Byte-1
			}
		}
		l.add(f, s)
	}
	return l, len(l.fields) > 0
}

// before is what stands before a word that is put behind the one at a byte: it comes on a
// line of its own if that one does.
func (c configuration) before(at int) string {
	start := bytes.LastIndexByte(c.in.Text[:at], '\n') + 1
	if lead := c.in.Text[start:at]; len(bytes.TrimSpace(lead)) == 0 && start > 0 {
		end := "\n"
		if start > 1 && c.in.Text[start-2] == '\r' {
			end = "\r\n"
		}
		return "," + end + string(lead) + `"`
	}
	return `, "`
}

// run reads a script by the name of what holds it, or by its own looks.
func (c configuration) run(name string, s script, verbatim bool) {
	otherwise := iac.Kind("")
	if isScriptName(name) {
		otherwise = c.interpreter
	}
	if c.locals && otherwise != "" && c.goesOn(name) {
		w := writer{s}
		w.at = make([]int, len(s.text))
		for i := range w.at {
			w.at[i] = s.place(i)
		}
		at := s.after(len(s.text))
		w.add(' ', at)
		w.unknown(at, "${local."+name+"}", c.holes)
		s = w.script
	}
	c.machine(s, otherwise, c.outer, verbatim)
}

// goesOn says whether a local value stands in a text that goes on with flags, or with what can be some.
func (c configuration) goesOn(name string) bool {
	return regexp.MustCompile(`\$\{\s*local\.` + regexp.QuoteMeta(name) + `\s*\}[ \t]+[-$%"]`).Match(c.in.Text)
}

// isScriptName says whether what has a name is run: command, inline, user_data, and others
// of which these are a part.
func isScriptName(name string) bool {
	words := strings.Split(strings.ToLower(name), "_")
	if slices.Contains(words, "description") {
		return false
	}
	return strings.Contains(strings.ToLower(name), "user_data") || slices.ContainsFunc(words, func(word string) bool {
		return slices.Contains([]string{
			"command", "commands", "cmd", "cmds", "inline", "script", "scripts", "userdata", "template", "run", "runcmd", "runcommand",
			"bootstrap", "startup", "program", "args", "exec", "shell", "bash", "custom_data",
		}, word)
	}) || strings.EqualFold(name, "custom_data")
}

func isTemplate(e hclsyntax.Expression) bool {
	_, ok := e.(*hclsyntax.TemplateExpr)
	return ok
}
