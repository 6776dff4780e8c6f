package template

import (
	"fmt"
	"regexp"
	"strings"
)

// forEach begins the keys of loops; the name of the loop follows.
const forEach = "Fn::ForEach::"

var notAlphanumeric = regexp.MustCompile(`[^a-zA-Z0-9]`)

// loop is one Fn::ForEach: its fragment stands once for each item of its collection, with
// the item in place of the identifier.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
type loop struct {
	identifier string
	collection any
	fragment   *object
}

func errLoop() error {
	return sentencef("Transform %s failed with: Fn::ForEach layout is incorrect.", extensions)
}

// hasLoops says whether there is an Fn::ForEach anywhere in a value.
func hasLoops(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if hasLoops(item) {
				return true
			}
		}
	case *object:
		for _, m := range v.members {
			if strings.HasPrefix(m.key, forEach) || hasLoops(m.value) {
				return true
			}
		}
	}
	return false
}

// unroll makes the template that the loops of a tree come to, with the values that
// parameters have. A parameter without one gives its name, to stand for what will come.
func unroll(root *object, env Env, values map[string]string) (*Template, error) {
	head := &Template{tree: &tree{}}
	for _, step := range []func(*object) error{head.readHeader, head.readSections, head.readParameters} {
		if err := step(root); err != nil {
			return nil, err
		}
	}
	if !head.extended() || !hasLoops(root) {
		return build(root)
	}
	b := newBound(head, env)
	for _, p := range head.Parameters {
		b.values[p.Name] = p.Name
		if value, ok := p.given(values); ok {
			b.values[p.Name] = value
		}
	}
	b.resolve()
	u := unroller{evaluator{b: b}, mostUnrolled}
	unrolled, err := u.value(root)
	if err != nil {
		return nil, err
	}
	t, err := build(unrolled.(*object))
	if err != nil {
		return nil, err
	}
	t.root = root
	return t, nil
}

// mostUnrolled is how many members loops may make: far more than a template may have.
const mostUnrolled = 100_000

// unroller replaces loops by what they come to.
type unroller struct {
	collections evaluator
	left        int // members that may yet be made
}

func (u *unroller) value(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			var err error
			if items[i], err = u.value(item); err != nil {
				return nil, err
			}
		}
		return items, nil
	case *object:
		o := &object{}
		for _, m := range v.members {
			if err := u.into(o, m); err != nil {
				return nil, err
			}
		}
		return o, nil
	}
	return v, nil
}

// into adds a member to a mapping, or what the member comes to if it is a loop.
func (u *unroller) into(o *object, m member) error {
	if u.left--; u.left < 0 {
		return errLoop()
	}
	if strings.HasPrefix(m.key, forEach) {
		return u.loopInto(o, m.value)
	}
	v, err := u.value(m.value)
	if err != nil {
		return err
	}
	if o.has(m.key) {
		return errLoop()
	}
	o.add(m.key, v)
	return nil
}

func (u *unroller) loopInto(o *object, v any) error {
	l, ok := loopOf(v)
	if !ok {
		return errLoop()
	}
	collection, err := u.collections.value(l.collection)
	if err != nil {
		return err
	}
	items, ok := list(collection)
	if !ok {
		return errLoop()
	}
	for _, item := range items {
		s, ok := text(item)
		if !ok {
			return errLoop()
		}
		for _, m := range l.fragment.members {
			if err := u.into(o, member{l.inText(m.key, s), l.in(m.value, s)}); err != nil {
				return err
			}
		}
	}
	return nil
}

func loopOf(v any) (loop, bool) {
	given, _ := v.([]any)
	if len(given) != 3 {
		return loop{}, false
	}
	identifier, isText := given[0].(string)
	fragment, isObject := given[2].(*object)
	return loop{identifier, given[1], fragment}, isText && isObject && identifier != ""
}

// inText puts an item in place of ${Identifier}, or the letters and digits of it in place
// of &{Identifier}.
func (l loop) inText(s, item string) string {
	s = strings.ReplaceAll(s, fmt.Sprintf("${%s}", l.identifier), item)
	return strings.ReplaceAll(s, fmt.Sprintf("&{%s}", l.identifier), notAlphanumeric.ReplaceAllString(item, ""))
}

// in puts an item in place of the identifier in all of a value, also where Ref names it.
func (l loop) in(v any, item string) any {
	switch v := v.(type) {
	case string:
		return l.inText(v, item)
	case []any:
		items := make([]any, len(v))
		for i := range v {
			items[i] = l.in(v[i], item)
		}
		return items
	case *object:
		if c, ok := functionOf(v); ok && c.name == "Ref" && c.argument == any(l.identifier) {
			return item
		}
		o := &object{}
		for _, m := range v.members {
			if key := l.inText(m.key, item); !o.has(key) {
				o.add(key, l.in(m.value, item))
			}
		}
		return o
	}
	return v
}
