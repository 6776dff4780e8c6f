package commands

import (
	"bytes"
	"regexp"
	"strings"
)

var (
	spawnedList   = regexp.MustCompile(`(?:["'` + "`" + `]|\s)cloudtrail["'` + "`" + `]\s*,\s*["'` + "`" + `](?:create-trail|update-trail|create-subscription)["'` + "`" + `]`)
	spawnedString = regexp.MustCompile(`("""|'''|["'` + "`" + `])\s*(?:sudo\s+)?(?:[\w./-]*/)?(?:aws|awslocal|\{\w+\}|\$\{\w+\})\s[^"'` + "`" + `]*?\bcloudtrail\s[^"'` + "`" + `]*?(?:create-trail|update-trail|create-subscription)\b`)
	runsString    = regexp.MustCompile("(?i)(?:(?:system|popen|run|call|check_call|check_output|getoutput|getstatusoutput|exec|execsync|spawn|spawnsync|shell|command)\\w*\\s*\\(\\s*(?:(?:command|cmd|args)\\s*=\\s*)?|[\"'`],\\s*|\\$)[frbu]{0,2}$")
	shellFlag     = regexp.MustCompile(`-[a-z]*c["'` + "`" + `],\s*[frbu]{0,2}$`)
	compared      = regexp.MustCompile(`(?i)assert|expect|[=!]=|called|\bin\s*$`)
	concatenated  = regexp.MustCompile(`^\s*\+`)
)

// spawned finds the commands that code has another process run, by pattern: lists of words
// that say "cloudtrail", "create-trail", and strings that are given to what runs a shell.
func (h *hunt) spawned(src source) {
	if !has(src.text, "-trail", "-subscription") {
		return
	}
	for _, m := range spawnedList.FindAllIndex(src.text, 200) {
		if c := src.masked[m[0]]; src.text[m[0]] == c && c != ' ' && c != '\n' {
			h.spawnedList(src, m[0])
		}
	}
	for _, m := range spawnedString.FindAllSubmatchIndex(src.text, 200) {
		before := src.masked[max(0, m[0]-80):m[0]]
		raw := src.text[max(0, m[0]-80):m[0]]
		if src.masked[m[0]] != src.text[m[0]] || src.masked[m[3]] != ' ' && src.masked[m[3]] != '\n' || src.isCompared(m[0]) {
			continue
		}
		if !runsString.Match(before) || bytes.HasSuffix(bytes.TrimRight(before, "frbuFRBU \t\n"), []byte(",")) && !shellFlag.Match(raw) {
			continue
		}
		_ = h.shell(src.command(m[3], string(src.text[m[2]:m[3]])), nil)
	}
}

// isCompared says whether a place is in what is compared with something, as in a test.
func (src source) isCompared(at int) bool {
	start := bytes.LastIndexByte(src.masked[:at], '\n') + 1
	return compared.Match(src.masked[start:at])
}

// command is the script of a string that begins at a place; what the program puts into it is
// a variable nobody knows.
func (src source) command(start int, quote string) script {
	end := closing(src.text, start, quote)
	if quote == "`" {
		end = closingTemplate(src.text, start)
	}
	if end < 0 {
		return script{}
	}
	s := script{text: src.text}.part(start, end)
	prefix := strings.ToLower(string(src.text[max(0, start-len(quote)-2) : start-len(quote)]))
	switch {
	case src.kind == Python && strings.HasSuffix(strings.TrimSuffix(prefix, "r"), "f"):
		s = s.holes(pyHole)
	case src.kind == JavaScript && quote == "`":
		s = s.holes(jsHole)
	}
	s = s.unescape("\"'`\\n", true)
	if rest := src.text[end+len(quote):]; concatenated.Match(rest) || src.kind == Python && adjacent.Match(rest) {
		s = s.unended(end)
	}
	return s
}

var (
	pyHole   = regexp.MustCompile(`\{[^{}\n]*\}`)
	jsHole   = regexp.MustCompile(`\$\{[^{}\n]*\}`)
	adjacent = regexp.MustCompile(`^\s*[frbuFRBU]{0,2}["']`)
)

// closingTemplate returns where a template literal ends; -1 if it does not.
func closingTemplate(text []byte, from int) int {
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '`':
			return i
		}
	}
	return -1
}

// holes writes what a program fills in as a variable nobody knows, byte for byte.
func (s script) holes(re *regexp.Regexp) script {
	s.text = re.ReplaceAllFunc(s.text, func(found []byte) []byte {
		return append([]byte("$"), bytes.Repeat([]byte("_"), len(found)-1)...)
	})
	return s
}

// unended is a script behind which the program puts more.
func (s script) unended(at int) script {
	var w writer
	for i := range s.text {
		w.add(s.text[i], s.place(i))
	}
	if n := len(s.text); n > 0 && isBlank(s.text[n-1]) {
		for _, b := range []byte("$__more") {
			w.add(b, at)
		}
	}
	return w.script
}

