package coverage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	home  trail.Region    = "us-east-1"
	other trail.Region    = "eu-west-1"
	me    trail.AccountID = "123456789012"
)

// world is a snapshot in the making: two Regions, the global one and another.
type world struct{ trail.Snapshot }

func newWorld() *world {
	return &world{trail.Snapshot{Account: me, Partition: trail.AWS, Regions: []trail.RegionView{
		{Region: "af-south-1", OptStatus: trail.Disabled},
		{Region: other, OptStatus: trail.EnabledByDefault},
		{Region: home, OptStatus: trail.EnabledByDefault},
	}}}
}

func arnOf(name string, r trail.Region) trail.ARN {
	return trail.ARN(fmt.Sprintf("arn:aws:cloudtrail:%s:%s:trail/%s", r, me, name))
}

// add puts a healthy trail into the world; change makes it otherwise.
func (w *world) add(name string, r trail.Region, multi bool, change func(*trail.Trail)) *world {
	t := trail.Trail{
		ARN: arnOf(name, r), Name: name, HomeRegion: r,
		Settings:  trail.Settings{MultiRegion: multi, GlobalServiceEvents: true, LogFileValidation: true, Bucket: "b"},
		Selectors: trail.DefaultSelectors(), Status: map[trail.Region]trail.Status{},
	}
	for i, v := range w.Regions {
		if v.OptStatus.Usable() && (multi || v.Region == r) {
			t.Status[v.Region] = trail.Status{Logging: true}
			w.Regions[i].Visible = append(w.Regions[i].Visible, t.ARN)
		}
	}
	if change != nil {
		change(&t)
	}
	w.Trails = append(w.Trails, t)
	return w
}

func (w *world) gap(r trail.Region, action string, arn trail.ARN) *world {
	w.Gaps = append(w.Gaps, trail.Gap{Region: r, Action: action, Trail: arn, Kind: trail.Denied, Error: "AccessDenied"})
	return w
}

func selectors(s *trail.Selectors) func(*trail.Trail) {
	return func(t *trail.Trail) { t.Selectors = s }
}

func basic(kind string, exclude ...string) *trail.Selectors {
	return &trail.Selectors{Basic: []trail.EventSelector{{
		ReadWriteType: kind, IncludeManagementEvents: true, ExcludeManagementEventSources: exclude,
	}}}
}

func advanced(fields ...trail.FieldSelector) *trail.Selectors {
	fields = append(fields, trail.FieldSelector{Field: "eventCategory", Equals: []string{"Management"}})
	return &trail.Selectors{Advanced: []trail.AdvancedEventSelector{{Name: "any name", FieldSelectors: fields}}}
}

func dataOnly() *trail.Selectors {
	return &trail.Selectors{Advanced: []trail.AdvancedEventSelector{{
		Name: "Management events selector", FieldSelectors: []trail.FieldSelector{{Field: "eventCategory", Equals: []string{"Data"}}},
	}}}
}

const allSix = "read/kms read/rdsdata read/other write/kms write/rdsdata write/other"

