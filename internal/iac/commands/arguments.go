package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// An argument is a property of a call.
type argument struct {
	name       string // "..." stands for what is not in sight
	value      string
	from, to   int
	at         int    // where its name stands, with its quote
	quote, sep string // around the name, and between it and the value; "" when it has no name here
	mark       string // before the name, where that is not a quote
	replaces   bool   // what is not in sight replaces what stands before it
}

var (
	pyArgument = regexp.MustCompile(`^\s*(\w+)\s*=\s*`)
	jsArgument = regexp.MustCompile(`^\s*["']?(\w+)["']?\s*:\s*`)
	shorthand  = regexp.MustCompile(`^\s*(\w+)\s*$`)
)

// given are the properties that a call is given; "..." stands for what is not in sight. In JavaScript they stand in an
// object at a place of its own: the options of Pulumi are one, too.
func (mk *maker) given(src source, from, to int) []argument {
	if src.kind == Python {
		keywords := src.keywords(from, to)
		if mk.props == 1 {
			return append(src.argsObject(from, to), keywords...)
		}
		return keywords
	}
	parts := split(src.masked, from, to)
	if spread := slices.IndexFunc(parts, src.isSpread); spread >= 0 && spread <= mk.props {
		return []argument{{name: "...", value: src.shortened(parts[spread])}}
	}
	p := parts[min(mk.props, len(parts)-1)]
	if len(parts) <= mk.props && !strings.HasPrefix(src.shortened(p), "{") {
		return nil
	}
	switch part := src.shortened(p); {
	case part == "", part == "undefined", isText(part):
		return nil
	case part[0] == '{':
		return src.braces(p)
	default:
		return []argument{{name: "...", value: part}}
	}
}

// braces are the properties of an object that is all of an argument, but for the type that TypeScript is told.
func (src source) braces(p [2]int) []argument {
	open := p[0] + bytes.IndexByte(src.masked[p[0]:p[1]], '{')
	end := closer(src.masked, open)
	if end < 0 || !typeOnly.Match(src.masked[end+1:p[1]]) {
		return []argument{{name: "...", value: src.shortened(p)}}
	}
	return object(src.text, src.masked, open+1, end)
}

var (
	argsWord   = regexp.MustCompile(`^args\s*=\s*`)
	argsCall   = regexp.MustCompile(`^[\w.]*TrailArgs\s*\(`)
	typeOnly   = regexp.MustCompile(`^\s*(?:(?:as|satisfies)\s+[\w.<>, ]+)?\s*$`)
	pulumiOpts = regexp.MustCompile(`(?i)^\w*(?:opts|options)$|^[\w.]*ResourceOptions(?:\.\w+)?\(|^None$`)
)

// argsObject are the properties that a resource of Pulumi is given in Python as an object: behind its name, or as args.
func (src source) argsObject(from, to int) []argument {
	for i, p := range split(src.masked, from, to) {
		part := src.shortened(p)
		if strings.HasPrefix(part, "*") && !strings.HasPrefix(part, "**") {
			return []argument{{name: "...", value: part}}
		}
		named := argsWord.FindString(part)
		if named == "" && (i != 1 || part == "" || pyArgument.MatchString(part) || part[0] == '*') {
			continue
		}
		part = part[len(named):]
		switch {
		case pulumiOpts.MatchString(part), isText(part):
		case argsCall.MatchString(part):
			open := p[0] + bytes.IndexByte(src.masked[p[0]:p[1]], '(')
			if end := closer(src.masked, open); end > 0 && typeOnly.Match(src.masked[end+1:p[1]]) {
				return src.keywords(open+1, end)
			}
			return []argument{{name: "...", value: part}}
		case strings.HasPrefix(part, "{"):
			return src.braces(p)
		default:
			return []argument{{name: "...", value: part}}
		}
	}
	return nil
}

func (src source) isSpread(p [2]int) bool { return strings.HasPrefix(src.shortened(p), "...") }

// shortened is an argument as it is quoted in a reason.
func (src source) shortened(p [2]int) string {
	part := strings.TrimSpace(string(src.masked[p[0]:p[1]]))
	return part[:min(len(part), 60)]
}

// keywords are the keyword arguments of a Python call, for what makes a trail takes no other.
func (src source) keywords(from, to int) (out []argument) {
	for _, p := range split(src.masked, from, to) {
		part := src.masked[p[0]:p[1]]
		trimmed := strings.TrimSpace(string(part))
		if m := pyArgument.FindSubmatchIndex(part); m != nil {
			out = append(out, value(src.text, string(part[m[2]:m[3]]), p[0]+m[1], p[1]).named(p[0]+m[2], "", "="))
		} else if strings.HasPrefix(trimmed, "**") {
			out = append(out, argument{name: "...", value: trimmed})
		}
	}
	return out
}

func isText(part string) bool { return strings.IndexAny(part, "\"'`") == 0 }

func object(text, masked []byte, from, to int) (out []argument) {
	for _, p := range split(masked, from, to) {
		part := masked[p[0]:p[1]]
		raw := text[p[0]:p[1]]
		trimmed := strings.TrimSpace(string(part))
		if strings.HasPrefix(trimmed, "...") || strings.HasPrefix(trimmed, "**") || strings.HasPrefix(trimmed, "[") { // a name that is worked out
			out = append(out, argument{name: "...", value: trimmed, replaces: true})
			continue
		}
		lead := len(part) - len(bytes.TrimLeft(part, " \t\r\n"))
		if m := jsArgument.FindSubmatchIndex(raw[lead:]); m != nil {
			quote := ""
			if before := string(raw[lead:][:m[2]]); strings.HasSuffix(before, `"`) || strings.HasSuffix(before, "'") {
				quote = before[len(before)-1:]
			}
			out = append(out, value(text, string(raw[lead+m[2]:lead+m[3]]), p[0]+lead+m[1], p[1]).named(p[0]+lead+m[2]-len(quote), quote, ": "))
		} else if m := shorthand.FindSubmatch(part); m != nil {
			out = append(out, argument{name: string(m[1]), value: string(m[1])}.named(p[0]+lead, "", ": "))
		}
	}
	return out
}

// named says where the name of an argument stands, and how it is written.
func (a argument) named(at int, quote, sep string) argument {
	a.at, a.quote, a.sep = at, quote, sep
	return a
}

// value is an argument without the blanks and comments around it.
func value(text []byte, name string, from, to int) argument {
	for to > from && isBlank(text[to-1]) {
		to--
	}
	a := argument{name: name, from: from, to: to, value: string(text[from:to])}
	for _, word := range []string{"true", "false", "True", "False"} {
		if rest, ok := strings.CutPrefix(a.value, word); ok && strings.IndexAny(rest+" ", " \t\r\n#/") == 0 && isComment(rest) {
			a.value, a.to = word, from+len(word)
		}
	}
	return a
}

func isComment(rest string) bool {
	rest = strings.TrimSpace(rest)
	return rest == "" || rest[0] == '#' || strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*")
}

// split cuts a range at the commas that stand in no bracket.
func split(masked []byte, from, to int) (out [][2]int) {
	start, open := from, 0
	for i := from; i < to; i++ {
		switch masked[i] {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		case ',':
			if open == 0 {
				out = append(out, [2]int{start, i})
				start = i + 1
			}
		}
	}
	return append(out, [2]int{start, to})
}

// closer returns where the bracket at a place is closed; -1 if it is not.
func closer(masked []byte, at int) int {
	open := 0
	for i := at; i < len(masked) && i < at+1<<16; i++ {
		switch masked[i] {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}
