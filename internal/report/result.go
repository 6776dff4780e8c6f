package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
)

// resultText shows what came of a run, where it was verified, and the way back:
//
//	✓ your-trail-name is converted: seen, and logging, in 15 of 17 Regions
//	  ✗ not yet (2)     us-east-1       the Region does not show the trail yet
//	                    us-east-2
//	  ✓ verified (15)   ap-northeast-1  within 1.2 s
//	                    ap-northeast-2 …
//
//	The way back
//	  trailspan rollback 20261122T101500Z-1a2b
//
// After a rollback, the Regions are those that the trail is gone from, or still shown in.
func resultText(r PlanReport, o Options) *page {
	p := newPage(o)
	if r.Result == nil {
		return p
	}
	p.resultHead(r)
	p.verified(r)
	p.stays(r.Result.Stays)
	if r.Proof != nil {
		p.blank()
		p.proof(*r.Proof)
	}
	p.afterwards(r)
	return p
}

func (p *page) resultHead(r PlanReport) {
	verified := 0
	for _, x := range r.Result.Regions {
		if x.Verified {
			verified++
		}
	}
	m, key := resultMark(r.Result.Status), string(r.Result.Status)
	switch {
	case r.Result.Status == apply.RolledBack && makesTrail(r.Plan):
		key = "removed"
	case r.Result.Status == apply.NothingToDo && r.Returning:
		key = "nothing-to-undo"
	case r.Result.Status == apply.PartialDone && r.Returning:
		key = "lingers"
	}
	if retires(r.Plan) && r.Result.Status != apply.NothingToDo {
		key = retiredKey(r.Result.Status)
	}
	p.text(0, para{m.sign + " " + p.say("report.result."+key, "trail", r.Plan.Trail.Name(), "run", r.Plan.Run,
		"verified", strconv.Itoa(verified), "all", strconv.Itoa(len(r.Result.Regions))), m.ink})
}

// retiredKey is what the end of a run is called that stops trails.
func retiredKey(s apply.Status) string {
	switch s {
	case apply.RolledBack:
		return "restarted"
	case apply.PartialDone, apply.Failed:
		return "retire-" + string(s)
	default:
		return string(s)
	}
}

// makesTrail says whether the plan makes its trail, so that its way back takes it away.
func makesTrail(x plan.Plan) bool {
	return slices.ContainsFunc(x.Steps, func(s plan.Step) bool { return s.Action == plan.CreateTrail })
}

func resultMark(s apply.Status) mark {
	switch s {
	case apply.Converted, apply.Created, apply.Retired, apply.RolledBack, apply.NothingToDo:
		return good
	case apply.PartialDone:
		return warning
	default:
		return bad
	}
}

// verified folds the Regions of which the same is true into one row each; those in which
// all is well come last.
func (p *page) verified(r PlanReport) {
	if len(r.Result.Regions) == 0 {
		return
	}
	yes, no := p.say("report.verified"), p.say("report.unverified")
	if r.Returning {
		yes, no = p.say("report.gone"), p.say("report.lingers")
	}
	t := table{columns: []column{{}, {least: 14}, {least: 16}}}
	for _, g := range p.sights(r.Result.Regions) {
		t.add(p.sight(g, yes, no), words(strings.Join(g.names, " ")), words(p.told(g)))
	}
	p.table(t)
}

// sighting is Regions of which verification says the same.
type sighting struct {
	apply.RegionResult // of the first; Took is that of the slowest
	names              []string
}

func (p *page) sights(regions []apply.RegionResult) []sighting {
	var out []sighting
	index := map[string]int{}
	for _, r := range regions {
		key := fmt.Sprint(r.Verified, r.Denied, p.note(r.Reason))
		i, there := index[key]
		if !there {
			i = len(out)
			index[key] = i
			out = append(out, sighting{RegionResult: r})
		}
		out[i].names = append(out[i].names, string(r.Region))
		out[i].Took = max(out[i].Took, r.Took)
	}
	slices.SortStableFunc(out, func(a, b sighting) int { return rankOf(a) - rankOf(b) })
	return out
}

func rankOf(s sighting) int {
	if s.Verified {
		return 1
	}
	return 0
}

// told is when the Regions showed the change, or why they do not.
func (p *page) told(s sighting) string {
	if !s.Verified {
		return p.note(s.Reason)
	}
	return p.say("report.seconds", "seconds", strconv.FormatFloat(s.Took.Seconds(), 'f', 1, 64))
}

// stays lists what a rollback left, and why.
func (p *page) stays(things []string) {
	if len(things) == 0 {
		return
	}
	p.title(p.say("report.stays"))
	for _, x := range things {
		p.text(tableIndent, para{x, plainInk})
	}
}

func (p *page) sight(s sighting, yes, no string) cell {
	m, word := bad, no
	switch {
	case s.Verified:
		m, word = good, yes
	case s.Denied:
		m, word = unknown, p.verdictWord(coverage.Unknown)
	}
	text := m.sign + " " + word
	if len(s.names) > 1 || s.Verified {
		text += " (" + strconv.Itoa(len(s.names)) + ")"
	}
	return cell{{text, m.ink}}
}

// afterwards says what can be done now, by how the run ended.
func (p *page) afterwards(r PlanReport) {
	back := "trailspan rollback " + r.Plan.Run
	if p.Passing && r.Result.Status != apply.BlockedRun {
		p.passing()
		return
	}
	switch r.Result.Status {
	case apply.BlockedRun:
		p.gates(r.Plan.Blocked())
	case apply.Failed:
		if r.Returning { // there is no way but back
			p.command(p.say("report.resume"), back)
			return
		}
		p.command(p.say("report.resume"), "trailspan convert --resume "+r.Plan.Run)
		p.command(p.say("report.back"), back)
	case apply.PartialDone:
		if r.Returning {
			p.command(p.say("report.again"), back)
			return
		}
		p.command(p.say("report.again"), "trailspan check")
		p.command(p.say("report.back"), back)
	case apply.Converted, apply.Created, apply.Retired:
		p.command(p.say("report.back"), back)
	case apply.RolledBack, apply.NothingToDo:
	}
}

// passing says why no way back is shown.
func (p *page) passing() {
	p.blank()
	p.text(0, para{p.say("report.passing"), plainInk})
}

func (p *page) command(title, line string) {
	p.title(title)
	p.literally(tableIndent, para{line, plainInk})
}