func TestAssess(t *testing.T) {
	rec, part, fails, none, unknown := coverage.Recorded, coverage.Partial, coverage.Failing, coverage.Unrecorded, coverage.Unknown
	for name, c := range map[string]struct {
		w                  *world
		account, fut       coverage.Verdict
		atHome, elsewhere  coverage.Verdict
		missHome, missElse string
		reason             string // one that the other Region must give
	}{
		"S1 one healthy multi-Region trail": {newWorld().add("t", home, true, nil), rec, rec, rec, rec, "", "", ""},
		"S2 basic data events only": {
			newWorld().add("t", home, true, selectors(&trail.Selectors{Basic: []trail.EventSelector{{ReadWriteType: "All"}}})),
			none, none, none, none, allSix + " global", allSix, "reason.no-management-events",
		},
		"S3 advanced data events only, under the name of the console": {
			newWorld().add("t", home, true, selectors(dataOnly())), none, none, none, none, allSix + " global", allSix, "reason.no-management-events",
		},
		"S4 an organization trail whose status and selectors a member may not read": {
			newWorld().add("t", home, true, func(t *trail.Trail) { t.Selectors, t.Status = nil, nil }).
				gap(home, trail.GetTrailStatus, arnOf("t", home)).gap(other, trail.GetTrailStatus, arnOf("t", home)).
				gap(home, trail.GetEventSelectors, arnOf("t", home)),
			unknown, unknown, unknown, unknown, allSix + " global", allSix, "reason.gap-denied",
		},
		"S5 KMS left out": {
			newWorld().add("t", home, true, selectors(basic("All", "kms.amazonaws.com"))),
			part, none, part, part, "read/kms write/kms", "read/kms write/kms", "reason.excludes",
		},
		"S6 ReadOnly and WriteOnly together": {
			newWorld().add("r", home, true, selectors(basic("ReadOnly"))).add("w", home, true, selectors(basic("WriteOnly"))),
			// no single trail takes both read/other and write/other of the global services,
			// but the union does
			rec, rec, rec, rec, "", "", "",
		},
		"S7 advanced, KMS left out": {
			newWorld().add("t", home, true, selectors(advanced(trail.FieldSelector{Field: "eventSource", NotEquals: []string{"kms.amazonaws.com"}}))),
			part, none, part, part, "read/kms write/kms", "read/kms write/kms", "reason.excludes",
		},
		"S8 one single-Region trail":                   {newWorld().add("t", home, false, nil), none, none, rec, none, "", allSix, "reason.no-trail"},
		"S9 advanced management under any name":        {newWorld().add("t", home, true, selectors(advanced())), rec, rec, rec, rec, "", "", ""},
		"S10 a single-Region trail in every Region":    {newWorld().add("t", home, false, nil).add("t", other, false, nil), rec, none, rec, rec, "", "", ""},
		"S11 a delivery error in one Region":           {newWorld().add("t", home, true, fail(other)), fails, rec, rec, fails, "", allSix, "reason.delivery-error"},
		"S12 stopped":                                  {newWorld().add("t", home, true, stopped), none, none, none, none, allSix + " global", allSix, "reason.not-logging"},
		"no trail at all":                              {newWorld(), none, none, none, none, allSix + " global", allSix, "reason.no-trail"},
		"KMS left out by one trail, filled by another": {newWorld().add("a", home, true, selectors(basic("All", "kms.amazonaws.com"))).add("b", other, true, selectors(advanced(trail.FieldSelector{Field: "eventSource", Equals: []string{"kms.amazonaws.com"}}))), rec, rec, rec, rec, "", "", ""},
		"a single-Region trail elsewhere records no global events": {
			newWorld().add("t", other, false, nil), none, none, none, rec, allSix + " global", "", "",
		},
		"global service events off": {
			newWorld().add("t", home, false, func(t *trail.Trail) { t.GlobalServiceEvents = false }).add("u", other, false, nil),
			part, none, part, rec, "global", "", "",
		},
		"trails of a Region could not be listed": {
			newWorld().add("t", home, false, nil).gap(other, trail.DescribeTrails, ""),
			unknown, none, rec, unknown, "", allSix, "reason.gap-denied",
		},
		"a stopped trail is known not to record, whatever its selectors are": {
			newWorld().add("t", home, true, func(t *trail.Trail) { stopped(t); t.Selectors = nil }).gap(home, trail.GetEventSelectors, arnOf("t", home)),
			none, none, none, none, allSix + " global", allSix, "reason.not-logging",
		},
		"selectors that narrow": {
			newWorld().add("t", home, true, selectors(advanced(trail.FieldSelector{Field: "eventType", NotEquals: []string{"AwsServiceEvent"}}))),
			part, none, part, part, allSix + " global", allSix, "reason.narrowed",
		},
		"a shadow that has not come": {
			newWorld().add("t", home, true, func(t *trail.Trail) { delete(t.Status, other) }).hide(other), none, rec, rec, none, "", allSix, "reason.no-shadow",
		},
		"an enabled event data store records too": {newWorld().store("ENABLED", true), rec, none, rec, rec, "", "", ""},
		"a stopped event data store does not":     {newWorld().store("STOPPED_INGESTION", true), none, none, none, none, allSix + " global", allSix, "reason.store-stopped"},
		"an event data store of one Region":       {newWorld().store("ENABLED", false), none, none, rec, none, "", allSix, "reason.no-trail"},
		"a Region left out is never fine":         {newWorld().add("t", home, true, nil).leaveOut(other), unknown, rec, rec, unknown, "", allSix, "reason.left-out"},
		"an event data store that could not be read may record anything": {
			newWorld().gap(home, trail.GetEventDataStore, "arn:x"), unknown, none, unknown, unknown, allSix + " global", allSix, "reason.gap-denied",
		},
		"event data stores that could not be listed leave the answer to trails": {
			newWorld().gap(home, trail.ListEventDataStores, ""), none, none, none, none, allSix + " global", allSix, "reason.no-trail",
		},
		"only reads of global services": {
			newWorld().add("t", home, true, selectors(basic("ReadOnly"))), part, none, part, part,
			"write/kms write/rdsdata write/other global", "write/kms write/rdsdata write/other", "reason.read-only",
		},
		"an organization trail whose home Region the account has not enabled": {
			newWorld().add("t", "af-south-1", true, func(t *trail.Trail) { t.Organization = true }),
			none, none, none, none, allSix + " global", allSix, "reason.home-disabled",
		},
		"the Regions could not be listed": {newWorld().add("t", home, true, nil).gap("", trail.ListRegions, ""), unknown, rec, rec, rec, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := coverage.Assess(c.w.Snapshot)
			if a.Verdict != c.account || a.Future != c.fut {
				t.Errorf("account %s, future %s; want %s, %s", a.Verdict, a.Future, c.account, c.fut)
			}
			checkRegion(t, a, home, c.atHome, c.missHome)
			checkRegion(t, a, other, c.elsewhere, c.missElse)
			checkRegion(t, a, "af-south-1", coverage.Disabled, allSix)
			r, _ := a.Region(other)
			if c.reason != "" && !slices.ContainsFunc(r.Reasons(), func(n trail.Note) bool { return n.Key == c.reason }) {
				t.Errorf("%s gives %v, want %s", other, r.Reasons(), c.reason)
			}
		})
	}
}

