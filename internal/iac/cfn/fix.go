package cfn

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// fixer makes the edits of one trail. It returns nil for what it cannot write.
type fixer struct {
	t *template
	r resource
}

func (f fixer) source() []byte { return f.t.page.text }

func (f fixer) edits(scope, global property) []iac.Edit {
	props := f.r.body.of("Properties")
	switch {
	case f.r.body.own("Properties") > 1 || f.r.body.alias > 0:
		return nil
	case props == nil || props.null || props.shape == mapping && len(props.keys) == 0:
		return f.newProperties(props)
	case f.r.body.own("Properties") == 0 || props.shape != mapping || props.fn != "" || props.alias > 0:
		return nil
	}
	var out []iac.Edit
	var missing []string
	for _, p := range []property{scope, global} {
		switch {
		case p.twice, p.name == globalEvents && !p.all.certain(false) && p.byDefault.certain(false):
			return nil // with the defaults, AWS would refuse the trail
		case p.all.certain(true), p.name == globalEvents && p.all.verdict() == iac.Unknown:
		case !p.own:
			missing = append(missing, p.name)
		default:
			e, ok := f.turn(p.key, p.value)
			if !ok {
				return nil
			}
			out = append(out, e)
		}
	}
	if len(missing) > 0 {
		e, ok := f.insert(props, missing)
		if !ok {
			return nil
		}
		out = append([]iac.Edit{e}, out...)
	}
	return out
}

// turn writes true in the place of a literal.
func (f fixer) turn(key, v *node) (iac.Edit, bool) {
	if v.alias > 0 {
		return iac.Edit{Start: v.at, End: v.at + v.alias, Text: "true"}, true
	}
	if v.shape != scalar || v.fn != "" || v.block {
		return iac.Edit{}, false
	}
	if v.null && v.raw == "" {
		at, ok := f.afterColon(key)
		return iac.Edit{Start: at, End: at, Text: " true"}, ok
	}
	start, end, ok := f.span(v)
	word := opposite(v.raw)
	if v.null {
		word = "true"
	}
	return iac.Edit{Start: start, End: end, Text: word}, ok && word != ""
}

// opposite is the word for yes beside a word for no, in the same letters.
func opposite(no string) string {
	yes := map[string]string{
		"false": "true", "no": "yes", "off": "on", "n": "y", "disable": "enable", "disabled": "enabled",
	}[strings.ToLower(no)]
	switch {
	case yes == "" || no == strings.ToLower(no):
		return yes
	case no == strings.ToUpper(no):
		return strings.ToUpper(yes)
	default:
		return strings.ToUpper(yes[:1]) + yes[1:]
	}
}

// span is where the letters of a scalar stand, without its quotes, tag and anchor.
func (f fixer) span(n *node) (start, end int, ok bool) {
	s, start := f.source(), n.at
	for start < len(s) && (s[start] == '&' || s[start] == '!') {
		skip := bytes.IndexAny(s[start:], " \t\r\n")
		if skip < 0 {
			return 0, 0, false
		}
		start += skip
		for start < len(s) && (s[start] == ' ' || s[start] == '\t') {
			start++
		}
	}
	quote := ""
	if start < len(s) && (s[start] == '"' || s[start] == '\'') {
		quote = string(s[start])
		start++
	}
	if n.raw == "" || !bytes.HasPrefix(s[min(start, len(s)):], []byte(n.raw+quote)) {
		return 0, 0, false
	}
	return start, start + len(n.raw), true
}

// behind is where a scalar ends, with its quotes.
func (f fixer) behind(n *node) (int, bool) {
	start, end, ok := f.span(n)
	if ok && start > 0 && end < len(f.source()) && start > n.at && f.source()[end] == f.source()[start-1] {
		end++
	}
	return end, ok
}

func (f fixer) afterColon(key *node) (int, bool) {
	at, ok := f.behind(key)
	for s := f.source(); ok && at < len(s); at++ {
		switch s[at] {
		case ' ', '\t':
		case ':':
			return at + 1, true
		default:
			return 0, false
		}
	}
	return 0, false
}

// indent returns where the line of a node starts and what stands before the node; ok
// when that is nothing but blanks.
func (f fixer) indent(n *node) (start int, blank string, ok bool) {
	s := f.source()
	start = bytes.LastIndexAny(s[:n.at], "\r\n") + 1
	blank = string(s[start:n.at])
	return start, blank, strings.Trim(blank, " \t") == ""
}

// lineEnd returns where the line of an offset ends, and with what lines end there.
func (f fixer) lineEnd(at int) (end int, eol string) {
	s := f.source()
	if !bytes.Contains(s, []byte("\n")) && bytes.Contains(s, []byte("\r")) {
		if i := bytes.IndexByte(s[at:], '\r'); i >= 0 {
			return at + i, "\r"
		}
		return len(s), "\r"
	}
	i := bytes.IndexByte(s[at:], '\n')
	if i < 0 {
		end = len(s)
		i = bytes.LastIndexByte(s[:at], '\n') - at
	} else {
		end = at + i
	}
	if at+i > 0 && i+at < len(s) && s[at+i-1] == '\r' {
		if end < len(s) {
			end--
		}
		return end, "\r\n"
	}
	return end, "\n"
}

