package report

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

func saved(t testing.TB, r PlanReport) string {
	t.Helper()
	var out bytes.Buffer
	if err := Plan(&out, JSON, r, Options{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestParsePlan holds that what applying needs comes back as it was, with sentences
// in place of Notes; a plan that was applied can be read too.
func TestParsePlan(t *testing.T) {
	creating, err := made()
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]PlanReport{
		"widen": widened(), "blocked": blocked(), "create": creating, "nothing": nothing(), "applied": ended(apply.Converted),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParsePlan(strings.NewReader(saved(t, r)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(spoken(r.Plan), got, cmp.Comparer(plan.State.Equal)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			again, err := ParsePlan(strings.NewReader(saved(t, PlanReport{Plan: got, Before: r.Before, After: r.After, Result: r.Result})))
			if diff := cmp.Diff(got, again, cmp.Comparer(plan.State.Equal)); err != nil || diff != "" {
				t.Errorf("saved again, it is another plan: %v\n%s", err, diff)
			}
		})
	}
}

// spoken is a plan as a document has it.
func spoken(p plan.Plan) plan.Plan {
	s := say.New(say.English)
	p.Predicted = trail.Snapshot{}
	p.Why = sentence(s.Note(p.Why))
	p.Gates, p.Becomes = append([]plan.Gate(nil), p.Gates...), append([]plan.Consequence(nil), p.Becomes...)
	for i, g := range p.Gates {
		p.Gates[i].Message, p.Gates[i].Hint = sentence(s.Note(g.Message)), sentence(s.Note(g.Hint))
	}
	for i, c := range p.Becomes {
		p.Becomes[i].Note = sentence(s.Note(c.Note))
	}
	if p.Steps == nil {
		p.Steps = []plan.Step{}
	}
	if p.Expect == nil {
		p.Expect = []trail.Region{}
	}
	return p
}

var place = regexp.MustCompile(` [0-9]+, column [0-9]+$`) // which TestPlace is about

// TestParsePlanErrors shows what is refused, each in one sentence.
func TestParsePlanErrors(t *testing.T) {
	good := saved(t, widened())
	for name, tt := range map[string]struct{ old, now, want string }{
		"no JSON":                        {good, "plan", "it is not a saved plan: see line"},
		"nothing":                        {good, "", "it is not a saved plan: see line"},
		"a part of a plan":               {good, good[:len(good)/2], "it is not a saved plan: see line"},
		"two plans":                      {good, good + good, "it is not a saved plan: see line"},
		"an array":                       {good, "[]", "a plan is a JSON object, not: array"},
		"null":                           {good, "null", `its schema is "", not "trailspan/plan/v1"`},
		"another document":               {PlanSchema, CheckSchema, `its schema is "trailspan/check/v1", not "trailspan/plan/v1"`},
		"a later version":                {PlanSchema, "trailspan/plan/v2", `its schema is "trailspan/plan/v2", not "trailspan/plan/v1"`},
		"an unknown field":               {`"run":`, `"force": true, "run":`, `unknown field "force"`},
		"an unknown member of a request": {`"IsMultiRegionTrail": true,`, `"IsMultiRegionTrail": true, "IsOrganizationTrail": true,`, `unknown field "IsOrganizationTrail"`},
		"a name that is there twice":     {`"id": 1,`, `"id": 1, "ID": 1,`, `"ID" is there twice`},
		"steps that are there twice":     {`"gates": [`, `"steps": [], "gates": [`, `"steps" is there twice`},
		"nested without end":             {`"why":`, `"why": ` + strings.Repeat("[", 20000) + `, "why":`, "it is not a saved plan: see line"},
		"another type":                   {`"IsMultiRegionTrail": true`, `"IsMultiRegionTrail": "true"`, `the value of "IsMultiRegionTrail" can not be of the JSON type: string`},
		"an account that is none":        {`"account": "123456789012"`, `"account": "1234"`, `"1234" is not an account ID: 12 digits`},
		"a trail that is none":           {`"trail": "arn:aws:cloudtrail:`, `"trail": "arn:aws:s3:`, `"arn:aws:s3:ap-northeast-1:123456789012:trail/your-trail-name" is not a trail ARN (arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME)`},
		"a run that is a path":           {run, "../../etc/passwd", `"../../etc/passwd" is not the name of a run`},
		"no run":                         {run, "", `"" is not the name of a run`},
		"a step out of order":            {`"id": 1`, `"id": 2`, "step 1 is numbered 2"},
		"an action that is not planned":  {`"action": "cloudtrail:UpdateTrail"`, `"action": "cloudtrail:DeleteEventDataStore"`, `step 1: "cloudtrail:DeleteEventDataStore" is not an action of a plan`},
		"a Region that is none":          {`"region": "ap-northeast-1"`, `"region": "evil.example/"`, `step 1: "evil.example/" is not a Region`},
		"a state that is a number":       {`"IsMultiRegionTrail": false`, `"IsMultiRegionTrail": 0`, "step 1: the state IsMultiRegionTrail is neither true, false nor a string"},
		"a gate that says nothing":       {`"status": "pass"`, `"status": "ok"`, `gate "home-region" has the unknown status "ok"`},
		"a Region to verify is none":     {`"expect": [`, `"expect": ["",`, `"" is not a Region`},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, tt.old, tt.now, 1)
			if text == good {
				t.Fatalf("there is no %s to replace", tt.old)
			}
			got, err := ParsePlan(strings.NewReader(text))
			if want := "reading the plan: " + tt.want; place.ReplaceAllString(fmt.Sprint(err), "") != want {
				t.Errorf("error %v, want %s", err, want)
			}
			if !cmp.Equal(got, plan.Plan{}) {
				t.Errorf("with the error came a plan: %+v", got)
			}
		})
	}
}

func TestParsePlanReader(t *testing.T) {
	if _, err := ParsePlan(iotest.ErrReader(errFull)); !errors.Is(err, errFull) {
		t.Errorf("a disk that can not be read: %v", err)
	}
	large := bytes.Repeat([]byte{' '}, largestPlan+1)
	if _, err := ParsePlan(bytes.NewReader(large)); fmt.Sprint(err) != "reading the plan: it is larger than 16 MiB" {
		t.Errorf("a plan without end: %v", err)
	}
}

// FuzzParsePlan holds that whatever is read as a plan is the same plan when it is
// saved and read again, and can be shown.
func FuzzParsePlan(f *testing.F) {
	f.Add(saved(f, widened()))
	f.Add(saved(f, blocked()))
	f.Add(saved(f, nothing()))
	f.Add(saved(f, ended(apply.PartialDone)))
	f.Add(`{"schema":"trailspan/plan/v1"}`)
	f.Add(`{"schema":"trailspan/plan/v1","account":"123456789012","steps":[{"id":1}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParsePlan(strings.NewReader(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has more than one line: %q", err)
			}
			return
		}
		again, err := ParsePlan(strings.NewReader(saved(t, PlanReport{Plan: got})))
		if err != nil {
			t.Fatalf("saved again it is refused: %v", err)
		}
		if saved(t, PlanReport{Plan: again}) != saved(t, PlanReport{Plan: got}) {
			t.Error("saved again it is another plan")
		}
		if err := Plan(&bytes.Buffer{}, Text, PlanReport{Plan: got}, Options{Width: 30}); err != nil {
			t.Error(err)
		}
	})
}
