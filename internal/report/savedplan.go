package report

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// readPlan reads back what was said of a plan, to say it again. Whoever applies a plan
// reads it with ParsePlan.
func readPlan(spoken *say.Speaker, d planJSON) (PlanReport, error) {
	if err := (savedPlan{planJSON: d}).check(); err != nil {
		return PlanReport{}, wrong(err.Error())
	}
	said := d.Sentences
	r := PlanReport{Plan: plan.Plan{
		Account: d.Account, Run: d.Run, Trail: d.Trail, Why: said.note(spoken, d.Why), Steps: d.Steps, Expect: d.Expect,
		Source: readSource(spoken, said, d.Source), Cost: readCost(d.Cost),
	}, Returning: d.Returning}
	for _, g := range d.Gates {
		r.Plan.Gates = append(r.Plan.Gates, plan.Gate{
			ID: g.ID, Status: g.Status, Message: said.note(spoken, g.Message), Hint: said.note(spoken, g.Hint),
			Details: said.notes(spoken, g.Details), Evidence: g.evidence(),
		})
	}
	for _, c := range d.Becomes {
		r.Plan.Becomes = append(r.Plan.Becomes, plan.Consequence{Trail: c.Trail, Note: said.note(spoken, c.Note)})
	}
	for _, o := range d.Others {
		reasons := o.Reasons
		if len(reasons) == 0 {
			reasons = []string{o.Reason}
		}
		r.Plan.Others = append(r.Plan.Others, plan.Other{Trail: o.Trail, Decision: o.Decision, Reasons: said.notes(spoken, reasons)})
	}
	return r, r.readAround(spoken, d)
}

// readAround reads how the account was before, will be after, and what came of the plan.
func (r *PlanReport) readAround(spoken *say.Speaker, d planJSON) error {
	if d.Before != nil {
		r.Before.Snapshot.Account, r.Before.Future = d.Account, d.Before.FutureRegions
		if !verdictKnown(r.Before.Future) {
			return wrong("futureRegions: " + string(r.Before.Future))
		}
		for _, v := range append(coverage.WorstFirst(), coverage.Disabled) {
			n := d.Before.Regions[v]
			if n < 0 || n > 1000 {
				return wrong("before")
			}
			r.Before.Regions = append(r.Before.Regions, slices.Repeat([]coverage.Region{{Verdict: v}}, n)...)
		}
	}
	if d.Predicted != nil {
		after, err := d.Predicted.assessment(spoken)
		if err != nil {
			return err
		}
		r.After = after
	}
	if d.Result != nil {
		result, err := readResult(spoken, d.Sentences, *d.Result)
		if err != nil {
			return err
		}
		r.Result = &result
	}
	if d.Proof != nil {
		proof, err := readProof(spoken, *d.Proof)
		if err != nil {
			return err
		}
		r.Proof = &proof
	}
	return nil
}

func readResult(spoken *say.Speaker, said wordings, d resultJSON) (apply.Result, error) {
	known := []apply.Status{
		apply.Converted, apply.Created, apply.Retired, apply.RolledBack, apply.NothingToDo, apply.PartialDone, apply.Failed, apply.BlockedRun,
	}
	if !slices.Contains(known, d.Status) {
		return apply.Result{}, wrong("status: " + string(d.Status))
	}
	out := apply.Result{Status: d.Status, Stays: d.Stays}
	for _, x := range d.Regions {
		out.Regions = append(out.Regions, apply.RegionResult{
			Region: x.Region, Verified: x.Verified, Denied: x.Denied, Took: seconds(x.Seconds), Reason: said.note(spoken, x.Reason),
		})
	}
	return out, nil
}

// seconds reads a time as it is written.
func seconds(s float64) time.Duration { return time.Duration(math.Round(s * float64(time.Second))) }

func readProof(spoken *say.Speaker, d proofJSON) (prove.Result, error) {
	if _, err := trail.ParseAccountID(string(d.Account)); err != nil {
		return prove.Result{}, wrong("account: " + string(d.Account))
	}
	out := prove.Result{Account: d.Account, Run: d.Run, Trail: d.Trail, Why: d.Sentences.note(spoken, d.Why)}
	for _, x := range d.Regions {
		if !slices.Contains([]prove.Status{prove.Proven, prove.Seen, prove.Pending, prove.Unknown}, x.Status) {
			return prove.Result{}, wrong("status: " + string(x.Status))
		}
		r := prove.RegionResult{
			Region: x.Region, Status: x.Status, File: x.File, Trail: x.Trail, RequestID: x.RequestID, Reason: d.Sentences.note(spoken, x.Reason),
		}
		if x.Seconds != nil {
			r.Took = seconds(*x.Seconds)
		}
		if x.Gap != nil {
			r.Gap = &trail.Gap{Region: x.Region, Action: x.Gap.Action, Kind: x.Gap.Kind, Error: x.Gap.Error}
		}
		out.Regions = append(out.Regions, r)
	}
	return out, nil
}

// evidence is the evidence without its Details, with which it begins.
func (g gateJSON) evidence() string {
	if len(g.Details) == 0 {
		return g.Evidence
	}
	rest, _ := strings.CutPrefix(g.Evidence, strings.Join(g.Details, ", "))
	return strings.TrimPrefix(rest, "; ")
}

func readAccountPlan(spoken *say.Speaker, raw json.RawMessage) (AccountReport, error) {
	var d accountPlanJSON
	if err := decoded(raw, &d); err != nil {
		return AccountReport{}, err
	}
	r, err := readPlan(spoken, d.planJSON)
	return AccountReport{r, d.Name, d.Sentences.note(spoken, d.Error), d.Untouched, d.Rests}, err
}

func readSource(spoken *say.Speaker, said wordings, d *sourceJSON) *plan.Source {
	if d == nil {
		return nil
	}
	return &plan.Source{
		Kind: d.Kind, File: d.File, Line: d.Line, Resource: d.Resource, Set: d.Set, Remains: d.Remains,
		Patch: d.Patch, Remark: said.note(spoken, d.Remark),
	}
}

func readCost(d *costJSON) *plan.Cost {
	if d == nil {
		return nil
	}
	out := plan.Cost{Unpriced: !d.Priced, Prices: plan.Prices{
		Currency: d.Currency, Date: d.PricesDate, Source: d.PricesSource, Copy: d.Copy, Data: d.Data, Insights: d.Insights,
	}}
	for _, r := range d.Regions {
		x := plan.RegionCost{
			Region: r.Region, Sample: r.Sample, Span: seconds(r.SampleHours * 3600), Confidence: r.Confidence, Events: r.Events,
			CopiesBefore: r.CopiesBefore, CopiesAfter: r.CopiesAfter, Before: r.Before, After: r.After,
		}
		if r.SampleSeconds > 0 {
			x.Span = seconds(r.SampleSeconds)
		}
		if r.Gap != nil {
			x.Gap = &trail.Gap{Region: r.Region, Action: r.Gap.Action, Kind: r.Gap.Kind, Error: r.Gap.Error}
		}
		out.Regions = append(out.Regions, x)
	}
	return &out
}
