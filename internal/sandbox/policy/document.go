package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A Policy is a policy document that has been read and found sound.
type Policy struct {
	statements []statement
}

// Parse reads a policy document. It refuses what IAM refuses: elements it does not
// know, an Effect other than Allow and Deny, a statement without principal, action
// or resource, unknown condition operators, and values an operator cannot compare.
// The error is one sentence that names the statement, counted from 1.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func Parse(doc string) (*Policy, error) { return parse(doc, ofResource) }

func parse(doc string, g grammar) (*Policy, error) {
	top, err := object([]byte(doc))
	if err != nil {
		return nil, fmt.Errorf("policy is not a JSON object: %w", err)
	}
	if err := only(top, "Version", "Id", "Statement"); err != nil {
		return nil, err
	}
	version, err := parseVersion(top["Version"])
	if err != nil {
		return nil, err
	}
	raw, err := oneOrMore(top["Statement"])
	if err != nil || len(raw) == 0 {
		return nil, errors.New("policy has no statements")
	}
	p := &Policy{}
	for i, r := range raw {
		s, err := parseStatement(r, version, g)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i+1, err)
		}
		p.statements = append(p.statements, s)
	}
	return p, nil
}

// The versions of the policy language. Only the later one has policy variables.
const (
	version2008 = "2008-10-17"
	version2012 = "2012-10-17"
)

// parseVersion reads Version; a document without one speaks the language of 2008.
func parseVersion(raw json.RawMessage) (string, error) {
	if raw == nil {
		return version2008, nil
	}
	var v string
	if err := json.Unmarshal(raw, &v); err != nil || v != version2008 && v != version2012 {
		return "", fmt.Errorf("version %s is neither %q nor %q", raw, version2012, version2008)
	}
	return v, nil
}

// object reads a JSON object, whose names IAM compares exactly, and nothing after it.
func object(raw []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	var m map[string]json.RawMessage
	if err := d.Decode(&m); err != nil {
		return nil, err
	}
	if m == nil {
		return nil, errors.New("it is null")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is text after it")
	}
	return m, nil
}

// only refuses names other than the given ones.
func only(m map[string]json.RawMessage, names ...string) error {
	for n := range m {
		if !slices.Contains(names, n) {
			return fmt.Errorf("unknown element %q", n)
		}
	}
	return nil
}

// oneOrMore reads an array, or a single value as an array of one.
func oneOrMore(raw json.RawMessage) ([]json.RawMessage, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil, nil
	}
	if raw[0] != '[' {
		return []json.RawMessage{raw}, nil
	}
	var list []json.RawMessage
	err := json.Unmarshal(raw, &list)
	return list, err
}

// scalars reads one value or an array of values. Numbers and booleans become the
// text they are written as, as IAM takes them in conditions.
func scalars(raw json.RawMessage) ([]string, error) {
	list, err := oneOrMore(raw)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(list))
	for _, r := range list {
		s, err := scalar(r)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func scalar(raw json.RawMessage) (string, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return fmt.Sprint(v), nil
	}
	return "", fmt.Errorf("%s is not a string", raw)
}
