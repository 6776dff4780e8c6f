package template_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// allocated is how many bytes a deed takes in all. The runtime counts those of everything
// else that runs, and of the race detector: at most 463 MB were seen. Without a budget these
// templates take what there is.
func allocated(deed func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	deed()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

const tooMuch = "Template error: the functions of the template come to more than it may hold."

// Templates that come to much, or are deep, are refused before they take the memory.
func TestTooMuch(t *testing.T) {
	const head = `{"Transform":"AWS::LanguageExtensions",`
	resource := func(value string) string {
		return head + `"Resources":{"W":{"Type":"T","Properties":{"P":` + value + `}}}}`
	}
	deep := func(n int) string { return resource(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	nested := func(n int, open, core, end string) string {
		return resource(strings.Repeat(open, n) + core + strings.Repeat(end, n))
	}
	list := "[" + strings.Repeat("0,", 19999) + "0]"
	items := "[0"
	for i := range 45 {
		items += fmt.Sprintf(",%d", i+1)
	}
	items += "]"
	loop := fmt.Sprintf(`"Fn::ForEach::A":["A",%s,{"Fn::ForEach::B${A}":["B",%s,{"Fn::ForEach::C${A}${B}":["C",%s,{"R${A}x${B}x${C}":%s}]}]}]`, items, items, items, list)
	long := strings.Repeat("x", 1<<15)
	chain := strings.Builder{}
	for i := range 30000 {
		fmt.Fprintf(&chain, `"C%d":{"Condition":"C%d"},`, i, i+1)
	}
	for _, tt := range []struct{ name, body, want string }{
		{"lists in lists", deep(25_000), "parse: Template format error: JSON not well-formed. (line 1, column 585)"},
		{"lists in lists, more of them", deep(400_000), "parse: Template format error: JSON not well-formed. (line 1, column 585)"},
		{"lists in lists of YAML", "Resources: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "parse: Template format error: YAML not well-formed. (line 1, column 512)"},
		{"lists in lists as far as one may", deep(490), ""},
		{"many rounds of a long list", head + `"Resources":{"W":{"Type":"T"},` + loop + `}}`, "parse: " + tooMuch},
		{"items that are long", head + `"Resources":{"Fn::ForEach::A":["A",["` + long + `","` + long + `"],{"R&{A}":"` + strings.Repeat("${A}", 8000) + `"}]}}`, "parse: " + tooMuch},
		{"items with identifiers", head + `"Resources":{"Fn::ForEach::A":["A",["` + strings.Repeat("&{A}", 8000) + `"],{"R":{"Type":"T","Properties":{"P":"` + strings.Repeat("${A}", 2000) + `"}}}]}}`, "parse: " + tooMuch},
		{"long separators", resource(`{"Fn::Join":["` + long + `",` + list + `]}`), "evaluate: " + tooMuch},
		{"variables of variables", nested(30, `{"Fn::Sub":["${a}${a}",{"a":`, `"xxxxxxxx"`, `}]}`), "evaluate: " + tooMuch},
		{"quotes of quotes", nested(40, `{"Fn::ToJsonString":[`, `"\""`, `]}`), "evaluate: " + tooMuch},
		{"text of text", nested(100, `{"Fn::Base64":`, `"xxxxxxxx"`, `}`), "evaluate: " + tooMuch},
		{"the same list many times", head + `"Mappings":{"M":{"a":{"b":` + list + `}}},"Resources":{"W":{"Type":"T","Properties":{"P":[0` + strings.Repeat(`,{"Fn::FindInMap":["M","a","b"]}`, 10_000) + `]}}}}`, "bind: " + tooMuch},
		{"a chain of conditions", head + `"Conditions":{` + chain.String() + `"C30000":{"Fn::Equals":["a","a"]}},"Resources":{"W":{"Type":"T"}}}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			took := allocated(func() { err = run(tt.body, nil) })
			wantError(t, err, tt.want)
			if took > 2<<30 {
				t.Errorf("took %d MB", took>>20)
			}
		})
	}
}
