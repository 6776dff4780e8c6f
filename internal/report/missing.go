package report

import (
	"slices"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// family is classes of events that have one name for people.
type family struct {
	name    string // of the catalog, below "class."
	classes []trail.Class
}

// families lists them largest first, so that as few as possible are named.
func families() []family {
	return []family{
		{"all", trail.AccessClasses()},
		{"read", []trail.Class{trail.ReadKMS, trail.ReadRDSData, trail.ReadOther}},
		{"write", []trail.Class{trail.WriteKMS, trail.WriteRDSData, trail.WriteOther}},
		{"kms", []trail.Class{trail.ReadKMS, trail.WriteKMS}},
		{"rdsdata", []trail.Class{trail.ReadRDSData, trail.WriteRDSData}},
		{"other", []trail.Class{trail.ReadOther, trail.WriteOther}},
	}
}

// missing names the classes that a Region misses: "all management events", "read
// events", "events of KMS, global service events" …
func (p *page) missing(r coverage.Region) string { return p.classes(r.Missing()) }

// classes names classes of events by as few names as there are for them.
func (p *page) classes(all []trail.Class) string {
	left := slices.Clone(all)
	var names []string
	for _, f := range families() {
		if containsAll(left, f.classes) {
			names = append(names, p.say("class."+f.name))
			left = slices.DeleteFunc(left, func(c trail.Class) bool { return slices.Contains(f.classes, c) })
		}
	}
	for _, c := range left {
		names = append(names, p.say("class."+string(c)))
	}
	return p.list(names)
}

func containsAll(all, some []trail.Class) bool {
	return !slices.ContainsFunc(some, func(c trail.Class) bool { return !slices.Contains(all, c) })
}
