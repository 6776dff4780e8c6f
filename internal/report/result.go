package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
)

// resultText shows what came of a run, where it was verified, and the way back:
//
//	✓ your-trail-name is converted: seen, and logging, in 16 of 17 Regions
//	  ✗ not verified    us-east-1       the Region does not show the trail yet
//	  ✓ verified (16)   ap-northeast-1  within 1.2 s
//	                    ap-northeast-2 …
//
//	The way back
//	  trailspan rollback 20261122T101500Z-1a2b
func resultText(r PlanReport, o Options) *page {
	p := newPage(o)
	if r.Result == nil {
		return p
	}
	p.resultHead(r)
	p.verified(r.Result.Regions)
	p.stays(r.Result.Stays)
	p.afterwards(r.Plan, r.Result.Status)
	return p
}

func (p *page) resultHead(r PlanReport) {
	verified := 0
	for _, x := range r.Result.Regions {
		if x.Verified {
			verified++
		}
	}
	m := resultMark(r.Result.Status)
	p.text(0, para{m.sign + " " + p.say("report.result."+string(r.Result.Status), "trail", r.Plan.Trail.Name(),
		"verified", strconv.Itoa(verified), "all", strconv.Itoa(len(r.Result.Regions))), m.ink})
}

func resultMark(s apply.Status) mark {
	switch s {
	case apply.Converted, apply.Created, apply.RolledBack, apply.NothingToDo:
		return good
	case apply.PartialDone:
		return warning
	default:
		return bad
	}
}

// verified folds the Regions in which all is well into one row.
func (p *page) verified(regions []apply.RegionResult) {
	if len(regions) == 0 {
		return
	}
	t := table{columns: []column{{}, {least: 14}, {least: 16}}}
	var names []string
	var slowest time.Duration
	for _, r := range regions {
		if !r.Verified {
			t.add(p.sight(r), words(string(r.Region)), words(p.note(r.Reason)))
			continue
		}
		names = append(names, string(r.Region))
		slowest = max(slowest, r.Took)
	}
	if len(names) > 0 {
		sight := good.sign + " " + p.say("report.verified") + " (" + strconv.Itoa(len(names)) + ")"
		t.add(cell{{sight, good.ink}}, words(strings.Join(names, " ")),
			words(p.say("report.seconds", "seconds", strconv.FormatFloat(slowest.Seconds(), 'f', 1, 64))))
	}
	p.table(t)
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

func (p *page) sight(r apply.RegionResult) cell {
	m, word := bad, p.say("report.unverified")
	if r.Denied {
		m, word = unknown, p.verdictWord(coverage.Unknown)
	}
	return cell{{m.sign + " " + word, m.ink}}
}

// afterwards says what can be done now, by how the run ended.
func (p *page) afterwards(x plan.Plan, s apply.Status) {
	back := "trailspan rollback " + x.Run
	switch s {
	case apply.BlockedRun:
		p.gates(x.Blocked())
	case apply.Failed:
		p.command(p.say("report.resume"), "trailspan convert --resume "+x.Run)
		p.command(p.say("report.back"), back)
	case apply.PartialDone:
		p.command(p.say("report.again"), "trailspan check")
		p.command(p.say("report.back"), back)
	case apply.Converted, apply.Created:
		p.command(p.say("report.back"), back)
	case apply.RolledBack, apply.NothingToDo:
	}
}

func (p *page) command(title, line string) {
	p.title(title)
	p.literally(tableIndent, para{line, plainInk})
}
