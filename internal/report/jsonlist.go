package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// jsonList writes a document, as writeJSON would, whose list is longer than should be
// in memory at once. Nothing is written before there is something to write.
type jsonList struct {
	w    io.Writer
	name string
	head any // an object: the members before the list
	n    int
}

// add writes one more element.
func (l *jsonList) add(element any) error {
	text, err := indented(element, "    ")
	if err != nil {
		return err
	}
	before := ",\n    "
	if l.n == 0 {
		if before, err = l.opening(); err != nil {
			return err
		}
		before += "\n    "
	}
	l.n++
	_, err = io.WriteString(l.w, before+text)
	return err
}

// opening is the document up to the bracket of its list.
func (l *jsonList) opening() (string, error) {
	text, err := indented(l.head, "")
	return text[:max(len(text)-len("\n}"), 0)] + ",\n  \"" + l.name + "\": [", err
}

// end writes the members after the list, which are those of the object tail.
func (l *jsonList) end(tail any) error {
	text, err := indented(tail, "")
	if err != nil {
		return err
	}
	before := "\n  ],"
	if l.n == 0 {
		if before, err = l.opening(); err != nil {
			return err
		}
		before += "],"
	}
	_, err = io.WriteString(l.w, before+text[len("{"):]+"\n")
	return err
}

// indented is v as writeJSON writes it, but for the line that it ends.
func indented(v any, prefix string) (string, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, "  ")
	err := e.Encode(v)
	return string(bytes.TrimRight(out.Bytes(), "\n")), err
}
