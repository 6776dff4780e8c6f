package report

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Place returns where a text stops being the JSON that was wanted, counted from 1, by
// the error of encoding/json. It fails when the error does not tell.
func Place(text []byte, err error) (line, column int, ok bool) {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var offset int64
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	default:
		return 0, 0, false
	}
	before := text[:min(max(offset, 0), int64(len(text)))]
	return bytes.Count(before, []byte("\n")) + 1, max(len(before)-bytes.LastIndexByte(before, '\n')-1, 1), true
}
