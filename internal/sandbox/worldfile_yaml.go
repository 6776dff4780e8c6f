package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// loadYAML reads one document strictly: a field that is not known, a value of a
// wrong type or a key that comes twice is an error with its line. A document with
// nothing in it leaves out as it was.
func loadYAML(text []byte, out any) error {
	if !strings.ContainsFunc(commentsRemoved(text), func(r rune) bool { return !strings.ContainsRune(" \t\r\n-", r) }) {
		return nil
	}
	err := yaml.Load(text, out, yaml.WithKnownFields())
	if err == nil {
		return nil
	}
	var many *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &many) && len(many.Errors) > 0:
		one = many.Errors[0]
	case !errors.As(err, &one):
		return err
	}
	if one.Mark.Line == 0 {
		return errors.New(plainYAML(one.Message))
	}
	return fmt.Errorf("line %d: %s", one.Mark.Line, plainYAML(one.Message))
}

var comment = regexp.MustCompile(`(?m)^\s*#.*$`)

func commentsRemoved(text []byte) string { return string(comment.ReplaceAll(text, nil)) }

var (
	saidBefore   = regexp.MustCompile(`^line \d+: `)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
	wrongType    = regexp.MustCompile("^cannot construct !!(\\w+)( `.*`)? into (.+)$")
)

// plainYAML says what the YAML library found without the names of Go types.
func plainYAML(message string) string {
	message = strings.TrimPrefix(saidBefore.ReplaceAllString(message, ""), "yaml: ")
	if m := unknownField.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("there is no field %q here", m[1])
	}
	m := wrongType.FindStringSubmatch(message)
	if m == nil {
		return message
	}
	found := map[string]string{"seq": "a list", "map": "a mapping"}[m[1]]
	if found == "" {
		found = strings.TrimSpace(m[2])
	}
	return found + " stands where " + wanted(m[3]) + " is expected"
}

// wanted names what a Go type is in a file.
func wanted(goType string) string {
	switch {
	case goType == "bool":
		return "true or false"
	case goType == "int":
		return "a whole number"
	case goType == "time.Duration":
		return "a duration such as 250ms or 5m"
	case goType == "string":
		return "text"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	}
	return "a mapping"
}

// placed is text that remembers its line.
type placed struct {
	text string
	line int
}

// UnmarshalYAML takes any scalar as text: account IDs need no quotes.
func (p *placed) UnmarshalYAML(n *yaml.Node) error {
	p.line = n.Line
	return n.Load(&p.text)
}

// or returns the text, or the default where there is none.
func (p placed) or(otherwise string) string {
	if p.text == "" {
		return otherwise
	}
	return p.text
}

// errorf makes an error of that line.
func (p placed) errorf(format string, args ...any) error { return errorAt(p.line, format, args...) }

func errorAt(line int, format string, args ...any) error {
	return fmt.Errorf("line %d: "+format, append([]any{line}, args...)...)
}

// pairs is a mapping from text to text, in the order of the file.
type pairs [][2]placed

// UnmarshalYAML reads a mapping. A key that comes twice is an error.
func (p *pairs) UnmarshalYAML(n *yaml.Node) error {
	var plain map[string]string
	if err := n.Load(&plain); err != nil {
		return err
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		*p = append(*p, [2]placed{{key.Value, key.Line}, {value.Value, value.Line}})
	}
	return nil
}

// list is a list of things of AWS, written with the names that its API gives them.
type list[T any] []T

// UnmarshalYAML reads the list as if it were the JSON of the API, strictly.
func (l *list[T]) UnmarshalYAML(n *yaml.Node) error {
	var tree []any
	if err := n.Load(&tree); err != nil {
		return err
	}
	text, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode((*[]T)(l)); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}
