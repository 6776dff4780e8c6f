package report

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

type otherJSON struct {
	Trail    trail.ARN     `json:"trail"`
	Decision plan.Decision `json:"decision"`
	Reason   string        `json:"reason"` // all Reasons in one line
	Reasons  []string      `json:"reasons"`
}

// otherDocuments is nil where there is none, so that it is left out.
func otherDocuments(s voice, all []plan.Other) []otherJSON {
	if len(all) == 0 {
		return nil
	}
	return each(all, func(o plan.Other) otherJSON {
		reasons := sentences(s, o.Reasons)
		return otherJSON{o.Trail, o.Decision, strings.Join(reasons, "; "), reasons}
	})
}

// others shows what becomes of each other trail, and why:
//
//	The other trails
//	  stop  old-trail (eu-west-1)   your-trail-name records all that it does
//	  keep  data-trail (us-east-1)  only it has: data events
func (p *page) others(all []plan.Other) {
	if len(all) == 0 {
		return
	}
	p.title(p.say("report.others"))
	t := table{columns: []column{{}, {least: 16}, {least: 20}}}
	for _, o := range all {
		word, i := p.say("report.others.keep"), plainInk
		if o.Decision == plan.Stop {
			word, i = p.say("report.others.retire"), yellow
		}
		t.add(cell{{word, i}}, words(o.Trail.Name()+" ("+string(o.Trail.Region())+")"), words(p.notes(o.Reasons)))
	}
	p.table(t)
}

// retires says whether the plan stops trails.
func retires(x plan.Plan) bool {
	return slices.ContainsFunc(x.Steps, func(s plan.Step) bool { return s.Action == plan.StopLogging })
}
