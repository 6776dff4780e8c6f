package plan_test

import (
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

func step(action string, r plan.Request) plan.Step {
	return plan.Step{Call: plan.Call{Action: action, Region: "eu-west-1", Request: r}}
}

// A plan from a file may say anything: what is not there stays away, and what a request
// does not have stays as it is.
func TestPredictKeepsWhatIsNotAsked(t *testing.T) {
	yes := true
	arn := string(arnOf("abc", "eu-west-1"))
	for name, c := range map[string]struct {
		st            plan.Step
		multi, global bool
	}{
		"an unknown trail is updated": {step(plan.UpdateTrail, plan.Request{Name: "x", IsMultiRegionTrail: &yes, IncludeGlobalServiceEvents: &yes}), false, false},
		"an unknown trail is started": {step(plan.StartLogging, plan.Request{Name: "x"}), false, false},
		"a request without flags":     {step(plan.UpdateTrail, plan.Request{Name: arn}), false, false},
		"one flag":                    {step(plan.UpdateTrail, plan.Request{Name: arn, IncludeGlobalServiceEvents: &yes}), false, true},
		"the other":                   {step(plan.UpdateTrail, plan.Request{Name: arn, IsMultiRegionTrail: &yes}), true, false},
	} {
		s := snapshot(single("abc", "eu-west-1", func(t *trail.Trail) { t.GlobalServiceEvents = false }))
		after := plan.Predict(s, []plan.Step{c.st})
		got := after.Trails[0]
		if len(after.Trails) != 1 || got.MultiRegion != c.multi || got.GlobalServiceEvents != c.global {
			t.Errorf("%s: afterwards there is %+v", name, after.Trails)
		}
		if v, _ := after.View("us-east-1"); (len(v.Visible) == 1) != c.multi {
			t.Errorf("%s: us-east-1 shows %v", name, v.Visible)
		}
	}
}

// A Region that has a status of its own keeps it: a trail can fail in one only.
func TestPredictKeepsStatus(t *testing.T) {
	s := snapshot(single("abc", "eu-west-1", func(t *trail.Trail) {
		t.Status["us-east-1"] = trail.Status{Logging: true, DeliveryError: "AccessDenied"}
	}))
	after := plan.Widen(s, "").Predicted.Trails[0].Status
	if after["us-east-1"].DeliveryError != "AccessDenied" || !after["ap-northeast-1"].Logging {
		t.Errorf("afterwards the status is %v", after)
	}
}

// A new trail has the partition of the account, whatever its Region is called.
func TestPredictPartition(t *testing.T) {
	s := snapshot()
	s.Partition = "aws-eusc"
	after := plan.Predict(s, []plan.Step{step(plan.CreateTrail, plan.Request{Name: "abc"})})
	if got := after.Trails[0].ARN.Partition(); got != "aws-eusc" {
		t.Errorf("the new trail is in partition %s", got)
	}
}
