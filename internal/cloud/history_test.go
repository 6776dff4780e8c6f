package cloud_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// page is an answer of LookupEvents: events a minute apart, the newest at a time, and
// whether there are more.
func page(newest time.Time, n int, more bool) string {
	var events []string
	for i := range n {
		source, readOnly := "ec2.amazonaws.com", "true"
		if i%2 == 1 {
			source, readOnly = "kms.amazonaws.com", "false"
		}
		events = append(events, fmt.Sprintf(`{"EventId":"%d","EventSource":%q,"ReadOnly":%q,"EventTime":%d}`,
			i, source, readOnly, newest.Add(-time.Duration(i)*time.Minute).Unix()))
	}
	token := ""
	if more {
		token = `,"NextToken":"more"`
	}
	return `{"Events":[` + strings.Join(events, ",") + `]` + token + `}`
}

// A sample takes three pages and no more, and says which time they tell of.
func TestSample(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s, l := open(t, "")
	l.add(
		rule{action: "cloudtrail:LookupEvents", region: "eu-west-1", answer: answers(page(now.Add(-20*time.Minute), 50, true))},
		rule{action: "cloudtrail:LookupEvents", region: "us-east-1", answer: answers(page(now.Add(-20*time.Minute), 4, false))},
		rule{action: "cloudtrail:LookupEvents", region: "us-east-2", answer: says("AccessDeniedException", "no")},
	)
	got := s.Sample(t.Context(), []trail.Region{"eu-west-1", "us-east-1", "us-east-2"}, now)
	busy, quiet, denied := got[0], got[1], got[2]
	if busy.Whole || busy.Events[trail.ReadOther] != 75 || busy.Events[trail.WriteKMS] != 75 || busy.Span != 54*time.Minute { // 11:45 to 10:51
		t.Errorf("a busy Region: %+v", busy)
	}
	if !quiet.Whole || quiet.Events[trail.ReadOther] != 2 || quiet.Span != 7*24*time.Hour {
		t.Errorf("a quiet Region: %+v", quiet)
	}
	if denied.Gap == nil || denied.Gap.Action != "cloudtrail:LookupEvents" || denied.Gap.Kind != trail.Denied {
		t.Errorf("a Region that is denied: %+v", denied)
	}
	if n := len(l.calls("cloudtrail:LookupEvents")); n != 5 {
		t.Errorf("%d calls, want 3, 1 and 1", n)
	}
}

// Only changes to the trail itself count, and those that AWS took.
func TestLastChange(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tr := aTrail("owned", "here")
	record := func(parameters, errorCode string) string {
		inner := strings.ReplaceAll(fmt.Sprintf(`{"errorCode":%q,"requestParameters":%s}`, errorCode, parameters), `"`, `\"`)
		return fmt.Sprintf(`{"Events":[{"EventTime":%d,"CloudTrailEvent":"%s"}]}`, at.Unix(), inner)
	}
	for name, c := range map[string]struct {
		answer  string
		changed bool
	}{
		"nothing":                 {`{"Events":[]}`, false},
		"by its name":             {record(`{"name":"owned","isMultiRegionTrail":true}`, ""), true},
		"by its ARN":              {record(`{"name":"`+string(tr.ARN)+`"}`, ""), true},
		"its selectors":           {record(`{"trailName":"owned"}`, ""), true},
		"of another trail":        {record(`{"name":"other"}`, ""), false},
		"AWS refused it":          {record(`{"name":"owned"}`, "AccessDenied"), false},
		"nobody can tell of what": {fmt.Sprintf(`{"Events":[{"EventTime":%d,"CloudTrailEvent":"?"}]}`, at.Unix()), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := open(t, "")
			l.add(rule{action: "cloudtrail:LookupEvents", answer: answers(c.answer)})
			got, gap := s.LastChange(t.Context(), tr, at.Add(-plan.Overlap))
			if gap != nil || got.Equal(at) != c.changed {
				t.Errorf("%v, Gap %v", got, gap)
			}
		})
	}
	s, l := open(t, "")
	l.add(rule{action: "cloudtrail:LookupEvents", answer: says("AccessDeniedException", "no")})
	if _, gap := s.LastChange(t.Context(), tr, at); gap == nil || gap.Region != tokyo {
		t.Errorf("denied, and the Gap is %v", gap)
	}
	s, l = open(t, "")
	l.add(rule{action: "cloudtrail:LookupEvents", answer: answers(`{"Events":[],"NextToken":"more"}`)})
	if _, gap := s.LastChange(t.Context(), tr, at); gap == nil {
		t.Error("what was read in part is taken for all")
	}
}
