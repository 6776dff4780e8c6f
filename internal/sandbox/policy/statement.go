package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// statement is one statement of a policy: who, what, on what, and under which conditions.
type statement struct {
	effect     Decision
	principals principals
	notWho     bool // NotPrincipal
	actions    []string
	notWhat    bool // NotAction
	resources  []string
	notOn      bool // NotResource
	conditions []condition
	variables  bool // ${aws:SourceAccount} and the like are replaced
}

func parseStatement(raw json.RawMessage, version string, g grammar) (statement, error) {
	m, err := object(raw)
	if err != nil {
		return statement{}, errors.New("it is not a JSON object")
	}
	if err := only(m, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"); err != nil {
		return statement{}, err
	}
	s := statement{variables: version == version2012}
	if err := g.imply(m); err != nil {
		return statement{}, err
	}
	for _, step := range []func(map[string]json.RawMessage) error{
		s.parseSid, s.parseEffect, s.parsePrincipal, s.parseActions, s.parseResources, s.parseConditions,
	} {
		if err := step(m); err != nil {
			return statement{}, err
		}
	}
	return s, nil
}

func (s *statement) parseSid(m map[string]json.RawMessage) error {
	if m["Sid"] == nil {
		return nil
	}
	var sid string
	if err := json.Unmarshal(m["Sid"], &sid); err != nil {
		return fmt.Errorf("sid %s is not a string", m["Sid"])
	}
	return nil
}

func (s *statement) parseEffect(m map[string]json.RawMessage) error {
	switch string(m["Effect"]) {
	case `"Allow"`:
		s.effect = Allow
	case `"Deny"`:
		s.effect = Deny
	case "":
		return errors.New("effect is missing")
	default:
		return fmt.Errorf("effect %s is neither Allow nor Deny", m["Effect"])
	}
	return nil
}

func (s *statement) parsePrincipal(m map[string]json.RawMessage) error {
	raw, not, err := either(m, "Principal", "NotPrincipal")
	if err != nil {
		return err
	}
	s.notWho = not
	s.principals, err = parsePrincipals(raw)
	return err
}

func (s *statement) parseActions(m map[string]json.RawMessage) error {
	raw, not, err := either(m, "Action", "NotAction")
	if err != nil {
		return err
	}
	s.notWhat = not
	if s.actions, err = strings1(raw, "action"); err != nil {
		return err
	}
	for _, a := range s.actions {
		if a != "*" && !strings.Contains(a, ":") {
			return fmt.Errorf("action %q has no service before a colon", a)
		}
	}
	return nil
}

func (s *statement) parseResources(m map[string]json.RawMessage) error {
	raw, not, err := either(m, "Resource", "NotResource")
	if err != nil {
		return err
	}
	s.notOn = not
	if s.resources, err = strings1(raw, "resource"); err != nil {
		return err
	}
	for _, r := range s.resources {
		if r != "*" && !strings.HasPrefix(r, "arn:") {
			return fmt.Errorf("resource %q is not an ARN", r)
		}
	}
	return nil
}

// either returns the one of two elements that is there, and whether it is the second.
func either(m map[string]json.RawMessage, name, not string) (json.RawMessage, bool, error) {
	switch a, b := m[name], m[not]; {
	case a != nil && b != nil:
		return nil, false, fmt.Errorf("%s and %s exclude each other", name, not)
	case a != nil:
		return a, false, nil
	case b != nil:
		return b, true, nil
	}
	return nil, false, fmt.Errorf("%s is missing", name)
}

// strings1 reads at least one string.
func strings1(raw json.RawMessage, what string) ([]string, error) {
	list, err := scalars(raw)
	if err != nil {
		return nil, fmt.Errorf("%s %w", what, err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s is empty", what)
	}
	return list, nil
}

// matches says whether the statement speaks of the request at all.
func (s *statement) matches(r Request, c context) bool {
	return s.principals.match(r.Principal) != s.notWho &&
		s.matchesAction(r.Action) != s.notWhat &&
		s.matchesResource(r.Resource, c) != s.notOn &&
		s.conditionsHold(c)
}

// Actions are compared without regard to case.
func (s *statement) matchesAction(action string) bool {
	action = strings.ToLower(action)
	for _, a := range s.actions {
		if glob(strings.ToLower(a), action) {
			return true
		}
	}
	return false
}

func (s *statement) matchesResource(resource string, c context) bool {
	for _, r := range s.resources {
		if r, ok := s.expand(r, c); ok && glob(r, resource) {
			return true
		}
	}
	return false
}

func (s *statement) conditionsHold(c context) bool {
	for _, cond := range s.conditions {
		if !cond.holds(s, c) {
			return false
		}
	}
	return true
}
