package template

import "slices"

// walk looks at every function of a value, outer ones first.
type walk struct {
	// visit is told of each call.
	visit func(call) error
	// taken says which branch of Fn::If counts; where it is nil, both do.
	taken func(condition string) (bool, error)
}

func (w walk) value(v any) error {
	switch v := v.(type) {
	case []any:
		return w.all(v)
	case *object:
		if c, ok := functionOf(v); ok {
			return w.call(c)
		}
		for _, m := range v.members {
			if err := w.value(m.value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w walk) all(items []any) error {
	for _, item := range items {
		if err := w.value(item); err != nil {
			return err
		}
	}
	return nil
}

func (w walk) call(c call) error {
	if err := w.visit(c); err != nil {
		return err
	}
	given := arguments(c)
	if c.name != "Fn::If" || w.taken == nil || len(given) != 3 {
		return w.value(c.argument)
	}
	name, _ := given[0].(string)
	holds, err := w.taken(name)
	if err != nil {
		return err
	}
	return w.value(branch(given, holds))
}

// branch is what Fn::If of three arguments comes to.
func branch(given []any, holds bool) any {
	if holds {
		return given[1]
	}
	return given[2]
}

// pseudoParameters are those that every template has.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
func pseudoParameters() []string {
	return []string{
		"AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region", "AWS::StackId",
		"AWS::StackName", "AWS::URLSuffix",
	}
}

// isInput says whether a name is one of a parameter, given or pseudo.
func (t *Template) isInput(name string) bool {
	return t.tree.parameters.has(name) || slices.Contains(pseudoParameters(), name)
}

// mention is one name that a function mentions and that is not a parameter.
type mention struct {
	name      string // of a resource, or so the template hopes
	attribute string // of Fn::Sub, as ${name.attribute}
	by        string // the function
}

// mentions are the names that a call mentions itself; what stands within its arguments
// is for the calls there.
func (t *Template) mentions(c call) []mention {
	var found []mention
	switch c.name {
	case "Ref":
		if name, _ := c.argument.(string); !t.isInput(name) {
			found = append(found, mention{name: name, by: c.name})
		}
	case "Fn::GetAtt":
		name, _, _ := attributeOf(c)
		found = append(found, mention{name: name, by: c.name})
	case "Fn::Sub":
		pieces, own, _ := subArguments(c)
		for _, p := range pieces {
			if p.variable && !own.has(p.text) && !t.isInput(p.text) {
				resource, attribute := p.resource()
				found = append(found, mention{resource, attribute, c.name})
			}
		}
	}
	return found
}
