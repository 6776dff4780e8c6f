package template_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
)

// outcome is all that a template comes to, as text.
func outcome(body string, values map[string]string) string {
	parsed, err := template.Parse(body)
	if err != nil {
		return "parse: " + err.Error()
	}
	b, err := parsed.Bind(env(), values)
	if err != nil {
		return "bind: " + err.Error()
	}
	parameters, broken := json.Marshal(parsed.Parameters)
	out := fmt.Sprintf("%s %v %v %v", parameters, broken, b.Resources(), b.Conditions())
	for _, r := range b.Resources() {
		p, err := b.Properties(r.LogicalID, made{})
		text, broken := json.Marshal(p)
		out += fmt.Sprintf("\n%s %s %v %v", r.LogicalID, text, err, broken)
	}
	outputs, err := b.Outputs(made{})
	return out + fmt.Sprintf("\n%v %v", outputs, err)
}

// Nothing that anybody writes makes the engine panic, and it says the same twice.
func FuzzTemplate(f *testing.F) {
	f.Add(trail, "org")
	f.Add(around+"        !Cidr [10.0.0.0/24, 3, 6]\n", "red")
	f.Add(`{"Resources": {"B": {"Type": "T", "Properties": {"P": {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}}}}}`, "")
	f.Add(only+"Properties: {P: !If [Made, !Ref A, none]}}", "true")
	f.Add(loops, "a,b")
	f.Add("Rules: {R: {Assertions: [{Assert: !Contains [[a], b]}]}}\n"+bucket, "")
	f.Add("Conditions: {C: !Not [!Condition C]}\n"+bucket, "")
	f.Add("Transform: X\nResources: {B: {Type: T, Properties: {P: !If [1, {Fn::GetAtt: 1}, {Fn::Select: []}]}}}", "")
	f.Fuzz(func(t *testing.T, body, word string) {
		for _, values := range []map[string]string{nil, {"Name": word}, {"Word": word}, {"Make": word}, {"Names": word}} {
			if first, second := outcome(body, values), outcome(body, values); first != second {
				t.Errorf("not the same twice:\n%s\n%s", first, second)
			}
		}
	})
}

// written is one value, in JSON and in YAML.
type written struct{ json, yaml string }

// anyValue draws a value that may be full of functions, right or wrong.
func anyValue(depth int) *rapid.Generator[written] {
	return rapid.Custom(func(t *rapid.T) written {
		kind := rapid.IntRange(0, 4).Draw(t, "kind")
		if depth == 0 {
			kind = 0
		}
		switch kind {
		case 1:
			items := rapid.SliceOfN(anyValue(depth-1), 0, 3).Draw(t, "items")
			return inBrackets(items)
		case 2:
			keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"A", "B", "Ref", "Condition", "x:y", "Word"}), 0, 3, rapid.ID).Draw(t, "keys")
			var js, ys []string
			for _, k := range keys {
				v := anyValue(depth-1).Draw(t, k)
				js, ys = append(js, fmt.Sprintf("%q: %s", k, v.json)), append(ys, fmt.Sprintf("%q: %s", k, v.yaml))
			}
			return written{"{" + strings.Join(js, ", ") + "}", "{" + strings.Join(ys, ", ") + "}"}
		case 3, 4:
			return anyCall(depth).Draw(t, "call")
		}
		return scalar().Draw(t, "scalar")
	})
}

func inBrackets(items []written) written {
	var js, ys []string
	for _, v := range items {
		js, ys = append(js, v.json), append(ys, v.yaml)
	}
	return written{"[" + strings.Join(js, ", ") + "]", "[" + strings.Join(ys, ", ") + "]"}
}

func scalar() *rapid.Generator[written] {
	plain := rapid.Map(rapid.SampledFrom([]string{"true", "false", "0", "1", "2", "-1", "1.50", "300"}),
		func(s string) written { return written{s, s} })
	words := rapid.SampledFrom([]string{
		"Word", "Many", "Bucket", "Bucket.Arn", "R", "AWS::Region", "AWS::NoValue", "Blue", "Red", "Sizes", "eu-west-1", "Small", "Names",
		"${Word}-${AWS::Region}", "${Bucket.Arn}${!x}", "10.0.0.0/16", "a,b", "", ",", "shared-bucket", "ä\"\\\n", "yes", "1_0", "~",
	})
	return rapid.OneOf(plain, rapid.Map(words, func(s string) written {
		text, _ := json.Marshal(s)
		return written{string(text), string(text)}
	}))
}

// anyCall draws a function; of YAML, its short form.
func anyCall(depth int) *rapid.Generator[written] {
	return rapid.Custom(func(t *rapid.T) written {
		name := rapid.SampledFrom([]string{
			"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::If", "Fn::FindInMap", "Fn::Base64", "Fn::GetAZs",
			"Fn::Cidr", "Fn::ImportValue", "Fn::Length", "Fn::ToJsonString", "Fn::Equals", "Fn::And", "Fn::Not",
		}).Draw(t, "name")
		argument := rapid.OneOf(scalar(), anyValue(depth-1),
			rapid.Map(rapid.SliceOfN(anyValue(depth-1), 2, 3), inBrackets)).Draw(t, "argument")
		short := "!" + strings.TrimPrefix(name, "Fn::") + " "
		if strings.HasPrefix(argument.yaml, "!") {
			short = "{'" + name + "': " // a tag cannot follow a tag
			return written{fmt.Sprintf("{%q: %s}", name, argument.json), short + argument.yaml + "}"}
		}
		return written{fmt.Sprintf("{%q: %s}", name, argument.json), short + argument.yaml}
	})
}

// The same template in JSON and in YAML comes to the same, and so do its errors.
func TestJSONAndYAMLAreTheSame(t *testing.T) {
	const head = `"Transform": "AWS::LanguageExtensions",
"Parameters": {"Word": {"Type": "String", "Default": "blue"}, "Many": {"Type": "CommaDelimitedList", "Default": "a,b"}},
"Mappings": {"Sizes": {"eu-west-1": {"Small": 1, "Names": ["x", "y"]}}},
"Conditions": {"Blue": {"Fn::Equals": [{"Ref": "Word"}, "blue"]}, "Red": {"Fn::Not": [{"Condition": "Blue"}]}},
"Resources": {"Bucket": {"Type": "T"}, "R": {"Type": "T", "Properties": {"P": `
	kinds := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		v := anyValue(4).Draw(rt, "value")
		inJSON := outcome("{"+head+v.json+"}}}}", nil)
		inYAML := outcome("--- {"+head+v.yaml+"}}}}", nil)
		if d := cmp.Diff(inJSON, inYAML); d != "" {
			rt.Errorf("-JSON +YAML:\n%s\n%s\n%s", d, v.json, v.yaml)
		}
		kind, _, _ := strings.Cut(inJSON, ": ")
		kinds[kind[:min(len(kind), 6)]]++
	})
	if len(kinds) < 2 {
		t.Errorf("only %v was drawn", kinds)
	}
}
