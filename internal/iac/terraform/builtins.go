package terraform

import (
	"errors"
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Functions that Terraform has in a form of its own
// (https://developer.hashicorp.com/terraform/language/functions).

var (
	errNothingLeft = errors.New("no argument is neither null nor empty")
	errNoElement   = errors.New("there is no such element")
	errNoLength    = errors.New("it has no length")
)

// longestText is how many bytes a function may make of others.
const longestText = 1 << 20

func anything(name string) function.Parameter {
	return function.Parameter{Name: name, Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true}
}

// coalesce passes by empty strings too, and is known as soon as an argument in front of all
// unknown ones is.
func coalesce() function.Function {
	each := anything("vals")
	return function.New(&function.Spec{
		VarParam: &each,
		Type: func(args []cty.Value) (cty.Type, error) {
			kinds := make([]cty.Type, len(args))
			for i, v := range args {
				kinds[i] = v.Type()
			}
			kind, _ := convert.UnifyUnsafe(kinds)
			if kind == cty.NilType {
				return cty.NilType, errNothingLeft
			}
			return kind, nil
		},
		Impl: func(args []cty.Value, kind cty.Type) (cty.Value, error) {
			for _, v := range args {
				v, err := convert.Convert(v, kind)
				switch {
				case err != nil:
					return cty.NilVal, err
				case !v.IsKnown():
					return cty.UnknownVal(kind), nil
				case v.IsNull(), v.Type() == cty.String && v.AsString() == "":
					continue
				}
				return v, nil
			}
			return cty.NilVal, errNothingLeft
		},
	})
}

// lookup can do without a default.
func lookup() function.Function {
	fallback := anything("default")
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "map", Type: cty.DynamicPseudoType}, {Name: "key", Type: cty.String}},
		VarParam: &fallback,
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			in, key := args[0], args[1].AsString()
			switch kind := in.Type(); {
			case kind.IsObjectType() && kind.HasAttribute(key):
				return in.GetAttr(key), nil
			case kind.IsMapType() && in.HasIndex(args[1]).True():
				return in.Index(args[1]), nil
			case !kind.IsObjectType() && !kind.IsMapType() || len(args) != 3:
				return cty.NilVal, errNoElement
			case kind.IsMapType():
				return convert.Convert(args[2], kind.ElementType())
			}
			return args[2], nil
		},
	})
}

// index is the place of a value in a list.
func indexOf() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if kind := args[0].Type(); !kind.IsListType() && !kind.IsTupleType() {
				return cty.NilVal, errNoElement
			}
			for i, v := range args[0].AsValueSlice() {
				same, err := stdlib.Equal(v, args[1])
				switch {
				case err != nil:
					return cty.NilVal, err
				case !same.IsKnown():
					return cty.UnknownVal(cty.Number), nil
				case same.True():
					return cty.NumberIntVal(int64(i)), nil
				}
			}
			return cty.NilVal, errNoElement
		},
	})
}

// length counts the characters of a string, the members of an object, or elements.
func length() function.Function {
	of := anything("value")
	of.AllowNull = false
	return function.New(&function.Spec{
		Params: []function.Parameter{of},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := args[0]
			switch kind := v.Type(); {
			case kind.IsTupleType():
				return cty.NumberIntVal(int64(len(kind.TupleElementTypes()))), nil
			case kind.IsObjectType():
				return cty.NumberIntVal(int64(len(kind.AttributeTypes()))), nil
			case !v.IsKnown():
				return cty.UnknownVal(cty.Number), nil
			case kind == cty.String:
				return stdlib.Strlen(v)
			case kind.IsCollectionType():
				return v.Length(), nil
			}
			return cty.NilVal, errNoLength
		},
	})
}

// replace takes what stands between slashes for a regular expression.
func replace() function.Function {
	text := func(name string) function.Parameter { return function.Parameter{Name: name, Type: cty.String} }
	return function.New(&function.Spec{
		Params: []function.Parameter{text("string"), text("substring"), text("replacement")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			in, what, by := args[0].AsString(), args[1].AsString(), args[2].AsString()
			if len(in)*(len(by)+1) > longestText {
				return cty.UnknownVal(cty.String), nil
			}
			if len(what) < 2 || !strings.HasPrefix(what, "/") || !strings.HasSuffix(what, "/") {
				return cty.StringVal(strings.ReplaceAll(in, what, by)), nil
			}
			pattern, err := regexp.Compile(what[1 : len(what)-1])
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(pattern.ReplaceAllString(in, by)), nil
		},
	})
}

// join puts strings together, if what comes of it is not too long.
func join() function.Function {
	lists := function.Parameter{Name: "lists", Type: cty.List(cty.String)}
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "separator", Type: cty.String}},
		VarParam: &lists,
		Type:     function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			var all []string
			long := 0
			for _, list := range args[1:] {
				for _, v := range list.AsValueSlice() {
					switch {
					case !v.IsKnown():
						return cty.UnknownVal(cty.String), nil
					case v.IsNull():
						return cty.NilVal, errNoElement
					}
					all = append(all, v.AsString())
					long += len(v.AsString()) + len(args[0].AsString())
				}
			}
			if long > longestText {
				return cty.UnknownVal(cty.String), nil
			}
			return cty.StringVal(strings.Join(all, args[0].AsString())), nil
		},
	})
}

// one is the only element, or null when there is none.
func one() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			v := args[0]
			kind := v.Type()
			if !kind.IsListType() && !kind.IsSetType() && !kind.IsTupleType() || !v.IsWhollyKnown() {
				return cty.DynamicVal, nil
			}
			switch all := v.AsValueSlice(); len(all) {
			case 0:
				return cty.NullVal(cty.DynamicPseudoType), nil
			case 1:
				return all[0], nil
			}
			return cty.NilVal, errNoElement
		},
	})
}

// compares is a function of two strings.
func compares(by func(text, part string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "string", Type: cty.String}, {Name: "part", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(by(args[0].AsString(), args[1].AsString())), nil
		},
	})
}
