package control_test

import (
	"fmt"

	"github.com/trailspan/trailspan/internal/trail"
)

const (
	home  trail.Region    = "us-east-1"
	other trail.Region    = "eu-west-1"
	me    trail.AccountID = "123456789012"
	payer trail.AccountID = "111111111111"
)

// world is a snapshot in the making: two enabled Regions.
type world struct{ trail.Snapshot }

func newWorld() *world {
	return &world{trail.Snapshot{Account: me, Partition: trail.AWS, Regions: []trail.RegionView{
		{Region: "af-south-1", OptStatus: trail.Disabled},
		{Region: other, OptStatus: trail.EnabledByDefault},
		{Region: home, OptStatus: trail.EnabledByDefault},
	}}}
}

// change makes a trail otherwise than healthy.
type change func(*trail.Trail)

// multi adds a healthy multi-Region trail, changed.
func (w *world) multi(name string, changes ...change) *world {
	return w.add(name, me, home, true, changes)
}

// single adds a healthy trail of one Region, changed.
func (w *world) single(name string, r trail.Region, changes ...change) *world {
	return w.add(name, me, r, false, changes)
}

func (w *world) add(name string, owner trail.AccountID, r trail.Region, multi bool, changes []change) *world {
	t := trail.Trail{
		ARN: trail.ARN(fmt.Sprintf("arn:aws:cloudtrail:%s:%s:trail/%s", r, owner, name)), Name: name, HomeRegion: r,
		Settings:  trail.Settings{MultiRegion: multi, GlobalServiceEvents: true, LogFileValidation: true, Bucket: "b"},
		Selectors: trail.DefaultSelectors(), Status: map[trail.Region]trail.Status{},
	}
	for i, v := range w.Regions {
		if v.OptStatus.Usable() && (multi || v.Region == r) {
			t.Status[v.Region] = trail.Status{Logging: true}
			w.Regions[i].Visible = append(w.Regions[i].Visible, t.ARN)
		}
	}
	for _, c := range changes {
		c(&t)
	}
	w.Trails = append(w.Trails, t)
	return w
}

// member adds an organization trail of another account of which only DescribeTrails
// tells.
func (w *world) member(name string) *world {
	w.add(name, payer, home, true, []change{func(t *trail.Trail) { t.Organization, t.Selectors, t.Status = true, nil, nil }})
	arn := w.Trails[len(w.Trails)-1].ARN
	return w.gap(home, trail.GetTrailStatus, arn).gap(other, trail.GetTrailStatus, arn).gap(home, trail.GetEventSelectors, arn)
}

func (w *world) gap(r trail.Region, action string, arn trail.ARN) *world {
	w.Gaps = append(w.Gaps, trail.Gap{Region: r, Action: action, Trail: arn, Kind: trail.Denied, Error: "AccessDenied"})
	return w
}

func (w *world) store(name string) *world {
	w.EventDataStores = append(w.EventDataStores, trail.EventDataStore{
		ARN: "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/EXAMPLE", Name: name, HomeRegion: home,
		Status: "ENABLED", MultiRegion: true, Selectors: trail.DefaultSelectors(),
	})
	return w
}

func basic(kind string, management bool, exclude ...string) change {
	return func(t *trail.Trail) {
		t.Selectors = &trail.Selectors{Basic: []trail.EventSelector{{
			ReadWriteType: kind, IncludeManagementEvents: management, ExcludeManagementEventSources: exclude,
		}}}
	}
}

func advanced(name, category string, fields ...trail.FieldSelector) change {
	fields = append([]trail.FieldSelector{{Field: "eventCategory", Equals: []string{category}}}, fields...)
	return func(t *trail.Trail) {
		t.Selectors = &trail.Selectors{Advanced: []trail.AdvancedEventSelector{{Name: name, FieldSelectors: fields}}}
	}
}

func stopped(t *trail.Trail) {
	for r := range t.Status {
		t.Status[r] = trail.Status{}
	}
}

func failsIn(regions ...trail.Region) change {
	return func(t *trail.Trail) {
		for _, r := range regions {
			t.Status[r] = trail.Status{Logging: true, DeliveryError: "AccessDenied"}
		}
	}
}

func withoutKMS() trail.FieldSelector {
	return trail.FieldSelector{Field: "eventSource", NotEquals: []string{"kms.amazonaws.com"}}
}
