package report

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// retiring is a plan that stops one of two other trails.
func retiring() PlanReport {
	s := healthy(account, "")
	s = with(s, account, home, "old-trail", trail.Settings{Bucket: "logs-of-123456789012", LogFileValidation: true})
	s = with(s, account, "us-east-1", "data-trail", trail.Settings{Bucket: "logs-of-123456789012", SNSTopicARN: "arn:aws:sns:us-east-1:123456789012:audit"})
	keeper, _ := plan.Keeper(s, "")
	p := plan.Retire(s, keeper, plan.RetireEvidence{}, plan.ForbidDrift)
	p.Run = run
	return planReport(s, p)
}

// forecast is widened with code that owns the trail, and a Region that could not be sampled.
func forecast(t *testing.T) PlanReport {
	r := widened()
	prices, err := plan.ListPrices()
	if err != nil {
		t.Fatal(err)
	}
	r.Plan.Source = &plan.Source{Kind: plan.TerraformSource, File: "main.tf", Line: 12, Resource: "aws_cloudtrail.main", Set: []string{"is_multi_region_trail = true"}, Remains: true}
	r.Plan.Cost = &plan.Cost{Prices: prices, Regions: []plan.RegionCost{
		{Region: home, Sample: 150, Span: 75 * time.Minute, Confidence: plan.Rough, Events: 86_400, CopiesBefore: 1, CopiesAfter: 2, After: 1.728},
		{Region: "eu-west-1", Sample: 40, Span: 7 * 24 * time.Hour, Confidence: plan.Sure, Events: 171.4, CopiesAfter: 1},
		{Region: "eu-west-2", Sample: 40, Span: 7 * 24 * time.Hour, Confidence: plan.Sure, Events: 171.4, CopiesAfter: 1},
		{Region: "us-east-1", Confidence: plan.NoneAt, CopiesAfter: 1, Gap: &trail.Gap{Action: "cloudtrail:LookupEvents", Kind: trail.Denied, Error: "AccessDeniedException: no"}},
		{Region: "us-east-2", Sample: 150, Span: 90 * time.Second, Confidence: plan.Rough, Events: 4_320_000, CopiesAfter: 1},
	}}
	return r
}

// TestRetireAndCostText shows what becomes of other trails, where the source of a trail
// is, and what copies cost.
func TestRetireAndCostText(t *testing.T) {
	for name, r := range map[string]PlanReport{"plan-retire": retiring(), "plan-cost": forecast(t)} {
		for _, reader := range readers() {
			t.Run(reader.file(name), func(t *testing.T) {
				golden(t, reader.file(name), func(w io.Writer) error { return Plan(w, Text, r, reader.options()) })
			})
		}
		golden(t, name+".json", func(w io.Writer) error { return Plan(w, JSON, r, Options{}) })
		var document bytes.Buffer
		if err := Plan(&document, JSON, r, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, fault := range unlikeShape(t, "plan.shape.json", document.Bytes()) {
			t.Error(fault)
		}
		saved, err := ParsePlan(&document)
		if err != nil || len(saved.Steps) != len(r.Plan.Steps) {
			t.Errorf("read back: %+v, %v", saved.Steps, err)
		}
	}
}

func TestRetireResult(t *testing.T) {
	for name, status := range map[string]apply.Status{"retired": apply.Retired, "restarted": apply.RolledBack} {
		r := retiring()
		r.Result = &apply.Result{Status: status}
		for _, reader := range []reader{{say.English, 80}, {say.Japanese, 80}} {
			golden(t, reader.file("result-"+name), func(w io.Writer) error { return Result(w, Text, r, reader.options()) })
		}
	}
}
