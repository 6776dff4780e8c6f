package template

import (
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
	u := unroller{evaluator{b: b}, b.made}
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

// unroller replaces loops by what they come to.
type unroller struct {
	collections evaluator
	made        *budget
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
	if err := u.made.spend(nodeSize); err != nil {
		return err
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
		if err := u.turn(o, round{l.identifier, s, u.made}, l.fragment); err != nil {
			return err
		}
	}
	return nil
}

// turn adds what one round of a loop makes of its fragment.
func (u *unroller) turn(o *object, r round, fragment *object) error {
	for _, m := range fragment.members {
		key, err := r.inText(m.key)
		if err != nil {
			return err
		}
		value, err := r.in(m.value)
		if err != nil {
			return err
		}
		if err := u.into(o, member{key, value}); err != nil {
			return err
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

// round is one turn of a loop: the item that stands in place of the identifier.
type round struct {
	identifier, item string
	made             *budget
}

// inText puts the item in place of ${Identifier}, or the letters and digits of it in place
// of &{Identifier}.
func (r round) inText(s string) (string, error) {
	whole, plain := "${"+r.identifier+"}", "&{"+r.identifier+"}"
	n := strings.Count(s, whole) + strings.Count(s, plain)
	if err := r.made.spend(nodeSize + len(s) + n*len(r.item)); err != nil || n == 0 {
		return s, err
	}
	s = strings.ReplaceAll(s, plain, notAlphanumeric.ReplaceAllString(r.item, ""))
	return strings.ReplaceAll(s, whole, r.item), nil
}

// in puts the item in place of the identifier in all of a value, also where Ref names it.
func (r round) in(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return r.inText(v)
	case []any:
		return r.inList(v)
	case *object:
		if c, ok := functionOf(v); ok && c.name == "Ref" && c.argument == any(r.identifier) {
			return r.item, r.made.spend(nodeSize)
		}
		return r.inObject(v)
	}
	return v, r.made.spend(nodeSize)
}

func (r round) inList(given []any) (any, error) {
	if err := r.made.spend(nodeSize * len(given)); err != nil {
		return nil, err
	}
	items := make([]any, len(given))
	for i := range given {
		var err error
		if items[i], err = r.in(given[i]); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func (r round) inObject(given *object) (any, error) {
	o := &object{}
	for _, m := range given.members {
		key, err := r.inText(m.key)
		if err != nil {
			return nil, err
		}
		value, err := r.in(m.value)
		if err != nil {
			return nil, err
		}
		if !o.has(key) {
			o.add(key, value)
		}
	}
	return o, nil
}
