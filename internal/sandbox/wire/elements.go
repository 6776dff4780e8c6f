package wire

import (
	"encoding/json"
	"strings"
	"time"
)

// RequestParameters spells an input as CloudTrail records it: member names begin with
// a small letter, timestamps are texts, and secrets are left out. Without an input,
// or with nothing in it, it is nil, which stands for null.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func (s *Service) RequestParameters(operation string, input json.RawMessage) any {
	o := s.model().Operations[operation]
	if o == nil || o.Input == nil {
		return nil
	}
	return s.model().element(o.Input, input)
}

// ResponseElements does the same with an output.
func (s *Service) ResponseElements(operation string, output json.RawMessage) any {
	o := s.model().Operations[operation]
	if o == nil || o.Output == nil {
		return nil
	}
	return s.model().element(o.Output, output)
}

// element spells a whole input or output.
func (m *model) element(r *member, text json.RawMessage) any {
	if len(text) == 0 {
		return nil
	}
	value, err := parseJSON(text)
	if err != nil {
		return nil // neither inputs that were decoded nor outputs are bad JSON
	}
	if spelled, ok := m.spell(r, value).(map[string]any); ok && len(spelled) > 0 {
		return spelled
	}
	return nil
}

// spell walks a value along its shape. What does not fit the shape stays as it is.
func (m *model) spell(r *member, value any) any {
	s := m.shapeOf(r)
	switch v := value.(type) {
	case map[string]any:
		if s.Type == "map" {
			return m.spellMap(s, v)
		}
		return m.spellStructure(s, v)
	case []any:
		if s.Type != "list" {
			return v
		}
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = m.spell(s.Member, e)
		}
		return out
	case json.Number:
		if s.Type == "timestamp" {
			return spellTime(v.String())
		}
	case string:
		if s.Type == "timestamp" {
			return spellTime(v)
		}
	}
	return value
}

func (m *model) spellStructure(s *shape, in map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range in {
		r := s.Members[name]
		if r == nil || isSecret(name) {
			continue
		}
		out[strings.ToLower(name[:1])+name[1:]] = m.spell(r, value)
	}
	return out
}

func (m *model) spellMap(s *shape, in map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range in {
		out[key] = m.spell(s.Value, value)
	}
	return out
}

// isSecret names the members that CloudTrail does not record. A session token is
// recorded: without its secret key it opens nothing.
func isSecret(member string) bool { return member == "SecretAccessKey" }

// spellTime writes a timestamp as CloudTrail does: Jul 31, 2024, 1:06:24 PM.
func spellTime(text string) string {
	at, err := epoch(text)
	if err != nil {
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return text
		}
	}
	return at.UTC().Format("Jan 2, 2006, 3:04:05 PM")
}
