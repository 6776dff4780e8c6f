package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Parse reads a template in YAML or JSON and checks its form, down to the references
// between its parts. What depends on the values of parameters waits for Bind.
//
// A template that lists a macro other than AWS::LanguageExtensions in its Transform is
// not what will be deployed: of it, only the outer form is checked. Loops of
// AWS::LanguageExtensions are unrolled with the defaults of parameters; Bind does it again
// with their values, so that its Resources may be others.
func Parse(body string) (*Template, error) {
	root, err := read(body)
	if err != nil {
		return nil, err
	}
	sections, ok := root.(*object)
	if !ok {
		return nil, formatErrorf("unsupported structure.")
	}
	if at, found := findNull(sections); found {
		return nil, sentencef("[%s] 'null' values are not allowed in templates", at)
	}
	return unroll(sections, Env{}, nil)
}

// read reads the tree. A body that begins with a brace is JSON, as in CloudFormation.
func read(body string) (any, error) {
	body = strings.TrimPrefix(body, "\ufeff")
	if strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "{") {
		return readJSON(body)
	}
	return readYAML(body)
}

// findNull returns the path of the first null of a value.
func findNull(v any) (path string, found bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case []any:
		for i, item := range v {
			if at, found := findNull(item); found {
				return fmt.Sprintf("/%d%s", i, at), true
			}
		}
	case *object:
		for _, m := range v.members {
			if at, found := findNull(m.value); found {
				return "/" + m.key + at, true
			}
		}
	}
	return "", false
}

// errTwice is a key that comes twice in one mapping of JSON.
var errTwice = errors.New("a key comes twice")

// errDeep is a value within too many others.
var errDeep = errors.New("values are nested too deeply")

// readJSON reads one value of JSON, keeping the order of members.
func readJSON(body string) (any, error) {
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	v, err := jsonValue(d, 0)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more after the value")
		}
	}
	if err != nil {
		return nil, formatErrorf("JSON not well-formed. %s", placeOf(body, jsonOffset(d, err)))
	}
	return v, nil
}

func jsonValue(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	switch {
	case depth > deepest:
		return nil, errDeep
	case t == json.Delim('{'):
		return jsonObject(d, depth+1)
	case t == json.Delim('['):
		return jsonList(d, depth+1)
	}
	return t, err
}

func jsonObject(d *json.Decoder, depth int) (any, error) {
	o := &object{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		if o.has(key) {
			return nil, errTwice
		}
		v, err := jsonValue(d, depth)
		if err != nil {
			return nil, err
		}
		o.add(key, v)
	}
	_, err := d.Token()
	return o, err
}

func jsonList(d *json.Decoder, depth int) (any, error) {
	items := []any{}
	for d.More() {
		v, err := jsonValue(d, depth)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	_, err := d.Token()
	return items, err
}

// jsonOffset is how far the decoder came before the error.
func jsonOffset(d *json.Decoder, err error) int {
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) {
		return max(int(wrong.Offset)-1, 0)
	}
	return int(d.InputOffset())
}

// placeOf says where in a text an offset is, or what comes after the spaces there.
func placeOf(body string, offset int) string {
	rest := body[min(offset, len(body)):]
	offset = len(body) - len(strings.TrimLeft(rest, " \t\r\n"))
	before := []byte(body[:offset])
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return place(line, column)
}

func place(line, column int) string { return fmt.Sprintf("(line %d, column %d)", line, column) }
