package template_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
)

const bucket = "Resources: {B: {Type: AWS::S3::Bucket}}\n"

func TestFormErrors(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"empty", "", "Template format error: unsupported structure."},
		{"text", "hello", "Template format error: unsupported structure."},
		{"list", "- a\n", "Template format error: unsupported structure."},
		{"JSON cut off", `{"Resources": {`, "Template format error: JSON not well-formed. (line 1, column 16)"},
		{"JSON with a comma too many", "{\n \"Resources\": {},\n}", "Template format error: JSON not well-formed. (line 3, column 1)"},
		{"JSON and more", `{} {}`, "Template format error: JSON not well-formed. (line 1, column 5)"},
		{"JSON with a key twice", `{"Resources": {}, "Resources": {}}`, "Template format error: JSON not well-formed. (line 1, column 30)"},
		{"YAML with a tab", "Resources:\n\tB: 1\n", "Template format error: YAML not well-formed. (line 2, column 1)"},
		{"YAML with a key twice", "Resources:\n  B: {Type: A}\n  B: {Type: A}\n", "Template format error: YAML not well-formed. (line 3, column 3)"},
		{"two documents", bucket + "---\n" + bucket, "Template format error: YAML not well-formed. (line 1, column 1)"},
		{"an alias", "Resources:\n  A: &a {Type: T}\n  B: *a\n", "Template error: YAML aliases are not allowed in CloudFormation templates"},
		{"a merge key is a key", "Resources:\n  A: {Type: T, <<: {Type: U}}\n", "Invalid template resource property '<<'"},
		{"a tag nobody knows", "Resources: !Nope {}\n", "Template format error: YAML not well-formed. (line 1, column 12)"},
		{
			"a function as key", "Resources:\n  A:\n    Type: T\n    Properties: {P: {!Sub 'a': b}}\n",
			"Template format error: [/Resources/A/Properties/P] map keys must be strings; received a map instead",
		},
		{"a number as key", "Mappings: {M: {123: {A: b}}}\n" + bucket, "Template format error: [/Mappings/M] map keys must be strings; received numeric [123] instead"},
		{"null", "Resources: {B: {Type: T, Properties: {P: [a, null]}}}", "[/Resources/B/Properties/P/1] 'null' values are not allowed in templates"},
		{"no resources", "Description: x\n", "Template format error: At least one Resources member must be defined."},
		{"resources empty", "Resources: {}\n", "Template format error: At least one Resources member must be defined."},
		{"resources null", "Resources:\n", "[/Resources] 'null' values are not allowed in templates"},
		{"section of no kind", "Foo: 1\nBar: 2\n" + bucket, "Invalid template property or properties [Foo, Bar]"},
		{"version", "AWSTemplateFormatVersion: 2011-01-01\n" + bucket, "Template format error: Unsupported template format version."},
		{"description", "Description: " + strings.Repeat("x", 1025) + "\n" + bucket, "Template format error: 'Description' length is greater than 1024"},
		{"resource name", "Resources: {my-b: {Type: T}}", "Template format error: Resource name my-b is non alphanumeric."},
		{"resource of text", "Resources: {B: x}", "Template format error: [/Resources/B] resource definition is malformed"},
		{"no type", "Resources: {B: {Properties: {}}}", "Template format error: [/Resources/B] Every Resources object must contain a Type member."},
		{"member", "Resources: {B: {Type: T, Propertys: {}}}", "Invalid template resource property 'Propertys'"},
		{"policy", "Resources: {B: {Type: T, DeletionPolicy: Keep}}", "Template format error: Unrecognized DeletionPolicy Keep for resource B"},
		{
			"other policy", "Resources: {B: {Type: T, UpdateReplacePolicy: RetainExceptOnCreate}}",
			"Template format error: Unrecognized UpdateReplacePolicy RetainExceptOnCreate for resource B",
		},
		{
			"depends on nothing", "Resources: {B: {Type: T, DependsOn: [A, C]}}",
			"Template format error: Unresolved resource dependencies [A, C] in the Resources block of the template",
		},
		{"depends on a map", "Resources: {B: {Type: T, DependsOn: {A: 1}}}", "Template format error: Every DependsOn value must be a string."},
		{
			"condition of a resource", "Resources: {B: {Type: T, Condition: Nope}}",
			"Template format error: Unresolved condition dependency Nope in the Resources block of the template",
		},
		{"condition that is a function", "Resources: {B: {Type: T, Condition: {Ref: X}}}", "Template format error: Every Condition member must be a string."},
		{"name twice", "Parameters: {B: {Type: String}}\n" + bucket, "Template error: all resources and parameters must have unique names. Common name(s):[B]"},
		{"output without value", bucket + "Outputs: {O: {Description: x}}", "Template format error: Every Outputs member must contain a Value object"},
		{"output null", bucket + "Outputs: {MyOutput: {Value: }}", "[/Outputs/MyOutput/Value] 'null' values are not allowed in templates"},
		{"output list", bucket + "Outputs: {O: {Value: [a]}}", "Template format error: The Value field of every Outputs member must evaluate to a String and not a List."},
		{"output map", bucket + "Outputs: {O: {Value: {A: b}}}", "Template format error: The Value field of every Outputs member must evaluate to a String and not a Map."},
		{"output name", bucket + "Outputs: {my-o: {Value: x}}", "Template format error: Output name my-o is non alphanumeric."},
		{"output of nothing", bucket + "Outputs: {O: {Value: !Ref Nope}}", "Template format error: Unresolved resource dependencies [Nope] in the Outputs block of the template"},
		{"output of an attribute of nothing", bucket + "Outputs: {O: {Value: !GetAtt Nope.Arn}}", "Template error: instance of Fn::GetAtt references undefined resource Nope"},
		{"output's condition", bucket + "Outputs: {O: {Value: x, Condition: Nope}}", "Template format error: Unresolved condition dependency Nope in the Outputs block of the template"},
		{"mapping of text", "Mappings: {M: {A: b}}\n" + bucket, "Template format error: Every Mappings member A must be a map"},
		{"mapping too deep", "Mappings: {M: {A: {B: {C: d}}}}\n" + bucket, "Template format error: Every Mappings attribute must be a String or a List."},
		{"mapping with a function", "Mappings: {M: {A: {B: !Ref X}}}\n" + bucket, "Template format error: Every Mappings attribute must be a String or a List."},
		{"mapping attribute", "Mappings: {M: {A: {b-c: d}}}\n" + bucket, "Template format error: Mappings attribute name 'b-c' must contain only alphanumeric characters."},
		{"parameter type", "Parameters: {P: {Type: Bool}}\n" + bucket, "Template format error: Unrecognized parameter type: Bool"},
		{"parameter without type", "Parameters: {P: {Default: x}}\n" + bucket, "Template format error: Every Parameters object must contain a Type member."},
		{"parameter member", "Parameters: {P: {Type: String, Foo: x}}\n" + bucket, "Invalid template parameter property 'Foo'"},
		{"parameter default", "Parameters: {P: {Type: String, Default: !GetAZs ''}}\n" + bucket, "Template format error: Every Default member must be a string."},
		{"parameter name", "Parameters: {my-p: {Type: String}}\n" + bucket, "Template format error: Parameter name my-p is non alphanumeric."},
		{
			"condition on a resource", "Conditions: {C: !Equals [!Ref B, x]}\n" + bucket,
			"Template format error: Unresolved dependencies [B]. Cannot reference resources in the Conditions block of the template",
		},
		{"condition of text", "Conditions: {C: true}\n" + bucket, "Template format error: Conditions can only be boolean operations on parameters and other conditions"},
		{
			"And of one", "Conditions: {C: !And [!Equals [a, b]]}\n" + bucket,
			"Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.",
		},
		{"Not of text", "Conditions: {C: !Not [a]}\n" + bucket, "Template error: every Fn::Not object requires one boolean parameter."},
		{
			"condition on none", "Conditions: {C: !Not [!Condition D]}\n" + bucket,
			"Template format error: Unresolved condition dependency D in the Conditions block of the template",
		},
		{
			"extension without its macro", "Resources: {B: {Type: T, Properties: {P: {'Fn::Length': [a]}}}}",
			"Template error: Encountered unsupported function: Fn::Length Supported functions are: [Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr]",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := template.Parse(tt.body)
			wantError(t, err, tt.want)
		})
	}
}

func TestTooManyResources(t *testing.T) {
	var b strings.Builder
	b.WriteString("Resources:\n")
	for i := range 501 {
		fmt.Fprintf(&b, "  R%d: {Type: T}\n", i)
	}
	_, err := template.Parse(b.String())
	wantError(t, err, "Template format error: Number of resources, 501, is greater than maximum allowed, 500")
}

// Of a template that a macro is yet to rewrite, references mean nothing.
func TestTransform(t *testing.T) {
	const serverless = `
Transform: [AWS::Serverless-2016-10-31, {Name: AWS::Include, Parameters: {Location: s3://b/k}}]
Globals: {Function: {Timeout: 3}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {'Fn::Transform': {Name: Mine}}}
Outputs:
  Role: {Value: !GetAtt FRole.Arn}
`
	diff(t, parse(t, serverless).Transform, []string{"AWS::Serverless-2016-10-31", "AWS::Include", "Mine"})
	diff(t, parse(t, bucket).Transform, []string(nil))
}
