package interop_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// An answer, doctored or not, and the complaint that the judge must make of it; "" for
// an answer that is as it should be.
type judged struct {
	Operation string `json:"operation"`
	Status    int    `json:"status"`
	Body      string `json:"body"`
	complaint string
}

// The judge of TestBoto3Walk is no judge if it cannot find fault: answers that differ
// from good ones in one thing each.
func TestBotocoreModelJudges(t *testing.T) {
	t.Parallel()
	needModule(t, "boto3")
	answers := []judged{
		{"GetTrail", 200, `{"Trail":{"Name":"main","IsMultiRegionTrail":true}}`, ""},
		{"GetTrail", 200, `{"Trail":{"Name":"main","MultiRegion":true}}`, ".Trail.MultiRegion is unknown"},
		{"GetTrail", 200, `{"Trail":{"IsMultiRegionTrail":"true"}}`, `.Trail.IsMultiRegionTrail is "true", not a boolean`},
		{"GetTrail", 200, `{"Trail":{"Name":null}}`, ".Trail.Name is null, not a string"},
		{"GetTrail", 200, `{"Trail":[]}`, ".Trail is [], not a structure"},
		{"GetTrail", 200, `[]`, "the body is not an object"},
		{"GetTrail", 200, ``, "the body is not JSON"},
		{"StartLogging", 200, `{}`, ""},
		{"StartLogging", 200, `{"Name":"main"}`, ".Name is unknown"},
		{"GetTrailStatus", 200, `{"StartLoggingTime":1441139757.497}`, ""},
		{"GetTrailStatus", 200, `{"StartLoggingTime":"2015-09-01T20:35:57Z"}`, "not a timestamp"},
		{"GetEventDataStore", 200, `{"RetentionPeriod":true}`, ".RetentionPeriod is true, not a integer"},
		{"GetEventDataStore", 200, `{"Status":"RUNNING"}`, ".Status is 'RUNNING', none of"},
		{"GetEventDataStore", 200, `{"RetentionPeriod":1}`, "not within 7 and 3653"},
		{"CancelQuery", 200, `{"QueryStatus":"CANCELLED"}`, ".QueryId is required, and missing"},
		{"GetEventSelectors", 200, `{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventName"}]}]}`, ""},
		{"GetEventSelectors", 200, `{"AdvancedEventSelectors":[{"FieldSelectors":[{"Equals":["a"]}]}]}`, ".AdvancedEventSelectors[].FieldSelectors[].Field is required, and missing"},
		{"GetTrail", 400, `{"__type":"TrailNotFoundException","Message":"Unknown trail: main"}`, ""},
		{"GetTrail", 400, `{"__type":"ThrottlingException","message":"Rate exceeded"}`, ""},
		{"GetTrail", 400, `{"__type":"TrailAlreadyExistsException","Message":"m"}`, "the error TrailAlreadyExistsException is none of GetTrail"},
		{"GetTrail", 400, `{"__type":"NoSuchException","Message":"m"}`, "the error NoSuchException is none of GetTrail"},
		{"GetTrail", 400, `{"Message":"m"}`, "the error None is none of GetTrail"},
		{"GetTrail", 400, `{"__type":"TrailNotFoundException"}`, "has not one message"},
		{"GetTrail", 400, `{"__type":"TrailNotFoundException","Message":"m","Trail":"main"}`, "has the unknown member Trail"},
	}
	for i, found := range judge(t, answers) {
		a := answers[i]
		if all := strings.Join(found, "; "); (all == "") != (a.complaint == "") || !strings.Contains(all, a.complaint) {
			t.Errorf("%s %d %s: the judge says %q, want %q", a.Operation, a.Status, a.Body, all, a.complaint)
		}
	}
}

// judge returns the complaints about each answer.
func judge(t *testing.T, answers []judged) [][]string {
	t.Helper()
	in, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", "testdata/answers_judge.py")
	cmd.Env = cleanEnv("PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin = strings.NewReader(string(in))
	o := run(t, cmd)
	var complaints [][]string
	if err := json.Unmarshal([]byte(o.stdout), &complaints); err != nil || len(complaints) != len(answers) {
		t.Fatalf("the judge broke off: %v", o)
	}
	return complaints
}
