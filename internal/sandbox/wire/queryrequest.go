package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// form returns the parameters of a query request: those of the URL, or, for a POST,
// those of the body too.
func form(r *http.Request, body []byte) url.Values {
	values := r.URL.Query()
	if r.Method != http.MethodPost {
		return values
	}
	inBody, _ := url.ParseQuery(string(bytes.TrimSpace(body))) // actionName has refused what cannot be parsed
	maps.Copy(values, inBody)
	return values
}

// actionName finds the operation of Action=ListStacks&Version=2010-05-15.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
func (m *model) actionName(r *http.Request, body []byte) (string, *Error) {
	if r.Method == http.MethodPost {
		if _, err := url.ParseQuery(string(bytes.TrimSpace(body))); err != nil {
			return "", Errorf("MalformedQueryString", "The query string contains a syntax error.")
		}
	}
	values := form(r, body)
	action, version := values.Get("Action"), values.Get("Version")
	if action == "" {
		return "", Errorf("MissingAction", "The request must contain the parameter Action.")
	}
	if m.Operations[action] == nil || (version != "" && version != m.Metadata.APIVersion) {
		return "", Errorf("InvalidAction", "Could not find operation %s for version %s", action, version)
	}
	return action, nil
}

// A branch is the parameters that share a beginning: Filter.1.Name and
// Filter.1.Value.1 are two leaves of the branch Filter.
type branch struct {
	value    *string
	children map[string]*branch
}

func newBranch(values url.Values) *branch {
	root := &branch{}
	for key, vs := range values {
		b := root
		for part := range strings.SplitSeq(key, ".") {
			if b.children == nil {
				b.children = map[string]*branch{}
			}
			if b.children[part] == nil {
				b.children[part] = &branch{}
			}
			b = b.children[part]
		}
		b.value = &vs[0]
	}
	return root
}

// text returns the parameter that ends at the branch, or "".
func (b *branch) text() string {
	if b == nil || b.value == nil {
		return ""
	}
	return *b.value
}

// decodeQuery reads form parameters as the protocols query and ec2 number and nest
// them.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
// https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
func (m *model) decodeQuery(input *member, values url.Values) (map[string]any, error) {
	return m.queryStructure(m.shapeOf(input), newBranch(values))
}

func (m *model) queryValue(r *member, b *branch) (any, error) {
	switch s := m.shapeOf(r); s.Type {
	case "structure":
		return m.queryStructure(s, b)
	case "list":
		return m.queryList(r, s, b)
	case "map":
		return m.queryMap(r, s, b)
	default:
		if b.value == nil {
			return nil, Errorf("MalformedInput", "Start of structure or map found where not expected.")
		}
		return scalarFromText(s, *b.value)
	}
}

func (m *model) queryStructure(s *shape, b *branch) (map[string]any, error) {
	out := map[string]any{}
	for name, r := range s.Members {
		child := b.children[m.queryName(name, r)]
		if child == nil {
			continue
		}
		v, err := m.queryValue(r, child)
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, nil
}

// queryName is the name of a member in a form; ec2 capitalizes names that have no
// name of their own for queries.
func (m *model) queryName(name string, r *member) string {
	if m.Metadata.Protocol == "ec2" && r.QueryName != "" {
		return r.QueryName
	}
	if r.LocationName != "" {
		name = r.LocationName
	}
	if m.Metadata.Protocol == "ec2" {
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return name
}

func (m *model) queryList(r *member, s *shape, b *branch) (any, error) {
	if !m.flat(r, s) {
		name := "member"
		if s.Member.LocationName != "" {
			name = s.Member.LocationName
		}
		if b = b.children[name]; b == nil {
			return []any{}, nil // how SDKs send an empty list: Names=
		}
	}
	numbers, err := b.numbers()
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, n := range numbers {
		v, err := m.queryValue(s.Member, b.children[strconv.Itoa(n)])
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (m *model) queryMap(r *member, s *shape, b *branch) (any, error) {
	key, value := "key", "value"
	if s.Key.LocationName != "" {
		key = s.Key.LocationName
	}
	if s.Value.LocationName != "" {
		value = s.Value.LocationName
	}
	out := map[string]any{}
	if !m.flat(r, s) {
		if b = b.children["entry"]; b == nil {
			return out, nil
		}
	}
	numbers, err := b.numbers()
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		entry := b.children[strconv.Itoa(n)]
		if entry.children[value] == nil {
			return nil, Errorf("MalformedInput", "Unexpected end of map")
		}
		v, err := m.queryValue(s.Value, entry.children[value])
		if err != nil {
			return nil, err
		}
		out[entry.children[key].text()] = v
	}
	return out, nil
}

// flat says whether the numbers of a list or map follow its name at once.
func (m *model) flat(r *member, s *shape) bool {
	return m.Metadata.Protocol == "ec2" || r.Flattened || s.Flattened
}

// numbers returns the children of a list in order. Gaps are fine.
func (b *branch) numbers() ([]int, error) {
	out := make([]int, 0, len(b.children))
	for key := range b.children {
		n, err := strconv.Atoi(key)
		if err != nil || n < 0 || strconv.Itoa(n) != key {
			return nil, Errorf("MalformedInput", "Key %s found where an element of a list was expected", key)
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return out, nil
}

// scalarFromText reads a scalar from where everything is text: a form, a path, a
// header.
func scalarFromText(s *shape, text string) (any, error) {
	switch s.Type {
	case "boolean":
		if b, ok := map[string]bool{"true": true, "false": false}[strings.ToLower(text)]; ok {
			return b, nil
		}
	case "integer", "long":
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			return canonicalNumber(text), nil
		}
	case "float", "double":
		if f, err := strconv.ParseFloat(text, 64); err == nil && f-f == 0 { // neither NaN nor infinite
			return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), nil
		}
	case "timestamp":
		if isTimestamp(text) {
			return text, nil
		}
	default:
		return text, nil
	}
	return nil, Errorf("MalformedInput", "Invalid %s: %s", s.Type, text)
}

// canonicalNumber drops what JSON does not allow: leading zeros and a plus.
func canonicalNumber(text string) json.Number {
	n, _ := strconv.ParseInt(text, 10, 64)
	return json.Number(strconv.FormatInt(n, 10))
}

func isTimestamp(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}
