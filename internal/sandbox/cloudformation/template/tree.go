package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// A tree is what a template says, before anything is looked up: nil, bool, json.Number,
// string, []any and *object, whose members keep the order of the template.
//
// What comes out of this package has map[string]any in place of *object: see plain.

// object is a mapping in the order of the template. A nil object has no members.
type object struct {
	members []member
	at      map[string]int // where the member of a key stands
}

type member struct {
	key   string
	value any
}

// get returns the member of a key; ok is false where there is none.
func (o *object) get(key string) (value any, ok bool) {
	if o == nil {
		return nil, false
	}
	i, ok := o.at[key]
	if !ok {
		return nil, false
	}
	return o.members[i].value, true
}

// add adds a member after all others. The key must be new.
func (o *object) add(key string, value any) {
	if o.at == nil {
		o.at = map[string]int{}
	}
	o.at[key] = len(o.members)
	o.members = append(o.members, member{key, value})
}

func (o *object) has(key string) bool { _, ok := o.get(key); return ok }

func (o *object) keys() []string {
	var keys []string
	if o != nil {
		for _, m := range o.members {
			keys = append(keys, m.key)
		}
	}
	return keys
}

// each returns the members in order; none of a nil object.
func (o *object) each() []member {
	if o == nil {
		return nil
	}
	return o.members
}

// unknownKeys are the keys that are not among those known, in order.
func (o *object) unknownKeys(known ...string) []string {
	return slices.DeleteFunc(o.keys(), func(k string) bool { return slices.Contains(known, k) })
}

// compact writes a value as JSON without spaces, members in the order of the template.
func compact(v any) (string, error) {
	var b bytes.Buffer
	err := compactInto(&b, v)
	return b.String(), err
}

func compactInto(b *bytes.Buffer, v any) error {
	switch v := v.(type) {
	case *object:
		for i, m := range v.members {
			b.WriteByte("{,"[min(i, 1)])
			if err := compactInto(b, m.key); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := compactInto(b, m.value); err != nil {
				return err
			}
		}
		b.WriteString("{}"[min(len(v.members), 1):])
		return nil
	case []any:
		for i, item := range v {
			b.WriteByte("[,"[min(i, 1)])
			if err := compactInto(b, item); err != nil {
				return err
			}
		}
		b.WriteString("[]"[min(len(v), 1):])
		return nil
	}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	b.Truncate(len(bytes.TrimSuffix(b.Bytes(), []byte("\n"))))
	return err
}

// plain turns a tree into what others work with: map[string]any in place of objects.
func plain(v any) any {
	switch v := v.(type) {
	case *object:
		m := make(map[string]any, len(v.members))
		for _, e := range v.members {
			m[e.key] = plain(e.value)
		}
		return m
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = plain(item)
		}
		return items
	}
	return v
}

// text is a scalar as CloudFormation writes it where text is wanted; ok is false for
// lists, mappings and null.
func text(v any) (s string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	case int, int64, float64:
		return fmt.Sprint(v), true
	}
	return "", false
}

// list is a list of anything that a Lookup or a tree may hold as one.
func list(v any) (items []any, ok bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case []string:
		for _, s := range v {
			items = append(items, s)
		}
		return items, true
	}
	return nil, false
}
