package plan

import (
	_ "embed"
	"encoding/json"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

//go:embed prices.json
var pricesFile []byte

// Prices are list prices in a currency, for 100,000 events. The first copy of management
// events is free in every Region.
// https://aws.amazon.com/cloudtrail/pricing/
type Prices struct {
	Date      string          `json:"date"`
	Source    string          `json:"source"`
	Note      string          `json:"note"`
	Currency  string          `json:"currency"`
	Partition trail.Partition `json:"partition"` // the only one that they are of
	Copy      float64         `json:"copyPer100000"`
	Data      float64         `json:"dataPer100000"`
	Insights  float64         `json:"insightsPer100000"` // and type of Insights
}

// ListPrices returns the prices that this trailspan knows.
func ListPrices() (Prices, error) {
	var p Prices
	err := json.Unmarshal(pricesFile, &p)
	return p, err
}

// Volume is what event history showed of a Region: a sample of its management events.
type Volume struct {
	Region trail.Region
	Events map[trail.Class]int
	Span   time.Duration // over which they happened
	Whole  bool          // all of the time that was asked about, and not only its end
	Gap    *trail.Gap    // why there is none
}

// Confidence says how far a sample may be trusted.
type Confidence string

// The confidences. A sample of a day or less knows neither nights nor weekends.
const (
	Sure   Confidence = "high"   // a whole week, counted
	Fair   Confidence = "medium" // at least a day
	Rough  Confidence = "low"
	NoneAt Confidence = "unknown"
)

// Cost forecasts what the copies of management events cost before and after a plan.
type Cost struct {
	Prices  Prices
	Regions []RegionCost
	// Unpriced says that the account is of a partition that the prices are not of.
	Unpriced bool
}

// RegionCost is the forecast for a Region and a month of 30 days.
type RegionCost struct {
	Region     trail.Region
	Sample     int // events
	Span       time.Duration
	Confidence Confidence
	Events     float64 // management events a month
	// Copies of the management events that trails take in at most, and what the
	// additional ones cost.
	CopiesBefore, CopiesAfter int
	Before, After             float64
	Gap                       *trail.Gap
}

const month = 30 * 24 * time.Hour

// Forecast multiplies what was sampled with the copies that trails take in.
func Forecast(before, after trail.Snapshot, volumes []Volume, prices Prices) Cost {
	out := Cost{Prices: prices, Unpriced: before.Partition != prices.Partition}
	for _, v := range volumes {
		c := RegionCost{Region: v.Region, Span: v.Span, Confidence: v.confidence(), Gap: v.Gap}
		perMonth := 0.0
		if v.Span > 0 {
			perMonth = float64(month) / float64(v.Span)
		}
		for _, class := range trail.AccessClasses() {
			n := v.Events[class]
			was, will := copies(before, v.Region, class), copies(after, v.Region, class)
			c.Sample += n
			c.Events += float64(n) * perMonth
			c.CopiesBefore, c.CopiesAfter = max(c.CopiesBefore, was), max(c.CopiesAfter, will)
			c.Before += float64(n*max(0, was-1)) * perMonth * prices.Copy / 100_000
			c.After += float64(n*max(0, will-1)) * perMonth * prices.Copy / 100_000
		}
		out.Regions = append(out.Regions, c)
	}
	return out
}

func (v Volume) confidence() Confidence {
	const day = 24 * time.Hour
	switch {
	case v.Gap != nil:
		return NoneAt
	case v.Whole && v.Span >= 7*day:
		return Sure
	case v.Span >= day:
		return Fair
	default:
		return Rough
	}
}

// copies counts the trails that take a class of events in, at least in part, in a Region.
// Selectors and status that were not seen may.
func copies(s trail.Snapshot, r trail.Region, class trail.Class) int {
	n := 0
	for _, t := range s.Trails {
		if !t.MultiRegion && t.HomeRegion != r {
			continue
		}
		if st, seen := t.Status[r]; seen && !st.Logging {
			continue
		}
		if t.Selectors == nil || t.Selectors.Selects(class) != trail.No {
			n++
		}
	}
	return n
}

// Total sums the Regions, and says whether one of them is not known.
func (c Cost) Total() (before, after float64, all bool) {
	all = true
	for _, r := range c.Regions {
		before += r.Before
		after += r.After
		all = all && r.Gap == nil
	}
	return before, after, all
}

// Regions returns those whose events a forecast needs: enabled and not left out.
func Regions(s trail.Snapshot) []trail.Region {
	var out []trail.Region
	for _, v := range s.Regions {
		if v.OptStatus.Usable() && !v.LeftOut {
			out = append(out, v.Region)
		}
	}
	return out
}
