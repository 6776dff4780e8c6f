package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// targetName finds the operation of a header like
//
//	X-Amz-Target: CloudTrail_20131101.DescribeTrails
//
// CloudTrail answers to two prefixes and no others: botocore sends the one of its
// model, the SDKs made by Smithy send only the last part of it.
func (s *Service) targetName(target string) (string, *Error) {
	m := s.model()
	full := m.Metadata.TargetPrefix
	short := full[strings.LastIndexByte(full, '.')+1:]
	prefix, name, _ := strings.Cut(target, short+".")
	if m.Operations[name] == nil || (prefix != "" && prefix+short != full) {
		return "", &Error{Code: "UnknownOperationException"}
	}
	return name, nil
}

// decodeJSON reads a JSON body. Members that the model does not have are dropped,
// as AWS drops them, and so are nulls.
func (m *model) decodeJSON(input *member, body []byte) (map[string]any, error) {
	value, err := parseJSON(body)
	if err != nil {
		return nil, err
	}
	v, err := m.conform(input, value)
	if err != nil {
		return nil, err
	}
	return v.(map[string]any), nil
}

func parseJSON(body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return map[string]any{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, serializationError("")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, serializationError("")
	}
	return value, nil
}

// serializationError is what AWS answers to a body that is not what the model says.
// It often has no message.
func serializationError(message string) *Error {
	return &Error{Code: "SerializationException", Message: message}
}

// conform returns the value with what the model does not know left out. A value of
// another type than the model's is an error in AWS's words.
func (m *model) conform(r *member, value any) (any, error) {
	switch s := m.shapeOf(r); s.Type {
	case "structure":
		return m.conformStructure(s, value)
	case "list":
		return m.conformList(s, value)
	case "map":
		return m.conformMap(s, value)
	default:
		return conformScalar(s, value)
	}
}

func (m *model) conformStructure(s *shape, value any) (any, error) {
	in, ok := value.(map[string]any)
	if !ok {
		return nil, serializationError("Unexpected value type in payload")
	}
	out := map[string]any{}
	for name, r := range s.Members {
		key := name
		if r.LocationName != "" && r.Location == "" {
			key = r.LocationName
		}
		if in[key] == nil {
			continue
		}
		v, err := m.conform(r, in[key])
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, nil
}

func (m *model) conformList(s *shape, value any) (any, error) {
	in, ok := value.([]any)
	if !ok {
		return nil, serializationError("Unexpected field type")
	}
	out := make([]any, len(in))
	for i, e := range in {
		if e == nil {
			continue // validate says so in better words
		}
		v, err := m.conform(s.Member, e)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func (m *model) conformMap(s *shape, value any) (any, error) {
	in, ok := value.(map[string]any)
	if !ok {
		return nil, serializationError("Unexpected field type")
	}
	out := map[string]any{}
	for k, e := range in {
		if e == nil {
			continue
		}
		v, err := m.conform(s.Value, e)
		if err != nil {
			return nil, err
		}
		out[k] = v
	}
	return out, nil
}

func conformScalar(s *shape, value any) (any, error) {
	want := map[string]string{
		"string": "String", "blob": "Blob", "boolean": "Boolean", "integer": "Integer", "long": "Long",
		"float": "Float", "double": "Double", "timestamp": "Timestamp",
	}[s.Type]
	got := ""
	switch v := value.(type) {
	case string:
		got = "STRING_VALUE"
	case bool:
		got = "TRUE_VALUE"
		if !v {
			got = "FALSE_VALUE"
		}
	case json.Number:
		got = "NUMBER_VALUE"
	case map[string]any:
		return nil, serializationError("Start of structure or map found where not expected.")
	case []any:
		return nil, serializationError("Start of list found where not expected")
	}
	if !scalarFits(s.Type, value) {
		return nil, serializationError(got + " cannot be converted to " + want)
	}
	return value, nil
}

func scalarFits(kind string, value any) bool {
	switch v := value.(type) {
	case string:
		return kind == "string" || kind == "blob" || kind == "timestamp" && isTimestamp(v)
	case bool:
		return kind == "boolean"
	case json.Number:
		switch kind {
		case "integer", "long":
			_, err := v.Int64()
			return err == nil
		case "float", "double", "timestamp":
			_, err := v.Float64()
			return err == nil
		}
	}
	return false
}
