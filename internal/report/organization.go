package report

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// OrganizationSchema names the JSON of a plan for many accounts.
const OrganizationSchema = "trailspan/plan-organization/v1"

// OrganizationHead is what is said of a plan for many accounts before its accounts.
type OrganizationHead struct {
	Run string // what rollback takes
	Why trail.Note
	// Returning says that the results are those of a rollback.
	Returning bool
}

// AccountReport is the plan of one of many accounts, and what came of it.
type AccountReport struct {
	PlanReport
	Name    string
	Problem trail.Note // why its run did not come to a good end
	// Untouched says that the run sent nothing that counts before it came to its Problem.
	Untouched bool
	// Rests says that nothing is planned for the account but to rest on a change of another,
	// which was not made.
	Rests bool
}

// Resting is the report of an account that rests on a change of a trail that was not made,
// or not to its end: what was recorded before is all that is known.
func (r AccountReport) Resting(on trail.ARN) AccountReport {
	r.Rests, r.After = true, r.Before
	r.Problem = trail.Say("report.organization.rests", "trail", on.Name())
	r.Plan.Why, r.Plan.Becomes = r.Problem, nil
	return r
}

// OrganizationStream shows plans account by account, or results when they have them.
type OrganizationStream struct {
	show interface {
		add(r AccountReport) error
		end(skipped []Skipped) error
	}
}

// NewOrganizationStream shows the plans, or the results, of accounts in text and JSON.
func NewOrganizationStream(w io.Writer, f Format, head OrganizationHead, o Options) (*OrganizationStream, error) {
	switch f {
	case Text, Markdown:
		return &OrganizationStream{&organizationText{w: w, head: head, options: o.as(f)}}, nil
	case HTML:
		return &OrganizationStream{newOrganizationHTML(w, head, o.as(f))}, nil
	case JSON:
		s := &organizationJSON{english: english()}
		v := newScribe(s.english)
		s.list = jsonList{w: w, name: "accounts", head: organizationHeadJSON{OrganizationSchema, head.Run, v.Note(head.Why), head.Returning, v.said}}
		return &OrganizationStream{s}, nil
	default:
		return nil, unknownFormat(f)
	}
}

// Add shows the next account.
func (s *OrganizationStream) Add(r AccountReport) error { return s.show.add(r) }

// End shows what can be said once all are there.
func (s *OrganizationStream) End(skipped []Skipped) error { return s.show.end(skipped) }

type organizationHeadJSON struct {
	Schema string `json:"schema"`
	Run    string `json:"run"`
	Why    string `json:"why"`
	// Returning says that the results are those of a rollback.
	Returning bool     `json:"returning,omitempty"`
	Sentences wordings `json:"sentences,omitempty"`
}

type accountPlanJSON struct {
	planJSON
	Name  string `json:"name"`
	Error string `json:"error,omitempty"`
	// Untouched and Rests are those of AccountReport.
	Untouched bool `json:"untouched,omitempty"`
	Rests     bool `json:"rests,omitempty"`
}

type organizationTailJSON struct {
	Skipped []Skipped               `json:"skipped"`
	Summary organizationSummaryJSON `json:"summary"`
}

// organizationSummaryJSON counts accounts. Those that were to change end as converted,
// rolled back, partial or failed once the plan is applied.
type organizationSummaryJSON struct {
	Accounts    int `json:"accounts"`
	Skipped     int `json:"skipped"`
	NothingToDo int `json:"nothingToDo"`
	Blocked     int `json:"blocked"`
	ToChange    int `json:"toChange"`
	Converted   int `json:"converted"`
	RolledBack  int `json:"rolledBack"`
	Partial     int `json:"partial"`
	Failed      int `json:"failed"`
}

