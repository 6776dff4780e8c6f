// Package policy reads policies as IAM does, as far as a service that writes is
// concerned: may CloudTrail put its log files into a bucket, encrypt under a key, publish
// to a topic, assume a role? And may the role do what it is for?
//
// It answers Unclear where a statement rests on something it does not know, and
// never guesses.
package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Document is a policy.
type Document struct {
	Statements []Statement
}

// Statement is one statement of a policy.
type Statement struct {
	Sid          string
	Allow        bool
	Principal    map[string][]string // "AWS", "Service" …; a bare "*" is AWS: *
	NotPrincipal map[string][]string
	Action       []string
	NotAction    []string
	Resource     []string
	NotResource  []string
	Condition    map[string]map[string][]string // operator → key → values

	noVariables bool // the policy is of a version that has none: ${ is text
}

// withVariables is the version of policies that has policy variables.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
const withVariables = "2012-10-17"

// Parse reads a policy. The error says in a few words what is wrong.
func Parse(text string) (Document, error) {
	var raw struct {
		Version   string
		Statement oneOrMany[rawStatement]
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return Document{}, fmt.Errorf("the policy is not valid JSON: %w", err)
	}
	var d Document
	for i, s := range raw.Statement {
		st, err := s.statement()
		if err != nil {
			return Document{}, fmt.Errorf("statement %d: %w", i+1, err)
		}
		st.noVariables = raw.Version != withVariables
		d.Statements = append(d.Statements, st)
	}
	return d, nil
}

type rawStatement struct {
	Sid          string
	Effect       string
	Principal    principal
	NotPrincipal principal
	Action       oneOrMany[string]
	NotAction    oneOrMany[string]
	Resource     oneOrMany[string]
	NotResource  oneOrMany[string]
	Condition    map[string]map[string]oneOrMany[scalar]
}

func (r rawStatement) statement() (Statement, error) {
	if r.Effect != "Allow" && r.Effect != "Deny" {
		return Statement{}, fmt.Errorf("the effect is %q, not Allow or Deny", r.Effect)
	}
	s := Statement{
		Sid: r.Sid, Allow: r.Effect == "Allow",
		Principal: r.Principal, NotPrincipal: r.NotPrincipal,
		Action: r.Action, NotAction: r.NotAction, Resource: r.Resource, NotResource: r.NotResource,
		Condition: map[string]map[string][]string{},
	}
	for op, keys := range r.Condition {
		s.Condition[op] = map[string][]string{}
		for k, vs := range keys {
			k = strings.ToLower(k)
			s.Condition[op][k] = slices.Clip(s.Condition[op][k]) // there, though it has no values
			for _, v := range vs {
				s.Condition[op][k] = append(s.Condition[op][k], string(v))
			}
		}
	}
	return s, nil
}

// oneOrMany is a JSON value that may stand alone or in a list, as policies allow.
type oneOrMany[T any] []T

func (l *oneOrMany[T]) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		return errors.New("null stands for a value")
	case b[0] == '[':
		return json.Unmarshal(b, (*[]T)(l))
	}
	var one T
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*l = oneOrMany[T]{one}
	return nil
}

// scalar is a condition value: a string, or a bool or number that stands for one.
type scalar string

func (s *scalar) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, (*string)(s))
	case '{', '[', 'n':
		return fmt.Errorf("a condition value is neither text, number nor bool")
	default:
		*s = scalar(b) // a number or a bool, as it is written
		return nil
	}
}

// principal is {"Service": "cloudtrail.amazonaws.com"}, or "*".
type principal map[string][]string

func (p *principal) UnmarshalJSON(b []byte) error {
	var star string
	if json.Unmarshal(b, &star) == nil {
		*p = principal{"AWS": {star}}
		return nil
	}
	var raw map[string]oneOrMany[string]
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*p = principal{}
	for kind, names := range raw {
		(*p)[kind] = names
	}
	return nil
}
