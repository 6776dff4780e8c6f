package control

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// recordedBy says who records Regions in full, and why that is not enough for a check:
// it counts no event data stores, judges each trail by itself, or thinks of Regions to
// come. One trail that records all of it is a matter of what the check asks for beyond.
func (c Control) recordedBy(all []coverage.Region, a coverage.Assessment) (why, because trail.Note) {
	if store := neededStore(all, a.Snapshot); store != "" {
		return trail.Say("control.recorded.store", "store", store), trail.Say("control.blind.store")
	}
	if alone := soleWitness(all, a.Snapshot); alone != "" {
		return trail.Say("control.recorded.one", "trail", alone), trail.Note{}
	}
	why = together(witnesses(all, a.Snapshot))
	if c.looksAt(Later) && a.Future == coverage.Unrecorded {
		return why, trail.Say("control.blind.today")
	}
	return why, trail.Say("control.blind.together")
}

// neededStore returns the name of an event data store without which something would not
// be recorded, or "".
func neededStore(all []coverage.Region, s trail.Snapshot) string {
	for _, r := range all {
		for _, cell := range r.Cells {
			if slices.ContainsFunc(cell.Witnesses, func(arn trail.ARN) bool { _, ok := s.Trail(arn); return ok }) {
				continue
			}
			for _, d := range s.EventDataStores {
				if slices.Contains(cell.Witnesses, d.ARN) {
					return d.Name
				}
			}
		}
	}
	return ""
}

// soleWitness returns the name of a trail that records all by itself, or "".
func soleWitness(all []coverage.Region, s trail.Snapshot) string {
	for _, t := range s.Trails {
		if !slices.ContainsFunc(all, func(r coverage.Region) bool {
			return slices.ContainsFunc(r.Cells, func(cell coverage.Cell) bool { return !slices.Contains(cell.Witnesses, t.ARN) })
		}) {
			return t.Name
		}
	}
	return ""
}

// together names the trails that record all of it only together; many are counted.
func together(names []string) trail.Note {
	if len(names) > 3 {
		return trail.Say("control.recorded.many", "count", strconv.Itoa(len(names)))
	}
	return trail.Say("control.recorded.together", "trails", strings.Join(names, ", "))
}

// witnesses returns the names of the trails that record some of it.
func witnesses(all []coverage.Region, s trail.Snapshot) []string {
	var out []string
	for _, t := range s.Trails {
		if slices.ContainsFunc(all, func(r coverage.Region) bool { return slices.Contains(r.RecordedBy(), t.ARN) }) {
			out = append(out, t.Name)
		}
	}
	return out
}
