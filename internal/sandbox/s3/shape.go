package s3

import (
	"slices"
	"strconv"
	"time"
)

// A shape says which XML a sub-resource takes, as the published schema of S3 does.
// What a shape does not name, an element may not have.
type shape struct {
	name     string
	required bool
	many     bool
	accepts  func(value string) bool // text; nil: the element has children only
	children []shape
}

// group is an element of children.
func group(name string, children ...shape) shape { return shape{name: name, children: children} }

// word is an element with any text, which may be empty.
func word(name string) shape {
	return shape{name: name, accepts: func(string) bool { return true }}
}

// oneOf is an element whose text is one of the values.
func oneOf(name string, values ...string) shape {
	return shape{name: name, accepts: func(v string) bool { return slices.Contains(values, v) }}
}

// status is the element that switches a rule on and off.
func status() shape { return oneOf("Status", "Enabled", "Disabled") }

// boolean is an element as XML Schema has it: true, false, 1 or 0.
func boolean(name string) shape {
	return oneOf(name, "true", "false", "1", "0", "TRUE", "FALSE", "True", "False")
}

func number(name string) shape {
	return shape{name: name, accepts: func(v string) bool {
		_, err := strconv.ParseInt(v, 10, 64)
		return err == nil
	}}
}

func date(name string) shape {
	return shape{name: name, accepts: func(v string) bool {
		_, err := parseTime(v)
		return err == nil
	}}
}

// must requires the element; each allows it more than once.
func (s shape) must() shape { s.required = true; return s }
func (s shape) each() shape { s.many = true; return s }

// fits tells whether an element, its name apart, has the shape.
func (s shape) fits(e *element) bool {
	if s.accepts != nil {
		return len(e.children) == 0 && s.accepts(e.value)
	}
	if e.value != "" && len(e.children) > 0 {
		return false
	}
	seen := map[string]int{}
	for _, c := range e.children {
		seen[c.name]++
		i := slices.IndexFunc(s.children, func(child shape) bool { return child.name == c.name })
		if i < 0 || !s.children[i].fits(c) {
			return false
		}
	}
	for _, child := range s.children {
		n := seen[child.name]
		if child.required && n == 0 || !child.many && n > 1 {
			return false
		}
	}
	return true
}

// parseTime reads a time as the SDKs write it into XML.
func parseTime(value string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t, nil
		}
	}
	return time.Parse(time.RFC3339, value)
}
