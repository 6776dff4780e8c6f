package control

import (
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// shows says whether a check sees a trail from its scene: in a Region, those that reach
// it, whether they have arrived there or not.
func (x scene) shows(t trail.Trail) bool {
	return x.at == "" || t.MultiRegion || t.HomeRegion == x.at
}

// noTrail says that there is nothing to judge.
func (c Control) noTrail(x scene) trail.Note {
	switch {
	case c.scope == regions:
		return trail.Say("reason.no-trail")
	case c.scope == oneRegion && len(x.Trails) > 0:
		return trail.Say("control.no-trail-in", "region", string(x.at))
	default:
		return trail.Say("control.no-trail")
	}
}

// trailsHidden says whether a trail that c would count may hide where nobody looked, and
// why. A multi-Region trail shows itself in every Region: one that was looked at is
// enough.
func (c Control) trailsHidden(x scene) (trail.Note, bool) {
	if x.at != "" && !c.looksAt(Later) {
		v, _ := x.View(x.at)
		return x.unlooked(v)
	}
	var hides trail.Note
	looked := false
	for _, v := range x.Regions {
		if !v.OptStatus.Usable() {
			continue
		}
		note, hidden := x.unlooked(v)
		looked = looked || !hidden
		if hidden && hides.Key == "" {
			hides = note
		}
	}
	if looked && c.looksAt(Later) {
		return trail.Note{}, false
	}
	if hides.Key != "" {
		return hides, true
	}
	return regionsHidden(x.Snapshot)
}

// unlooked says why the trails of a Region were not listed, if so.
func (x scene) unlooked(v trail.RegionView) (trail.Note, bool) {
	if v.LeftOut {
		return trail.Say("reason.left-out"), true
	}
	if g, gap := x.Gap(v.Region, trail.DescribeTrails, ""); gap {
		return because(g), true
	}
	return trail.Note{}, false
}

// regionsHidden says whether there may be Regions that nobody told of, and why.
func regionsHidden(s trail.Snapshot) (trail.Note, bool) {
	if g, gap := s.Gap("", trail.ListRegions, ""); gap {
		return because(g), true
	}
	if len(s.EnabledRegions()) > 0 {
		return trail.Note{}, false
	}
	if len(s.Gaps) > 0 {
		return because(s.Gaps[0]), true
	}
	return trail.Say("reason.not-looked", "action", trail.ListRegions), true
}

func because(g trail.Gap) trail.Note {
	return trail.Say("reason.gap-"+string(g.Kind), "action", g.Action)
}

// status returns what GetTrailStatus says of a trail in the Region of the scene. The home
// Region may not have been looked at: then any other serves, for a trail logs in all of
// its Regions or in none.
func (x scene) status(t trail.Trail) (trail.Status, reply) {
	at := x.at
	if at == "" {
		at = t.HomeRegion
	}
	if st, ok := t.Status[at]; ok {
		return st, reply{answer: yes}
	}
	if g, gap := x.Gap(at, trail.GetTrailStatus, t.ARN); gap {
		return trail.Status{}, reply{unclear, because(g), g.Kind == trail.Denied}
	}
	if x.at == "" {
		for _, v := range x.Regions {
			if st, ok := t.Status[v.Region]; ok {
				return st, reply{answer: yes}
			}
		}
	}
	return trail.Status{}, x.unseen(t, at)
}

// unseen says why a Region has no answer about a trail that should be there.
func (x scene) unseen(t trail.Trail, at trail.Region) reply {
	v, _ := x.View(at)
	if note, hidden := x.unlooked(v); hidden {
		return reply{answer: unclear, why: note}
	}
	if x.at != "" && !slices.Contains(v.Visible, t.ARN) {
		return reply{no, trail.Say("reason.no-shadow", "trail", t.Name), false}
	}
	for _, g := range x.Gaps {
		if g.Action == trail.GetTrailStatus && g.Trail == t.ARN {
			return reply{unclear, because(g), g.Kind == trail.Denied}
		}
	}
	return reply{answer: unclear, why: trail.Say("reason.not-looked", "action", trail.GetTrailStatus)}
}

// selectors returns those of a trail, or why they are not known.
func (x scene) selectors(t trail.Trail) (trail.Selectors, reply) {
	if t.Selectors != nil {
		return *t.Selectors, reply{answer: yes}
	}
	for _, g := range x.Gaps {
		if g.Action == trail.GetEventSelectors && g.Trail == t.ARN {
			return trail.Selectors{}, reply{unclear, because(g), g.Kind == trail.Denied}
		}
	}
	return trail.Selectors{}, reply{answer: unclear, why: trail.Say("reason.not-looked", "action", trail.GetEventSelectors)}
}
