package wire

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// An Answer is an HTTP response, complete.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// WriteTo sends the answer. What goes wrong then is the client's going away, and
// nobody is left to be told.
func (a Answer) WriteTo(w http.ResponseWriter) {
	for k, v := range a.Header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body)
}

// answer encodes the output of an operation for its protocol.
func (m *model) answer(c *Call, o *operationModel) (Answer, error) {
	switch m.Metadata.Protocol {
	case "json":
		return newAnswer(c, http.StatusOK, contentJSON11, c.Output), nil
	case "rest-json":
		text := c.Output
		if o.Output == nil {
			text = nil
		}
		return newAnswer(c, http.StatusOK, "application/json", text), nil
	default:
		text, err := m.answerXML(c, o, c.Output)
		return newAnswer(c, http.StatusOK, contentXML, text), err
	}
}

const (
	contentJSON11 = "application/x-amz-json-1.1"
	contentXML    = "text/xml"
)

func newAnswer(c *Call, status int, contentType string, body []byte) Answer {
	h := http.Header{}
	h.Set("X-Amzn-Requestid", c.RequestID)
	h.Set("Content-Type", contentType)
	return Answer{Status: status, Header: h, Body: body}
}

// plainJSON encodes without escaping what only HTML wants escaped; nil is {}.
func plainJSON(v any) ([]byte, error) {
	if v == nil {
		return []byte("{}"), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
