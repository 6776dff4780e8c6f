package report

import (
	"encoding/json"
	"testing"
)

func TestPlace(t *testing.T) {
	for name, tt := range map[string]struct {
		text         string
		line, column int
	}{
		"nothing at all":           {"", 1, 1},
		"the first character":      {"x", 1, 1},
		"in the second line":       {"{\"a\":\n  x}", 2, 3},
		"a file that breaks off":   {"{\"a\":\n", 2, 1},
		"a value of another type":  {"{\n\"b\": \"1\"}", 2, 8},
		"a multi-byte line before": {"{\"a\": \"証跡\",\n?", 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			err := json.Unmarshal([]byte(tt.text), &struct{ B int }{})
			if line, column, ok := Place([]byte(tt.text), err); !ok || line != tt.line || column != tt.column {
				t.Errorf("%v is at line %d, column %d, %v; want %d, %d", err, line, column, ok, tt.line, tt.column)
			}
		})
	}
	if _, _, ok := Place(nil, errFull); ok {
		t.Error("another error has a place")
	}
}
