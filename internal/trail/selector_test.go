package trail_test

import (
	"testing"

	"github.com/trailspan/trailspan/internal/trail"
)

func basic(kind string, exclude ...string) *trail.Selectors {
	return &trail.Selectors{Basic: []trail.EventSelector{{
		ReadWriteType: kind, IncludeManagementEvents: true, ExcludeManagementEventSources: exclude,
	}}}
}

func advanced(fields ...trail.FieldSelector) *trail.Selectors {
	return &trail.Selectors{Advanced: []trail.AdvancedEventSelector{{FieldSelectors: append(fields, management)}}}
}

var management = trail.FieldSelector{Field: "eventCategory", Equals: []string{"Management"}}

func TestSelects(t *testing.T) {
	const f, p, n = trail.Fully, trail.Partly, trail.No
	for name, c := range map[string]struct {
		s    *trail.Selectors
		want [6]trail.Selection // read kms, rdsdata, other; write kms, rdsdata, other
	}{
		"the default of a new trail":        {trail.DefaultSelectors(), [6]trail.Selection{f, f, f, f, f, f}},
		"an empty type means All":           {basic(""), [6]trail.Selection{f, f, f, f, f, f}},
		"read only":                         {basic("ReadOnly"), [6]trail.Selection{f, f, f, n, n, n}},
		"write only":                        {basic("WriteOnly"), [6]trail.Selection{n, n, n, f, f, f}},
		"KMS left out":                      {basic("All", "kms.amazonaws.com"), [6]trail.Selection{n, f, f, n, f, f}},
		"both sources left out":             {basic("All", "kms.amazonaws.com", "rdsdata.amazonaws.com"), [6]trail.Selection{n, n, f, n, n, f}},
		"no selector at all":                {&trail.Selectors{}, [6]trail.Selection{}},
		"data events only":                  {&trail.Selectors{Basic: []trail.EventSelector{{ReadWriteType: "All"}}}, [6]trail.Selection{}},
		"advanced, all of management":       {advanced(), [6]trail.Selection{f, f, f, f, f, f}},
		"advanced, whatever its name is":    {&trail.Selectors{Advanced: []trail.AdvancedEventSelector{{Name: "x", FieldSelectors: []trail.FieldSelector{management}}}}, [6]trail.Selection{f, f, f, f, f, f}},
		"advanced, reads":                   {advanced(trail.FieldSelector{Field: "readOnly", Equals: []string{"true"}}), [6]trail.Selection{f, f, f, n, n, n}},
		"advanced, both values of readOnly": {advanced(trail.FieldSelector{Field: "readOnly", Equals: []string{"true", "false"}}), [6]trail.Selection{f, f, f, f, f, f}},
		"advanced, not reads":               {advanced(trail.FieldSelector{Field: "readOnly", NotEquals: []string{"true"}}), [6]trail.Selection{n, n, n, f, f, f}},
		"advanced, KMS left out":            {advanced(trail.FieldSelector{Field: "eventSource", NotEquals: []string{"kms.amazonaws.com"}}), [6]trail.Selection{n, f, f, n, f, f}},
		"advanced, only KMS":                {advanced(trail.FieldSelector{Field: "eventSource", Equals: []string{"kms.amazonaws.com"}}), [6]trail.Selection{f, n, n, f, n, n}},
		"advanced, some source left out":    {advanced(trail.FieldSelector{Field: "eventSource", NotEquals: []string{"s3.amazonaws.com"}}), [6]trail.Selection{f, f, p, f, f, p}},
		"advanced, some source only":        {advanced(trail.FieldSelector{Field: "eventSource", StartsWith: []string{"s3"}}), [6]trail.Selection{n, n, p, n, n, p}},
		"advanced, narrowed by event type":  {advanced(trail.FieldSelector{Field: "eventType", NotEquals: []string{"AwsServiceEvent"}}), [6]trail.Selection{p, p, p, p, p, p}},
		"advanced data events":              {&trail.Selectors{Advanced: []trail.AdvancedEventSelector{{FieldSelectors: []trail.FieldSelector{{Field: "eventCategory", Equals: []string{"Data"}}}}}}, [6]trail.Selection{}},
		"advanced without a category":       {&trail.Selectors{Advanced: []trail.AdvancedEventSelector{{FieldSelectors: []trail.FieldSelector{{Field: "readOnly", Equals: []string{"true"}}}}}}, [6]trail.Selection{}},
		"two selectors make a union": {&trail.Selectors{Advanced: []trail.AdvancedEventSelector{
			{FieldSelectors: []trail.FieldSelector{management, {Field: "readOnly", Equals: []string{"true"}}}},
			{FieldSelectors: []trail.FieldSelector{management, {Field: "readOnly", Equals: []string{"false"}}}},
		}}, [6]trail.Selection{f, f, f, f, f, f}},
	} {
		t.Run(name, func(t *testing.T) {
			for i, class := range trail.AccessClasses() {
				if got := c.s.Selects(class); got != c.want[i] {
					t.Errorf("Selects(%s) = %d, want %d", class, got, c.want[i])
				}
			}
		})
	}
}

func TestClasses(t *testing.T) {
	for r, want := range map[trail.Region]int{"us-east-1": 7, "eu-west-1": 6, "cn-north-1": 7, "us-gov-west-1": 7, "us-gov-east-1": 6} {
		if got := len(trail.Classes(r)); got != want {
			t.Errorf("%s has %d classes of events, want %d", r, got, want)
		}
	}
}
