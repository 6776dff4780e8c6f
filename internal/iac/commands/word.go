package commands

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// one expands a word that is one field, whatever its variables hold.
func (e *expander) one(word *syntax.Word) field {
	from, to := int(word.Pos().Offset()), int(word.End().Offset())
	f := field{known: true, from: from, to: to, end: to}
	var b strings.Builder
	for _, part := range word.Parts {
		e.part(&b, part, &f, false)
	}
	f.text = b.String()
	if len(word.Parts) == 1 {
		switch word.Parts[0].(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			f.from, f.to = from+1, to-1
		case *syntax.CmdSubst:
			f.many = !f.known
		}
	}
	if f.from < 0 || f.to > len(e.text) || f.from > f.to || string(e.text[f.from:f.to]) != f.text || e.keep {
		f.from = -1
	}
	if e.keep { // the words of a function do not stand where it is called
		f.end = 0
	}
	f.given = e.keep
	return f
}

// filledIn is what Terraform or CloudFormation fill into a text, also between single quotes.
var filledIn = regexp.MustCompile(`\$\{\w+\}`)

func (e *expander) part(b *strings.Builder, part syntax.WordPart, f *field, quoted bool) {
	switch part := part.(type) {
	case *syntax.Lit:
		b.WriteString(unquote(part.Value, quoted))
	case *syntax.SglQuoted:
		if hole := filledIn.FindString(part.Value); hole != "" && !strings.HasPrefix(strings.TrimSpace(part.Value), "{") { // but in a document
			f.known, f.name = false, "$"+strings.Trim(hole, "${}")
			b.WriteByte(0)
			return
		}
		b.WriteString(part.Value)
	case *syntax.DblQuoted:
		for _, p := range part.Parts {
			e.part(b, p, f, true)
		}
	case *syntax.ParamExp:
		if value, ok := e.literal(part); ok {
			b.WriteString(value)
			return
		}
		f.known = false
		if part.Param != nil {
			f.name = "$" + part.Param.Value
		}
		b.WriteByte(0)
	case *syntax.CmdSubst:
		if text, ok := catOf(part); ok {
			b.WriteString(text)
			return
		}
		f.file, _ = catFile(part)
		f.known = false
		f.name = string(e.text[min(len(e.text), int(part.Pos().Offset())):min(len(e.text), int(part.End().Offset()))])
		if len(f.name) > 60 {
			f.name = "$(…)"
		}
		b.WriteByte(0)
	default:
		f.known = false
		b.WriteByte(0)
	}
}

// literal is the one value of a variable.
func (e *expander) literal(p *syntax.ParamExp) (string, bool) {
	if p.Param == nil || e.deep > 8 {
		return "", false
	}
	values := e.variable(p, true)
	if len(values) != 1 || len(values[0]) != 1 || !values[0][0].known {
		return "", false
	}
	return values[0][0].text, true
}

// unquote takes the backslashes out of a literal.
func unquote(s string, quoted bool) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			next := s[i+1]
			switch {
			case next == '\n':
				i++
				continue
			case !quoted || strings.IndexByte("\"\\$`", next) >= 0:
				i++
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// catOf is the text of $(cat <<EOF …).
func catOf(c *syntax.CmdSubst) (string, bool) {
	if len(c.Stmts) != 1 || len(c.Stmts[0].Redirs) != 1 || c.Stmts[0].Redirs[0].Hdoc == nil {
		return "", false
	}
	call, ok := c.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) != 1 || call.Args[0].Lit() != "cat" {
		return "", false
	}
	return hereText(c.Stmts[0].Redirs[0].Hdoc), true
}

// hereText is the text of a here-document.
func hereText(doc *syntax.Word) string {
	var b strings.Builder
	for _, part := range doc.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			b.WriteString("x") // a value inside: its name is what decides nothing here
			continue
		}
		b.WriteString(lit.Value)
	}
	return b.String()
}

// catFile is the name of the file of $(cat NAME) or $(<NAME).
func catFile(c *syntax.CmdSubst) (string, bool) {
	if len(c.Stmts) != 1 {
		return "", false
	}
	s := c.Stmts[0]
	if s.Cmd == nil && len(s.Redirs) == 1 && s.Redirs[0].Op == syntax.RdrIn {
		name := s.Redirs[0].Word.Lit()
		return name, name != ""
	}
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(s.Redirs) > 0 || len(call.Args) != 2 || call.Args[0].Lit() != "cat" {
		return "", false
	}
	name := call.Args[1].Lit()
	return name, name != "" && name[0] != '-'
}
