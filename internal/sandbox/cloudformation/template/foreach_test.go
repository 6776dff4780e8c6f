package template_test

import (
	"fmt"
	"testing"
)

const loops = `
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: 'red, blue-1'}}
Resources:
  Fn::ForEach::Topics:
    - Name
    - !Ref Names
    - Topic&{Name}:
        Type: AWS::SNS::Topic
        Properties:
          TopicName: !Ref Name
          DisplayName: !Sub '${Name} in ${AWS::Region}'
          Plain: x-${Name}
          Fn::ForEach::Inner: [Key, [A, B], {'${Key}': '${Name}-${Key}'}]
Outputs:
  Fn::ForEach::Arns:
    - Name
    - [red]
    - Arn${Name}: {Value: !GetAtt ['Topic${Name}', Arn]}
`

func TestForEach(t *testing.T) {
	b := bind(t, loops, nil)
	var names []string
	for _, r := range b.Resources() {
		names = append(names, r.LogicalID)
	}
	diff(t, names, []string{"Topicred", "Topicblue1"})
	properties, err := b.Properties("Topicblue1", made{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, properties, map[string]any{
		"TopicName": "blue-1", "DisplayName": "blue-1 in eu-west-1", "Plain": "x-blue-1", "A": "blue-1-A", "B": "blue-1-B",
	})
	outputs, err := b.Outputs(made{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, outputs[0].Key+" "+outputs[0].Value, "Arnred arn:Topicred:Arn")
}

// What a parameter is given decides how often a loop goes round.
func TestForEachOfValues(t *testing.T) {
	parsed := parse(t, loops)
	b, err := parsed.Bind(env(), map[string]string{"Names": "red,x,y"})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, []int{len(parsed.Resources), len(b.Resources())}, []int{2, 3})
}

func TestForEachErrors(t *testing.T) {
	const layout = "parse: Transform AWS::LanguageExtensions failed with: Fn::ForEach layout is incorrect."
	const head = "Transform: AWS::LanguageExtensions\nResources:\n  B: {Type: T}\n"
	deep := "{'X${A}${B}${C}${D}${E}${F}${G}': {Type: T}}" // 6 to the 7th
	for _, name := range "ABCDEFG" {
		deep = fmt.Sprintf("{'Fn::ForEach::L': [%c, [1, 2, 3, 4, 5, 6], %s]}", name, deep)
	}
	tests := []struct{ name, body, want string }{
		{"no list", head + "  Fn::ForEach::L: x", layout},
		{"two elements", head + "  Fn::ForEach::L: [A, [b]]", layout},
		{"a collection of maps", head + "  Fn::ForEach::L: [A, [{B: c}], {'X${A}': {Type: T}}]", layout},
		{"the same name twice", head + "  Fn::ForEach::L: [A, [b, c], {X: {Type: T}}]", layout},
		{"loops without end", head + "  Fn::ForEach::L: [Z, [a], " + deep + "]", "parse: " + tooMuch},
		{
			"without its macro", "Resources: {'Fn::ForEach::L': [A, [b], {'X${A}': {Type: T}}]}",
			"parse: Template format error: Resource name Fn::ForEach::L is non alphanumeric.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantError(t, run(tt.body, nil), tt.want) })
	}
}
