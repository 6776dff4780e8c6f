package console

import (
	"strconv"

	"github.com/trailspan/trailspan/internal/trail"
)

// findingsView is what a person can act on.
type findingsView struct {
	overview
	Findings []findingRow `json:"findings"`
	Controls Checks       `json:"controls"`
}

type findingRow struct {
	ID       string         `json:"id"`
	Severity trail.Severity `json:"severity"`
	Region   trail.Region   `json:"region"`
	Trail    trail.ARN      `json:"trail"`
	Message  string         `json:"message"`
	Hint     string         `json:"hint"`
	// Regions are all of which the same is said.
	Regions []trail.Region `json:"-"`
}

func (c *Console) findings(r *request) (answer, error) {
	a, err := c.assess(r)
	if err != nil {
		return answer{}, err
	}
	v := findingsView{overview: overviewOf(a), Findings: each(a.Findings, func(f trail.Finding) findingRow {
		row := findingRow{ID: f.ID, Severity: f.Severity, Region: f.Region, Trail: f.Trail, Message: r.Note(f.Message)}
		if hint := r.Note(f.Hint); hint != f.Hint.Key {
			row.Hint = hint
		}
		return row
	}), Controls: c.options.Judge.Checks(r.Speaker, a)}
	return answer{page: "findings", title: r.Say("console.findings.title"), tab: "findings", view: v}, nil
}

// Folded are the findings, those of the same rule with the same hint in one row.
func (v findingsView) Folded() []findingRow {
	var out []findingRow
	index := map[string]int{}
	for _, f := range v.Findings {
		key := f.ID + " " + string(f.Trail)
		if f.Region == "" {
			key += " " + f.Message
		}
		i, there := index[key]
		if !there {
			i = len(out)
			index[key] = i
			out = append(out, f)
		}
		if f.Region != "" {
			out[i].Regions = append(out[i].Regions, f.Region)
		}
	}
	return out
}

// Agree says how many published checks do not part from trailspan.
func (l *layout) Agree(c Checks) string {
	return l.Say("report.controls.agree", "count", strconv.Itoa(c.Agreeing), "all", strconv.Itoa(c.All))
}

// Several says of how many Regions a finding is.
func (l *layout) Several(f findingRow) string {
	if len(f.Regions) < 2 {
		return f.Message
	}
	return l.Say("report.sameInMore", "sentence", f.Message, "count", strconv.Itoa(len(f.Regions)-1))
}
