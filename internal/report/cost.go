package report

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

type costJSON struct {
	Currency     string           `json:"currency"`
	PricesDate   string           `json:"pricesDate"`
	PricesSource string           `json:"pricesSource"`
	Copy         float64          `json:"copyPer100000"`
	Data         float64          `json:"dataPer100000"`
	Insights     float64          `json:"insightsPer100000"`
	Priced       bool             `json:"priced"`   // false: the prices are not those of the partition
	Complete     bool             `json:"complete"` // false: the events of a Region are not known
	Before       float64          `json:"before"`   // a month of 30 days
	After        float64          `json:"after"`
	Regions      []regionCostJSON `json:"regions"`
}

type regionCostJSON struct {
	Region        trail.Region    `json:"region"`
	Known         bool            `json:"known"`
	Events        float64         `json:"eventsPerMonth"`
	Sample        int             `json:"sample"`
	SampleHours   float64         `json:"sampleHours"`
	SampleSeconds float64         `json:"sampleSeconds"`
	Confidence    plan.Confidence `json:"confidence"`
	CopiesBefore  int             `json:"copiesBefore"`
	CopiesAfter   int             `json:"copiesAfter"`
	Before        float64         `json:"before"`
	After         float64         `json:"after"`
	Gap           *costGapJSON    `json:"gap,omitempty"`
}

type costGapJSON struct {
	Action string        `json:"action"`
	Kind   trail.GapKind `json:"kind"`
	Error  string        `json:"error"`
}

func costDocument(c *plan.Cost) *costJSON {
	if c == nil {
		return nil
	}
	before, after, all := c.Total()
	return &costJSON{
		Currency: c.Prices.Currency, PricesDate: c.Prices.Date, PricesSource: c.Prices.Source, Copy: c.Prices.Copy,
		Data: c.Prices.Data, Insights: c.Prices.Insights,
		Priced: !c.Unpriced, Complete: all, Before: cents(before), After: cents(after),
		Regions: each(c.Regions, regionCostDocument),
	}
}

func regionCostDocument(r plan.RegionCost) regionCostJSON {
	out := regionCostJSON{
		Region: r.Region, Known: r.Gap == nil, Events: math.Round(r.Events), Sample: r.Sample,
		SampleHours: math.Round(r.Span.Hours()*100) / 100, SampleSeconds: math.Round(r.Span.Seconds()), Confidence: r.Confidence,
		CopiesBefore: r.CopiesBefore, CopiesAfter: r.CopiesAfter, Before: cents(r.Before), After: cents(r.After),
	}
	if r.Gap != nil {
		out.Gap = &costGapJSON{r.Gap.Action, r.Gap.Kind, r.Gap.Error}
	}
	return out
}

func cents(dollars float64) float64 { return math.Round(dollars*100) / 100 }

// cost shows the forecast:
//
//	Copies of management events: what they cost (an estimate)
//	  Region          events a month    copies  USD a month   confidence
//	  ap-northeast-1  about 1,200,000   1 → 2   0.00 → 24.00  low: 150 events in 1.2 h
//	  us-east-1       unknown           1 → 2   unknown       AccessDeniedException: …
//	  total                                     0.00 → 24.00
//	  the first copy in a Region is free, each other costs USD 2.00 for 100,000 events …
func (p *page) cost(c *plan.Cost) {
	if c == nil {
		return
	}
	p.title(p.say("report.cost"))
	t := table{columns: []column{
		{head: p.say("report.head.region"), least: 15},
		{head: p.say("report.head.events")},
		{head: p.say("report.head.copies")},
		{head: p.say("report.head.cost", "currency", c.Prices.Currency)},
		{head: p.say("report.head.confidence"), least: 14},
	}}
	p.costRows(c, &t)
	before, after, all := c.Total()
	if !c.Unpriced {
		total := arrow(money(before), money(after))
		if !all {
			total = p.say("report.cost.atLeast", "sum", total)
		}
		t.add(words(p.say("report.cost.total")), nil, nil, words(total), nil)
	}
	p.table(t)
	p.costNotes(c)
}

// costRows folds the Regions of which the same is to be said.
func (p *page) costRows(c *plan.Cost, t *table) {
	index := map[string]int{}
	for _, r := range c.Regions {
		row := []cell{
			words(string(r.Region)), words(p.eventsOf(r)), words(arrow(strconv.Itoa(r.CopiesBefore), strconv.Itoa(r.CopiesAfter))),
			words(p.dollarsOf(c, r)), p.confidence(r),
		}
		key := fmt.Sprint(row[1:])
		if i, there := index[key]; there {
			t.rows[i][0][0].text += " " + string(r.Region)
			continue
		}
		index[key] = len(t.rows)
		t.add(row...)
	}
}

func (p *page) costNotes(c *plan.Cost) {
	key := "report.cost.prices"
	if c.Unpriced {
		key = "report.cost.unpriced"
	}
	p.text(tableIndent, para{p.say(key, "currency", c.Prices.Currency, "price", money(c.Prices.Copy), "date", c.Prices.Date, "source", c.Prices.Source), dim})
	p.text(tableIndent, para{p.say("report.cost.others", "currency", c.Prices.Currency,
		"data", money(c.Prices.Data), "insights", money(c.Prices.Insights)), dim})
}

func (p *page) eventsOf(r plan.RegionCost) string {
	if r.Gap != nil {
		return p.verdictWord("unknown")
	}
	return thousands(r.Events)
}

func (p *page) dollarsOf(c *plan.Cost, r plan.RegionCost) string {
	if r.Gap != nil || c.Unpriced {
		return p.verdictWord("unknown")
	}
	return arrow(money(r.Before), money(r.After))
}

func (p *page) confidence(r plan.RegionCost) cell {
	if r.Gap != nil {
		return cell{{r.Gap.Action, plainInk}, {r.Gap.Error, dim}}
	}
	return words(p.say("report.confidence."+string(r.Confidence), "events", strconv.Itoa(r.Sample), "span", p.span(r.Span)))
}

func (p *page) span(d time.Duration) string {
	if d >= 48*time.Hour {
		return p.say("report.span.days", "count", strconv.FormatFloat(d.Hours()/24, 'f', 0, 64))
	}
	if d < time.Hour {
		return p.say("report.span.minutes", "count", strconv.FormatFloat(d.Minutes(), 'f', 1, 64))
	}
	return p.say("report.span.hours", "count", strconv.FormatFloat(d.Hours(), 'f', 1, 64))
}

func arrow(from, to string) string {
	if from == to {
		return from
	}
	return from + " → " + to
}

func money(dollars float64) string { return strconv.FormatFloat(cents(dollars), 'f', 2, 64) }

// thousands writes a number, rounded to two digits, with commas: a sample tells no more.
func thousands(n float64) string {
	if n >= 100 {
		unit := math.Pow(10, math.Floor(math.Log10(n))-1)
		n = math.Round(n/unit) * unit
	}
	digits := strconv.FormatFloat(math.Round(n), 'f', 0, 64)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
