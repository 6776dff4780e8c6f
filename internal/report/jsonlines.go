package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// jsonLines writes an array with one element a line, so that no more than one is in
// memory:
//
//	[
//	{"first":1},
//	{"second":2}
//	]
type jsonLines struct {
	w io.Writer
	n int
}

func (l *jsonLines) add(element any) error {
	var out bytes.Buffer
	out.WriteString("[\n")
	if l.n > 0 {
		out.Reset()
		out.WriteString(",\n")
	}
	l.n++
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(element); err != nil {
		return err
	}
	out.Truncate(out.Len() - len("\n"))
	_, err := l.w.Write(out.Bytes())
	return err
}

func (l *jsonLines) end() error {
	text := "\n]\n"
	if l.n == 0 {
		text = "[]\n"
	}
	_, err := io.WriteString(l.w, text)
	return err
}
