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
	for from, to := range logicalLines(whole.text, '\\') {
		if from < to && whole.text[from] == '\t' && speaks(whole.text[from:to]) {
			_ = h.shell(recipe(whole.part(from, to)), outer)
		}
	}
}

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

var (
	instruction = regexp.MustCompile(`(?i)^\s*(?:ONBUILD\s+)?(RUN|CMD|ENTRYPOINT|ENV|ARG)\s+`)
	runOption   = regexp.MustCompile(`^--\w+(=\S*)?\s+`)
	heredoc     = regexp.MustCompile(`<<-?\s*["']?(\w+)["']?`)
)

// dockerfile reads RUN, CMD and ENTRYPOINT, with the variables of ENV and ARG.
func (h *hunt) dockerfile() {
	outer := &scope{fixed: map[string][]string{}}
	whole := script{text: h.in.Text}
	until := 0
	for from, to := range logicalLines(dockerJoined(whole.text), '\\') {
		if from < until {
			continue
		}
		m := instruction.FindSubmatchIndex(whole.text[from:to])
		if m == nil {
			continue
		}
		word := strings.ToUpper(string(whole.text[from+m[2] : from+m[3]]))
		start := from + m[1]
		if word == "ENV" || word == "ARG" {
			dockerVariables(outer.fixed, string(whole.text[start:to]), word == "ARG")
			continue
		}
		for {
			o := runOption.FindIndex(whole.text[start:to])
			if o == nil {
				break
			}
			start += o[1]
		}
		to, until = dockerHeredoc(whole.text, start, to)
		h.dockerRun(whole.part(start, to), outer)
	}
}

// dockerHeredoc returns the end of an instruction with its here-document.
func dockerHeredoc(text []byte, from, to int) (end, until int) {
	m := heredoc.FindSubmatch(text[from:to])
	if m == nil {
		return to, to
	}
	re := regexp.MustCompile(`(?m)^\t*` + regexp.QuoteMeta(string(m[1])) + `\s*$`)
	if at := re.FindIndex(text[to:]); at != nil {
		return to + at[1], to + at[1]
	}
	return to, to
}

// dockerJoined writes comment lines within a continued instruction as continued blanks.
func dockerJoined(text []byte) []byte {
	out := bytes.Clone(text)
	continued := false
	for from, to := range logicalLines(text, 0) {
		line := out[from:to]
		trimmed := bytes.TrimLeft(line, " \t")
		if continued && len(trimmed) > 0 && trimmed[0] == '#' {
			for i := range line {
				line[i] = ' '
			}
			line[len(line)-1] = '\\'
			continue
		}
		continued = bytes.HasSuffix(line, []byte(`\`))
	}
	return out
}

func dockerVariables(fixed map[string][]string, text string, overridden bool) {
	for _, pair := range strings.Fields(text) {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		value = strings.Trim(value, `"'`)
		if strings.Contains(value, "$") {
			value = "\x00"
		}
		fixed[name] = []string{value}
		if overridden {
			fixed[name] = append(fixed[name], "\x00")
		}
	}
}

func (h *hunt) dockerRun(s script, outer *scope) {
	if !speaks(s.text) {
		return
	}
	if bytes.HasPrefix(s.text, []byte("[")) {
		if l, ok := jsonList(s); ok {
			h.list(s, l)
			return
		}
	}
	s.text = dockerJoined(s.text)
	if m := heredoc.FindIndex(s.text); m != nil && len(bytes.TrimSpace(s.text[:m[0]])) == 0 {
		if end := bytes.IndexByte(s.text, '\n'); end > 0 {
			last := bytes.LastIndexByte(s.text, '\n')
			_ = h.shell(s.part(end+1, max(end+1, last)), outer)
		}
		return
	}
	_ = h.shell(s, outer)
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
