package plan_test

import (
	"math"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// The first copy in a Region is free, each other one is paid for, event by event.
func TestForecast(t *testing.T) {
	const day = 24 * time.Hour
	events := func(reads, writes, kms int) map[trail.Class]int {
		return map[trail.Class]int{trail.ReadOther: reads, trail.WriteOther: writes, trail.ReadKMS: kms}
	}
	a, b := single("abc", "eu-west-1"), single("def", "us-east-1")
	for name, c := range map[string]struct {
		before, after []trail.Trail
		volume        plan.Volume
		want          plan.RegionCost
	}{
		"the first copy": {
			nil,
			[]trail.Trail{single("abc", "eu-west-1", multi)},
			plan.Volume{Events: events(1000, 0, 0), Span: day},
			plan.RegionCost{Sample: 1000, Events: 30_000, CopiesAfter: 1, Confidence: plan.Fair},
		},
		"a second copy": { // 30,000 events a month at $2.00 for 100,000
			[]trail.Trail{b},
			[]trail.Trail{single("abc", "eu-west-1", multi), b},
			plan.Volume{Events: events(600, 400, 0), Span: day},
			plan.RegionCost{Sample: 1000, Events: 30_000, CopiesBefore: 1, CopiesAfter: 2, After: 0.6, Confidence: plan.Fair},
		},
		"a copy without KMS": { // of which only what is not of KMS is taken twice
			[]trail.Trail{single("abc", "eu-west-1", multi)},
			[]trail.Trail{single("abc", "eu-west-1", multi), single("def", "us-east-1", noKMS)},
			plan.Volume{Events: events(500, 0, 500), Span: day},
			plan.RegionCost{Sample: 1000, Events: 30_000, CopiesBefore: 1, CopiesAfter: 2, After: 0.3, Confidence: plan.Fair},
		},
		"a third copy is stopped": {
			[]trail.Trail{single("abc", "eu-west-1", multi), b, single("ghi", "us-east-1")},
			[]trail.Trail{single("abc", "eu-west-1", multi), b, single("ghi", "us-east-1", stopped)},
			plan.Volume{Events: events(7000, 0, 0), Span: 7 * day, Whole: true},
			plan.RegionCost{Sample: 7000, Events: 30_000, CopiesBefore: 3, CopiesAfter: 2, Before: 1.2, After: 0.6, Confidence: plan.Sure},
		},
		"a trail elsewhere": {
			[]trail.Trail{a, b},
			[]trail.Trail{a, b},
			plan.Volume{Events: events(150, 0, 0), Span: time.Hour},
			plan.RegionCost{Sample: 150, Events: 108_000, CopiesBefore: 1, CopiesAfter: 1, Confidence: plan.Rough},
		},
		"nothing is known": {
			[]trail.Trail{a, b},
			[]trail.Trail{a, b},
			plan.Volume{Gap: &trail.Gap{}},
			plan.RegionCost{CopiesBefore: 1, CopiesAfter: 1, Confidence: plan.NoneAt},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.volume.Region, c.want.Region, c.want.Span = "us-east-1", "us-east-1", c.volume.Span
			prices, err := plan.ListPrices()
			if err != nil {
				t.Fatal(err)
			}
			all := plan.Forecast(snapshot(c.before...), snapshot(c.after...), []plan.Volume{c.volume}, prices)
			got := all.Regions[0]
			if math.Abs(got.Before-c.want.Before)+math.Abs(got.After-c.want.After)+math.Abs(got.Events-c.want.Events) > 1e-6 {
				t.Errorf("%+v, want %+v", got, c.want)
			}
			before, after, known := all.Total()
			if before != got.Before || after != got.After || known != (c.volume.Gap == nil) || all.Unpriced {
				t.Errorf("in all %v → %v, known %v", before, after, known)
			}
			got.Before, got.After, got.Events, got.Gap = c.want.Before, c.want.After, c.want.Events, nil
			if got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// Prices of one partition are not those of another.
func TestForecastOfAnotherPartition(t *testing.T) {
	prices, err := plan.ListPrices()
	if err != nil || prices.Copy != 2 || prices.Date == "" || prices.Source == "" {
		t.Fatalf("%+v, %v", prices, err)
	}
	s := trail.Snapshot{Partition: trail.China}
	if !plan.Forecast(s, s, nil, prices).Unpriced {
		t.Error("dollars of us-east-1 in China")
	}
}
