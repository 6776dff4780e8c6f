package console

import (
	"math"
	"strconv"
	"time"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// costView is a forecast for a month of 30 days.
type costView struct {
	Currency string    `json:"currency"`
	Date     string    `json:"pricesDate"`
	Source   string    `json:"pricesSource"`
	Note     string    `json:"note"` // what the prices are, and are not
	Priced   bool      `json:"priced"`
	Complete bool      `json:"complete"`
	Before   float64   `json:"before"`
	After    float64   `json:"after"`
	Regions  []costRow `json:"regions"`
}

type costRow struct {
	Region       trail.Region `json:"region"`
	Known        bool         `json:"known"`
	Events       float64      `json:"eventsPerMonth"`
	CopiesBefore int          `json:"copiesBefore"`
	CopiesAfter  int          `json:"copiesAfter"`
	Before       float64      `json:"before"`
	After        float64      `json:"after"`
	Confidence   string       `json:"confidence"` // how far the sample may be trusted, or why there is none
}

func costViewOf(r *request, c *plan.Cost) *costView {
	if c == nil {
		return nil
	}
	before, after, all := c.Total()
	key := "report.cost.prices"
	if c.Unpriced {
		key = "report.cost.unpriced"
	}
	return &costView{
		Currency: c.Prices.Currency, Date: c.Prices.Date, Source: c.Prices.Source, Priced: !c.Unpriced, Complete: all,
		Before: cents(before), After: cents(after),
		Note:    r.Say(key, "currency", c.Prices.Currency, "price", money(c.Prices.Copy), "date", c.Prices.Date, "source", c.Prices.Source),
		Regions: each(c.Regions, func(x plan.RegionCost) costRow { return costRowOf(r, x) }),
	}
}

func costRowOf(r *request, c plan.RegionCost) costRow {
	row := costRow{
		Region: c.Region, Known: c.Gap == nil, Events: math.Round(c.Events), CopiesBefore: c.CopiesBefore, CopiesAfter: c.CopiesAfter,
		Before: cents(c.Before), After: cents(c.After),
	}
	if c.Gap != nil {
		row.Confidence = c.Gap.Action + ": " + c.Gap.Error
		return row
	}
	row.Confidence = r.Say("report.confidence."+string(c.Confidence), "events", strconv.Itoa(c.Sample), "span", spanOf(r, c.Span))
	return row
}

// spanOf is how long a sample lasted.
func spanOf(r *request, d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return r.Say("report.span.days", "count", strconv.FormatFloat(d.Hours()/24, 'f', 0, 64))
	case d < time.Hour:
		return r.Say("report.span.minutes", "count", strconv.FormatFloat(d.Minutes(), 'f', 1, 64))
	default:
		return r.Say("report.span.hours", "count", strconv.FormatFloat(d.Hours(), 'f', 1, 64))
	}
}

func cents(dollars float64) float64 { return math.Round(dollars*100) / 100 }

func money(dollars float64) string { return strconv.FormatFloat(dollars, 'f', 2, 64) }

// Money is an amount with its cents.
func (l *layout) Money(dollars float64) string { return money(dollars) }
