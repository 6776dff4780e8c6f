package commands

import (
	"bytes"
	"regexp"
	"strings"
)

var makeVariable = regexp.MustCompile(`^(?:export\s+|override\s+)*([A-Za-z_][\w.-]*)\s*(\?|::?|\+)?=\s*(.*?)\s*$`)

// makefile reads the recipes, each logical line a script of its own, with the variables
// of make. A variable with ?= can come from elsewhere.
func (h *hunt) makefile() {
	outer := &scope{fixed: map[string][]string{}}
	whole := script{text: h.in.Text}
	for from, to := range logicalLines(whole.text, '\\') {
		line := whole.text[from:to]
		if m := makeVariable.FindSubmatch(line); m != nil && line[0] != '\t' {
			assignMake(outer.fixed, string(m[1]), string(m[2]), joined(m[3]))
		}
	}
	defining := false
	for from, to := range logicalLines(whole.text, '\\') {
		line := whole.text[from:to]
		switch {
		case makeDefine.Match(line):
			defining = true
		case bytes.HasPrefix(line, []byte("endef")):
			defining = false
		case !hasCommand(line):
		case defining || line[0] == '\t':
			_ = h.shell(recipe(whole.part(from, to)), outer)
		default:
			if m := oneLine.FindIndex(line); m != nil {
				_ = h.shell(recipe(whole.part(from+m[1], to)), outer)
			}
		}
	}
}

var (
	makeDefine = regexp.MustCompile(`^(?:override\s+)?define\s`)
	// oneLine is a rule with its recipe behind it: all: ; command.
	oneLine = regexp.MustCompile(`^[^\t#:=;][^#:=;]*::?[^=;#][^;#]*;|^[^\t#:=;][^#:=;]*::?;`)
)

func joined(value []byte) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\\\r\n", " ", "\\\n", " ").Replace(string(value))), " ")
}

func assignMake(fixed map[string][]string, name, op, value string) {
	if before, comment := strings.CutSuffix(value, "#"); comment {
		value = before
	}
	if strings.Contains(value, "$(") || strings.Contains(value, "${") {
		value = "\x00"
	}
	switch {
	case op == "+" && len(fixed[name]) > 0:
		for i := range fixed[name] {
			fixed[name][i] += " " + value
		}
	case op == "?":
		if fixed[name] == nil {
			fixed[name] = []string{value, "\x00"}
		}
	default:
		fixed[name] = []string{value}
	}
}

var makeReference = regexp.MustCompile(`^\$\(([A-Za-z_]\w*)\)`)

// recipe is a line of a recipe as the shell sees it: without the prefix, with $$ as $
// and $(NAME) as ${NAME}.
func recipe(s script) script {
	var w writer
	start := 0
	for start < len(s.text) && strings.IndexByte("\t @-+", s.text[start]) >= 0 {
		start++
	}
	for i := start; i < len(s.text); i++ {
		b := s.text[i]
		if b != '$' || i+1 >= len(s.text) {
			w.add(b, s.place(i))
			continue
		}
		if s.text[i+1] == '$' {
			w.add('$', s.place(i))
			i++
			continue
		}
		if m := makeReference.FindSubmatch(s.text[i:]); m != nil {
			for k, c := range []byte("${" + string(m[1]) + "}") {
				w.add(c, s.place(i+k))
			}
			i += len(m[0]) - 1
			continue
		}
		if end := bytes.IndexByte(s.text[i:], ')'); s.text[i+1] == '(' && end > 0 {
			w.add('$', s.place(i))
			for k := 1; k <= end; k++ { // a function of make: nobody knows
				w.add('_', s.place(i+k))
			}
			i += end
			continue
		}
		w.add(b, s.place(i))
	}
	return w.script
}

var step = regexp.MustCompile(`(?:^|[^\w.'"])(sh|bat|powershell|pwsh)\b[ \t]*\(?\s*(?:\[?[^'"\n{}]*?script\s*:\s*)?('''|"""|'|")`)

// jenkinsfile reads the strings of sh steps.
func (h *hunt) jenkinsfile() {
	text := blankComments(h.in.Text)
	for at := 0; at < len(text); {
		m := step.FindSubmatchIndex(text[at:])
		if m == nil {
			return
		}
		quote := string(text[at+m[4] : at+m[5]])
		start := at + m[5]
		end := closing(text, start, quote)
		if end < 0 {
			return
		}
		s := script{text: h.in.Text}.part(start, end)
		switch string(text[at+m[2] : at+m[3]]) {
		case "sh":
			s = s.unescape("\\'\"$n", len(quote) == 3)
			if concatenated.Match(text[end+len(quote):]) {
				s = s.unended(end)
			}
			_ = h.shell(s, nil)
		case "bat":
			h.powershell(s, '^')
		default:
			h.powershell(s, '`')
		}
		at = end + len(quote)
	}
}

// closing returns where a string ends; -1 if it does not.
func closing(text []byte, from int, quote string) int {
	for i := from; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case len(quote) == 1 && text[i] == '\n':
			return -1
		case bytes.HasPrefix(text[i:], []byte(quote)):
			return i
		}
	}
	return -1
}

// blankComments writes // and /* */ comments, but those in strings, as blanks.
func blankComments(text []byte) []byte {
	out := bytes.Clone(text)
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if out[i] != '\n' && out[i] != '\r' {
				out[i] = ' '
			}
		}
	}
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch {
		case bytes.HasPrefix(rest, []byte("//")):
			n := bytes.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			blank(i, i+n)
			i += n - 1
		case bytes.HasPrefix(rest, []byte("/*")):
			n := bytes.Index(rest[2:], []byte("*/"))
			if n < 0 {
				n = len(rest) - 4
			}
			n = max(n, -2)
			blank(i, i+n+4)
			i += n + 3
		case text[i] == '\'' || text[i] == '"' || text[i] == '`':
			quote := string(text[i])
			if bytes.HasPrefix(rest, []byte(strings.Repeat(quote, 3))) {
				quote = strings.Repeat(quote, 3)
			}
			if end := closing(text, i+len(quote), quote); end >= 0 {
				i = end + len(quote) - 1
			}
		}
	}
	return out
}
