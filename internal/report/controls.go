package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/control"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// controls writes what published checks will say, once for all that say the same for the
// same reason, and, where they and trailspan part, why. Those that part come first:
//
//	What published checks will say
//	  ✓ passes  cis-aws-foundations/3.1 cis-aws-foundations/4.1
//	            passes although all management events go unrecorded in eu-west-1 (t cannot
//	            deliver from this Region: AccessDenied): it does not ask whether log files arrive
//	  ! warns   trusted-advisor/c25hn9x03v
//	            eu-west-1: t cannot deliver from this Region: AccessDenied
//
// Of one account among many it writes only those that part, and how many do not.
func (p *page) controls(a coverage.Assessment) {
	groups, agreeing, all := p.controlGroups(a)
	if p.brief {
		p.title(p.say("report.controls.brief"))
	} else {
		p.title(p.say("report.controls"))
	}
	t := table{columns: []column{{}, {least: 20}}}
	for _, g := range groups {
		if !p.brief || len(g.differences) > 0 {
			t.add(p.controlStatus(g.status), g.cell())
		}
	}
	p.table(t)
	p.text(tableIndent, para{p.say("report.controls.agree", "count", strconv.Itoa(agreeing), "all", strconv.Itoa(all)), dim})
}

// controlGroup is checks that say the same.
type controlGroup struct {
	status      control.Status
	ids         []string
	reason      string // "" when they pass
	differences []string
}

func (g controlGroup) cell() cell {
	c := cell{{strings.Join(g.ids, " "), bold}}
	if g.reason != "" {
		c = append(c, para{g.reason, plainInk})
	}
	for _, d := range g.differences {
		c = append(c, para{d, yellow})
	}
	return c
}

// controlGroups returns what checks say, those that part from trailspan first, and how
// many of all do not.
func (p *page) controlGroups(a coverage.Assessment) (groups []controlGroup, agreeing, all int) {
	index := map[string]int{}
	for _, r := range control.Evaluate(a) {
		g := controlGroup{status: r.Status}
		if r.Status != control.Pass {
			g.reason = p.controlReason(r)
		}
		for _, d := range r.Differences {
			g.differences = append(g.differences, p.difference(d, a))
		}
		if all++; len(g.differences) == 0 {
			agreeing++
		}
		key := fmt.Sprint(g)
		if _, there := index[key]; !there {
			index[key] = len(groups)
			groups = append(groups, g)
		}
		groups[index[key]].ids = append(groups[index[key]].ids, r.ID)
	}
	slices.SortStableFunc(groups, func(x, y controlGroup) int { return parting(x) - parting(y) })
	return groups, agreeing, all
}

func parting(g controlGroup) int {
	if len(g.differences) > 0 {
		return 0
	}
	return 1
}

func (p *page) controlStatus(s control.Status) cell {
	m := controlMark(s)
	return cell{{m.sign + " " + p.say("control.status."+string(s)), m.ink}}
}

func controlMark(s control.Status) mark {
	switch s {
	case control.Pass:
		return good
	case control.Warn:
		return warning
	case control.Fail:
		return bad
	default:
		return unknown
	}
}

// controlReason says why a check says what it says; of one that answers for each Region
// also where, once for Regions with the same reason.
func (p *page) controlReason(r control.Result) string {
	if len(r.Regions) == 0 {
		return p.whyStatus(r.Status, r.Reason)
	}
	if r.Status == control.Pass {
		return p.say("control.pass.regions")
	}
	return p.controlRegions(r)
}

// controlRegions says of Regions that do not pass why not.
func (p *page) controlRegions(r control.Result) string {
	where := map[string][]trail.Region{}
	var order []string
	for _, x := range r.Regions {
		why := p.whyStatus(x.Status, x.Reason)
		if x.Status != r.Status {
			continue
		}
		if where[why] == nil {
			order = append(order, why)
		}
		where[why] = append(where[why], x.Region)
	}
	text := ""
	for _, why := range order {
		part := p.say("control.in", "where", p.some(where[why], len(r.Regions)), "reason", why)
		text = join(text, part)
	}
	return cmp.Or(text, p.whyStatus(r.Status, r.Reason))
}

// whyStatus says a reason. What trailspan could not see is no word of the check.
func (p *page) whyStatus(s control.Status, reason trail.Note) string {
	if s == control.Unknown && strings.HasPrefix(reason.Key, "reason.") {
		return p.say("control.unseen", "reason", p.note(reason))
	}
	return p.note(reason)
}

func join(text, more string) string {
	if text == "" {
		return more
	}
	return text + "; " + more
}

// some names Regions: all of them as all, up to three by their names, and else the first
// and how many more.
func (p *page) some(regions []trail.Region, all int) string {
	switch {
	case len(regions) == all && all > 1:
		return p.say("control.where.all")
	case len(regions) <= listedRegions:
		return p.list(strs(regions))
	default:
		return p.say("control.where.more", "region", string(regions[0]), "count", strconv.Itoa(len(regions)-1))
	}
}

// difference says where a check and trailspan part, and why.
func (p *page) difference(d control.Difference, a coverage.Assessment) string {
	where, why, because := p.some(d.Regions, a.Looked()), p.note(d.Why), p.note(d.Because)
	switch d.Kind {
	case control.PassesHole:
		return p.say("control.differs.passes-hole", "what", p.classes(withoutObvious(d.Missing)), "where", where, "why", why, "because", because)
	case control.PassesLater:
		return p.say("control.differs.passes-later", "because", because)
	case control.FailsRecorded:
		if because != "" {
			return p.say("control.differs.fails-recorded.because", "where", where, "why", why, "because", because)
		}
		return p.say("control.differs.fails-recorded", "where", where, "why", why)
	default:
		return p.say("control.differs."+string(d.Kind), "where", where, "why", why)
	}
}

// withoutObvious leaves out global service events where all management events are meant.
func withoutObvious(all []trail.Class) []trail.Class {
	if !containsAll(all, trail.AccessClasses()) {
		return all
	}
	return trail.AccessClasses()
}
