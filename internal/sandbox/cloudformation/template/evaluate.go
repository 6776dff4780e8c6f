package template

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// evaluator says what values of the template come to. Without a Lookup it knows only
// parameters, as conditions do.
type evaluator struct {
	b  *Bound
	l  Lookup
	by string // the condition that is being decided, or ""
}

// nothing is what AWS::NoValue comes to: whoever holds it leaves it out.
type nothing struct{}

// Properties are the properties of a resource, evaluated. Members and items that are
// AWS::NoValue are left out. Numbers are json.Number; the rest is bool, string, []any
// and map[string]any, and whatever the Lookup gave.
func (b *Bound) Properties(logicalID string, l Lookup) (map[string]any, error) {
	v, _ := b.t.tree.resources.get(logicalID)
	o, ok := v.(*object)
	if !ok {
		return nil, formatErrorf("Unresolved resource dependencies [%s] in the Resources block of the template", logicalID)
	}
	properties, ok := o.get("Properties")
	if !ok {
		return map[string]any{}, nil
	}
	v, err := evaluator{b: b, l: l}.value(properties)
	if err != nil {
		return nil, err
	}
	result, ok := plain(v).(map[string]any)
	if !ok {
		return nil, formatErrorf("[/Resources/%s/Properties] Every Properties member must be a map.", logicalID)
	}
	return result, nil
}

// value evaluates all functions of a value.
func (e evaluator) value(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		return e.items(v)
	case *object:
		if c, ok := functionOf(v); ok {
			return e.call(c)
		}
		return e.members(v)
	}
	return v, nil
}

func (e evaluator) items(given []any) (any, error) {
	items := make([]any, 0, len(given))
	for _, item := range given {
		v, err := e.value(item)
		if err != nil {
			return nil, err
		}
		if _, none := v.(nothing); !none {
			items = append(items, v)
		}
	}
	return items, nil
}

func (e evaluator) members(given *object) (any, error) {
	o := &object{}
	for _, m := range given.members {
		v, err := e.value(m.value)
		if err != nil {
			return nil, err
		}
		if _, none := v.(nothing); !none {
			o.add(m.key, v)
		}
	}
	return o, nil
}

// call evaluates one function, if the budget allows for what it gives.
func (e evaluator) call(c call) (any, error) {
	if err := e.b.t.checkForm(c); err != nil {
		return nil, err
	}
	v, err := e.apply(c)
	if err != nil {
		return nil, err
	}
	return v, e.b.made.spendOn(v)
}

func (e evaluator) apply(c call) (any, error) {
	switch c.name {
	case "Ref":
		return e.ref(c.argument.(string))
	case "Fn::GetAtt":
		return e.getAtt(c)
	case "Fn::Sub":
		return e.sub(c)
	case "Fn::If":
		return e.choose(arguments(c))
	case "Fn::FindInMap":
		return e.findInMap(arguments(c))
	case "Fn::Join":
		return e.join(arguments(c))
	case "Fn::Split":
		return e.split(arguments(c))
	case "Fn::Select":
		return e.selectItem(arguments(c))
	case "Fn::Cidr":
		return e.cidr(arguments(c))
	case "Fn::ValueOf", "Fn::ValueOfAll", "Fn::Transform": // attributes of VPCs and the like: there are none here
		return nil, errUnsupported(c.name)
	case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
		o := &object{}
		o.add(c.name, c.argument)
		return e.holds(o)
	}
	return e.single(c)
}

// single evaluates a function that is given one value.
func (e evaluator) single(c call) (any, error) {
	v, err := e.value(c.argument)
	if err != nil {
		return nil, err
	}
	s, isText := text(v)
	items, isList := list(v)
	switch c.name {
	case "Fn::ToJsonString":
		if isText {
			return nil, templateErrorf("Fn::ToJsonString requires an object or an array as its argument")
		}
		return compact(v)
	case "Fn::Length":
		if !isList {
			return nil, templateErrorf("Fn::Length expects a list of elements or a function that returns a list")
		}
		return json.Number(strconv.Itoa(len(items))), nil
	}
	if !isText {
		return nil, templateErrorf("every %s object must have a String-typed value.", c.name)
	}
	switch c.name {
	case "Fn::Base64":
		return base64.StdEncoding.EncodeToString([]byte(s)), nil
	case "Fn::GetAZs":
		return e.zones(s), nil
	case "Fn::ImportValue":
		return e.imported(s)
	case "Fn::RefAll":
		return e.refAll(s), nil
	}
	return nil, errUnsupported(c.name)
}

