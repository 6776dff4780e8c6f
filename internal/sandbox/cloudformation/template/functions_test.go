package template_test

import (
	"encoding/json"
	"testing"
)

const around = `
Transform: AWS::LanguageExtensions
Parameters:
  Word: {Type: String, Default: blue}
  Many: {Type: CommaDelimitedList, Default: 'a, b ,c'}
  Ports: {Type: List<Number>, Default: '80,443'}
  Image: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /ami}
  Subnets: {Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: /subnets}
Mappings:
  Sizes:
    eu-west-1: {Small: 1, Names: [x, y], Text: t}
Conditions:
  Blue: !Equals [!Ref Word, blue]
  Red: !Equals [!Ref Word, red]
  BlueHere: !And [!Condition Blue, !Equals [!Ref 'AWS::Region', eu-west-1]]
  Mapped: !Equals [!FindInMap [Sizes, !Ref 'AWS::Region', Small], '1']
  Either: !Or [!Condition Red, !Not [!Condition Red]]
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  R:
    Type: X::Y::Z
    Properties:
      P:
`

func TestFunctions(t *testing.T) {
	tests := []struct {
		name, value string
		want        any
	}{
		{"text stays text", `'5'`, "5"},
		{"a number stays what it was", `1.50`, json.Number("1.50")},
		{"a policy's Condition is no function", `{Condition: Blue}`, map[string]any{"Condition": "Blue"}},
		{"Ref of a parameter", `!Ref Word`, "blue"},
		{"Ref of a list", `!Ref Many`, []any{"a", "b", "c"}},
		{"Ref of numbers", `!Ref Ports`, []any{"80", "443"}},
		{"Ref of an SSM parameter", `!Ref Image`, "ami-1"},
		{"Ref of a list in SSM", `!Ref Subnets`, []any{"s-1", "s-2"}},
		{"Ref of a resource", `!Ref Bucket`, "phys-Bucket"},
		{
			"pseudo parameters", `[!Ref 'AWS::AccountId', !Ref 'AWS::Region', !Ref 'AWS::Partition', !Ref 'AWS::URLSuffix', !Ref 'AWS::StackName', !Ref 'AWS::StackId']`,
			[]any{"111122223333", "eu-west-1", "aws", "amazonaws.com", "audit", "arn:aws:cloudformation:eu-west-1:111122223333:stack/audit/1"},
		},
		{"a pseudo parameter that is a list", `!Ref 'AWS::NotificationARNs'`, []any{"arn:aws:sns:eu-west-1:111122223333:news"}},
		{"GetAtt with a dot", `!GetAtt Bucket.Arn`, "arn:Bucket:Arn"},
		{"GetAtt with dots", `!GetAtt Bucket.Outputs.Arn`, "arn:Bucket:Outputs.Arn"},
		{"GetAtt with a list", `!GetAtt [Bucket, Arn]`, "arn:Bucket:Arn"},
		{"GetAtt in full", `{'Fn::GetAtt': [Bucket, Arn]}`, "arn:Bucket:Arn"},
		{"GetAtt in full with a dot", `{'Fn::GetAtt': Bucket.Arn}`, "arn:Bucket:Arn"},
		{"GetAtt of an attribute by Ref", `!GetAtt [Bucket, !Ref Word]`, "arn:Bucket:blue"},
		{
			"Sub of everything", `!Sub '${Word} ${AWS::Region} ${Bucket} ${Bucket.Arn} ${!Word} $ { $x'`,
			"blue eu-west-1 phys-Bucket arn:Bucket:Arn ${Word} $ { $x",
		},
		{"Sub with its own variables", `!Sub ['${A}-${Word}-${N}', {A: !Join ['', [x, y]], N: 5}]`, "xy-blue-5"},
		{"Sub left open", `!Sub 'a ${Word'`, "a ${Word"},
		{"Sub of lines", "!Sub |\n  a\n  ${Word}\n", "a\nblue\n"},
		{"Join", `!Join [':', [a, !Ref Word, 5, true]]`, "a:blue:5:true"},
		{"Join of a list parameter", `!Join ['|', !Ref Many]`, "a|b|c"},
		{"Join of an attribute", `!Join ['|', !GetAtt Bucket.Names]`, "one|two"},
		{"Join leaves NoValue out", `!Join ['|', [a, !Ref 'AWS::NoValue', b]]`, "a|b"},
		{"Select", `!Select [1, [a, b]]`, "b"},
		{"Select by text", `!Select ['2', !Ref Many]`, "c"},
		{"Select of Split", `!Select [1, !Split ['-', a-b-c]]`, "b"},
		{"Split keeps what is empty", `!Split [',', 'a,,b,']`, []any{"a", "", "b", ""}},
		{"FindInMap", `!FindInMap [Sizes, !Ref 'AWS::Region', Small]`, json.Number("1")},
		{"FindInMap of a list", `!FindInMap [Sizes, eu-west-1, Names]`, []any{"x", "y"}},
		{"FindInMap with a default", `!FindInMap [Sizes, mars, Text, {DefaultValue: !Ref Word}]`, "blue"},
		{"If", `!If [Blue, yes-it-is, no-not]`, "yes-it-is"},
		{
			"If of connectives", `[!If [BlueHere, 1, 2], !If [Mapped, 1, 2], !If [Either, 1, 2], !If [Red, 1, 2]]`,
			[]any{json.Number("1"), json.Number("1"), json.Number("1"), json.Number("2")},
		},
		{"lists are compared too", `[!Equals [!Ref Many, [a, b, c]], !Equals [!Ref Many, [a]], !Equals [!Ref Many, a]]`, []any{true, false, false}},
		{"If within If", `!If [Red, a, !If [Blue, {B: !Ref Bucket}, c]]`, map[string]any{"B": "phys-Bucket"}},
		{
			"NoValue is left out", `{A: 1, B: !Ref 'AWS::NoValue', C: [!If [Red, x, !Ref 'AWS::NoValue'], y]}`,
			map[string]any{"A": json.Number("1"), "C": []any{"y"}},
		},
		{"Base64", `{'Fn::Base64': !Sub '${Word}!'}`, "Ymx1ZSE="},
		{"GetAZs", `!GetAZs ''`, []any{"eu-west-1a", "eu-west-1b", "eu-west-1c"}},
		{"GetAZs of a Region", `!GetAZs {Ref: 'AWS::Region'}`, []any{"eu-west-1a", "eu-west-1b", "eu-west-1c"}},
		{"ImportValue", `!ImportValue shared-bucket`, "value of shared-bucket"},
		{"ImportValue of Sub", `{'Fn::ImportValue': {'Fn::Sub': 'shared-bucket'}}`, "value of shared-bucket"},
		{"Cidr", `!Cidr [10.0.0.0/24, 3, 6]`, []any{"10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/26"}},
		{"Cidr masks", `!Cidr [10.0.0.77/24, '2', '7']`, []any{"10.0.0.0/25", "10.0.0.128/25"}},
		{"Cidr over a border", `!Select [1, !Cidr ['10.0.255.0/15', 2, 16]]`, "10.1.0.0/16"},
		{"Cidr of version 6", `!Cidr ['2001:db8::/56', 2, 64]`, []any{"2001:db8::/64", "2001:db8:0:1::/64"}},
		{"Length", `{'Fn::Length': !Ref Many}`, json.Number("3")},
		{"ToJsonString keeps the order", `{'Fn::ToJsonString': {z: !Ref Word, a: [1, <b>]}}`, `{"z":"blue","a":[1,"<b>"]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := bind(t, around+indent(tt.value, 8), nil)
			got, err := b.Properties("R", made{})
			if err != nil {
				t.Fatal(err)
			}
			diff(t, got["P"], tt.want)
		})
	}
}

func TestFunctionErrors(t *testing.T) {
	const (
		join   = "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
		split  = "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split."
		sub    = "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string"
		getAtt = "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute"
		choose = "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"
		inMap  = "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"
	)
	tests := []struct{ value, want string }{
		{`!Ref Nope`, "parse: Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template"},
		{`[!Ref Nope, !Ref Other, !Ref Nope]`, "parse: Template format error: Unresolved resource dependencies [Nope, Other] in the Resources block of the template"},
		{`!Ref AWS::Resion`, "parse: Template format error: Unresolved resource dependencies [AWS::Resion] in the Resources block of the template"},
		{`{Ref: [Bucket]}`, "parse: Template error: All References must be of type string"},
		{`!GetAtt Nope.Arn`, "parse: Template error: instance of Fn::GetAtt references undefined resource Nope"},
		{`!GetAtt Word.Arn`, "parse: Template error: instance of Fn::GetAtt references undefined resource Word"},
		{`!GetAtt Bucket`, "parse: " + getAtt},
		{`!GetAtt [Bucket, '']`, "parse: " + getAtt},
		{`!GetAtt [Bucket, Arn, x]`, "parse: " + getAtt},
		{`!GetAtt Bucket.Nope`, "evaluate: Template error: resource Bucket does not support attribute type Nope in Fn::GetAtt"},
		{`!Sub '${Nope}'`, "parse: Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template"},
		{`!Sub '${Nope.Arn}'`, "parse: Template error: instance of Fn::Sub references invalid resource attribute Nope.Arn"},
		{`!Sub '${no such}'`, "parse: Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons"},
		{`!Sub ['${A}']`, "parse: " + sub},
		{`!Sub [a, b]`, "parse: " + sub},
		{`!Sub ['${A}', {A: !Ref Many}]`, "evaluate: Template error: every value of the context object of every Fn::Sub object must be a string or a function that returns a string"},
		{`!Sub '${Many}'`, "evaluate: Template error: variable Many in Fn::Sub expression does not resolve to a string"},
		{`!Join ['-']`, "parse: " + join},
		{`!Join ['-', text]`, "evaluate: " + join},
		{`!Join ['-', [[a]]]`, "evaluate: " + join},
		{`!Split ['-']`, "parse: " + split},
		{`!Split ['-', !Ref Many]`, "evaluate: " + split},
		{`!Select [0]`, "parse: " + choose},
		{`!Select [x, [a]]`, "evaluate: " + choose},
		{`!Select [0, a]`, "evaluate: " + choose},
		{`!Select [3, !Ref Many]`, "evaluate: Template error: Fn::Select cannot select nonexistent value at index 3"},
		{`!Select [-1, [a]]`, "evaluate: Template error: Fn::Select cannot select nonexistent value at index -1"},
		{`!FindInMap [Nope, a, b]`, "parse: Template error: Mapping named 'Nope' is not present in the 'Mappings' section of template."},
		{`!FindInMap [!Ref Word, a, b]`, "bind: Template error: Mapping named 'blue' is not present in the 'Mappings' section of template."},
		{`!FindInMap [Sizes, mars, Text]`, "bind: Template error: Unable to get mapping for Sizes::mars::Text"},
		{`!FindInMap [Sizes, mars]`, "parse: " + inMap},
		{`!If [Nope, a, b]`, "parse: Template error: unresolved condition dependency Nope in Fn::If"},
		{`!If [Blue, a]`, "parse: Template error: Fn::If requires a list argument with three elements"},
		{`!If [!Ref Word, a, b]`, "parse: Template error: Fn::If requires a list argument with the first element being a condition"},
		{`!If [Red, !Ref Nope, b]`, "parse: Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template"},
		{`{'Fn::Length': text}`, "evaluate: Template error: Fn::Length expects a list of elements or a function that returns a list"},
		{`{'Fn::ToJsonString': text}`, "evaluate: Template error: Fn::ToJsonString requires an object or an array as its argument"},
		{`!GetAtt [Bucket, !Ref Many]`, "evaluate: " + getAtt},
		{`!FindInMap [Sizes, !Ref Many, Text]`, "bind: " + inMap},
		{`!Equals [a]`, "parse: Template error: every Fn::Equals object requires a list of 2 string parameters."},
		{`!Cidr [10.0.0.0/24, 257, 0]`, "evaluate: Template error: every Fn::Cidr object requires three parameters, (1) an IP block, (2) a count between 1 and 256 and (3) the number of subnet bits"},
		{`!Cidr [10.0.0.0/24]`, "parse: Template error: every Fn::Cidr object requires three parameters, (1) an IP block, (2) a count between 1 and 256 and (3) the number of subnet bits"},
		{`!ImportValue nope`, "evaluate: No export named nope found"},
		{`!Base64 [a]`, "evaluate: Template error: every Fn::Base64 object must have a String-typed value."},
		{`!GetAZs [a]`, "evaluate: Template error: every Fn::GetAZs object must have a String-typed value."},
		{`!Cidr [10.0.0.0/24, 5, 6]`, "evaluate: Template error: Fn::Cidr cannot cut 5 blocks of 6 bits out of 10.0.0.0/24"},
		{`!Cidr [10.0.0/24, 1, 6]`, "evaluate: Template error: Fn::Cidr 10.0.0/24 is not a valid CIDR block"},
		{`{'Fn::Nope': a}`, "parse: Template error: Encountered unsupported function: Fn::Nope Supported functions are: [Fn::Base64, Fn::GetAtt, Fn::GetAZs, Fn::ImportValue, Fn::Join, Fn::Split, Fn::FindInMap, Fn::Select, Ref, Fn::Equals, Fn::If, Fn::Not, Condition, Fn::And, Fn::Or, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn, Fn::ValueOf, Fn::ValueOfAll, Fn::RefAll, Fn::Sub, Fn::Cidr]"},
	}
	for _, tt := range tests {
		t.Run(tt.value, func(t *testing.T) { wantError(t, run(around+indent(tt.value, 8), nil), tt.want) })
	}
}
