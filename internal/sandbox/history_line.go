package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
)

// The parts of a line of an eventLog. The record is not parsed when a line is read:
// what stands before it says all that the history must know.
const (
	beforeSum    = `{"crc":"`
	afterSum     = `",`
	beforeRecord = `,"record":`
	afterRecord  = "}\n"
)

// errNotALine is what is wrong with a line that something else changed.
var errNotALine = errors.New("is not an event")

// appendLine adds the line of an entry.
func appendLine(to []byte, e entry) []byte {
	head, _ := json.Marshal(e) // always encodes
	begin := len(to)
	to = append(to, beforeSum+"00000000"+afterSum...)
	body := len(to)
	to = append(to, head[1:len(head)-1]...)
	to = append(to, beforeRecord...)
	to = append(to, e.Text...)
	to = append(to, afterRecord...)
	_ = fmt.Appendf(to[:begin], beforeSum+"%08x", crc32.ChecksumIEEE(to[body:]))
	return to
}

// parseLine reads a line.
func parseLine(line []byte) (entry, error) {
	const begin = len(beforeSum) + 8 + len(afterSum)
	if len(line) < begin {
		return entry{}, errNotALine
	}
	body := line[begin:]
	if string(line[:begin]) != fmt.Sprintf(beforeSum+"%08x"+afterSum, crc32.ChecksumIEEE(body)) {
		return entry{}, errNotALine
	}
	head, rest, found := bytes.Cut(body, []byte(beforeRecord)) // no text in the head has a quote that is not escaped
	text, ended := bytes.CutSuffix(rest, []byte(afterRecord))
	if !found || !ended {
		return entry{}, errNotALine
	}
	var e entry
	if err := json.Unmarshal(fmt.Appendf(nil, "{%s}", head), &e); err != nil {
		return entry{}, errNotALine
	}
	e.Text = text
	return e, nil
}