func (s *organizationSummaryJSON) add(r AccountReport) {
	s.Accounts++
	switch {
	case r.Rests:
		s.Blocked++
		return
	case len(r.Plan.Steps) == 0:
		s.NothingToDo++
		return
	case len(r.Plan.Blocked()) > 0:
		s.Blocked++
		return
	}
	s.ToChange++
	if r.Result == nil {
		return
	}
	switch r.Result.Status {
	case apply.NothingToDo:
		if r.Returning { // it is as it was
			s.RolledBack++
		} else {
			s.Converted++
		}
	case apply.Converted, apply.Created, apply.Retired:
		s.Converted++
	case apply.RolledBack:
		s.RolledBack++
	case apply.PartialDone:
		s.Partial++
	case apply.Failed, apply.BlockedRun:
		s.Failed++
	}
}

type organizationJSON struct {
	list    jsonList
	english *say.Speaker
	summary organizationSummaryJSON
}

func (s *organizationJSON) add(r AccountReport) error {
	s.summary.add(r)
	v := newScribe(s.english)
	d := accountPlanJSON{planDocument(r.PlanReport), r.Name, v.Note(r.Problem), r.Untouched, r.Rests}
	maps.Copy(d.Sentences, v.said)
	return s.list.add(d)
}

func (s *organizationJSON) end(skipped []Skipped) error {
	s.summary.Skipped = len(skipped)
	return s.list.end(organizationTailJSON{append([]Skipped{}, skipped...), s.summary})
}

// organizationText shows plans with the table of all accounts at the end; of results it
// shows those that there is something to say about, as they come.
//
//	111111111111 management: org-trail is to record every Region
//	  1. cloudtrail:UpdateTrail (us-east-1)
//	     ~ IsMultiRegionTrail  false → true
//	     {"Name":"arn:…","IsMultiRegionTrail":true,"IncludeGlobalServiceEvents":true}
//	  ! organization  org-trail is an organization trail: …
//
//	Plan for the organization: 1 account is changed
//	  an organization trail reaches every account: org-trail is widened
//
//	  account       name        plan                                   recorded Regions
//	  111111111111  management  ~ widen org-trail                      1 → 17
//	  222222222222  member      - org-trail will record it             1 → 17
type organizationText struct {
	w       io.Writer
	head    OrganizationHead
	options Options
	summary organizationSummaryJSON
	rows    []organizationRow
	results bool
	wrote   bool
}

type organizationRow struct {
	id            trail.AccountID
	name          string
	mark          mark
	what          trail.Note
	before, after int
}

// count adds an account to what is told of all, and says whether there is more to say
// about it.
func (s *organizationText) count(r AccountReport) bool {
	s.summary.add(r)
	s.rows = append(s.rows, rowOfPlan(r))
	s.results = s.results || r.Result != nil
	return len(r.Plan.Steps) > 0 || r.Rests && r.Result != nil
}

func (s *organizationText) add(r AccountReport) error {
	if !s.count(r) {
		return nil
	}
	p := newPage(s.options)
	if s.wrote {
		p.blank()
	}
	s.wrote = true
	if r.Result != nil {
		p.accountResult(r)
	} else {
		p.accountPlan(r)
	}
	return p.writeTo(s.w)
}

func who(r AccountReport) string {
	if r.Name == "" {
		return string(r.Plan.Account)
	}
	return string(r.Plan.Account) + " " + r.Name
}

func rowOfPlan(r AccountReport) organizationRow {
	row := organizationRow{
		id: r.Plan.Account, name: r.Name, mark: good, what: r.Plan.Why,
		before: r.Before.Count()[coverage.Recorded], after: r.After.Count()[coverage.Recorded],
	}
	switch {
	case r.Rests:
		row.mark, row.what = bad, r.Problem
	case len(r.Plan.Blocked()) > 0:
		row.mark, row.what, row.after = bad, trail.Say("report.organization.blocked", "trail", r.Plan.Trail.Name(), "gates", gateNames(r.Plan.Blocked())), row.before
	case len(r.Plan.Steps) > 0:
		row.mark, row.what = warning, trail.Say("report.organization.widen", "trail", r.Plan.Trail.Name())
	case !settled(r.After):
		row.mark = bad
	}
	return row
}

func gateNames(gates []plan.Gate) string {
	text := ""
	for i, g := range gates {
		if i > 0 {
			text += ", "
		}
		text += g.ID
	}
	return text
}

