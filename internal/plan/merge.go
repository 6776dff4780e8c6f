package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/policy"
)

// Merge adds what the trail needs to a policy, and returns it unchanged when it allows
// that already. It only puts text in: every byte that is there stays. A policy that
// has a member twice, or no Statement, is an error.
func Merge(existing string, w Wanted) (string, error) {
	if existing == "" {
		return marshal(map[string]any{"Version": "2012-10-17", "Statement": w.Statements()})
	}
	doc, err := policy.Parse(existing)
	if err != nil {
		return "", err
	}
	if err := unambiguous(existing); err != nil {
		return "", err
	}
	where, err := findStatement(existing)
	if err != nil {
		return "", err
	}
	if delivery(w.Account, w.trail(), doc, Evidence{}, anyRegion).Decision == policy.Allowed {
		return existing, nil
	}
	return where.insert(existing, w.freeStatements(doc))
}

// freeStatements returns the Statements of w with IDs that the policy does not have.
func (w Wanted) freeStatements(doc policy.Document) []map[string]any {
	out := w.Statements()
	for _, st := range out {
		st["Sid"] = freeSid(doc, st["Sid"].(string))
	}
	return out
}

// freeSid returns a statement ID that the policy does not have yet: they are unique.
func freeSid(doc policy.Document, sid string) string {
	taken := func(s string) bool {
		return slices.ContainsFunc(doc.Statements, func(st policy.Statement) bool { return st.Sid == s })
	}
	out := sid
	for n := 2; taken(out); n++ {
		out = fmt.Sprintf("%sN%d", sid, n)
	}
	return out
}

// statementPlace is where statements can be put into the text of a policy.
type statementPlace struct {
	begin, end int  // of one statement that is no list
	last       int  // the end of the last statement of a list, or of its bracket
	list       bool // it is a list
	empty      bool // it has no statement
}

// findStatement finds the member Statement. Members of policies have a case.
func findStatement(text string) (statementPlace, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return statementPlace{}, err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return statementPlace{}, err
		}
		switch {
		case name == "Statement":
			return readStatement(dec, text)
		case strings.EqualFold(fmt.Sprint(name), "Statement"):
			return statementPlace{}, fmt.Errorf("the policy has %q where it needs Statement", name)
		}
		if err := dec.Decode(new(json.RawMessage)); err != nil {
			return statementPlace{}, err
		}
	}
	return statementPlace{}, errors.New("the policy has no Statement")
}

// readStatement reads the value of Statement, where dec stands now.
func readStatement(dec *json.Decoder, text string) (statementPlace, error) {
	var value json.RawMessage
	if err := dec.Decode(&value); err != nil {
		return statementPlace{}, err
	}
	end := int(dec.InputOffset())
	p := statementPlace{begin: end - len(value), end: end, list: value[0] == '['}
	if !p.list {
		return p, nil
	}
	inside := strings.TrimRight(text[p.begin+1:end-1], " \t\r\n")
	p.last, p.empty = p.begin+1+len(inside), inside == ""
	return p, nil
}

// insert puts statements behind those that are there; one that is no list becomes one.
func (p statementPlace) insert(text string, statements []map[string]any) (string, error) {
	list, err := marshal(statements)
	if err != nil {
		return "", err
	}
	added := list[1 : len(list)-1]
	switch {
	case !p.list:
		return text[:p.begin] + "[" + text[p.begin:p.end] + "," + added + "]" + text[p.end:], nil
	case p.empty:
		return text[:p.last] + added + text[p.last:], nil
	default:
		return text[:p.last] + "," + added + text[p.last:], nil
	}
}

// unambiguous refuses an object that has a member twice: readers differ in which they take.
func unambiguous(text string) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	return noMemberTwice(dec)
}

func noMemberTwice(dec *json.Decoder) error {
	begin, err := dec.Token()
	if err != nil {
		return err
	}
	if begin != json.Delim('{') && begin != json.Delim('[') {
		return nil
	}
	seen := map[json.Token]bool{}
	for dec.More() {
		if begin == json.Delim('{') {
			name, err := dec.Token()
			if err != nil {
				return err
			}
			if seen[name] {
				return fmt.Errorf("the policy has the member %q twice in one place", name)
			}
			seen[name] = true
		}
		if err := noMemberTwice(dec); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}

func marshal(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// Normal returns a policy with sorted members and no white space, so that two texts of
// the same policy compare equal; numbers stay as they are written. What is not JSON, or
// has a member twice, comes back as it is.
func Normal(text string) string {
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil || unambiguous(text) != nil {
		return text
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) { // something follows
		return text
	}
	out, err := marshal(v)
	if err != nil {
		return text
	}
	return out
}
