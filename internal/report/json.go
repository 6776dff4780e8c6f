package report

import (
	"encoding/json"
	"io"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// writeJSON writes a document, indented, with characters such as < as they are.
func writeJSON(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}

// english is the speaker of machine formats.
func english() *say.Speaker { return say.New(say.English) }

// each converts all of a slice. What it returns is never nil, so that JSON has [] and
// not null.
func each[A, B any](all []A, convert func(A) B) []B {
	out := make([]B, 0, len(all))
	for _, x := range all {
		out = append(out, convert(x))
	}
	return out
}

// sentences says Notes in s; it is never nil.
func sentences(s voice, notes []trail.Note) []string { return each(notes, s.Note) }

// strs converts words to strings; it is never nil.
func strs[S ~string](all []S) []string { return each(all, func(s S) string { return string(s) }) }