// spawnedList judges the list of words around a place.
func (h *hunt) spawnedList(src source, at int) {
	open := opener(src.masked, at)
	if open < 0 || src.isCompared(open) {
		return
	}
	end := closer(src.masked, open)
	if end < 0 {
		return
	}
	var l list
	if program := src.programBefore(open); program != "" {
		l.add(field{text: program, known: true, from: -1}, script{})
	}
	for _, p := range split(src.masked, open+1, end) {
		if f, ok := src.word(p[0], p[1]); ok {
			l.add(f, script{})
		}
	}
	if grows, how := src.grows(open, end); grows {
		l.add(field{text: "\x00", many: true, name: how, from: -1}, script{})
	}
	h.list(script{text: src.text}, l)
}

// opener returns the bracket that is open at a place; -1 if there is none near.
func opener(masked []byte, at int) int {
	deep := 0
	for i := at; i >= 0 && i > at-4096; i-- {
		switch masked[i] {
		case ')', ']', '}':
			deep++
		case '(', '[', '{':
			if deep--; deep < 0 {
				return i
			}
		}
	}
	return -1
}

var (
	argumentBefore = regexp.MustCompile(`["'` + "`" + `]([\w./-]+)["'` + "`" + `]\s*,\s*(?:\[\]string)?$`)
	awsFunction    = regexp.MustCompile(`(?i)\b\w*aws\w*\s*\(\s*(?:\[\]string)?$`)
)

// programBefore is the program that a list of words is given to: spawn('aws', […]).
func (src source) programBefore(open int) string {
	before := src.text[max(0, open-80):open]
	if m := argumentBefore.FindSubmatch(before); m != nil {
		return string(m[1])
	}
	if awsFunction.Match(before) || src.masked[open] == '(' && awsFunction.Match(src.text[max(0, open-80):open+1]) && !bytes.Contains(before, []byte("exec")) {
		return "aws"
	}
	return ""
}

var optionWord = regexp.MustCompile(`^(?:fmt\.Sprintf\()?[frbuFRBU]{0,2}(["'` + "`" + `])(--[a-z0-9-]{3,}=)`)

// word is an element of a list; not ok when there is none.
func (src source) word(from, to int) (f field, ok bool) {
	for from < to && isBlank(src.masked[from]) {
		from++
	}
	for to > from && isBlank(src.masked[to-1]) {
		to--
	}
	if from == to {
		return f, false
	}
	raw := src.text[from:to]
	f = field{text: "\x00", name: string(raw[:min(len(raw), 60)]), from: -1, end: to}
	if q := raw[0]; len(raw) > 1 && (q == '"' || q == '\'' || q == '`') && raw[len(raw)-1] == q && !bytes.ContainsAny(raw[1:len(raw)-1], "\\"+string(q)) && (q != '`' || !bytes.Contains(raw, []byte("${"))) {
		f.text, f.known, f.from, f.to = string(raw[1:len(raw)-1]), true, from+1, to-1
		f.before, f.after = src.between(from)+string(q), string(q)
		return f, true
	}
	if m := optionWord.FindSubmatch(raw); m != nil { // f"--name={name}"
		f.text = string(m[2]) + "\x00"
		return f, true
	}
	f.many = raw[0] == '*' || bytes.HasPrefix(raw, []byte("...")) || bytes.HasSuffix(raw, []byte("...")) || bytes.Contains(raw, []byte(" if ")) || bytes.Contains(raw, []byte("?"))
	f.before = src.between(from)
	return f, true
}

// between is what stands between the word at a place and one that is put behind it.
func (src source) between(from int) string {
	start := bytes.LastIndexByte(src.text[:from], '\n') + 1
	lead := src.text[start:from]
	switch {
	case len(bytes.TrimSpace(lead)) > 0:
		return ", "
	case start > 1 && src.text[start-2] == '\r':
		return ",\r\n" + string(lead)
	default:
		return ",\n" + string(lead)
	}
}

// grows says whether words are put to a list later, and how.
func (src source) grows(open, end int) (grows bool, how string) {
	if concatenated.Match(src.masked[end+1:]) {
		return true, "+"
	}
	m := regexp.MustCompile(`([\w$]+)\s*(?::[^=\n]+)?:?=\s*(?:\[\]string)?$`).FindSubmatch(src.masked[max(0, open-80):open])
	if m == nil {
		return false, ""
	}
	name := regexp.QuoteMeta(string(m[1]))
	found := regexp.MustCompile(`\b` + name + `\s*(?:\.(?:append|extend|push|insert|unshift|concat)\s*\(|\+=)|append\(\s*` + name + `\b|\b` + name + `\s*\+\s`).Find(src.masked)
	return found != nil, string(found)
}
