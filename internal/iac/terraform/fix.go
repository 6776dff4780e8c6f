package terraform

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trailspan/trailspan/internal/iac"
)

// fix returns the edits of the block itself that make it a multi-Region trail with global
// service events; nil when it is one, or when something else decides.
func (d *declaration) fix() []iac.Edit {
	if !certain(d.multi) || d.multi == yes && d.global != no {
		return nil
	}
	var edits []iac.Edit
	var absent []string
	for _, p := range []struct {
		name  string
		wrong bool
	}{{multiRegion, d.multi == no}, {globalEvents, d.globalLikely == no}} {
		a := d.attrs[p.name]
		switch {
		case !p.wrong:
		case a == nil:
			absent = append(absent, p.name)
		case a.file != d.file:
			return nil
		default:
			e, ok := a.flip()
			if !ok {
				return nil
			}
			edits = append(edits, e)
		}
	}
	if len(absent) > 0 {
		add, ok := d.insert(absent)
		if !ok {
			return nil
		}
		edits = append(edits, add...)
	}
	return d.checked(edits)
}

func certain(a answers) bool { return a == yes || a == no }

// flip makes a literal true, in its own quotes.
func (a *attribute) flip() (iac.Edit, bool) {
	e := iac.Edit{Start: a.at.Start.Byte, End: a.at.End.Byte, Text: "true"}
	switch text := a.text(); text {
	case "false", "null":
	case `"false"`, `"0"`:
		e.Start++
		e.End--
	default:
		return iac.Edit{}, false
	}
	return e, true
}

// insert adds attributes that are absent.
func (d *declaration) insert(names []string) ([]iac.Edit, bool) {
	anchor := d.anchor()
	switch {
	case d.file.json:
		return d.insertJSON(names, anchor)
	case !bytes.ContainsRune(d.file.text[d.open:d.close], '\n'):
		return d.expand(names)
	case anchor == nil:
		return d.insertFirst(names)
	}
	if beside := d.roomier(anchor, names); beside != nil {
		anchor = beside
	}
	text := d.file.text
	at := anchor.at.End.Byte
	if text[at-1] != '\n' { // a heredoc ends with its line
		at = lineEnd(text, at)
	}
	start := lineStart(text, anchor.key.Start.Byte)
	indent := string(text[start:anchor.key.Start.Byte])
	if strings.TrimLeft(indent, " \t") != "" {
		return nil, false
	}
	var b strings.Builder
	for _, name := range names {
		b.WriteString(indent + name + anchor.equals(name) + "true" + eol(text, start))
	}
	return []iac.Edit{{Start: at, End: at, Text: b.String()}}, true
}

// anchor is the attribute beside which another one is put.
func (d *declaration) anchor() *attribute {
	for _, name := range []string{"s3_bucket_name", "name", "trail_name"} {
		if a := d.block.attrs[name]; a != nil {
			return a
		}
	}
	var first *attribute
	for _, a := range d.block.attrs {
		if a.name != "//" && (first == nil || a.key.Start.Byte < first.key.Start.Byte) {
			first = a
		}
	}
	return first
}

// equals is the sign between name and value, in the column where the anchor has it.
func (a *attribute) equals(name string) string {
	before := a.file.text[a.key.End.Byte:a.eq.Start.Byte]
	after := a.file.text[a.eq.End.Byte:a.at.Start.Byte]
	sign := "="
	if len(after) > 0 {
		sign = "= "
	}
	switch {
	case len(before) == 0:
		return sign
	case bytes.ContainsRune(before, '\t'):
		return " " + sign
	}
	return strings.Repeat(" ", max(1, len(a.name)+len(before)-len(name))) + sign
}

