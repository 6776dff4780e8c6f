package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

var identifier = regexp.MustCompile(`^(?:\.\.\.|\*\*)?([A-Za-z_]\w*)$`)

// inSight puts the properties of an object in the place of its name, if it is certain
// which object that is and what is set in it later.
func (src source) inSight(mk *maker, call int, args []argument) (out []argument) {
	for _, a := range args {
		if a.name != "..." {
			out = append(out, a)
			continue
		}
		if inline, ok := src.inline(a.value, call); ok {
			out = append(out, inline...)
			continue
		}
		if made, ok := src.returned(mk, a.value); ok {
			out = append(out, made...)
			continue
		}
		m := identifier.FindStringSubmatch(a.value)
		if m == nil {
			out = append(out, a)
			continue
		}
		found, at, ok := src.object(m[1], call)
		if ok {
			found, ok = src.setLater(mk, m[1], at, call, found)
		}
		if !ok {
			found = []argument{a}
		}
		out = append(out, found...)
	}
	return out
}

var (
	calledSpread = regexp.MustCompile(`^(?:\*\*|\.\.\.)?(?:this\.)?([A-Za-z_]\w*)\(`)
	returns      = regexp.MustCompile(`(?m)^[ \t]+return\b[ \t]*(.*?)[ \t;\r]*$`)
)

// returned are the properties that a function of the same file returns, where it has one
// return and that names one object.
func (src source) returned(mk *maker, spread string) (out []argument, ok bool) {
	m := calledSpread.FindStringSubmatch(spread)
	if m == nil {
		return nil, false
	}
	from, to, ok := src.body(m[1])
	if !ok {
		return nil, false
	}
	back := returns.FindAllSubmatchIndex(src.masked[from:to], 2)
	if len(back) != 1 {
		return nil, false
	}
	at := from + back[0][2]
	what := strings.TrimSpace(string(src.masked[at : from+back[0][3]]))
	if strings.HasPrefix(what, "{") {
		end := closer(src.masked, at)
		if end < 0 || !statementEnds.Match(src.masked[end+1:]) {
			return nil, false
		}
		return object(src.text, src.masked, at+1, end), true
	}
	if !bareName.MatchString(what) {
		return nil, false
	}
	src.masked = slices.Concat(bytes.Repeat([]byte(" "), from), src.masked[from:to]) // others have the same names
	found, given, ok := src.object(what, at)
	if !ok {
		return nil, false
	}
	return src.setLater(mk, what, given, at, found)
}

// body is where the statements of a function stand; not ok if it is not the only one of its name.
func (src source) body(name string) (from, to int, ok bool) {
	if src.kind == Python {
		defined := regexp.MustCompile(`(?m)^([ \t]*)(?:async[ \t]+)?def[ \t]+`+name+`[ \t]*\(`).FindAllSubmatchIndex(src.masked, 2)
		if len(defined) != 1 {
			return 0, 0, false
		}
		from = defined[0][1]
		return from, src.bodyEnd(from, defined[0][3]-defined[0][2]), true
	}
	defined := regexp.MustCompile(`\bfunction\s+`+name+`\s*\(`).FindAllIndex(src.masked, 2)
	if len(defined) != 1 {
		return 0, 0, false
	}
	behind := closer(src.masked, defined[0][1]-1)
	if behind < 0 {
		return 0, 0, false
	}
	open := bytes.IndexByte(src.masked[behind:], '{')
	if open < 0 {
		return 0, 0, false
	}
	from = behind + open
	to = closer(src.masked, from)
	return from, to, to > 0
}

// bodyEnd is where the lines end that are indented more than the function that they are of.
func (src source) bodyEnd(at, indent int) int {
	for at = lineEnd(src.masked, closer(src.masked, at-1)+1); at < len(src.masked); at = lineEnd(src.masked, at+1) {
		line := src.masked[at+1 : lineEnd(src.masked, min(at+1, len(src.masked)))]
		if rest := bytes.TrimLeft(line, " \t"); len(bytes.TrimSpace(rest)) > 0 && len(line)-len(rest) <= indent {
			break
		}
	}
	return at
}

// inline are the properties of **{…} and **dict(…).
func (src source) inline(spread string, call int) (out []argument, ok bool) {
	if !strings.HasPrefix(spread, "**{") && !strings.HasPrefix(spread, "...{") {
		return nil, false
	}
	at := bytes.Index(src.masked[call:], []byte(spread[:strings.IndexByte(spread, '{')+1]))
	if at < 0 {
		return nil, false
	}
	open := call + at + strings.IndexByte(spread, '{')
	end := closer(src.masked, open)
	if end < 0 {
		return nil, false
	}
	return object(src.text, src.masked, open+1, end), true
}

var declares = regexp.MustCompile(`\b(?:const|let|var)\s+$`)

// makesObject is what makes an object of properties in Python.
var makesObject = regexp.MustCompile(`(?:dict|TrailArgs)\s*$`)

// statementEnds is what stands behind an object that is all of what a name is given.
var statementEnds = regexp.MustCompile(`^[ \t]*(?:(?:as|satisfies)[ \t]+[\w.<>, ]+)?[ \t]*(?:[\r\n;]|$)`)

