package report

import (
	"cmp"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// jsonPage is docs/json.md: the fields that each section describes, by its title.
func jsonPage(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	return sections(string(text))
}

var quoted = regexp.MustCompile("`([^`]+)`")

// sections reads the first cell of every row: | `a`, `b` | meaning |.
func sections(text string) map[string][]string {
	out, title := map[string][]string{}, ""
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "## "), strings.HasPrefix(line, "### "):
			title = strings.TrimSpace(strings.TrimLeft(line, "#"))
			out[title] = []string{}
		case strings.HasPrefix(line, "| `") && title != "":
			cell, _, _ := strings.Cut(line[2:], "|")
			for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
				out[title] = append(out[title], m[1])
			}
		}
	}
	return out
}

// documented are the objects of all schemas, by the title of their section. Parts that one
// object is written in stand together.
func documented() map[string][]any {
	return map[string][]any{
		CheckSchema:               {checkHeadJSON{}, checkListJSON{}, checkTailJSON{}},
		"account":                 {accountJSON{}},
		"Region":                  {regionJSON{}},
		"trail":                   {trailJSON{}},
		"answer":                  {answerJSON{}},
		"selectors":               {trail.Selectors{}},
		"event selector":          {trail.EventSelector{}},
		"data resource":           {trail.DataResource{}},
		"advanced event selector": {trail.AdvancedEventSelector{}},
		"field selector":          {trail.FieldSelector{}},
		"account before":          {beforeJSON{}},
		"Note":                    {trail.Note{}},
		"edit":                    {mendJSON{}},
		"status of a trail":       {statusJSON{}},
		"event data store":        {storeJSON{}},
		"finding":                 {findingJSON{}},
		"control":                 {controlJSON{}},
		"Regions of a control":    {controlRegionsJSON{}},
		"difference":              {differsJSON{}},
		"published check":         {catalogJSON{}},
		"gap":                     {gapJSON{}},
		"summary of a check":      {summaryJSON{}},
		"skipped account":         {Skipped{}},
		PlanSchema:                {planJSON{}},
		"step":                    {plan.Step{}},
		"call":                    {plan.Call{}},
		"request":                 {plan.Request{}},
		"state":                   {},
		"gate":                    {gateJSON{}},
		"consequence":             {consequenceJSON{}},
		"source":                  {sourceJSON{}},
		"other trail":             {otherJSON{}},
		"cost":                    {costJSON{}},
		"cost of a Region":        {regionCostJSON{}},
		"cause":                   {costGapJSON{}, proofGapJSON{}},
		"result":                  {resultJSON{}},
		"verification":            {regionResultJSON{}},
		OrganizationSchema:        {organizationHeadJSON{}, organizationListJSON{}, organizationTailJSON{}},
		"plan of an account":      {accountPlanOwn{}},
		"summary of a plan":       {organizationSummaryJSON{}},
		ProofSchema:               {proofJSON{}},
		"proof of a Region":       {proofRegionJSON{}},
		"summary of a proof":      {proofSummaryJSON{}},
		RunsSchema:                {runsJSON{}},
		"run":                     {Run{}},
		LintSchema:                {lintJSON{}},
		"file":                    {lintFileJSON{}},
		"trail in a file":         {lintTrailJSON{}},
		"problem":                 {lintProblemJSON{}},
		"suppression":             {suppressionJSON{}},
		"summary of a lint":       {LintSummary{}},
	}
}

// What the streams write account by account, and what an account has beside its plan.
type (
	checkListJSON struct {
		Accounts []accountJSON `json:"accounts"`
	}
	organizationListJSON struct {
		Accounts []accountPlanJSON `json:"accounts"`
	}
	accountPlanOwn struct {
		Name      string `json:"name"`
		Error     string `json:"error"`
		Untouched bool   `json:"untouched"`
		Rests     bool   `json:"rests"`
	}
)

// jsonFields are the names that encoding/json gives to the fields of a struct.
func jsonFields(t reflect.Type) []string {
	var out []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			out = append(out, jsonFields(f.Type)...)
		case name != "-":
			out = append(out, cmp.Or(name, f.Name))
		}
	}
	return out
}

// within collects the structs of this module that t is made of.
func within(t reflect.Type, found map[reflect.Type]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		within(t.Elem(), found)
	case reflect.Struct:
		if !strings.Contains(t.PkgPath(), "trailspan") || found[t] {
			return
		}
		found[t] = true
		for f := range t.Fields() {
			within(f.Type, found)
		}
	default:
	}
}

// TestJSONPage: every field that is printed is described, and no other.
func TestJSONPage(t *testing.T) {
	page, known := jsonPage(t), map[reflect.Type]bool{}
	for title, parts := range documented() {
		want := []string{}
		for _, part := range parts {
			known[reflect.TypeOf(part)] = true
			want = append(want, jsonFields(reflect.TypeOf(part))...)
		}
		slices.Sort(want)
		want = slices.Compact(want)
		got, there := page[title]
		slices.Sort(got)
		if !there {
			t.Errorf("docs/json.md has no section %q", title)
		} else if !slices.Equal(got, want) {
			t.Errorf("docs/json.md, %s:\ndescribes %q\nprinted   %q", title, got, want)
		}
		delete(page, title)
	}
	for _, title := range slices.Sorted(maps.Keys(page)) {
		t.Errorf("docs/json.md describes %q, which is not there", title)
	}
	all := map[reflect.Type]bool{}
	for _, parts := range documented() {
		for _, part := range parts {
			within(reflect.TypeOf(part), all)
		}
	}
	for typ := range all {
		if !known[typ] && typ != reflect.TypeFor[accountPlanJSON]() {
			t.Errorf("%s is printed, and docs/json.md has no section for it", typ)
		}
	}
}

// An account of many has the fields of a plan, and those of its section.
func TestPlanOfAnAccount(t *testing.T) {
	have := jsonFields(reflect.TypeFor[accountPlanJSON]())
	want := append(jsonFields(reflect.TypeFor[planJSON]()), jsonFields(reflect.TypeFor[accountPlanOwn]())...)
	if !slices.Equal(have, want) {
		t.Errorf("%q, want %q", have, want)
	}
}

// The reader of the page sees rows with several fields, and nothing outside a section.
func TestSections(t *testing.T) {
	got := sections("| `x` | before |\n## a\n| field | |\n|---|---|\n| `b`, `c` | `d` |\n### e\ntext `f`\n")
	want := map[string][]string{"a": {"b", "c"}, "e": {}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
