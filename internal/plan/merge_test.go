package plan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/trailspan/trailspan/internal/plan"
)

func TestMergeKeepsEveryByte(t *testing.T) {
	for name, c := range map[string]struct{ before, keeps, begin, end string }{
		"a list": {
			` { "Version" : "2012-10-17" , "Statement" : [ {"Effect":"Deny", "Sid":"<&>\u2028"} ] , "Id":"x" } `,
			`{"Effect":"Deny", "Sid":"<&>\u2028"}`, ` { "Version" : "2012-10-17" , "Statement" : [ {"Effect"`, ` ] , "Id":"x" } `,
		},
		"an empty list":          {`{"Statement":[ ]}`, ``, `{"Statement":[{"`, ` ]}`},
		"one statement, no list": {`{"Statement": {"Effect":"Deny"} ,"Id":"x"}`, `[{"Effect":"Deny"},`, `{"Statement": [{`, `] ,"Id":"x"}`},
		"numbers": {
			`{"Statement":[{"Effect":"Deny","Condition":{"NumericEquals":{"k":[123456789012345678901234567890,1e2,1.0]}}}]}`,
			`[123456789012345678901234567890,1e2,1.0]`, `{"Statement":[{"Effect":"Deny"`, `]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			after, err := plan.Merge(c.before, wanted())
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(after, c.keeps) || !strings.HasPrefix(after, c.begin) || !strings.HasSuffix(after, c.end) || !json.Valid([]byte(after)) {
				t.Errorf("%s became\n%s", c.before, after)
			}
		})
	}
}

func TestMergeRefuses(t *testing.T) {
	for name, c := range map[string]struct{ policy, want string }{
		"a member twice":           {`{"Statement":[{"Effect":"Deny","Effect":"Allow"}]}`, `"Effect" twice`},
		"two lists of statements":  {`{"Statement":[],"Statement":[]}`, `"Statement" twice`},
		"a key twice, deep inside": {`{"Statement":[{"Effect":"Deny","Condition":{"StringEquals":{"k":"1","k":"2"}}}]}`, `"k" twice`},
		"no statement":             {`{"Version":"2012-10-17"}`, "no Statement"},
		"a small letter":           {`{"Version":"2012-10-17","statement":[]}`, `"statement"`},
		"a small letter beside it": {`{"statement":[],"Statement":[]}`, `"statement"`},
		"null":                     {`{"Statement":null}`, "null"},
		"nothing but null":         {`null`, "no Statement"},
	} {
		if _, err := plan.Merge(c.policy, wanted()); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want a word of %s", name, err, c.want)
		}
	}
	if _, err := plan.Merge(`{"Statement":[{"Effect":"Deny","Sid":"k"},{"Effect":"Deny","Sid":"k"}]}`, wanted()); err != nil {
		t.Errorf("members of two objects are not twice there: %v", err)
	}
}

// Whatever statements a policy has, the bytes of each stand in the merged one, in order.
func TestMergeProperty(t *testing.T) {
	statement := rapid.Custom(func(rt *rapid.T) string {
		sid, err := json.Marshal(rapid.String().Draw(rt, "sid"))
		if err != nil {
			rt.Fatal(err)
		}
		space := func() string {
			return rapid.StringOfN(rapid.SampledFrom([]rune(" \t\n\r")), 0, 3, -1).Draw(rt, "space")
		}
		number := rapid.StringMatching(`-?[1-9][0-9]{0,30}(\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?`).Draw(rt, "number")
		return "{" + space() + `"Sid":` + string(sid) + space() + `,"Effect":"Deny","Condition":{"NumericEquals":{"k":` + space() + number + space() + "}}}"
	})
	rapid.Check(t, func(rt *rapid.T) {
		statements := rapid.SliceOfN(statement, 0, 4).Draw(rt, "statements")
		before := `{"Statement":[` + strings.Join(statements, " , ") + ` ],"Version":"2012-10-17"}`
		if len(statements) == 1 && rapid.Bool().Draw(rt, "alone") {
			before = `{"Statement":` + statements[0] + `}`
		}
		after, err := plan.Merge(before, wanted())
		if err != nil {
			rt.Fatal(err)
		}
		var doc struct{ Statement []json.RawMessage }
		if err := json.Unmarshal([]byte(after), &doc); err != nil {
			rt.Fatal(err)
		}
		if len(doc.Statement) != len(statements)+2 {
			rt.Fatalf("%d statements became %d", len(statements), len(doc.Statement))
		}
		for i, s := range statements {
			if string(doc.Statement[i]) != s {
				rt.Fatalf("statement %s became %s", s, doc.Statement[i])
			}
		}
	})
}

func TestNormal(t *testing.T) {
	for text, want := range map[string]string{
		`{ "b": 1, "a": [ ] }`:                         `{"a":[],"b":1}`,
		`{"a":123456789012345678901234567890,"b":1.0}`: `{"a":123456789012345678901234567890,"b":1.0}`,
		`{"b":1,"a":2,"a":3}`:                          `{"b":1,"a":2,"a":3}`,
		`{"b":1,"a":2} {}`:                             `{"b":1,"a":2} {}`,
		`no JSON`:                                      `no JSON`,
		``:                                             ``,
	} {
		if got := plan.Normal(text); got != want {
			t.Errorf("Normal(%s) = %s, want %s", text, got, want)
		}
	}
}
