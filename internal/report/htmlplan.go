package report

import (
	"html/template"
	"io"
	"slices"

	"github.com/trailspan/trailspan/internal/coverage"
)

// planView is the page of a plan, or of what came of one.
type planView struct {
	Title   string
	Facts   []fact
	Body    template.HTML
	Maps    []mapView
	MapHead string
	MapText string
	Legend  []controlSays
}

type fact struct{ Name, Value string }

// planHTML is the page of a plan and, where it was applied, of what came of it.
func planHTML(w io.Writer, r PlanReport, o Options) error {
	all := planText(r, o).blocks
	if r.Result != nil && r.Applying {
		for _, b := range resultText(r, o).blocks {
			b.Level = max(b.Level, 2) // the page has a title
			all = append(all, b)
		}
	}
	return newHTMLPage(o).plan(w, r, all)
}

// resultHTML is the page of what came of a plan.
func resultHTML(w io.Writer, r PlanReport, o Options) error {
	return newHTMLPage(o).plan(w, r, resultText(r, o).blocks)
}

func (p htmlPage) plan(w io.Writer, r PlanReport, all []block) error {
	title, all := p.split(all)
	body, err := p.rendered(all)
	if err != nil {
		return err
	}
	v := planView{Title: title, Body: body, Legend: p.legend(), Facts: p.planFacts(r)}
	if regions := sumsOf(r.After.Regions); len(r.Plan.Steps) > 0 && !r.Returning {
		v.Maps, v.MapText, v.MapHead = p.maps(regions), p.mapText(regions), p.say("html.map.after")
	}
	if err := p.head(w, title, ""); err != nil {
		return err
	}
	if err := p.write(w, "plan", v); err != nil {
		return err
	}
	return p.foot(w)
}

// split returns the heading of a page, and what stands below it.
func (p htmlPage) split(all []block) (string, []block) {
	if len(all) > 0 && all[0].Kind == "heading" {
		return all[0].Text, all[1:]
	}
	return p.say("report.head.plan"), all
}

// planFacts say which plan it is.
func (p htmlPage) planFacts(r PlanReport) []fact {
	if r.Plan.Run == "" || len(r.Plan.Steps) == 0 {
		return nil
	}
	return []fact{{p.say("report.head.run"), clean(r.Plan.Run)}}
}

// sumsOf are the Regions of one account. A saved plan may count Regions without naming
// them: of those there is no map.
func sumsOf(all []coverage.Region) []regionSum {
	if slices.ContainsFunc(all, func(r coverage.Region) bool { return r.Region == "" }) {
		return nil
	}
	return each(all, func(r coverage.Region) regionSum { return regionSum{r.Region, map[coverage.Verdict]int{r.Verdict: 1}} })
}
