package cloud_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

// history answers LookupEvents with two events of an AssumeRole that succeeded and one of
// an UpdateTrail that did not.
const history = `{"Events":[
 {"EventId":"1","EventName":"AssumeRole","EventSource":"sts.amazonaws.com","Username":"ann","AccessKeyId":"AKIAEXAMPLE1","ReadOnly":"true","EventTime":1795300000,
  "CloudTrailEvent":"{\"sourceIPAddress\":\"192.0.2.1\",\"responseElements\":{\"credentials\":{\"sessionToken\":\"the-session-token\"}}}"},
 {"EventId":"2","EventName":"UpdateTrail","EventSource":"cloudtrail.amazonaws.com","Username":"bob","AccessKeyId":"AKIAEXAMPLE2","ReadOnly":"false","EventTime":1795200000,
  "CloudTrailEvent":"{\"sourceIPAddress\":\"192.0.2.2\",\"errorCode\":\"AccessDenied\"}"},
 {"EventId":"3","EventName":"AssumeRole","EventSource":"sts.amazonaws.com","Username":"bob","EventTime":1795100000,"CloudTrailEvent":"not JSON"}]}`

// AWS is asked for one attribute, the most telling one; the others are compared with what
// it answers.
func TestEvents(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		query cloud.EventQuery
		asked string // of AWS
		want  string // IDs
	}{
		"everything":                     {cloud.EventQuery{}, "", "1 2 3"},
		"a name":                         {cloud.EventQuery{Name: "AssumeRole"}, `"EventName"`, "1 3"},
		"a name, whatever its case":      {cloud.EventQuery{Name: "assumerole"}, `"EventName"`, "1 3"},
		"a user before a name":           {cloud.EventQuery{Name: "AssumeRole", User: "bob"}, `"Username"`, "3"},
		"an access key before all":       {cloud.EventQuery{User: "bob", AccessKey: "AKIAEXAMPLE2", Source: "x"}, `"AccessKeyId"`, ""},
		"a source":                       {cloud.EventQuery{Source: "cloudtrail.amazonaws.com"}, `"EventSource"`, "2"},
		"a time is for AWS to look at":   {cloud.EventQuery{Start: time.Unix(1, 0), End: time.Unix(2, 0)}, `"StartTime"`, "1 2 3"},
		"nothing fits":                   {cloud.EventQuery{User: "nobody"}, `"Username"`, ""},
		"pages that are not there ended": {cloud.EventQuery{Pages: 5}, "", "1 2 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := open(t, "")
			var asked []string
			l.add(rule{action: "cloudtrail:LookupEvents", region: "eu-west-1", answer: func(w http.ResponseWriter, r *http.Request) (bool, error) {
				asked = append(asked, peek(r))
				return answers(history)(w, r)
			}})
			got := s.Events(t.Context(), []trail.Region{"eu-west-1"}, tt.query)[0]
			var ids []string
			for _, e := range got.Events {
				ids = append(ids, e.ID)
			}
			if strings.Join(ids, " ") != tt.want || got.Read != 3 || !got.Whole || got.Gap != nil {
				t.Errorf("found %q, want %q: %+v", ids, tt.want, got)
			}
			if all, err := json.Marshal(got); err != nil || strings.Contains(string(all), "the-session-token") {
				t.Errorf("credentials: %s %v", all, err)
			}
			if len(asked) != 1 || strings.Count(asked[0], "AttributeKey") > 1 || !strings.Contains(asked[0], tt.asked) {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

// A Region that does not answer is a Gap, and the others tell.
func TestEventsOfSome(t *testing.T) {
	t.Parallel()
	s, l := open(t, "")
	l.add(
		rule{action: "cloudtrail:LookupEvents", region: "eu-west-1", answer: says("AccessDeniedException", "no")},
		rule{action: "cloudtrail:LookupEvents", region: "us-east-1", answer: answers(page(time.Unix(1795300000, 0), 50, true))},
	)
	got := s.Events(t.Context(), []trail.Region{"eu-west-1", "us-east-1"}, cloud.EventQuery{Pages: 2})
	if got[0].Gap == nil || got[0].Gap.Kind != trail.Denied || len(got[0].Events) != 0 {
		t.Errorf("denied: %+v", got[0])
	}
	if got[1].Read != 100 || got[1].Whole {
		t.Errorf("more than two pages: %+v", got[1])
	}
}
