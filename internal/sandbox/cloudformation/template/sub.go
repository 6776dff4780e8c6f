package template

import (
	"regexp"
	"strings"
)

// piece is one part of the text of Fn::Sub: plain text, or the name of a variable.
type piece struct {
	text     string
	variable bool
}

var (
	variableName = regexp.MustCompile(`^[a-zA-Z0-9_.:]+$`)
	contextKey   = regexp.MustCompile(`^[a-zA-Z0-9_]+$`)
)

// resource takes Resource.Attribute apart; the attribute is empty for a mere reference.
func (p piece) resource() (name, attribute string) {
	name, attribute, _ = strings.Cut(p.text, ".")
	return name, attribute
}

// subPieces takes the text of Fn::Sub apart: ${Name} is a variable, ${!Name} is the text
// ${Name}.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
func subPieces(s string) ([]piece, error) {
	var pieces []piece
	for {
		before, rest, ok := strings.Cut(s, "${")
		inside, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return append(pieces, piece{text: s}), nil
		}
		pieces = append(pieces, piece{text: before})
		if literal, ok := strings.CutPrefix(inside, "!"); ok {
			pieces = append(pieces, piece{text: "${" + literal + "}"})
		} else if variableName.MatchString(inside) {
			pieces = append(pieces, piece{inside, true})
		} else {
			return nil, templateErrorf("variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons")
		}
		s = after
	}
}

// subArguments returns what Fn::Sub is given: its text, and the variables of its own.
func subArguments(c call) ([]piece, *object, error) {
	source, own := c.argument, (*object)(nil)
	if given := arguments(c); len(given) == 2 {
		source = given[0]
		if own, _ = given[1].(*object); own == nil {
			return nil, nil, errSub()
		}
	}
	s, ok := text(source)
	if !ok {
		return nil, nil, errSub()
	}
	for _, key := range own.keys() {
		if !contextKey.MatchString(key) {
			return nil, nil, templateErrorf("every key of the context object of every Fn::Sub object must contain only alphanumeric characters and underscores")
		}
	}
	pieces, err := subPieces(s)
	return pieces, own, err
}

func errSub() error {
	return templateErrorf("One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument," +
		" and an optional second argument to specify a mapping of values to replace in the string")
}

// sub puts the values of the variables into the text.
func (e evaluator) sub(c call) (any, error) {
	pieces, own, err := subArguments(c)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, m := range own.each() {
		v, err := e.value(m.value)
		if err != nil {
			return nil, err
		}
		s, ok := text(v)
		if !ok {
			return nil, templateErrorf("every value of the context object of every Fn::Sub object must be a string or a function that returns a string")
		}
		values[m.key] = s
	}
	var out strings.Builder
	for _, p := range pieces {
		s := p.text
		if p.variable {
			if s, err = e.variable(p, values); err != nil {
				return nil, err
			}
		}
		if err := e.b.made.spend(len(s)); err != nil {
			return nil, err
		}
		out.WriteString(s)
	}
	return out.String(), nil
}

// variable is the value of one variable of Fn::Sub.
func (e evaluator) variable(p piece, own map[string]string) (string, error) {
	if s, ok := own[p.text]; ok {
		return s, nil
	}
	var v any
	var err error
	if name, attribute := p.resource(); attribute != "" {
		v, err = e.lookup("Fn::Sub", name, attribute)
	} else {
		v, err = e.ref(p.text)
	}
	if err != nil {
		return "", err
	}
	s, ok := text(v)
	if !ok {
		return "", templateErrorf("variable %s in Fn::Sub expression does not resolve to a string", p.text)
	}
	return s, nil
}