// object are the properties of the object that a name stands for at a call: the last one
// that it was given before, in the same block.
func (src source) object(name string, call int) (out []argument, at int, ok bool) {
	re := regexp.MustCompile(`\b` + name + `\b\s*(?::\s*[\w.<>\[\], ]+?\s*)?=\s*(?:dict\s*\(|[\w.]*TrailArgs\s*\(|[^=\s>])`)
	all := re.FindAllIndex(src.masked, -1)
	last := -1
	for i, m := range all {
		if m[0] < call {
			last = i
		}
	}
	if last < 0 {
		if len(all) != 1 {
			return nil, 0, false
		}
		last = 0
	}
	m := all[last]
	if len(all) > 1 && !declares.Match(src.masked[max(0, m[0]-12):m[0]]) && (src.kind != Python || src.indent(m[0]) != src.indent(call)) {
		return nil, 0, false
	}
	open := m[1] - 1
	end := closer(src.masked, open)
	switch {
	case end < 0 || !statementEnds.Match(src.masked[end+1:]):
		return nil, 0, false
	case src.masked[open] == '{':
		return object(src.text, src.masked, open+1, end), m[0], true
	case src.masked[open] == '(' && src.kind == Python && makesObject.Match(src.masked[m[0]:open]):
		return src.keywords(open+1, end), m[0], true
	}
	return nil, 0, false
}

// indent is the blanks before the line of a place.
func (src source) indent(at int) string {
	start := bytes.LastIndexByte(src.text[:at], '\n') + 1
	line := src.text[start:]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// beginsLine says whether a statement stands on a line without a condition before it.
func (src source) beginsLine(at int) bool {
	start := bytes.LastIndexByte(src.masked[:at], '\n') + 1
	return len(bytes.TrimSpace(src.masked[start:at])) == 0
}

// setLater adds the properties that are set one by one between an object and its call; not
// ok when they are set elsewhere, or nobody knows which.
func (src source) setLater(mk *maker, name string, at, call int, args []argument) ([]argument, bool) {
	if regexp.MustCompile(`\b` + name + `\s*(?:\.(?:update|setdefault|pop)\s*\(|\|=)|Object\.assign\s*\(\s*` + name + `\b`).Match(src.masked) {
		return nil, false
	}
	re := regexp.MustCompile(`\b` + name + `\s*(?:\.(\w+)|\[([^\]\n]*)\])\s*=\s*([^=\s][^\n;]*)`)
	for _, m := range re.FindAllSubmatchIndex(src.masked, -1) {
		var key string
		if m[2] >= 0 {
			key = string(src.text[m[2]:m[3]])
		} else {
			raw := strings.TrimSpace(string(src.text[m[4]:m[5]]))
			if !isText(raw) {
				return nil, false
			}
			key = strings.Trim(raw, "\"'`")
		}
		if key != mk.multi && key != mk.global {
			continue
		}
		if m[0] < at || m[0] > call || !src.beginsLine(m[0]) || src.indent(m[0]) != src.indent(at) {
			return nil, false
		}
		args = append(args, value(src.text, key, m[6], m[7]))
	}
	return args, true
}

var (
	orTrue    = regexp.MustCompile(`^true\s*\|\||\|\|\s*true$`)
	bareName  = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)
	fallbacks = regexp.MustCompile(`(?:\?\?\s*|\.get\([^()]*,\s*|getenv\([^()]*,\s*)(true|false|True|False)\)?$`)
)

// evaluated is a value whose constants are in sight.
func (src source) evaluated(value string) string {
	on, off := truths(src.kind)
	value = strings.TrimSpace(value)
	switch {
	case value == on || value == off:
		return value
	case src.kind == Python && (value == "not True" || value == "not False"), src.kind != Python && (value == "!true" || value == "!false"):
		return map[bool]string{true: off, false: on}[strings.HasSuffix(strings.ToLower(value), "true")]
	case src.kind != Python && orTrue.MatchString(value):
		return on
	case bareName.MatchString(value):
		if v, _, certain := src.constant(value); certain {
			return v
		}
	}
	return value
}

// defaultOf is what a value is when nothing else is said.
func (src source) defaultOf(value string) string {
	if m := fallbacks.FindStringSubmatch(strings.TrimSpace(value)); m != nil {
		return m[1]
	}
	if bareName.MatchString(value) {
		v, _, _ := src.constant(value)
		return v
	}
	return ""
}

// constant is the literal that a name is given, and where that stands; it is certain if it is given nothing else,
// and default when it is one of a parameter.
func (src source) constant(name string) (value string, at int, certain bool) {
	if src.kind != Python && src.kind != JavaScript && src.kind != Go {
		return src.assigned(name)
	}
	quoted := regexp.QuoteMeta(name)
	given := regexp.MustCompile(`(?m)(?:(^[ \t]*(?:export\s+)?(?:(?:const|let|var|final)\s+)?)|[^\w$.\n])` + quoted + `\s*(?::\s*[\w.\[\] |]+?\s*)?=\s*([^=>\s][^\n;,)]*)`)
	all := given.FindAllSubmatchIndex(src.masked, 3)
	if len(all) != 1 {
		return "", 0, false
	}
	m := all[0]
	value = strings.TrimSpace(string(src.masked[m[4]:m[5]]))
	on, off := truths(src.kind)
	if value != on && value != off {
		return "", 0, false
	}
	line := strings.TrimSpace(string(src.masked[m[4]:lineEnd(src.masked, m[4])]))
	alone := strings.TrimRight(line, "; ") == value && m[2] >= 0
	other := regexp.MustCompile(`\b(?:for|as|import|del|global|nonlocal)\b[^\n=]*\b` + quoted + `\b|\b` + quoted + `\b\s*(?:,[^()\n]*)?\)\s*(?:=>|\{|->|:)|(?:def\s+\w+|function\s*\w*|constructor)\s*\([^)]*\b` + quoted + `\b|[{\[,]\s*` + quoted + `\s*[,}\]][^=\n]*=[^=>]|\b` + quoted + `\s*(?:\|\||&&|\?\?)=`)
	return value, m[4], alone && !other.Match(src.masked)
}

// lineEnd is where the line of a place ends.
func lineEnd(text []byte, at int) int {
	if n := bytes.IndexByte(text[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(text)
}
