package report

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
)

// planText shows what would be changed, why, and what comes of it:
//
//	Plan: your-trail-name is to record every Region
//	  account 123456789012
//	  arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name
//	  it is the only trail of the account
//
//	Changes
//	  1. cloudtrail:UpdateTrail (ap-northeast-1)
//	     ~ IsMultiRegionTrail  false → true
//	     {"Name":"arn:…","IsMultiRegionTrail":true,"IncludeGlobalServiceEvents":true}
//
//	Checks before the change
//	  ✓ quota   every Region has room for one more trail
//	  ✗ bucket  the policy allows delivery from ap-northeast-1 only
//	            #2 (s3:x-amz-acl)
//	            → allow cloudtrail.amazonaws.com
//
//	What comes with it
//	  other-trail  its second copy of management events is billed
//
//	Regions before → after
//	  ✗ not recorded  16 → 0
//	  ✓ recorded      1 → 17
//	  Regions enabled later: not recorded → recorded
//
//	What to do next
//	  nothing has been changed yet; this applies the plan
//	    trailspan convert --trail your-trail-name
//	  its result tells how to take it back
//
// A plan without steps is its title and the reason. The run is not named: each time
// that the plan is made it is another. What to do next is left out when it is being done.
func planText(r PlanReport, o Options) *page {
	p := newPage(o)
	p.planHead(r.Plan)
	p.others(r.Plan.Others)
	if len(r.Plan.Steps) == 0 {
		p.cost(r.Plan.Cost)
		p.withoutTrail(r.Plan)
		return p
	}
	p.steps(r.Plan.Steps)
	p.gates(r.Plan.Gates)
	p.source(r.Plan.Source)
	p.becomes(r.Plan.Becomes)
	p.cost(r.Plan.Cost)
	p.beforeAfter(r)
	if !r.Applying {
		p.planNext(r)
	}
	return p
}

func (p *page) planHead(x plan.Plan) {
	title := p.say("report.plan.title", "trail", x.Trail.Name())
	switch {
	case len(x.Steps) == 0:
		title = p.say("report.plan.nothing")
	case retires(x):
		title = p.say("report.plan.retire", "trail", x.Trail.Name())
	}
	p.text(0, para{title, bold})
	p.text(tableIndent, para{p.say("report.plan.account", "account", string(x.Account)), plainInk})
	if x.Trail != "" {
		p.literally(tableIndent, para{string(x.Trail), dim})
	}
	if why := p.note(x.Why); why != "" {
		p.text(tableIndent, para{why, plainInk})
	}
}

// steps writes each change as a difference, and the request that makes it.
func (p *page) steps(steps []plan.Step) {
	p.title(p.say("report.plan.steps"))
	p.stepLines(steps)
}

func (p *page) stepLines(steps []plan.Step) {
	for _, s := range steps {
		p.text(tableIndent, para{strconv.Itoa(s.ID) + ". " + s.Action + " (" + string(s.Region) + ")", bold})
		for _, line := range stateDiff(s.Before, s.After) {
			p.literally(stepIndent, line)
		}
		p.literally(stepIndent, para{requestLine(s.Request), dim})
	}
}

const stepIndent = 5 // below the words after "1. "

