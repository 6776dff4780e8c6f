package report

import (
	"maps"
	"slices"
	"strconv"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// settled says whether nothing is left to do: all is recorded, and will be.
func settled(a coverage.Assessment) bool {
	return a.Verdict == coverage.Recorded && a.Future == coverage.Recorded
}

// accounts writes the table of many accounts:
//
//	3 accounts; 1 of them records every Region, now and to come
//	  account       name        verdict         recorded  later Regions
//	                                            Regions
//	  333333333333  sandbox     ✗ not recorded  1 of 17   ✗ not recorded
//	  111111111111  production  ✓ recorded      17 of 17  ✓ recorded
func (p *page) accounts(accounts []accountRow) {
	done := 0
	t := table{columns: []column{
		{head: p.say("report.head.account")},
		{head: p.say("report.head.name"), least: 8},
		{head: p.say("report.head.verdict")},
		{head: p.say("report.head.regions")},
		{head: p.say("report.head.later")},
	}}
	for _, a := range accounts {
		if a.settled {
			done++
		}
		t.add(words(string(a.id)), words(a.name), p.verdict(a.verdict), words(p.share(a)), p.verdict(a.future))
	}
	p.text(0, para{p.say("report.accounts", "count", strconv.Itoa(len(accounts)), "done", strconv.Itoa(done)), bold})
	p.table(t)
}

func (p *page) share(a accountRow) string {
	return p.say("report.share", "recorded", strconv.Itoa(a.recorded), "all", strconv.Itoa(a.all))
}

// verdict is a verdict as a sign and a word.
func (p *page) verdict(v coverage.Verdict) cell {
	m := verdictMark(v)
	return cell{{m.sign + " " + p.verdictWord(v), m.ink}}
}

func (p *page) verdictWord(v coverage.Verdict) string { return p.say("verdict." + string(v)) }

// account writes all about one account:
//
//	✗ account 123456789012 production (aws): not recorded
//	  recorded in full: 1 of 17 enabled Regions
//
//	Regions
//	  ✗ not recorded (16)  ap-northeast-2 ap-northeast-3  all management events: no
//	                       ap-south-1 ap-southeast-1 …    trail reaches this Region
//	  ✓ recorded           ap-northeast-1                 your-trail-name (ap-northeast-1)
//	  ✗ not recorded       global services (IAM, STS, …)  us-east-1: no trail reaches …
//	  ✗ not recorded       Regions enabled later          no healthy multi-Region trail …
//	  - opt-in Regions not enabled (17)
//
//	Trails
//	  name             home Region     multi-  logging  validation  bucket
//	                                   Region
//	  your-trail-name  ap-northeast-1  no      yes      no          your-bucket-name
//
//	Findings
//	  critical  no management event of ap-northeast-2 is recorded; the same in 15 more
//	            Regions (region-unrecorded)
//	            → widen a trail to every Region: trailspan convert
//
//	What to do next
//	  make a trail record every Region; the changes are shown first, …
//	    trailspan convert --trail your-trail-name
//
// Event data stores, what could not be looked at, and with Explain the answer for
// each class of events and those of published checks, have sections of their own when there is something to say.
func (p *page) account(a coverage.Assessment) {
	p.headline(a)
	p.regions(a)
	if p.Explain {
		p.explain(a)
		p.controls(a)
	}
	p.trails(a.Snapshot.Trails)
	p.stores(a.Snapshot.EventDataStores)
	p.findings(sober(a))
	p.gaps(a.Snapshot.Gaps)
	p.next(a)
}

func (p *page) headline(a coverage.Assessment) {
	m := verdictMark(a.Verdict)
	who := string(a.Snapshot.Account)
	if a.Snapshot.Name != "" {
		who += " " + a.Snapshot.Name
	}
	p.text(0, para{m.sign + " " + p.say("report.account", "account", who,
		"partition", string(a.Snapshot.Partition), "verdict", p.verdictWord(a.Verdict)), m.ink})
	p.text(tableIndent, para{p.say("report.counted",
		"recorded", strconv.Itoa(a.Count()[coverage.Recorded]), "all", strconv.Itoa(a.Looked())), plainInk})
}

// trails writes a table of trails, or that there are none.
func (p *page) trails(trails []trail.Trail) {
	p.title(p.say("report.trails"))
	if len(trails) == 0 {
		p.text(tableIndent, para{p.say("report.noTrails"), plainInk})
		return
	}
	t := table{columns: []column{
		{head: p.say("report.head.name"), least: 12},
		{head: p.say("report.head.home")},
		{head: p.say("report.head.multiRegion")},
		{head: p.say("report.head.logging")},
		{head: p.say("report.head.validation")},
		{head: p.say("report.head.bucket"), least: 12},
	}}
	for _, x := range trails {
		t.add(p.trailName(x), words(string(x.HomeRegion)), p.yesNo(x.MultiRegion), p.logging(x), p.yesNo(x.LogFileValidation), words(x.Bucket))
	}
	p.table(t)
}

// trailName is the name of a trail; of an organization trail also whose it is.
func (p *page) trailName(t trail.Trail) cell {
	c := words(t.Name)
	if t.Organization {
		c = append(c, para{p.say("report.organizationTrail", "owner", string(t.ARN.Owner())), dim})
	}
	return c
}

func (p *page) yesNo(yes bool) cell {
	if yes {
		return words(p.say("report.yes"))
	}
	return cell{{p.say("report.no"), yellow}}
}

func (p *page) logging(t trail.Trail) cell {
	if logging(t) == nil {
		return cell{unknown.para()}
	}
	return p.yesNo(*logging(t))
}

// logging says whether a trail is logging: in its home Region or, where that was not
// looked at, in the first Region that was. Nil: it is not known.
func logging(t trail.Trail) *bool {
	seenIn := t.HomeRegion
	if r := elsewhere(t); r != "" {
		seenIn = r
	}
	s, ok := t.Status[seenIn]
	if !ok {
		return nil
	}
	return &s.Logging
}

// elsewhere is the Region in which logging was seen when it was not in the home Region.
func elsewhere(t trail.Trail) trail.Region {
	if _, home := t.Status[t.HomeRegion]; home || len(t.Status) == 0 {
		return ""
	}
	return slices.Min(slices.Collect(maps.Keys(t.Status)))
}

// stores writes a table of event data stores when there are any.
func (p *page) stores(stores []trail.EventDataStore) {
	if len(stores) == 0 {
		return
	}
	p.title(p.say("report.stores"))
	t := table{columns: []column{
		{head: p.say("report.head.name"), least: 12},
		{head: p.say("report.head.home")},
		{head: p.say("report.head.multiRegion")},
		{head: p.say("report.head.status"), least: 8},
	}}
	for _, s := range stores {
		t.add(words(s.Name), words(string(s.HomeRegion)), p.yesNo(s.MultiRegion), words(s.Status))
	}
	p.table(t)
}
