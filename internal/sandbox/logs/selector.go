package logs

import (
	"regexp"
	"strconv"
)

// A step goes from a value to a member of it, or to elements.
type step struct {
	member string
	index  int // of an array; everyElement; noElement: to the member
}

const (
	noElement    = -1
	everyElement = -2
)

// The parts of a selector such as $.userIdentity.sessionContext["key"].items[0].name
var selectorParts = regexp.MustCompile(`^(?:\.?\[(\d+|\*)\]|\.?\[(?:"([^"]+)"|'([^']+)')\]|\.([^\s.\[\]()=!<>&|{}"]+))`)

// selector reads where in a document a value is.
func (r *patternReader) selector() ([]step, bool) {
	if !r.take("$") {
		return nil, false
	}
	var path []step
	for {
		m := selectorParts.FindStringSubmatch(r.rest)
		if m == nil {
			return path, len(path) > 0
		}
		r.rest = r.rest[len(m[0]):]
		switch {
		case m[1] == "*":
			path = append(path, step{index: everyElement})
		case m[1] != "":
			n, err := strconv.Atoi(m[1])
			if err != nil {
				return nil, false
			}
			path = append(path, step{index: n})
		default:
			path = append(path, step{m[2] + m[3] + m[4], noElement})
		}
	}
}

// find returns what is at the end of a path; more than one value if there is a star.
func find(document any, path []step) []any {
	values := []any{document}
	for _, s := range path {
		var next []any
		for _, v := range values {
			next = append(next, s.from(v)...)
		}
		values = next
	}
	return values
}

func (s step) from(v any) []any {
	switch v := v.(type) {
	case map[string]any:
		if member, ok := v[s.member]; ok && s.index == noElement {
			return []any{member}
		}
	case []any:
		switch {
		case s.index == everyElement:
			return v
		case s.index >= 0 && s.index < len(v):
			return []any{v[s.index]}
		}
	}
	return nil
}

// composite says whether a value is an object or an array, which nothing is compared with.
func composite(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}
