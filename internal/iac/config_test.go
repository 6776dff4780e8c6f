package iac_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
)

func TestParseConfig(t *testing.T) {
	c, err := iac.ParseConfig([]byte("ignore: [\"examples/**\", b]\nrules: {log-file-validation: on, single-region: false}\nseverities:\n  single-region: critical\n"))
	if err != nil || fmt.Sprint(c.Ignore) != "[examples/** b]" || !c.On(iac.LogFileValidation) || c.On(iac.SingleRegion) || !c.On(iac.GlobalServiceEvents) || c.Severity(iac.SingleRegion) != "critical" {
		t.Errorf("%+v, %v", c, err)
	}
	for text, want := range map[string]string{
		"":                                "<nil>",
		"ignore:\n- x\nrule: {}\n":        "line 3: lint.config.key",
		"rules:\n  no-such: on\n":         "line 2: lint.config.key",
		"rules:\n  single-region: 3\n":    "line 2: lint.config.value",
		"severities:\n  not-logging: x":   "line 2: lint.config.value",
		"ignore: x":                       "line 1: lint.config.list",
		"ignore: [[x]]":                   "line 1: lint.config.list",
		"- x":                             "line 1: lint.config.mapping",
		"rules: {}\nrules: {}\n":          "line 2: lint.config.twice",
		"a: b\n c: [\n":                   "line 2: lint.config.syntax",
		"rules:\nseverities:\nignore: []": "<nil>",
	} {
		_, err := iac.ParseConfig([]byte(text))
		var wrong *iac.ConfigError
		if fmt.Sprint(err) != want || err != nil && !errors.As(err, &wrong) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestParseParameters(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a.json", `[{"ParameterKey": "A", "ParameterValue": "true"}, {"ParameterKey": "B", "UsePreviousValue": true}]`, "map[A:true]"},
		{"a.json", `{"Parameters": {"A": "true"}, "Tags": {"x": "y"}}`, "map[A:true]"},
		{"a.json", `["A=true", "B=x=y"]`, "map[A:true B:x=y]"},
		{"a.json", "\ufeff[{\"ParameterKey\": \"A\", \"ParameterValue\": \"true\"}]", "map[A:true]"},
		{"a.tfvars", "\ufeffa = true\n", "map[a:true]"},
		{"a.yaml", "A: true\nB: [1]\n", "map[A:true]"},
		{"a.tfvars", "a = true\nb = \"x\"\nc = [1]\nd = null\n", "map[a:true b:x c:[1]]"},
		{"a.tfvars", "\ufeffa = { b = true }\n", "map[a:{ b = true }]"},
		{"a.tfvars.json", `{"a": true, "b": {"c": [1]}}`, `map[a:true b:{"c":[1]}]`},
		{"a.json", `["x"]`, ""},
		{"a.json", `x`, ""},
		{"a.tfvars", `a = b`, ""},
	} {
		got, err := iac.ParseParameters(tt.name, []byte(tt.text))
		if (err != nil) != (tt.want == "") || err == nil && fmt.Sprint(got) != tt.want {
			t.Errorf("%s: %v, %v", tt.text, got, err)
		}
	}
}
