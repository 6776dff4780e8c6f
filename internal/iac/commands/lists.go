package commands

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// A list is a command whose words stand each for itself: ["aws", "cloudtrail", …].
type list struct {
	fields  []field
	scripts []script // the text of each word, to be read when a shell is told to run it
}

func (l *list) add(f field, s script) {
	l.fields = append(l.fields, f)
	l.scripts = append(l.scripts, s)
}

// list judges a command that is a list of words, or the script that it has a shell run.
func (h *hunt) list(s script, l list) {
	if len(l.fields) == 0 {
		return
	}
	if len(l.fields) > 2 && runs(l.fields[:1]) && strings.HasPrefix(l.fields[1].text, "-") && strings.HasSuffix(l.fields[1].text, "c") {
		_ = h.shell(l.scripts[2], nil)
		return
	}
	at := slices.IndexFunc(l.fields, func(f field) bool { return f.end > 0 })
	if at < 0 {
		return
	}
	w := &walker{hunt: h, script: s}
	w.judgeAll(max(0, l.fields[at].from), [][]field{l.fields})
}

var jsonString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// jsonList is the list of a text that is a JSON array of strings; not ok if it is none.
func jsonList(s script) (l list, ok bool) {
	var words []string
	if json.Unmarshal(bytes.TrimSpace(s.text), &words) != nil {
		return l, false
	}
	for i, m := range jsonString.FindAllIndex(s.text, -1) {
		if i >= len(words) {
			return l, false
		}
		f := field{text: words[i], known: true, from: m[0] + 1, to: m[1] - 1, end: m[1], before: `, "`, after: `"`}
		if string(s.text[f.from:f.to]) != f.text {
			f.from = -1
		}
		l.add(f, s.part(m[0]+1, m[1]-1).unescape("\"\\/n", false))
	}
	return l, len(words) > 0
}
