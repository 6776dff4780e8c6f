package console

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// planView is a plan before it is applied.
type planView struct {
	Account trail.AccountID `json:"account"`
	Run     string          `json:"run"`
	Trail   trail.ARN       `json:"trail"`
	Name    string          `json:"name"`
	Why     string          `json:"why"`
	// Chosen says that Why tells more than that the reader named the trail.
	Chosen  bool         `json:"-"`
	Steps   []stepRow    `json:"steps"`
	Gates   []gateRow    `json:"gates"`
	Blocked int          `json:"blocked"`
	Becomes []becomesRow `json:"becomes"`
	Others  []otherRow   `json:"others"`
	Source  *sourceRow   `json:"source"`
	Cost    *costView    `json:"cost"`
	Counts  []countRow   `json:"regions"`
	// Future is what becomes of Regions that are enabled later.
	FutureBefore coverage.Verdict `json:"futureBefore"`
	FutureAfter  coverage.Verdict `json:"futureAfter"`
	Expect       []trail.Region   `json:"expect"`
	// Starts says that the trail is multi-Region already, and has only to be started.
	Starts bool `json:"starts"`
	// Mistake says what was wrong with a confirmation.
	Mistake string `json:"mistake,omitempty"`
}

// stepRow is a change, as a difference and as the request that makes it.
type stepRow struct {
	ID      int          `json:"id"`
	Action  string       `json:"action"`
	Region  trail.Region `json:"region"`
	Changes []changeRow  `json:"changes"`
	Request string       `json:"request"`
}

// changeRow is a setting by AWS's name; what is not there is "".
type changeRow struct {
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to"`
}

type gateRow struct {
	ID       string          `json:"id"`
	Status   plan.GateStatus `json:"status"`
	Message  string          `json:"message"`
	Evidence string          `json:"evidence"`
	Hint     string          `json:"hint"`
}

type becomesRow struct {
	Trail trail.ARN `json:"trail"`
	Note  string    `json:"note"`
}

// otherRow is what becomes of another trail.
type otherRow struct {
	Trail   trail.ARN     `json:"trail"`
	Becomes plan.Decision `json:"decision"`
	Reasons []string      `json:"reasons"`
}

type sourceRow struct {
	Kind  string   `json:"kind"`
	Place string   `json:"place"`
	Set   []string `json:"set"`
	// Remains says that the trail is changed nevertheless, so that this remains to be done.
	Remains bool   `json:"remains"`
	Patch   string `json:"patch"`
	Remark  string `json:"remark"` // why there is no patch, or what it counts on
}

// countRow is how many Regions have a verdict.
type countRow struct {
	Verdict coverage.Verdict `json:"verdict"`
	Before  int              `json:"before"`
	After   int              `json:"after"`
}

// plan shows what a conversion would change. It reads, and changes nothing.
func (c *Console) plan(r *request) (answer, error) {
	arn, costing := trail.ARN(r.URL.Query().Get("arn")), Costing(r.URL.Query().Get("cost"))
	if costing != WithForecast {
		costing = NoForecast
	}
	next, err := c.turns.take(r.Context(), "plan "+string(r.account.ID))
	if err != nil {
		return answer{}, err
	}
	defer next()
	p, err := c.options.Planner.Plan(r.Context(), r.account.ID, arn, costing)
	if err != nil {
		return answer{}, err
	}
	c.plans.keep(p)
	return c.planPage(r, p), nil
}

func (c *Console) planPage(r *request, p plan.Plan) answer {
	s, err := c.looks.of(r.Context(), r.account.ID)
	if err != nil {
		s = p.Predicted
	}
	title := r.Say("console.plan.title", "trail", p.Trail.Name())
	if starts(p) {
		title = r.Say("console.plan.startTitle", "trail", p.Trail.Name())
	}
	return answer{page: "plan", title: title, tab: "trails", view: planViewOf(r, p, s)}
}

// starts says whether a plan only starts a trail that is multi-Region already.
func starts(p plan.Plan) bool {
	return len(p.Steps) > 0 && !slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return s.Action != plan.StartLogging })
}