// expand makes a block of one line one of several: a line holds one attribute only.
func (d *declaration) expand(names []string) ([]iac.Edit, bool) {
	text := d.file.text
	start := lineStart(text, d.head.Byte)
	outer, end, unit := blank(text[start:d.head.Byte]), eol(text, start), d.file.indentation()
	var b strings.Builder
	for _, name := range names {
		b.WriteString(end + outer + unit + name + " = true")
	}
	b.WriteString(end + outer)
	inner := text[d.open:d.close]
	kept := bytes.TrimSpace(inner)
	if len(kept) == 0 {
		return []iac.Edit{{Start: d.open, End: d.close, Text: b.String()}}, true
	}
	from := d.open + bytes.Index(inner, kept)
	return []iac.Edit{
		{Start: d.open, End: from, Text: end + outer + unit},
		{Start: from + len(kept), End: d.close, Text: b.String()},
	}, true
}

// insertFirst puts attributes at the start of a block that has none.
func (d *declaration) insertFirst(names []string) ([]iac.Edit, bool) {
	text := d.file.text
	start, at := lineStart(text, d.head.Byte), lineEnd(text, d.open)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(blank(text[start:d.head.Byte]) + d.file.indentation() + name + " = true" + eol(text, start))
	}
	return []iac.Edit{{Start: at, End: at, Text: b.String()}}, true
}

// insertJSON puts members in front of another one, so that no comma has to be mended.
func (d *declaration) insertJSON(names []string, anchor *attribute) ([]iac.Edit, bool) {
	if anchor == nil || anchor.key.Start.Byte >= len(d.file.text) || d.file.text[anchor.key.Start.Byte] != '"' {
		return nil, false
	}
	text, at := d.file.text, anchor.key.Start.Byte
	start := lineStart(text, at)
	next := " "
	switch indent := text[start:at]; {
	case len(bytes.Trim(indent, " \t")) == 0:
		next = eol(text, start) + string(indent)
	case at > 0 && (text[at-1] == '{' || text[at-1] == ',') && !bytes.ContainsRune(text[anchor.key.End.Byte:anchor.at.Start.Byte], ' '):
		next = "" // a file without any space
	}
	var b strings.Builder
	for _, name := range names {
		b.WriteString(`"` + name + `"` + string(text[anchor.key.End.Byte:anchor.at.Start.Byte]) + "true," + next)
	}
	return []iac.Edit{{Start: at, End: at, Text: b.String()}}, true
}

// elsewhere returns the edits where the deciding values are declared.
func (d *declaration) elsewhere() []iac.Edit {
	if d.multi == yes && d.global != no || d.likely != no && d.globalLikely != no {
		return nil
	}
	var edits []iac.Edit
	for _, p := range []struct {
		name  string
		wrong bool
	}{{multiRegion, d.likely == no}, {globalEvents, d.globalLikely == no}} {
		if !p.wrong {
			continue
		}
		if d.attrs[p.name] == nil {
			return nil
		}
		e, ok := d.world.origin(d.attrs[p.name])
		if !ok {
			return nil
		}
		if !slices.Contains(edits, e) {
			edits = append(edits, e)
		}
	}
	return edits
}

// origin finds the literal that an attribute comes from, and flips it.
func (w *world) origin(a *attribute) (iac.Edit, bool) {
	for range 6 {
		if e, ok := a.flip(); ok {
			if a.file.path != w.src.path {
				e.Path = a.file.path
			}
			return e, true
		}
		if a = w.step(a); a == nil {
			return iac.Edit{}, false
		}
	}
	return iac.Edit{}, false
}

// step follows a reference to what declares the value; nil when it does anything else.
func (w *world) step(a *attribute) *attribute {
	expr := a.expr
	if t, ok := expr.(*hclsyntax.TemplateWrapExpr); ok {
		expr = t.Wrapped
	}
	ref, ok := expr.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil
	}
	w.look()
	if name := member(ref.Traversal, "local"); name != "" {
		return w.dir.locals[name]
	}
	name := member(ref.Traversal, "var")
	declared := w.dir.variables[name]
	if _, ok := w.in.Parameters[name]; ok || declared == nil {
		return nil
	}
	if given := w.dir.given[name]; given != nil {
		return given
	}
	for _, s := range w.scopes {
		if _, ok := s.vars[name]; ok {
			return nil // whoever calls the module decides
		}
	}
	return declared.fallback
}
