package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

var (
	instruction = regexp.MustCompile(`(?i)^\s*(?:ONBUILD\s+)?(RUN|CMD|ENTRYPOINT|ENV|ARG|FROM)\s+`)
	runOption   = regexp.MustCompile(`^--\w+(=\S*)?\s+`)
	heredoc     = regexp.MustCompile(`<<-?\s*["']?(\w+)["']?`)
)

// dockerfile reads RUN, CMD and ENTRYPOINT, with the variables of ENV and ARG.
func (h *hunt) dockerfile() {
	outer := &scope{fixed: map[string][]string{}}
	whole := script{text: h.in.Text}
	until := 0
	var at stage
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
		if word == "FROM" {
			at.end(h)
			at = stageOf(whole.text[start:to])
			continue
		}
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
		if word != "RUN" && at.takes(h, word, start, to) {
			continue
		}
		h.dockerRun(whole.part(start, to), outer)
	}
	at.end(h)
}

// A stage is what an image runs: the words of CMD stand behind those of ENTRYPOINT.
// https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
type stage struct{ entry, rest list }

// stageOf is a stage from an image; that of the AWS CLI runs aws.
func stageOf(from []byte) (s stage) {
	if bytes.Contains(from, []byte("amazon/aws-cli")) || bytes.Contains(from, []byte("aws-cli/aws-cli")) {
		s.entry.add(field{text: "aws", known: true, from: -1}, script{})
	}
	return s
}

// takes notes an ENTRYPOINT or CMD that is a list of words; false: it is something else.
func (s *stage) takes(h *hunt, word string, from, to int) bool {
	l, ok := jsonList(script{text: h.in.Text}.part(from, to))
	if !ok {
		return false
	}
	for i := range l.fields {
		f := &l.fields[i]
		f.end += from
		if f.from >= 0 {
			f.from, f.to = f.from+from, f.to+from
		}
	}
	if word == "ENTRYPOINT" {
		s.entry, s.rest = l, list{}
	} else {
		s.rest = l
	}
	return true
}

// end judges what the image runs when it is told nothing else.
func (s *stage) end(h *hunt) {
	h.list(script{text: h.in.Text}, list{slices.Concat(s.entry.fields, s.rest.fields), slices.Concat(s.entry.scripts, s.rest.scripts)})
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