// insert writes properties before the first: there it needs no care for what follows the last.
func (f fixer) insert(props *node, names []string) (iac.Edit, bool) {
	first := props.keys[0]
	start, blank, alone := f.indent(first)
	_, eol := f.lineEnd(first.at)
	quote := f.quote(first)
	var text strings.Builder
	if !props.flow {
		for _, name := range names {
			text.WriteString(blank + quote + name + quote + ":" + f.gap(props, name, quote) + f.yes(props) + eol)
		}
		start = f.aboveComments(start)
		return iac.Edit{Start: start, End: start, Text: text.String()}, alone && f.plainKey(first)
	}
	colon := f.colon(first, props.vals[0])
	between := f.comma(props, colon)
	if alone && first.line != props.line {
		between = eol + blank
	}
	for _, name := range names {
		text.WriteString(quote + name + quote + colon + f.yes(props) + "," + between)
	}
	_, _, ok := f.span(first)
	return iac.Edit{Start: first.at, End: first.at, Text: text.String()}, ok
}

// aboveComments moves the start of a line up over the comments that lead to it, so that
// they stay with what they speak of.
func (f fixer) aboveComments(start int) int {
	s := f.source()
	for at := start; at > 0; {
		from := bytes.LastIndexAny(bytes.TrimRight(s[:at], "\r\n"), "\r\n") + 1
		line := bytes.Trim(s[from:at], " \t\r\n")
		switch {
		case bytes.HasPrefix(line, []byte("#")):
			start = from
		case len(line) > 0:
			return start
		}
		at = from
	}
	return start
}

// plainKey says whether a key stands as any other: without alias, anchor or tag.
func (f fixer) plainKey(k *node) bool {
	_, _, ok := f.span(k)
	return ok && k.alias == 0 && !k.anchor && k.shape == scalar
}

func (f fixer) quote(key *node) string {
	if c := f.source()[min(key.at, len(f.source())-1)]; c == '"' || c == '\'' {
		return string(c)
	}
	return ""
}

// colon is what stands between a key and its value on one line.
func (f fixer) colon(key, v *node) string {
	end, ok := f.behind(key)
	if ok && end < v.at && v.at-end < 80 {
		if s := string(f.source()[end:v.at]); strings.Trim(s, " \t") == ":" {
			return s
		}
	}
	return ": "
}

// comma is the blank that follows a comma on the line of the first key.
func (f fixer) comma(props *node, colon string) string {
	if len(props.keys) > 1 && props.keys[1].line == props.keys[0].line {
		s := f.source()[:props.keys[1].at]
		trimmed := bytes.TrimRight(s, " \t")
		if bytes.HasSuffix(trimmed, []byte(",")) {
			return string(s[len(trimmed):])
		}
	}
	if colon == ":" {
		return ""
	}
	return " "
}

// gap is the blank between a colon and its value: that of the neighbors, when all their
// values stand in one column.
func (f fixer) gap(props *node, name, quote string) string {
	column, lengths := 0, map[int]bool{}
	for i, k := range props.keys {
		v := props.vals[i]
		if v.line != k.line || v.shape != scalar || v.null || column != 0 && v.column != column {
			return " "
		}
		column = v.column
		lengths[len(k.value)] = true
	}
	pad := column - props.keys[0].column - len(name) - 2*len(quote) - 1
	if len(lengths) < 2 || pad < 1 {
		return " "
	}
	return strings.Repeat(" ", pad)
}

// yes is true, in the letters of the first boolean beside it.
func (f fixer) yes(props *node) string {
	for _, v := range props.vals {
		switch {
		case !v.plain || v.shape != scalar:
		case v.raw == "True" || v.raw == "False":
			return "True"
		case v.raw == "TRUE" || v.raw == "FALSE":
			return "TRUE"
		case v.raw == "true" || v.raw == "false":
			return "true"
		}
	}
	return "true"
}

