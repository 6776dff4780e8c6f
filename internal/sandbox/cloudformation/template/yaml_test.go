package template_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// value is what a value in YAML comes to.
func value(t *testing.T, yaml string) any {
	t.Helper()
	b := bind(t, "Resources:\n  R:\n    Type: T\n    Properties:\n      P: "+yaml+"\n", nil)
	got, err := b.Properties("R", made{})
	if err != nil {
		t.Fatal(err)
	}
	return got["P"]
}

func TestScalars(t *testing.T) {
	tests := []struct {
		yaml string
		want any
	}{
		{"true", true},
		{"Yes", true},
		{"on", true},
		{"no", false},
		{"OFF", false},
		{"False", false},
		{"'true'", "true"},
		{`"no"`, "no"},
		{"y", "y"},
		{"!!str true", "true"},
		{"0", json.Number("0")},
		{"42", json.Number("42")},
		{"-7", json.Number("-7")},
		{"+7", json.Number("7")},
		{"1_000", json.Number("1000")},
		{"0x1F", json.Number("31")},
		{"0b101", json.Number("5")},
		{"0644", json.Number("420")},                  // octal
		{"012345678901", "012345678901"},              // not octal, and no number at all
		{"111122223333", json.Number("111122223333")}, // an account ID
		{"1.50", json.Number("1.50")},
		{".5", json.Number("0.5")},
		{"1.", json.Number("1")},
		{"1e3", json.Number("1e3")},
		{"-.5e+2", json.Number("-0.5e+2")},
		{"00.5", json.Number("0.5")},
		{"!!int 5", json.Number("5")},
		{".inf", ".inf"},
		{"1:30", "1:30"},
		{"1.2.3", "1.2.3"},
		{"0o17", "0o17"},
		{"09", "09"},
		{"2012-10-17", "2012-10-17"},
		{"2012-10-17T00:00:00Z", "2012-10-17T00:00:00Z"},
		{"a # comment", "a"},
		{"'#a'", "#a"},
		{"", nil},
	}
	for _, tt := range tests {
		if tt.want == nil {
			continue // null is an error: TestFormErrors
		}
		t.Run(tt.yaml, func(t *testing.T) { diff(t, value(t, tt.yaml), tt.want) })
	}
}

// Line ends and a byte order mark change nothing; anchors that nobody uses neither.
func TestLayout(t *testing.T) {
	for _, body := range []string{
		"\ufeff" + trail, strings.ReplaceAll(trail, "\n", "\r\n"), "---\n" + trail + "...\n",
		strings.Replace(trail, "Bucket:\n", "Bucket: &b\n", 1),
	} {
		b := bind(t, body, nil)
		got, err := b.Properties("Trail", made{})
		if err != nil {
			t.Fatal(err)
		}
		diff(t, got["TrailName"], "audit-main")
	}
}

func TestJSON(t *testing.T) {
	b := bind(t, "\ufeff \n{\"Resources\": {\"R\": {\"Type\": \"T\", \"Properties\": {\n"+
		`"A": 1.0, "B": true, "C": "\u00e4\ud83d\ude00\/", "D": {"Fn::Sub": "${AWS::Region}"}, "E": [], "F": {}}}}}`, nil)
	got, err := b.Properties("R", made{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, got, map[string]any{
		"A": json.Number("1.0"), "B": true, "C": "ä😀/", "D": "eu-west-1", "E": []any{}, "F": map[string]any{},
	})
}
