package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
)

// shape is what a JSON document has to look like. It is a document itself, whose
// strings name types: string, number, bool, "bool or null", time, state (true, false
// and strings by name), notes (keys of the catalog with values, by sentence), counts
// (numbers by name) and =a|b|c for one of some strings. The fields of an object
// are there in their order and no others, except that those with a ? may be absent. An
// array has the shape of its one element.
type shape struct{ *ordered }

// ordered is a JSON value that knows the order of its fields.
type ordered struct {
	fields []string
	values []*ordered // of an object or an array
	kind   rune       // '{', '[' or 0
	scalar any
}

func readOrdered(d *json.Decoder) (*ordered, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := tok.(json.Delim)
	if !ok {
		return &ordered{scalar: tok}, nil
	}
	o := &ordered{kind: rune(delim)}
	for d.More() {
		if o.kind == '{' {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			o.fields = append(o.fields, name.(string))
		}
		v, err := readOrdered(d)
		if err != nil {
			return nil, err
		}
		o.values = append(o.values, v)
	}
	_, err = d.Token()
	return o, err
}

// unlike says where a value has another shape.
func (s shape) unlike(at string, v *ordered) []string {
	switch {
	case s.kind == '[' && v.kind == '[':
		var out []string
		for i, x := range v.values {
			out = append(out, shape{s.values[0]}.unlike(fmt.Sprintf("%s[%d]", at, i), x)...)
		}
		return out
	case s.kind == '{' && v.kind == '{':
		return s.unlikeObject(at, v)
	case s.kind == 0 && s.fits(v):
		return nil
	default:
		return []string{fmt.Sprintf("%s is %c %v, want %c %v", at, v.kind, v.scalar, s.kind, s.scalar)}
	}
}

func (s shape) unlikeObject(at string, v *ordered) []string {
	var out, want []string
	for i, name := range s.fields {
		field, optional := strings.CutSuffix(name, "?")
		j := slices.Index(v.fields, field)
		if j < 0 && optional {
			continue
		}
		want = append(want, field)
		if j >= 0 {
			out = append(out, shape{s.values[i]}.unlike(at+"."+field, v.values[j])...)
		}
	}
	if !slices.Equal(v.fields, want) {
		out = append(out, fmt.Sprintf("%s has the fields %v, want %v", at, v.fields, want))
	}
	return out
}

func (s shape) fits(v *ordered) bool {
	text, isString := v.scalar.(string)
	_, isBool := v.scalar.(bool)
	_, isNumber := v.scalar.(float64)
	want := s.scalar.(string)
	switch want {
	case "string":
		return isString
	case "number":
		return isNumber
	case "bool":
		return isBool
	case "bool or null":
		return isBool || v.kind == 0 && v.scalar == nil
	case "time":
		_, err := time.Parse(time.RFC3339, text)
		return isString && err == nil && strings.HasSuffix(text, "Z")
	case "notes":
		return v.kind == '{' && !slices.ContainsFunc(v.values, func(x *ordered) bool { return x.kind != '{' || x.fields[0] != "key" })
	case "counts":
		return v.kind == '{' && !slices.ContainsFunc(v.values, func(x *ordered) bool { _, n := x.scalar.(float64); return !n })
	case "state":
		return v.kind == '{' && !slices.ContainsFunc(v.values, func(x *ordered) bool {
			_, b := x.scalar.(bool)
			_, s := x.scalar.(string)
			return !b && !s
		})
	default:
		return isString && strings.HasPrefix(want, "=") && slices.Contains(strings.Split(want[1:], "|"), text)
	}
}

// unlikeShape compares a document with a shape of testdata.
func unlikeShape(t *testing.T, file string, document []byte) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	want, err := readOrdered(json.NewDecoder(bytes.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := readOrdered(json.NewDecoder(bytes.NewReader(document)))
	if err != nil {
		t.Fatal(err)
	}
	return shape{want}.unlike("", got)
}

// TestJSONShape holds the contract of the JSON documents: their fields, their order
// and their types, with arrays that are never null.
func TestJSONShape(t *testing.T) {
	for name, r := range map[string]CheckReport{
		"classic": check(classic()), "empty": check(empty(account, "")), "troubled": check(troubled()), "none": check(),
	} {
		t.Run("check "+name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Check(&out, JSON, r, Options{}); err != nil {
				t.Fatal(err)
			}
			for _, fault := range unlikeShape(t, "check.shape.json", out.Bytes()) {
				t.Error(fault)
			}
		})
	}
	creating, err := made()
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]PlanReport{
		"widen": widened(), "blocked": blocked(), "create": creating, "nothing": nothing(),
		"converted": ended(apply.Converted), "partial": ended(apply.PartialDone), "rolled back": ended(apply.RolledBack),
	} {
		t.Run("plan "+name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Plan(&out, JSON, r, Options{}); err != nil {
				t.Fatal(err)
			}
			for _, fault := range unlikeShape(t, "plan.shape.json", out.Bytes()) {
				t.Error(fault)
			}
		})
	}
}

// TestShape shows that another shape is told from the right one.
func TestShape(t *testing.T) {
	var out bytes.Buffer
	if err := Check(&out, JSON, check(classic()), Options{}); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"a null for an array":  {`"recordedBy": []`, `"recordedBy": null`},
		"another field":        {`"gaps": []`, `"gapz": []`},
		"one field more":       {`"gaps": []`, `"gaps": [], "more": 1`},
		"another type":         {`"accounts": 1`, `"accounts": "1"`},
		"another word":         {`"optIn": "default"`, `"optIn": "maybe"`},
		"another order":        {`"region": "af-south-1",` + "\n          " + `"optIn": "not-opted-in",`, `"optIn": "not-opted-in", "region": "af-south-1",`},
		"local time":           {`03:00:00Z`, `12:00:00+09:00`},
		"a null for a boolean": {`"multiRegion": false`, `"multiRegion": null`},
	} {
		changed := strings.Replace(out.String(), change[0], change[1], 1)
		if changed == out.String() {
			t.Errorf("%s: nothing to change in\n%s", name, changed)
		} else if len(unlikeShape(t, "check.shape.json", []byte(changed))) == 0 {
			t.Errorf("%s was not seen", name)
		}
	}
}

// TestSummary holds that the summary counts Regions over all accounts.
func TestSummary(t *testing.T) {
	var got summaryJSON
	for _, a := range check(classic(), troubled(), healthy("111111111111", "")).Accounts {
		got.add(a)
	}
	want := summaryJSON{Accounts: 3, Regions: 17 + 18 + 17, Recorded: 1 + 1 + 17, Partial: 14, Failing: 1, Unrecorded: 16, Unknown: 2, Disabled: 17 + 16 + 17}
	if got != want {
		t.Errorf("summary = %+v, want %+v", got, want)
	}
}