// ref is what a name stands for: a pseudo parameter, a parameter or a resource.
func (e evaluator) ref(name string) (any, error) {
	env := e.b.env
	switch name {
	case "AWS::NoValue":
		return nothing{}, nil
	case "AWS::AccountId":
		return env.Account, nil
	case "AWS::Region":
		return env.Region, nil
	case "AWS::Partition":
		return env.Partition, nil
	case "AWS::URLSuffix":
		return env.URLSuffix, nil
	case "AWS::StackName":
		return env.StackName, nil
	case "AWS::StackId":
		return env.StackID, nil
	case "AWS::NotificationARNs":
		items, _ := list(slices.Clone(env.NotificationARNs))
		return items, nil
	}
	if v, ok := e.b.resolved[name]; ok {
		return v, nil
	}
	return e.lookup("Ref", name, "")
}

// lookup asks for a resource, or an attribute of one, on behalf of a function.
func (e evaluator) lookup(by, name, attribute string) (any, error) {
	switch there := e.b.t.tree.resources.has(name); {
	case there && e.l != nil && attribute != "":
		return e.l.GetAtt(name, attribute)
	case there && e.l != nil:
		return e.l.Ref(name)
	case there || attribute == "":
		return nil, formatErrorf("Unresolved resource dependencies [%s] in the Resources block of the template", name)
	case by == "Fn::Sub":
		return nil, errNoAttribute(name, attribute)
	}
	return nil, errNoResource(name)
}

func (e evaluator) getAtt(c call) (any, error) {
	name, attribute, _ := attributeOf(c)
	v, err := e.value(attribute)
	if err != nil {
		return nil, err
	}
	s, ok := text(v)
	if !ok || s == "" {
		return nil, errGetAtt()
	}
	return e.lookup(c.name, name, s)
}

// choose evaluates the branch of Fn::If that counts, and only that.
func (e evaluator) choose(given []any) (any, error) {
	name, _ := given[0].(string)
	holds, err := e.b.condition(name, e.by)
	if err != nil {
		return nil, err
	}
	return e.value(branch(given, holds))
}

func (e evaluator) join(given []any) (any, error) {
	delimiter, ok := given[0].(string)
	v, err := e.value(given[1])
	if err != nil {
		return nil, err
	}
	items, isList := list(v)
	if !ok || !isList {
		return nil, errJoin()
	}
	if err := e.b.made.spend(len(delimiter) * len(items)); err != nil {
		return nil, err
	}
	parts := make([]string, len(items))
	for i, item := range items {
		if parts[i], ok = text(item); !ok {
			return nil, errJoin()
		}
	}
	return strings.Join(parts, delimiter), nil
}

func (e evaluator) split(given []any) (any, error) {
	delimiter, ok := given[0].(string)
	v, err := e.value(given[1])
	if err != nil {
		return nil, err
	}
	s, isText := text(v)
	if !ok || !isText || delimiter == "" {
		return nil, errSplit()
	}
	if err := e.b.made.spend(nodeSize * strings.Count(s, delimiter)); err != nil {
		return nil, err
	}
	items, _ := list(strings.Split(s, delimiter))
	return items, nil
}

func (e evaluator) selectItem(given []any) (any, error) {
	v, err := e.value(given[0])
	if err != nil {
		return nil, err
	}
	s, _ := text(v)
	index, err := strconv.Atoi(s)
	if err != nil {
		return nil, errSelect()
	}
	if v, err = e.value(given[1]); err != nil {
		return nil, err
	}
	items, ok := list(v)
	switch {
	case !ok:
		return nil, errSelect()
	case index < 0 || index >= len(items):
		return nil, templateErrorf("Fn::Select cannot select nonexistent value at index %d", index)
	}
	return items[index], nil
}

// zones are the availability zones of a Region; of the stack's own, if none is named.
func (e evaluator) zones(region string) any {
	if region == "" {
		region = e.b.env.Region
	}
	items := []any{}
	if e.b.env.Zones != nil {
		for _, zone := range e.b.env.Zones(region) {
			items = append(items, zone)
		}
	}
	return items
}

func (e evaluator) imported(name string) (any, error) {
	if e.b.env.Import != nil {
		if v, ok := e.b.env.Import(name); ok {
			return v, nil
		}
	}
	return nil, sentencef("No export named %s found", name)
}
