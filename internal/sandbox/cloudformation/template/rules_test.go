package template_test

import "testing"

func TestRules(t *testing.T) {
	const head = "Parameters:\n  Word: {Type: String, Default: blue}\n  Many: {Type: CommaDelimitedList, Default: 'a, b'}\n" +
		"Conditions: {C: !Equals [a, a]}\n" + bucket
	tests := []struct{ name, rule, want string }{
		{"holds", "{Assertions: [{Assert: !Equals [!Ref Word, blue]}]}", ""},
		{"breaks", "{Assertions: [{Assert: !Equals [a, a]}, {Assert: !Equals [!Ref Word, red], AssertDescription: Word must be red.}]}", "bind: Word must be red."},
		{"breaks without a word", "{Assertions: [{Assert: !Equals [!Ref Word, red]}]}", "bind: Assertion of rule R failed"},
		{"does not apply", "{RuleCondition: !Equals [!Ref Word, red], Assertions: [{Assert: !Equals [a, b]}]}", ""},
		{"Contains", "{Assertions: [{Assert: !Contains [[red, blue], !Ref Word]}]}", ""},
		{"Contains not, as CDK asks", "{Assertions: [{Assert: !Not [!Contains [['1', '2', blue], !Ref Word]], AssertDescription: too old}]}", "bind: too old"},
		{"EachMemberIn", "{Assertions: [{Assert: !EachMemberIn [!Ref Many, [a, b, c]]}]}", ""},
		{"EachMemberIn not", "{Assertions: [{Assert: !EachMemberIn [!Ref Many, [a]], AssertDescription: wrong}]}", "bind: wrong"},
		{"EachMemberEquals", "{Assertions: [{Assert: !EachMemberEquals [!Ref Many, a], AssertDescription: wrong}]}", "bind: wrong"},
		{"RefAll", "{Assertions: [{Assert: !Contains [!RefAll CommaDelimitedList, b]}]}", ""},
		{
			"a condition", "{RuleCondition: !Condition C, Assertions: [{Assert: !Equals [a, a]}]}",
			"parse: Template format error: Rules can only be boolean operations on parameters and other conditions",
		},
		{
			"a resource", "{Assertions: [{Assert: !Equals [!Ref B, a]}]}",
			"parse: Template format error: Unresolved dependencies [B]. Cannot reference resources in the Rules block of the template",
		},
		{"no assertions", "{RuleCondition: !Equals [a, a]}", "parse: Template format error: Rule R must contain a list of Assertions"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantError(t, run(head+"Rules: {R: "+tt.rule+"}\n", nil), tt.want) })
	}
	wantError(t, run("Conditions: {C: !Contains [[a], a]}\n"+bucket, nil),
		"parse: Template format error: Conditions can only be boolean operations on parameters and other conditions")
}
