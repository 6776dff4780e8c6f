package template_test

import (
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
)

func TestParameterValues(t *testing.T) {
	type values = map[string]string
	const chosen = "Parameter 'P' must be one of AllowedValues"
	tests := []struct {
		name, declaration string
		values            values
		want              string
	}{
		{"a value", "Type: String", values{"P": "x"}, ""},
		{"an empty value is one", "Type: String", values{"P": ""}, ""},
		{"none", "Type: String", nil, "Parameters: [P] must have values"},
		{"a default", "{Type: String, Default: x}", nil, ""},
		{"an empty default", "{Type: String, Default: ''}", nil, ""},
		{"one too many", "Type: String", values{"P": "x", "Z": "1", "Q": "2"}, "Parameters: [Q, Z] do not exist in the template"},
		{"allowed", "{Type: String, AllowedValues: [a, 1, true]}", values{"P": "true"}, ""},
		{"not allowed", "{Type: String, AllowedValues: [a, b]}", values{"P": "c"}, chosen},
		{"a default that is not allowed", "{Type: String, AllowedValues: [a, b], Default: c}", nil, chosen},
		{"each of a list", "{Type: CommaDelimitedList, AllowedValues: [a, b]}", values{"P": "a, b"}, ""},
		{"one of a list", "{Type: CommaDelimitedList, AllowedValues: [a, b]}", values{"P": "a,c"}, chosen},
		{"described", "{Type: String, AllowedValues: [a], ConstraintDescription: must be a.}", values{"P": "b"}, "Parameter P failed to satisfy constraint: must be a."},
		{"pattern", "{Type: String, AllowedPattern: '[a-z]+'}", values{"P": "abc"}, ""},
		{"all of it", "{Type: String, AllowedPattern: '[a-z]+'}", values{"P": "abc1"}, "Parameter 'P' must match pattern [a-z]+"},
		{"either of it", "{Type: String, AllowedPattern: 'a|b'}", values{"P": "ax"}, "Parameter 'P' must match pattern a|b"},
		{"a pattern of Java", "{Type: String, AllowedPattern: '(?=.*x).*'}", values{"P": "y"}, ""},
		{"short", "{Type: String, MinLength: 3}", values{"P": "ab"}, "Parameter 'P' must contain at least 3 characters"},
		{"long", "{Type: String, MaxLength: '3'}", values{"P": "äöüß"}, "Parameter 'P' must contain at most 3 characters"},
		{"characters, not bytes", "{Type: String, MaxLength: 3}", values{"P": "äöü"}, ""},
		{"no number", "Type: Number", values{"P": "five"}, "Parameter 'P' must be a number"},
		{"an empty number", "Type: Number", values{"P": ""}, "Parameter 'P' must be a number"},
		{"a number", "{Type: Number, MinValue: -1, MaxValue: 2.5}", values{"P": "2.50"}, ""},
		{"small", "{Type: Number, MinValue: 5}", values{"P": "4"}, "Parameter 'P' must be a number not less than 5"},
		{"big", "{Type: Number, MaxValue: 5}", values{"P": "1e1"}, "Parameter 'P' must be a number not greater than 5"},
		{"numbers", "{Type: List<Number>, MaxValue: 5}", values{"P": "1, 2,x"}, "Parameter 'P' must be a number"},
		{"in SSM", "{Type: 'AWS::SSM::Parameter::Value<String>'}", values{"P": "/ami"}, ""},
		{
			"not in SSM", "{Type: 'AWS::SSM::Parameter::Value<String>'}",
			values{"P": "/nope"},
			"Unable to fetch parameters [/nope] from parameter store for this account.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			declaration := tt.declaration
			if declaration[0] != '{' {
				declaration = "{" + declaration + "}"
			}
			_, err := parse(t, "Parameters: {P: "+declaration+"}\n"+bucket).Bind(env(), tt.values)
			wantError(t, err, tt.want)
		})
	}
}

func TestBadPattern(t *testing.T) {
	_, err := template.Parse("Parameters: {P: {Type: String, AllowedPattern: '[a-z'}}\n" + bucket)
	wantError(t, err, "Parameter 'P' AllowedPattern must be a valid regular expression.")
}

func TestResolved(t *testing.T) {
	b := bind(t, "Parameters:\n  P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /ami}\n  Q: {Type: String, Default: q}\n"+bucket, nil)
	got, ok := b.Resolved("P")
	diff(t, []any{got, ok, b.Parameters()["P"]}, []any{"ami-1", true, "/ami"})
	for _, name := range []string{"Q", "Nope"} {
		if got, ok := b.Resolved(name); ok {
			t.Errorf("Resolved(%s) = %q", name, got)
		}
	}
}

const only = "Parameters: {Make: {Type: String, Default: no}}\nConditions: {Made: !Equals [!Ref Make, 'true']}\n" +
	"Resources:\n  A: {Type: T, Condition: Made}\n  B: {Type: T, "

func TestBindErrors(t *testing.T) {
	const missing = "Template format error: Unresolved resource dependencies [A] in the "
	resources, outputs := missing+"Resources block of the template", missing+"Outputs block of the template"
	tests := []struct{ name, body, want string }{
		{"a resource on itself", "Resources: {A: {Type: T, Properties: {P: !Ref A}}}", "Circular dependency between resources: [A]"},
		{"a circle, and who waits for it", `
Resources:
  First: {Type: T, DependsOn: A}
  A: {Type: T, Properties: {P: !GetAtt B.Arn}}
  B: {Type: T, Properties: {P: !Sub '${C}'}}
  C: {Type: T, DependsOn: [A]}
  D: {Type: T}
`, "Circular dependency between resources: [A, B, C]"},
		{"Ref of what a condition leaves out", only + "Properties: {P: !Ref A}}", resources},
		{"GetAtt of it", only + "Properties: {P: !GetAtt A.Arn}}", resources},
		{"Sub of it", only + "Properties: {P: !Sub '${A.Arn}'}}", resources},
		{"an output of it", only + "}\nOutputs: {O: {Value: !Ref A}}", outputs},
		{"an output that is left out too", only + "}\nOutputs: {O: {Value: !Ref A, Condition: Made}}", ""},
		{"DependsOn of it", only + "DependsOn: A}", ""},
		{"a branch not taken", only + "Properties: {P: !If [Made, !Ref A, none]}}", ""},
		{
			"conditions in a circle", "Conditions: {C: !Not [!Condition D], D: !Not [!Condition C]}\n" + bucket,
			"Template error: Found circular condition dependency between C and D",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(t, tt.body).Bind(env(), nil)
			wantError(t, err, tt.want)
		})
	}
}

// A circle that only a branch not taken would close is none.
func TestCircleThroughBranch(t *testing.T) {
	bind(t, `
Conditions: {Never: !Equals [a, b]}
Resources:
  A: {Type: T, Properties: {P: !If [Never, !Ref B, x]}}
  B: {Type: T, Properties: {P: !Ref A}}
`, nil)
}

func TestOutputThatIsNoText(t *testing.T) {
	wantError(t, run(bucket+"Outputs: {O: {Value: !Split [',', 'a,b']}}", nil),
		"outputs: Template format error: Output O is malformed. The Value field of every Outputs member must evaluate to a String.")
}