// newProperties writes both properties of a trail that has none.
func (f fixer) newProperties(props *node) []iac.Edit {
	typeKey, typ := f.r.body.get("Type")
	key, _ := f.r.body.get("Properties")
	anchor := typeKey
	if key != nil {
		anchor = key
	}
	_, outer, ok := f.indent(f.r.key)
	_, blank, alone := f.indent(anchor)
	step := strings.TrimPrefix(blank, outer)
	if !ok || !alone || step == "" || len(step) == len(blank) && outer != "" {
		step = ""
	}
	_, eol := f.lineEnd(anchor.at)
	switch {
	case props != nil && props.shape == mapping:
		return f.fillBraces(props, blank, step, eol)
	case props != nil && (props.raw != "" || f.r.body.flow || step == ""):
		return nil
	case props != nil:
		at, ok := f.afterColon(key)
		end, _ := f.lineEnd(at)
		return one(ok, iac.Edit{Start: end, End: end, Text: eol + f.block(blank+step, eol)})
	case f.r.body.flow:
		at, ok := f.behind(typ)
		quote, between := f.quote(typeKey), " "
		switch {
		case step != "":
			between = eol + blank
		case f.colon(typeKey, typ) == ":":
			between = ""
		}
		return one(ok && typ.alias == 0, iac.Edit{Start: at, End: at, Text: "," + between +
			quote + "Properties" + quote + f.colon(typeKey, typ) + f.braces(quote, f.colon(typeKey, typ), blank, step, eol)})
	case step == "":
		return nil
	}
	end, _ := f.lineEnd(typ.at)
	return one(typ.line == typeKey.line && typ.alias == 0, iac.Edit{
		Start: end, End: end, Text: eol + blank + f.quote(typeKey) + "Properties" + f.quote(typeKey) + ":" + eol + f.block(blank+step, eol),
	})
}

func one(ok bool, e iac.Edit) []iac.Edit {
	if !ok {
		return nil
	}
	return []iac.Edit{e}
}

// block is the two properties, each on its line, without the last line end.
func (f fixer) block(blank, eol string) string {
	return blank + multiRegion + ": true" + eol + blank + globalEvents + ": true"
}

// braces is the two properties as JSON writes them: on lines of their own if its
// neighbors have some.
func (f fixer) braces(quote, colon, blank, step, eol string) string {
	open, between, shut := "{", ", ", "}"
	if step != "" && quote != "" {
		open, between, shut = "{"+eol+blank+step, ","+eol+blank+step, eol+blank+"}"
	} else if colon == ":" {
		between = ","
	}
	return open + quote + multiRegion + quote + colon + "true" + between + quote + globalEvents + quote + colon + "true" + shut
}

func (f fixer) fillBraces(props *node, blank, step, eol string) []iac.Edit {
	s := f.source()
	end := props.at + 1
	for end < len(s) && strings.ContainsRune(" \t\r\n", rune(s[end])) {
		end++
	}
	if props.alias > 0 || props.anchor || end >= len(s) || s[props.at] != '{' || s[end] != '}' {
		return nil
	}
	key, _ := f.r.body.get("Properties")
	if !f.r.body.flow {
		step = ""
	}
	text := f.braces(f.quote(key), f.colon(key, props), blank, step, eol)
	return []iac.Edit{{Start: props.at, End: end + 1, Text: text}}
}

// elsewhere turns the default of the one parameter that decides, and returns its node.
func (f fixer) elsewhere(scope, global property) ([]iac.Edit, map[*node]bool) {
	if scope.value == nil || !scope.own || scope.twice {
		return nil, nil
	}
	var out []iac.Edit
	turned := map[*node]bool{}
	for _, v := range f.t.variables(false, scope.value) {
		p := f.t.root.of("Parameters").of(v.name)
		key, def := p.get("Default")
		if _, given := f.t.page.parameters[v.name]; given || def == nil || p.own("Default") != 1 || def.alias > 0 {
			continue
		}
		word := opposite(def.raw)
		if word == "" || !f.accepts(p, word) || !f.wouldDo(scope, v.name, word) {
			continue
		}
		if e, ok := f.turn(key, def); ok {
			out = append(out, e)
			turned[def] = true
		}
	}
	if len(out) != 1 {
		return nil, nil
	}
	return f.withGlobal(out, global), turned
}

// withGlobal adds the second property, if it can be seen to be missing or false.
func (f fixer) withGlobal(out []iac.Edit, global property) []iac.Edit {
	props := f.r.body.of("Properties")
	if !global.all.certain(false) || props == nil || props.alias > 0 {
		return out
	}
	var e iac.Edit
	var ok bool
	if global.own {
		e, ok = f.turn(global.key, global.value)
	} else {
		e, ok = f.insert(props, []string{globalEvents})
	}
	if !ok {
		return nil
	}
	out = append(out, e)
	slices.SortFunc(out, func(a, b iac.Edit) int { return a.Start - b.Start })
	return out
}

func (f fixer) accepts(p *node, word string) bool {
	allowed := p.of("AllowedValues")
	if allowed == nil {
		return true
	}
	return slices.ContainsFunc(allowed.vals, func(n *node) bool { return n.raw == word })
}

// wouldDo says whether the trail is multi-Region once a parameter has another default.
func (f fixer) wouldDo(scope property, name, word string) bool {
	if b, ok := yamlBoolean(word); ok && f.t.root.of("Parameters").of(name).of("Default").plain {
		word = b
	}
	t := *f.t
	t.page.parameters = maps.Clone(t.page.parameters)
	if t.page.parameters == nil {
		t.page.parameters = map[string]string{}
	}
	t.page.parameters[name] = word
	_, byDefault := t.answers(scope.value, f.r.body.of("Condition"))
	return byDefault.certain(true)
}