func checkRegion(t *testing.T, a coverage.Assessment, r trail.Region, want coverage.Verdict, missing string) {
	t.Helper()
	got, _ := a.Region(r)
	var names []string
	for _, c := range got.Missing() {
		names = append(names, string(c))
	}
	if got.Verdict != want || strings.Join(names, " ") != missing {
		t.Errorf("%s is %s without %v, want %s without [%s]", r, got.Verdict, names, want, missing)
	}
	if (len(names) == 0) != (got.Verdict == coverage.Recorded) {
		t.Errorf("%s is %s with %d classes missing", r, got.Verdict, len(names))
	}
}

func fail(r trail.Region) func(*trail.Trail) {
	return func(t *trail.Trail) { t.Status[r] = trail.Status{Logging: true, DeliveryError: "AccessDenied"} }
}

func stopped(t *trail.Trail) {
	for r := range t.Status {
		t.Status[r] = trail.Status{}
	}
}

func (w *world) hide(r trail.Region) *world {
	for i := range w.Regions {
		if w.Regions[i].Region == r {
			w.Regions[i].Visible = nil
		}
	}
	return w
}

func (w *world) leaveOut(r trail.Region) *world {
	for i := range w.Regions {
		if w.Regions[i].Region == r {
			w.Regions[i].LeftOut, w.Regions[i].Visible = true, nil
		}
	}
	for i := range w.Trails {
		delete(w.Trails[i].Status, r)
	}
	return w
}

func (w *world) store(status string, multi bool) *world {
	w.EventDataStores = append(w.EventDataStores, trail.EventDataStore{
		ARN: "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/x", Name: "lake", HomeRegion: home,
		Status: status, MultiRegion: multi, Selectors: advanced(),
	})
	return w
}

func TestFindings(t *testing.T) {
	for name, c := range map[string]struct {
		w    *world
		want string
	}{
		"nothing to say of a healthy account":              {newWorld().add("t", home, true, nil), ""},
		"no trail":                                         {newWorld(), "no-trail region-unrecorded region-unrecorded global-events future-regions"},
		"the classic mistake":                              {newWorld().add("t", other, false, nil), "region-unrecorded global-events future-regions single-region-trail"},
		"a second copy":                                    {newWorld().add("t", home, true, nil).add("u", other, false, nil), "second-copy"},
		"two equal trails: one is the copy":                {newWorld().add("t", home, true, nil).add("u", home, true, nil), "second-copy"},
		"two halves are no copies":                         {newWorld().add("r", home, true, selectors(basic("ReadOnly"))).add("w", home, true, selectors(basic("WriteOnly"))), ""},
		"delivery fails in one Region":                     {newWorld().add("t", home, true, fail(other)), "region-failing delivery-error"},
		"only a store records":                             {newWorld().store("ENABLED", true), "no-trail future-regions event-data-store-only"},
		"a trail may hide in a Region that was not listed": {newWorld().gap(other, trail.DescribeTrails, ""), "region-unrecorded global-events future-regions region-unknown"},
		"a Region left out":                                {newWorld().add("t", home, true, nil).leaveOut(other), "region-left-out"},
		"validation off":                                   {newWorld().add("t", home, true, func(t *trail.Trail) { t.LogFileValidation = false }), "log-file-validation"},
	} {
		t.Run(name, func(t *testing.T) {
			var ids []string
			for _, f := range coverage.Assess(c.w.Snapshot).Findings {
				ids = append(ids, f.ID)
			}
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("findings are\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestOrganizationTrailInOptInHome(t *testing.T) {
	w := newWorld()
	w.Regions[0].OptStatus = trail.Enabled
	w.add("org", "af-south-1", true, func(t *trail.Trail) { t.Organization = true })
	a := coverage.Assess(w.Snapshot)
	if a.Verdict != coverage.Recorded {
		t.Errorf("an account that enabled the home Region is %s", a.Verdict)
	}
	if !slices.ContainsFunc(a.Findings, func(f trail.Finding) bool { return f.ID == "organization-trail-opt-in-home" }) {
		t.Errorf("the findings %v do not warn of the opt-in home", a.Findings)
	}
}