// accountPlan writes what is changed in an account, and what there is to know about it.
func (p *page) accountPlan(r AccountReport) {
	p.text(0, para{p.say("report.organization.account", "account", who(r), "trail", r.Plan.Trail.Name()), bold})
	p.literally(tableIndent, para{string(r.Plan.Trail), dim})
	p.text(tableIndent, para{p.note(r.Plan.Why), plainInk})
	p.stepLines(r.Plan.Steps)
	p.gateLines(slices.DeleteFunc(slices.Clone(r.Plan.Gates), func(g plan.Gate) bool { return g.Status == plan.Pass }))
	p.source(r.Plan.Source)
}

// accountResult writes how the run of an account ended.
func (p *page) accountResult(r AccountReport) {
	p.text(0, para{who(r), bold})
	problem := p.note(r.Problem)
	switch {
	case len(r.Plan.Blocked()) > 0:
		p.text(tableIndent, para{bad.sign + " " + p.say("report.organization.blocked", "trail", r.Plan.Trail.Name(), "gates", gateNames(r.Plan.Blocked())), red})
	case r.Untouched, r.Rests:
		p.text(tableIndent, para{bad.sign + " " + problem, red})
	default:
		p.resultHead(r.PlanReport)
		if problem != "" {
			p.text(tableIndent, para{problem, plainInk})
		}
	}
	if r.Result.Status == apply.PartialDone {
		p.verified(r.PlanReport)
	}
	p.stays(r.Result.Stays)
}

func (s *organizationText) end(skipped []Skipped) error {
	p := newPage(s.options)
	if s.wrote {
		p.blank()
	}
	if s.results {
		p.organizationResult(s.head, s.summary)
	} else {
		p.organizationPlan(s.head, s.summary, s.rows)
	}
	p.skipped(skipped)
	return p.writeTo(s.w)
}

func (p *page) organizationPlan(head OrganizationHead, n organizationSummaryJSON, rows []organizationRow) {
	p.text(0, para{p.say("report.organization.plan", "count", strconv.Itoa(n.ToChange), "all", strconv.Itoa(n.Accounts)), bold})
	p.text(tableIndent, para{p.note(head.Why), plainInk})
	p.blank()
	t := table{columns: []column{
		{head: p.say("report.head.account")},
		{head: p.say("report.head.name"), least: 8},
		{head: p.say("report.head.plan"), least: 20},
		{head: p.say("report.head.regions")},
	}}
	for _, r := range rows {
		t.add(words(string(r.id)), words(r.name), cell{{r.mark.sign + " " + p.note(r.what), r.mark.ink}},
			words(strconv.Itoa(r.before)+" → "+strconv.Itoa(r.after)))
	}
	p.table(t)
}

func (p *page) organizationResult(head OrganizationHead, n organizationSummaryJSON) {
	key := "report.organization.result"
	if head.Returning {
		key = "report.organization.returned"
	}
	p.text(0, para{p.say(key, "run", head.Run, "converted", strconv.Itoa(n.Converted), "back", strconv.Itoa(n.RolledBack),
		"partial", strconv.Itoa(n.Partial), "failed", strconv.Itoa(n.Failed), "blocked", strconv.Itoa(n.Blocked)), bold})
	if p.Passing {
		p.passing()
		return
	}
	if n.Partial+n.Failed > 0 && !head.Returning {
		p.command(p.say("report.resume"), "trailspan convert --resume "+head.Run)
	}
	switch {
	case head.Returning && n.Failed > 0:
		p.command(p.say("report.resume"), "trailspan rollback "+head.Run)
	case !head.Returning && n.ToChange > 0:
		p.command(p.say("report.back"), "trailspan rollback "+head.Run)
	}
}

// skipped lists the accounts that nobody looked at, and why.
func (p *page) skipped(all []Skipped) {
	if len(all) == 0 {
		return
	}
	p.title(p.say("report.organization.skipped"))
	t := table{columns: []column{{}, {least: 8}, {least: 16}}}
	for _, s := range all {
		t.add(words(string(s.Account)), words(s.Name), words(cmp.Or(s.Reason, s.State)))
	}
	p.table(t)
}
