package s3

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const xsi = "http://www.w3.org/2001/XMLSchema-instance"

// An element is a node of the XML of a sub-resource. It has children or text.
// Namespaces are dropped, and of the attributes only xsi:type is kept, which says
// what kind of grantee a Grantee is.
type element struct {
	name     string
	kind     string // xsi:type
	value    string
	children []*element
}

// tree returns an element with children.
func tree(name string, children ...*element) *element {
	return &element{name: name, children: children}
}

// text returns an element with text.
func text(name, value string) *element { return &element{name: name, value: value} }

// parseXML reads a document of one element. Nesting is bounded, as no document of
// S3 is deep.
func parseXML(document []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(document))
	top := &element{}
	open := []*element{top}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := &element{name: t.Name.Local, kind: typeOf(t)}
			parent := open[len(open)-1]
			parent.children = append(parent.children, e)
			if open = append(open, e); len(open) > 20 {
				return nil, errors.New("nested too deeply")
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			open[len(open)-1].value += string(t)
		}
	}
	if len(top.children) != 1 {
		return nil, errors.New("not one element")
	}
	return top.children[0].settled(), nil
}

func typeOf(start xml.StartElement) string {
	for _, a := range start.Attr {
		if a.Name.Local == "type" && a.Name.Space == xsi {
			return a.Value
		}
	}
	return ""
}

// settled drops the white space between the children of an element.
func (e *element) settled() *element {
	if len(e.children) > 0 && strings.TrimSpace(e.value) == "" {
		e.value = ""
	}
	for _, c := range e.children {
		c.settled()
	}
	return e
}

// find returns the first child of the name, or nil.
func (e *element) find(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// all returns the children of the name.
func (e *element) all(name string) []*element {
	if e == nil {
		return nil
	}
	var found []*element
	for _, c := range e.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// text returns what stands at the end of a path of first children, or "".
func (e *element) text(path ...string) string {
	for _, name := range path {
		e = e.find(name)
	}
	if e == nil {
		return ""
	}
	return e.value
}

// document returns the element as S3 answers it: the namespace is on the root.
func (e *element) document() []byte {
	var b bytes.Buffer
	e.encode(&b, ` xmlns="`+xmlns+`"`)
	return b.Bytes()
}

func (e *element) encode(b *bytes.Buffer, attributes string) {
	b.WriteString("<" + e.name + attributes)
	if e.kind != "" {
		b.WriteString(` xmlns:xsi="` + xsi + `" xsi:type="`)
		escape(b, e.kind)
		b.WriteString(`"`)
	}
	if e.value == "" && len(e.children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	escape(b, e.value)
	for _, c := range e.children {
		c.encode(b, "")
	}
	b.WriteString("</" + e.name + ">")
}

// escape writes text into XML. Quotes are spelled as S3 spells them, for clients that
// look at messages without decoding them.
func escape(b *bytes.Buffer, value string) {
	var escaped bytes.Buffer
	_ = xml.EscapeText(&escaped, []byte(value)) // a Buffer takes everything
	b.WriteString(strings.NewReplacer("&#39;", "'", "&#34;", "&quot;").Replace(escaped.String()))
}

// MarshalText keeps an element in the state as the XML that it is.
func (e *element) MarshalText() ([]byte, error) { return e.document(), nil }

// UnmarshalText reads what MarshalText wrote.
func (e *element) UnmarshalText(document []byte) error {
	parsed, err := parseXML(document)
	if err != nil {
		return err
	}
	*e = *parsed
	return nil
}
