package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// answerXML turns the JSON of an answer into what the protocols query and ec2 send:
//
//	<ListStacksResponse xmlns="…"><ListStacksResult>…</ListStacksResult>
//	<ResponseMetadata><RequestId>…</RequestId></ResponseMetadata></ListStacksResponse>
//
// Members keep the order of the JSON.
func (m *model) answerXML(c *Call, o *operationModel, text []byte) ([]byte, error) {
	x := xmlWriter{model: m, in: json.NewDecoder(bytes.NewReader(text))}
	x.in.UseNumber()
	if m.Metadata.Protocol == "ec2" {
		fmt.Fprintf(&x.out, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<%sResponse xmlns="http://ec2.amazonaws.com/doc/%s/"><requestId>%s</requestId>`,
			o.Name, m.Metadata.APIVersion, c.RequestID)
		err := x.write("", o.Output)
		fmt.Fprintf(&x.out, `</%sResponse>`, o.Name)
		return x.out.Bytes(), err
	}
	fmt.Fprintf(&x.out, `<%sResponse xmlns="%s">`, o.Name, m.Metadata.XMLNamespace)
	var err error
	if o.Output != nil {
		err = x.write(resultName(o), o.Output)
	}
	fmt.Fprintf(&x.out, `<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>`, c.RequestID, o.Name)
	return x.out.Bytes(), err
}

func resultName(o *operationModel) string {
	if o.Output.ResultWrapper != "" {
		return o.Output.ResultWrapper
	}
	return o.Name + "Result"
}

// An xmlWriter reads JSON tokens and writes the elements that the model makes of
// them.
type xmlWriter struct {
	model *model
	in    *json.Decoder
	out   bytes.Buffer
}

// write turns the next JSON value into an element of that name; "" writes only what
// is in it.
func (x *xmlWriter) write(name string, r *member) error {
	token, err := x.in.Token()
	if err != nil || token == nil {
		return err
	}
	s := x.model.shapeOf(r)
	switch s.Type {
	case "structure":
		return x.structure(name, s, token)
	case "list":
		return x.list(name, r, s, token)
	case "map":
		return x.entries(name, r, s, token)
	}
	text, err := scalarText(s, token)
	x.element(name, text)
	return err
}

func (x *xmlWriter) structure(name string, s *shape, token json.Token) error {
	if token != json.Delim('{') {
		return fmt.Errorf("%s is not an object", name)
	}
	x.open(name)
	for x.in.More() {
		key, err := x.in.Token()
		if err != nil {
			return err
		}
		r := s.Members[key.(string)]
		if r == nil {
			return fmt.Errorf("the model has no member %s in %s", key, name)
		}
		child := key.(string)
		if r.LocationName != "" {
			child = r.LocationName
		}
		if err := x.write(child, r); err != nil {
			return err
		}
	}
	x.close(name)
	_, err := x.in.Token()
	return err
}

func (x *xmlWriter) list(name string, r *member, s *shape, token json.Token) error {
	if token != json.Delim('[') {
		return fmt.Errorf("%s is not an array", name)
	}
	child, flat := "member", r.Flattened || s.Flattened
	if s.Member.LocationName != "" {
		child = s.Member.LocationName
	}
	if flat {
		child = name
	} else {
		x.open(name)
	}
	for x.in.More() {
		if err := x.write(child, s.Member); err != nil {
			return err
		}
	}
	if !flat {
		x.close(name)
	}
	_, err := x.in.Token()
	return err
}

func (x *xmlWriter) entries(name string, r *member, s *shape, token json.Token) error {
	if token != json.Delim('{') {
		return fmt.Errorf("%s is not an object", name)
	}
	entry, flat := "entry", r.Flattened || s.Flattened
	if flat {
		entry = name
	} else {
		x.open(name)
	}
	for x.in.More() {
		key, err := x.in.Token()
		if err != nil {
			return err
		}
		x.open(entry)
		x.element("key", key.(string))
		if err := x.write("value", s.Value); err != nil {
			return err
		}
		x.close(entry)
	}
	if !flat {
		x.close(name)
	}
	_, err := x.in.Token()
	return err
}

func (x *xmlWriter) open(name string) {
	if name != "" {
		x.out.WriteString("<" + name + ">")
	}
}

func (x *xmlWriter) close(name string) {
	if name != "" {
		x.out.WriteString("</" + name + ">")
	}
}

func (x *xmlWriter) element(name, text string) {
	x.open(name)
	x.out.WriteString(escaped(text))
	x.close(name)
}

// escaped escapes as AWS does, which leaves apostrophes alone.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return strings.ReplaceAll(b.String(), "&#39;", "'")
}

// scalarText writes a scalar; a timestamp, which JSON has as epoch seconds, becomes
// ISO 8601.
func scalarText(s *shape, token json.Token) (string, error) {
	if s.Type != "timestamp" {
		return fmt.Sprint(token), nil
	}
	n, ok := token.(json.Number)
	if !ok {
		return "", fmt.Errorf("the timestamp %v is not a wire.Time", token)
	}
	t, err := epoch(n.String())
	if t.Nanosecond() == 0 {
		return t.Format(time.RFC3339), err
	}
	return t.Format("2006-01-02T15:04:05.000Z07:00"), err
}