// requestLine is the request as AWS names its members. A policy, which the difference
// shows, is left out.
func requestLine(r plan.Request) string {
	if r.Policy != "" {
		r.Policy = "…"
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(r); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}

func (p *page) gates(gates []plan.Gate) {
	if len(gates) == 0 {
		return
	}
	p.title(p.say("report.plan.gates"))
	p.gateLines(gates)
}

func (p *page) gateLines(gates []plan.Gate) {
	t := table{columns: []column{{}, {least: 20}}}
	for _, g := range gates {
		m := gateMark(g.Status)
		t.add(cell{{m.sign + " " + g.ID, m.ink}}, p.gate(g))
	}
	p.table(t)
}

func (p *page) gate(g plan.Gate) cell {
	message := p.note(g.Message)
	c := words(message)
	if seen := evidenceText(p.Speaker, g); g.Status != plan.Pass && !strings.Contains(message, seen) {
		c = append(c, para{seen, dim})
	}
	if hint := p.note(g.Hint); hint != "" && g.Status != plan.Pass {
		c = append(c, para{"→ " + hint, cyan})
	}
	return c
}

// evidenceText is what a gate rests on, as one line.
func evidenceText(s voice, g plan.Gate) string {
	var parts []string
	if len(g.Details) > 0 {
		parts = append(parts, strings.Join(each(g.Details, s.Note), ", "))
	}
	if g.Evidence != "" {
		parts = append(parts, g.Evidence)
	}
	return strings.Join(parts, "; ")
}

func gateMark(s plan.GateStatus) mark {
	switch s {
	case plan.Pass:
		return good
	case plan.Warn:
		return warning
	case plan.Block:
		return bad
	default:
		return unknown
	}
}

func (p *page) becomes(all []plan.Consequence) {
	if len(all) == 0 {
		return
	}
	p.title(p.say("report.plan.becomes"))
	for _, c := range all {
		text := p.note(c.Note)
		if name := c.Trail.Name(); !strings.Contains(text, name) {
			text = name + ": " + text
		}
		p.text(tableIndent, para{text, plainInk})
	}
}

// beforeAfter counts the Regions of each verdict.
func (p *page) beforeAfter(r PlanReport) {
	if r.Before.Future == "" || r.After.Future == "" { // a saved plan may not tell
		return
	}
	before, after := r.Before.Count(), r.After.Count()
	p.title(p.say("report.plan.regions"))
	t := table{columns: []column{{}, {least: 8}}}
	for _, v := range coverage.WorstFirst() {
		if before[v]+after[v] > 0 {
			t.add(p.verdict(v), words(strconv.Itoa(before[v])+" → "+strconv.Itoa(after[v])))
		}
	}
	p.table(t)
	p.text(tableIndent, para{p.say("report.plan.later",
		"before", p.verdictWord(r.Before.Future), "after", p.verdictWord(r.After.Future)), plainInk})
}

// withoutTrail says what to do where there is no trail at all.
func (p *page) withoutTrail(x plan.Plan) {
	if x.Why.Key != "why.no-trail" {
		return
	}
	p.title(p.say("report.next"))
	p.text(tableIndent, para{p.say("report.next.create"), plainInk})
	p.literally(stackIndent, para{"trailspan create", bold})
}

func (p *page) planNext(r PlanReport) {
	p.title(p.say("report.next"))
	if n := len(r.Plan.Blocked()); n > 0 {
		p.text(tableIndent, para{p.say("report.plan.blocked", "count", strconv.Itoa(n)), red})
		return
	}
	p.text(tableIndent, para{p.say("report.plan.apply"), plainInk})
	p.literally(stackIndent, para{applyCommand(r), bold})
	p.text(tableIndent, para{p.say("report.plan.back"), plainInk})
}

// applyCommand is the command line that applies the plan: the saved one, or the same made
// again.
func applyCommand(r PlanReport) string {
	x := r.Plan
	for _, s := range x.Steps {
		if s.Action == plan.CreateTrail {
			return "trailspan create --name " + s.Request.Name + " --bucket " + s.Request.S3BucketName
		}
	}
	command := "trailspan convert"
	switch {
	case r.SavedAs != "":
		command += " --plan-file " + oneWord(r.SavedAs)
	case retires(x):
		command += " --retire --trail " + x.Trail.Name()
	default:
		command += " --trail " + x.Trail.Name()
	}
	if r.AllowDrift {
		command += " --allow-drift"
	}
	return command
}

// plainWord is what every shell takes for one word.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=\\-]+$`)

// oneWord is a file name as a shell takes it.
func oneWord(name string) string {
	if plainWord.MatchString(name) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
