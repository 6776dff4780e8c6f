package control

import (
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// The demands that several checks share.

func multiRegion() demand {
	return setting(Later, "control.no.multi-region", func(t trail.Trail) bool { return t.MultiRegion })
}

func globalServiceEvents() demand {
	return setting(Globals, "reason.no-global-events", func(t trail.Trail) bool { return t.GlobalServiceEvents })
}

// setting is a demand on what DescribeTrails answers.
func setting(a Aspect, lacking string, has func(trail.Trail) bool) demand {
	return demand{aspects: []Aspect{a}, ask: func(_ scene, t trail.Trail) reply {
		if has(t) {
			return reply{answer: yes}
		}
		return reply{answer: no, why: trail.Say(lacking, "trail", t.Name)}
	}}
}

func logging() demand {
	return demand{aspects: []Aspect{Logging}, ask: func(x scene, t trail.Trail) reply {
		st, r := x.status(t)
		if r.answer == yes && !st.Logging {
			return reply{answer: no, why: trail.Say("reason.not-logging", "trail", t.Name)}
		}
		return r
	}}
}

// delivers asks for no delivery error in the Region of the scene.
func delivers() demand {
	return demand{aspects: []Aspect{Delivery}, ask: func(x scene, t trail.Trail) reply {
		st, r := x.status(t)
		if r.answer == yes && st.DeliveryError != "" {
			return reply{answer: no, why: trail.Say("reason.delivery-error", "trail", t.Name, "error", st.DeliveryError)}
		}
		return r
	}}
}

// selects is a demand on selectors, with the key of what a trail lacks that has none of
// them.
func selects(lacking string, has func(trail.Selectors) bool, aspects ...Aspect) demand {
	return demand{aspects: aspects, ask: func(x scene, t trail.Trail) reply {
		s, r := x.selectors(t)
		if r.answer == yes && !has(s) {
			return reply{answer: no, why: trail.Say(lacking, "trail", t.Name)}
		}
		return r
	}}
}

// undocumented turns no into unclear: AWS does not say whether the check asks for it. A
// check with such a demand does not look at its aspects for certain.
func undocumented(d demand, note string) demand {
	return demand{ask: func(x scene, t trail.Trail) reply {
		r := d.ask(x, t)
		if r.answer == no {
			return reply{answer: unclear, why: trail.Say(note, "trail", t.Name)}
		}
		return r
	}}
}

// someManagement, readsAndWrites and allSources are about what a trail really selects,
// whatever the form of its selectors.
func someManagement() demand {
	return selects("reason.no-management-events", func(s trail.Selectors) bool {
		return selectsAny(s, trail.AccessClasses()...)
	}, Management)
}

func readsAndWrites() demand {
	return selects("control.no.reads-and-writes", func(s trail.Selectors) bool {
		return selectsAny(s, trail.ReadKMS, trail.ReadRDSData, trail.ReadOther) &&
			selectsAny(s, trail.WriteKMS, trail.WriteRDSData, trail.WriteOther)
	}, Access)
}

// allSources asks that no source is left out of the reads, nor of the writes, that a
// trail selects.
func allSources() demand {
	return selects("control.no.all-sources", func(s trail.Selectors) bool {
		for _, group := range [][]trail.Class{
			{trail.ReadKMS, trail.ReadRDSData, trail.ReadOther},
			{trail.WriteKMS, trail.WriteRDSData, trail.WriteOther},
		} {
			if selectsAny(s, group...) && slices.ContainsFunc(group, func(c trail.Class) bool { return s.Selects(c) == trail.No }) {
				return false
			}
		}
		return true
	}, Sources)
}

func selectsAny(s trail.Selectors, classes ...trail.Class) bool {
	return slices.ContainsFunc(classes, func(c trail.Class) bool { return s.Selects(c) != trail.No })
}

// basicAll says whether one basic selector takes management events, read and write.
func basicAll(s trail.Selectors) bool {
	return slices.ContainsFunc(s.Basic, func(b trail.EventSelector) bool { return b.IncludeManagementEvents && readWriteAll(b) })
}

func readWriteAll(b trail.EventSelector) bool {
	return b.ReadWriteType == "All" || b.ReadWriteType == ""
}

// advancedManagement says whether one advanced selector is for management events and
// has no condition on readOnly, even one that both values satisfy.
func advancedManagement(s trail.Selectors) bool {
	return slices.ContainsFunc(s.Advanced, func(a trail.AdvancedEventSelector) bool {
		return !hasField(a, "readOnly") && slices.ContainsFunc(a.FieldSelectors, func(f trail.FieldSelector) bool {
			return f.Field == "eventCategory" && slices.Contains(f.Equals, "Management")
		})
	})
}

func hasField(a trail.AdvancedEventSelector, name string) bool {
	return slices.ContainsFunc(a.FieldSelectors, func(f trail.FieldSelector) bool { return f.Field == name })
}
