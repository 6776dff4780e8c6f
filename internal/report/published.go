package report

import (
	"github.com/trailspan/trailspan/internal/control"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
)

// PublishedCheck is published checks that say the same for the same reason, in words.
type PublishedCheck struct {
	Status      control.Status
	IDs         []string
	Reason      string   // "" when they pass
	Differences []string // where trailspan judges otherwise, and why
}

// PublishedChecks returns what published checks will say, as `check --explain` words it: those
// that part from trailspan first; and how many of all do not.
func PublishedChecks(s *say.Speaker, a coverage.Assessment) (list []PublishedCheck, agreeing, all int) {
	groups, agreeing, all := newPage(Options{Speaker: s}).controlGroups(a)
	return each(groups, func(g controlGroup) PublishedCheck { return PublishedCheck{g.status, g.ids, g.reason, g.differences} }), agreeing, all
}
