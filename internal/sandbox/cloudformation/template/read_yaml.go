package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// readYAML reads one document of YAML 1.1 without aliases, with the short forms of
// functions: !Ref, !Sub and the like.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
func readYAML(body string) (any, error) {
	if strings.TrimSpace(body) == "" {
		return nil, formatErrorf("unsupported structure.")
	}
	var doc yaml.Node
	if err := yaml.Load([]byte(body), &doc); err != nil {
		return nil, notWellFormed(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, formatErrorf("unsupported structure.")
	}
	return yamlValue(nil, doc.Content[0])
}

func notWellFormed(err error) error {
	var many *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &many) && len(many.Errors) > 0:
		one = many.Errors[0]
	case !errors.As(err, &one):
		return formatErrorf("YAML not well-formed.")
	}
	return formatErrorf("YAML not well-formed. %s", place(max(one.Mark.Line, 1), max(one.Mark.Column, 1)))
}

func notWellFormedAt(n *yaml.Node) error {
	return formatErrorf("YAML not well-formed. %s", place(n.Line, n.Column))
}

// A path says where in the template a value stands; that of all of it is nil.
type path struct {
	up    *path
	step  string
	depth int
}

func (p *path) to(step string) *path { return &path{p, step, p.steps() + 1} }

func (p *path) steps() int {
	if p == nil {
		return 0
	}
	return p.depth
}

// String is the path as sentences tell it: /Resources/Trail/Properties.
func (p *path) String() string {
	if p == nil {
		return ""
	}
	return p.up.String() + "/" + p.step
}

// yamlValue reads a node that stands at a path of the template.
func yamlValue(at *path, n *yaml.Node) (any, error) {
	if at.steps() > deepest {
		return nil, notWellFormedAt(n)
	}
	if function, ok := shortForm(n); ok {
		return yamlFunction(at, function, n)
	}
	switch n.Kind {
	case yaml.MappingNode:
		return yamlObject(at, n)
	case yaml.SequenceNode:
		return yamlList(at, n)
	case yaml.ScalarNode:
		return yamlScalar(n)
	case yaml.AliasNode:
		return nil, templateErrorf("YAML aliases are not allowed in CloudFormation templates")
	default:
		return nil, notWellFormedAt(n)
	}
}

// shortForm returns the full name of the function that a tag stands for.
func shortForm(n *yaml.Node) (function string, ok bool) {
	tag, ok := strings.CutPrefix(n.Tag, "!")
	if !ok || strings.HasPrefix(tag, "!") || tag == "" {
		return "", false
	}
	if tag == "Ref" || tag == "Condition" {
		return tag, true
	}
	return "Fn::" + tag, true
}

// yamlFunction reads what a short form is given. !GetAtt A.B is a list of two.
func yamlFunction(at *path, function string, n *yaml.Node) (any, error) {
	if !isFunction(function) {
		return nil, notWellFormedAt(n)
	}
	bare := *n
	bare.Tag = ""
	argument, err := yamlValue(at.to(function), &bare)
	if err != nil {
		return nil, err
	}
	if name, ok := argument.(string); ok && function == "Fn::GetAtt" {
		argument = splitAttribute(name)
	}
	call := &object{}
	call.add(function, argument)
	return call, nil
}

// splitAttribute splits Resource.Attribute, where the attribute may have dots itself.
// A name without a dot stays as it is, and is refused later.
func splitAttribute(name string) any {
	resource, attribute, ok := strings.Cut(name, ".")
	if !ok {
		return name
	}
	return []any{resource, attribute}
}

func yamlObject(at *path, n *yaml.Node) (any, error) {
	o := &object{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := yamlKey(at, n.Content[i])
		if err != nil {
			return nil, err
		}
		if o.has(key) {
			return nil, notWellFormedAt(n.Content[i])
		}
		v, err := yamlValue(at.to(key), n.Content[i+1])
		if err != nil {
			return nil, err
		}
		o.add(key, v)
	}
	return o, nil
}

func yamlList(at *path, n *yaml.Node) (any, error) {
	items := make([]any, 0, len(n.Content))
	for i, c := range n.Content {
		v, err := yamlValue(at.to(strconv.Itoa(i)), c)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	return items, nil
}

// yamlKey reads a key, which has to be text: a number needs quotes.
func yamlKey(at *path, n *yaml.Node) (string, error) {
	if n.Kind == yaml.AliasNode {
		return "", templateErrorf("YAML aliases are not allowed in CloudFormation templates")
	}
	received, err := receivedAsKey(n)
	if err == nil && received != "" {
		err = formatErrorf("[%s] map keys must be strings; received %s instead", at, received)
	}
	return n.Value, err
}

// receivedAsKey says what stands where a key should; nothing if it is one.
func receivedAsKey(n *yaml.Node) (string, error) {
	if _, isCall := shortForm(n); isCall || n.Kind == yaml.MappingNode {
		return "a map", nil
	}
	if n.Kind == yaml.SequenceNode {
		return "a list", nil
	}
	v, err := yamlScalar(n)
	if number, ok := v.(json.Number); ok {
		return fmt.Sprintf("numeric [%v]", number), nil
	}
	return "", err
}
