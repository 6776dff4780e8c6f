package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

func retireGates(s trail.Snapshot, keeper trail.Trail, e RetireEvidence, p Plan) []Gate {
	return []Gate{
		overlapGate(s.Taken, keeper, e.Since),
		managedGate(s, e, p),
		digestGate(s, p),
		stillRecordedGate(s, p),
	}
}

// overlapGate: nobody may stop a trail before the other is known to record for a day.
// That is known from event history, where no change shows that is younger, if nobody can
// change the trail from another account; and from the journal of the run that widened it,
// which does not know what came after.
func overlapGate(now time.Time, keeper trail.Trail, since Since) Gate {
	const id = "overlap"
	begun := newest(since.Changed, since.Verified, keeper.Status[keeper.HomeRegion].StartedLogging)
	switch due := begun.Add(Overlap); {
	case !begun.IsZero() && now.Before(due):
		return gate(id, Block, begun.UTC().Format(time.RFC3339), "trail", keeper.Name, "when", due.UTC().Format(time.RFC3339))
	case since.Gap != nil && since.Verified.IsZero():
		return Gate{
			ID: id, Status: Block, Evidence: since.Gap.Error,
			Message: trail.Say("gate.overlap.block-unknown", "trail", keeper.Name, "action", since.Gap.Action),
			Hint:    trail.Say("gate.overlap.block-unknown.hint"),
		}
	case len(since.Others) > 0 && since.Verified.IsZero():
		return Gate{
			ID: id, Status: Block, Evidence: accounts(since.Others),
			Message: trail.Say("gate.overlap.block-others", "trail", keeper.Name, "accounts", accounts(since.Others)),
			Hint:    trail.Say("gate.overlap.block-others.hint"),
		}
	case since.Gap != nil || len(since.Others) > 0:
		return Gate{
			ID: id, Status: Warn, Evidence: since.Run,
			Message: trail.Say("gate.overlap.warn", "trail", keeper.Name, "run", since.Run),
			Hint:    trail.Say("gate.overlap.warn.hint"),
		}
	}
	return gate(id, Pass, "cloudtrail:LookupEvents", "trail", keeper.Name)
}

func accounts(ids []trail.AccountID) string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	return strings.Join(out, ", ")
}

func newest(times ...time.Time) time.Time {
	var out time.Time
	for _, t := range times {
		if t.After(out) {
			out = t
		}
	}
	return out
}

// managedGate tells of managed trails that --allow-drift stops nevertheless, and of those
// whose manager is not known.
func managedGate(s trail.Snapshot, e RetireEvidence, p Plan) Gate {
	const id = "owner"
	var managed []string
	for _, st := range p.Steps {
		t, _ := s.Trail(trail.ARN(st.Request.Name))
		if who, evidence := ManagerOf(t, e.Owners[t.ARN]); who != Nobody {
			managed = append(managed, t.Name+": "+evidence)
		}
	}
	if len(managed) > 0 {
		evidence := strings.Join(managed, "; ")
		return Gate{ID: id, Status: Warn, Evidence: evidence, Message: trail.Say("gate.owner.warn-retire"), Hint: trail.Say("gate.owner.warn-retire.hint")}
	}
	return Gate{ID: id, Status: Pass, Evidence: "cloudformation:DescribeStackResources", Message: trail.Say("gate.owner.pass-retire")}
}

// digestGate: the chain of digests of a stopped trail ends with one that covers all until
// the stop; a later start begins another chain.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
func digestGate(s trail.Snapshot, p Plan) Gate {
	const id = "digest-chain"
	var validated []string
	for _, st := range p.Steps {
		if t, _ := s.Trail(trail.ARN(st.Request.Name)); t.LogFileValidation {
			validated = append(validated, t.Name)
		}
	}
	if len(validated) > 0 {
		return gate(id, Warn, strings.Join(validated, ", "), "trails", strings.Join(validated, ", "))
	}
	return gate(id, Pass, "LogFileValidationEnabled=false")
}

// stillRecordedGate is the result gate of a retirement: less must not be recorded.
func stillRecordedGate(s trail.Snapshot, p Plan) Gate {
	const id = "result"
	before, after := coverage.Assess(s), coverage.Assess(p.Predicted)
	evidence := fmt.Sprintf("%d/%d", after.Count()[coverage.Recorded], after.Looked())
	if score(after) < score(before) || after.Verdict != coverage.Recorded || after.Future != coverage.Recorded {
		return gate(id, Block, evidence)
	}
	return gate(id, Pass, evidence, "count", fmt.Sprint(after.Looked()))
}
