package interop_test

import (
	"encoding/json"
	"maps"
	"os/exec"
	"reflect"
	"slices"
	"testing"
)

// A difference is where moto and AWS answer a question differently.
type difference struct {
	questions []string // of testdata/moto_expectations.py; all have one answer
	aws       string   // that answer, as JSON
	fact      string   // of AWS
	source    string   // where it is written, or was recorded
}

// What moto's own tests expect of CloudTrail is what the sandbox answers too, but for the
// differences of which somebody wrote down who is right. The questions are asked of both.
func TestMotoExpectations(t *testing.T) {
	t.Parallel()
	needModule(t, "boto3")
	moto := startMoto(t).expectations("/moto-api/reset")
	ours := startSandbox(t, "--world", worldFile(t, `accounts: [{id: "123456789012"}]`)).expectations("/_sandbox/reset")

	aws := awsAnswers(t)
	for question := range aws {
		if _, asked := moto[question]; !asked {
			t.Errorf("%s: the table knows a difference, but nobody asks", question)
		}
	}
	for _, question := range slices.Sorted(maps.Keys(moto)) {
		ours, answered := ours[question]
		want, differs := aws[question]
		switch {
		case !answered:
			t.Errorf("%s: the sandbox was not asked", question)
		case !differs && !reflect.DeepEqual(ours, moto[question]):
			t.Errorf("%s: the sandbox answers\n%s\nmoto answers\n%s\nand the table of differences does not say who is right",
				question, inJSON(t, ours), inJSON(t, moto[question]))
		case differs && !reflect.DeepEqual(ours, want):
			t.Errorf("%s: the sandbox answers\n%s\nAWS\n%s", question, inJSON(t, ours), inJSON(t, want))
		case differs && reflect.DeepEqual(moto[question], want):
			t.Errorf("%s: moto answers as AWS does; the difference can go from the table", question)
		}
	}
	if len(moto) < 100 {
		t.Errorf("only %d questions were asked", len(moto))
	}
}

// expectations asks the questions, and returns the answers by question.
func (e endpoint) expectations(reset string) map[string]any {
	e.t.Helper()
	cmd := exec.Command("python3", "testdata/moto_expectations.py", e.url, reset)
	cmd.Env = cleanEnv("PYTHONDONTWRITEBYTECODE=1")
	o := run(e.t, cmd)
	var answers map[string]any
	if err := json.Unmarshal([]byte(o.stdout), &answers); err != nil || o.code != 0 {
		e.t.Fatalf("asking %s: %v %v", e.url, err, o)
	}
	return answers
}

// awsAnswers is the table of differences by question.
func awsAnswers(t *testing.T) map[string]any {
	t.Helper()
	answers := map[string]any{}
	for _, d := range motoDifferences() {
		var answer any
		if err := json.Unmarshal([]byte(d.aws), &answer); err != nil {
			t.Fatalf("%v: %v", d.questions, err)
		}
		if d.fact == "" || d.source == "" {
			t.Errorf("%v: what is the fact, and who says so?", d.questions)
		}
		for _, question := range d.questions {
			if _, twice := answers[question]; twice {
				t.Errorf("%s: twice in the table", question)
			}
			answers[question] = answer
		}
	}
	return answers
}

func inJSON(t *testing.T, answer any) string {
	t.Helper()
	b, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
