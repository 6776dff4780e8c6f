package report

import (
	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// PlanSchema names the JSON of a plan. Fields may be added to it, never changed.
const PlanSchema = "trailspan/plan/v1"

type planJSON struct {
	Schema    string            `json:"schema"`
	Account   trail.AccountID   `json:"account"`
	Run       string            `json:"run"`
	Trail     trail.ARN         `json:"trail"`
	Why       string            `json:"why"`
	Steps     []plan.Step       `json:"steps"`
	Gates     []gateJSON        `json:"gates"`
	Becomes   []consequenceJSON `json:"becomes"`
	Source    *sourceJSON       `json:"source,omitempty"`
	Others    []otherJSON       `json:"others,omitempty"` // of a retirement
	Cost      *costJSON         `json:"cost,omitempty"`
	Expect    []trail.Region    `json:"expect"` // where the trail must be seen afterwards
	Before    *beforeJSON       `json:"before,omitempty"`
	Predicted *accountJSON      `json:"predicted"` // null: nothing is foretold
	Result    *resultJSON       `json:"result,omitempty"`
	Proof     *proofJSON        `json:"proof,omitempty"`     // of --prove
	Returning bool              `json:"returning,omitempty"` // Result is that of a rollback
	Sentences wordings          `json:"sentences,omitempty"`
}

// beforeJSON counts the Regions of each verdict as they are without the plan.
type beforeJSON struct {
	FutureRegions coverage.Verdict         `json:"futureRegions"`
	Regions       map[coverage.Verdict]int `json:"regions"`
}

type gateJSON struct {
	ID       string          `json:"id"`
	Status   plan.GateStatus `json:"status"`
	Message  string          `json:"message"`
	Evidence string          `json:"evidence"`
	Details  []string        `json:"details,omitempty"` // the sentences with which the evidence begins
	Hint     string          `json:"hint"`
}

type consequenceJSON struct {
	Trail trail.ARN `json:"trail"`
	Note  string    `json:"note"`
}

type resultJSON struct {
	Status  apply.Status       `json:"status"`
	Regions []regionResultJSON `json:"regions"`
	Stays   []string           `json:"stays,omitempty"` // what a rollback left, in AWS's words
}

type regionResultJSON struct {
	Region   trail.Region `json:"region"`
	Verified bool         `json:"verified"`
	Seconds  float64      `json:"seconds"`
	Reason   string       `json:"reason,omitempty"`
	Denied   bool         `json:"denied,omitempty"` // the Region could not be looked at
}

func planDocument(r PlanReport) planJSON {
	spoken := english()
	s, x := newScribe(spoken), r.Plan
	d := planJSON{
		Schema: PlanSchema, Account: x.Account, Run: x.Run, Trail: x.Trail, Why: s.Note(x.Why),
		Steps:   each(x.Steps, stepDocument),
		Gates:   each(x.Gates, func(g plan.Gate) gateJSON { return gateDocument(s, g) }),
		Becomes: each(x.Becomes, func(c plan.Consequence) consequenceJSON { return consequenceJSON{c.Trail, s.Note(c.Note)} }),
		Source:  sourceDocument(s, x.Source),
		Others:  otherDocuments(s, x.Others),
		Cost:    costDocument(x.Cost),
		Expect:  each(x.Expect, func(r trail.Region) trail.Region { return r }),
	}
	if r.After.Snapshot.Account != "" {
		predicted := accountDocument(spoken, r.After)
		d.Predicted = &predicted
	}
	if r.Before.Snapshot.Account != "" {
		d.Before = &beforeJSON{r.Before.Future, r.Before.Count()}
	}
	if r.Result != nil {
		d.Result = resultDocument(s, *r.Result)
	}
	if r.Proof != nil {
		proof := proofDocument(*r.Proof)
		d.Proof = &proof
	}
	d.Returning, d.Sentences = r.Returning, s.said
	return d
}

// stepDocument gives States that are not there as {} rather than null.
func stepDocument(s plan.Step) plan.Step {
	if s.Before == nil {
		s.Before = plan.State{}
	}
	if s.After == nil {
		s.After = plan.State{}
	}
	return s
}

func gateDocument(s voice, g plan.Gate) gateJSON {
	return gateJSON{ID: g.ID, Status: g.Status, Message: s.Note(g.Message), Evidence: evidenceText(s, g), Hint: s.Note(g.Hint), Details: each(g.Details, s.Note)}
}

func resultDocument(s voice, r apply.Result) *resultJSON {
	return &resultJSON{Status: r.Status, Stays: r.Stays, Regions: each(r.Regions, func(x apply.RegionResult) regionResultJSON {
		return regionResultJSON{x.Region, x.Verified, x.Took.Seconds(), s.Note(x.Reason), x.Denied}
	})}
}