func planViewOf(r *request, p plan.Plan, now trail.Snapshot) planView {
	before, after := coverage.Assess(now), coverage.Assess(p.Predicted)
	return planView{
		Account: p.Account, Run: p.Run, Trail: p.Trail, Name: p.Trail.Name(), Why: r.Note(p.Why), Chosen: p.Why.Key != "" && p.Why.Key != "why.named",
		Steps:   each(p.Steps, stepRowOf),
		Gates:   each(p.Gates, func(g plan.Gate) gateRow { return gateRowOf(r, g) }),
		Blocked: len(p.Blocked()),
		Becomes: each(p.Becomes, func(b plan.Consequence) becomesRow { return becomesRowOf(r, b) }),
		Others: each(p.Others, func(o plan.Other) otherRow {
			return otherRow{o.Trail, o.Decision, each(o.Reasons, r.Note)}
		}),
		Source:       sourceRowOf(r, p.Source),
		Cost:         costViewOf(r, p.Cost),
		Counts:       counts(before, after),
		Starts:       starts(p),
		FutureBefore: before.Future, FutureAfter: after.Future,
		Expect: each(p.Expect, func(x trail.Region) trail.Region { return x }),
	}
}

// becomesRowOf names the trail that its sentence does not.
func becomesRowOf(r *request, b plan.Consequence) becomesRow {
	said := r.Note(b.Note)
	if name := b.Trail.Name(); !strings.Contains(said, name) {
		said = name + ": " + said
	}
	return becomesRow{b.Trail, said}
}

func stepRowOf(s plan.Step) stepRow {
	return stepRow{
		ID: s.ID, Action: s.Action, Region: s.Region, Request: requestOf(s.Request),
		Changes: each(plan.Changes(s.Before, s.After), func(c plan.Change) changeRow { return changeRow{c.Name, value(c.From), value(c.To)} }),
	}
}

func value(v any) string {
	if v == nil {
		return ""
	}
	return text(v)
}

// requestOf is a request in AWS's words.
func requestOf(r plan.Request) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}

func gateRowOf(r *request, g plan.Gate) gateRow {
	row := gateRow{ID: g.ID, Status: g.Status, Message: r.Note(g.Message), Evidence: evidence(r, g)}
	if hint := r.Note(g.Hint); hint != g.Hint.Key {
		row.Hint = hint
	}
	return row
}

// evidence is what a gate rests on, as one line.
func evidence(r *request, g plan.Gate) string {
	parts := []string{}
	if len(g.Details) > 0 {
		parts = append(parts, strings.Join(each(g.Details, r.Note), ", "))
	}
	if g.Evidence != "" {
		parts = append(parts, g.Evidence)
	}
	return strings.Join(parts, "; ")
}

func sourceRowOf(r *request, s *plan.Source) *sourceRow {
	if s == nil {
		return nil
	}
	row := &sourceRow{
		Kind: r.Say("report.source." + string(s.Kind)), Place: placeOf(s), Set: append([]string{}, s.Set...),
		Remains: s.Remains, Patch: s.Patch, Remark: r.Note(s.Remark),
	}
	if row.Remark == s.Remark.Key {
		row.Remark = ""
	}
	return row
}

// placeOf says where in the code the trail is.
func placeOf(s *plan.Source) string {
	place := s.File
	if place != "" && s.Line > 0 {
		place += ":" + strconv.Itoa(s.Line)
	}
	return strings.Trim(place+" "+s.Resource, " ")
}

func counts(before, after coverage.Assessment) []countRow {
	out := []countRow{}
	a, b := before.Count(), after.Count()
	for _, v := range coverage.WorstFirst() {
		if a[v]+b[v] > 0 {
			out = append(out, countRow{v, a[v], b[v]})
		}
	}
	return out
}

// Command is the command line that makes and applies the same plan.
func (v planView) Command() string { return "trailspan convert --trail " + v.Name }

// Total counts the Regions that the trail must be seen in.
func (v planView) Total() int { return len(v.Expect) }
