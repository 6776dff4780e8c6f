package report

import (
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// gaps writes what could not be looked at, once for all Regions that gave the same
// kind of answer, with what AWS said in the first of them:
//
//	What could not be looked at
//	  eu-west-1, eu-west-2  cloudtrail:DescribeTrails  access denied
//	                                                   User: … is not authorized to …
func (p *page) gaps(gaps []trail.Gap) {
	if len(gaps) == 0 {
		return
	}
	p.title(p.say("report.gaps"))
	t := table{columns: []column{{least: 14}, {least: 16}, {least: 20}}}
	for _, g := range foldGaps(gaps) {
		t.add(words(p.regionList(g.regions)), g.what(), cell{{p.say("gap." + string(g.Kind)), yellow}, {g.Error, dim}})
	}
	p.table(t)
}

// regionList names a few Regions, and counts many.
func (p *page) regionList(regions []string) string {
	if len(regions) > listedRegions {
		return p.say("report.regionCount", "count", strconv.Itoa(len(regions)))
	}
	return p.list(regions)
}

type foldedGap struct {
	trail.Gap
	regions []string
}

// what could not be done, and to which trail.
func (g foldedGap) what() cell {
	c := words(g.Action)
	if g.Trail != "" {
		c = append(c, para{g.Trail.Name(), plainInk})
	}
	return c
}

func foldGaps(gaps []trail.Gap) []foldedGap {
	var out []foldedGap
	index := map[string]int{}
	for _, g := range gaps {
		key := strings.Join([]string{g.Action, string(g.Kind), string(g.Trail)}, "\x00")
		if _, there := index[key]; !there {
			index[key] = len(out)
			out = append(out, foldedGap{Gap: g})
		}
		if g.Region != "" {
			out[index[key]].regions = append(out[index[key]].regions, string(g.Region))
		}
	}
	return out
}
