package iac

import (
	"bytes"
	"encoding/json"
	"errors"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"go.yaml.in/yaml/v4"
)

var errParameters = errors.New("neither a list of ParameterKey and ParameterValue, nor one of NAME=VALUE, nor a mapping of names to values")

// ParseParameters reads a file of parameters: the lists of the AWS CLI (of ParameterKey and
// ParameterValue, or of NAME=VALUE), the mapping of CodePipeline ("Parameters"), names and
// values as they are, in JSON or YAML, or a variable file of Terraform (.tfvars, .tfvars.json).
func ParseParameters(name string, text []byte) (map[string]string, error) {
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	if path.Ext(name) == ".tfvars" {
		return parseVariables(name, text)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, errParameters
	}
	out := map[string]string{}
	switch top := doc.Content[0]; top.Kind {
	case yaml.SequenceNode:
		for _, x := range top.Content {
			if k, v, ok := strings.Cut(x.Value, "="); ok && x.Kind == yaml.ScalarNode {
				out[k] = v
				continue
			}
			key, value := Member(x, "ParameterKey"), Member(x, "ParameterValue")
			if key == nil {
				return nil, errParameters
			}
			if value != nil { // else UsePreviousValue
				out[key.Value] = value.Value
			}
		}
		return out, nil
	case yaml.MappingNode:
		if inner := Member(top, "Parameters"); inner != nil && inner.Kind == yaml.MappingNode {
			top = inner
		}
		for i := 0; i+1 < len(top.Content); i += 2 {
			switch v := top.Content[i+1]; {
			case v.Kind == yaml.ScalarNode:
				out[top.Content[i].Value] = v.Value
			case strings.HasSuffix(name, ".tfvars.json"): // JSON is an expression of Terraform
				if value, err := compact(v); err == nil {
					out[top.Content[i].Value] = value
				}
			}
		}
		return out, nil
	default:
		return nil, errParameters
	}
}

// compact is a list or a mapping in JSON.
func compact(n *yaml.Node) (string, error) {
	var v any
	if err := n.Decode(&v); err != nil {
		return "", err
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func parseVariables(name string, text []byte) (map[string]string, error) {
	f, bad := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if bad.HasErrors() {
		return nil, bad
	}
	all, bad := f.Body.JustAttributes()
	if bad.HasErrors() {
		return nil, bad
	}
	out := map[string]string{}
	for key, a := range all {
		v, bad := a.Expr.Value(nil)
		if bad.HasErrors() {
			return nil, bad
		}
		s, err := convert.Convert(v, cty.String)
		switch {
		case err != nil: // a list or an object: as it is written
			out[key] = string(a.Expr.Range().SliceBytes(text))
		case s.IsKnown() && !s.IsNull():
			out[key] = s.AsString()
		}
	}
	return out, nil
}
