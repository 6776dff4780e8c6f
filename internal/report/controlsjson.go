package report

import (
	"github.com/trailspan/trailspan/internal/control"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// controlJSON is what a published check will say of the account.
type controlJSON struct {
	ID     string         `json:"id"`
	Status control.Status `json:"status"` // pass, warn, fail or unknown
	Reason string         `json:"reason"`
	// Regions are there for a check that answers for each enabled Region.
	Regions []controlRegionsJSON `json:"regions,omitempty"`
	// Differs says why trailspan judges otherwise; it is left out where it does not.
	Differs []differsJSON `json:"differs,omitempty"`
}

// controlRegionsJSON are Regions of which a check says the same.
type controlRegionsJSON struct {
	Status  control.Status `json:"status"`
	Regions []string       `json:"regions"`
}

type differsJSON struct {
	Kind    control.DifferenceKind `json:"kind"`
	Regions []string               `json:"regions"` // where; empty: Regions to come
	Missing []string               `json:"missing"` // classes that are not recorded there
	Why     string                 `json:"why"`     // the sentence
}

func controlDocuments(s *say.Speaker, a coverage.Assessment) []controlJSON {
	p := newPage(Options{Speaker: s})
	return each(control.Evaluate(a), func(r control.Result) controlJSON {
		return controlJSON{
			ID: r.ID, Status: r.Status, Reason: p.controlReason(r), Regions: controlRegionDocuments(r.Regions),
			Differs: differsDocuments(p, r.Differences, a),
		}
	})
}

// differsDocuments are left out when there are none.
func differsDocuments(p *page, all []control.Difference, a coverage.Assessment) []differsJSON {
	if len(all) == 0 {
		return nil
	}
	return each(all, func(d control.Difference) differsJSON {
		return differsJSON{d.Kind, strs(d.Regions), strs(d.Missing), p.difference(d, a)}
	})
}

// controlRegionDocuments puts together Regions with the same status, in the order in
// which statuses come first.
func controlRegionDocuments(all []control.RegionResult) []controlRegionsJSON {
	var out []controlRegionsJSON
	at := map[control.Status]int{}
	for _, r := range all {
		i, there := at[r.Status]
		if !there {
			i = len(out)
			at[r.Status] = i
			out = append(out, controlRegionsJSON{Status: r.Status})
		}
		out[i].Regions = append(out[i].Regions, string(r.Region))
	}
	return out
}

// catalogJSON is a published check, said once for all accounts.
type catalogJSON struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Sources []string `json:"sources"`
}

func controlCatalog(s *say.Speaker) []catalogJSON {
	return each(control.All(), func(c control.Control) catalogJSON {
		return catalogJSON{c.ID, s.Note(trail.Say("control.title." + c.ID)), c.Sources}
	})
}
