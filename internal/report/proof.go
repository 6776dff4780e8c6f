package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/trail"
)

// ProofSchema names the JSON of Proof. Fields may be added to it, never changed.
const ProofSchema = "trailspan/prove/v1"

// Proof shows in which Regions the trail was proven to deliver.
func Proof(w io.Writer, f Format, r prove.Result, o Options) error {
	switch f {
	case Text:
		p := newPage(o)
		p.proof(r)
		return p.writeTo(w)
	case JSON:
		return writeJSON(w, proofDocument(r))
	default:
		return unknownFormat(f)
	}
}

type proofJSON struct {
	Schema    string            `json:"schema"`
	Account   trail.AccountID   `json:"account"`
	Run       string            `json:"run"`
	Trail     trail.ARN         `json:"trail"` // "" when Regions have trails of their own
	Why       string            `json:"why"`
	Regions   []proofRegionJSON `json:"regions"`
	Summary   proofSummaryJSON  `json:"summary"`
	Sentences wordings          `json:"sentences,omitempty"`
}

type proofRegionJSON struct {
	Region    trail.Region  `json:"region"`
	Status    prove.Status  `json:"status"`
	Seconds   *float64      `json:"seconds,omitempty"` // of proven
	File      string        `json:"file,omitempty"`    // of proven
	Trail     trail.ARN     `json:"trail,omitempty"`
	RequestID string        `json:"requestId,omitempty"` // of the marked call
	Reason    string        `json:"reason,omitempty"`    // of all but proven
	Gap       *proofGapJSON `json:"gap,omitempty"`
}

type proofGapJSON struct {
	Action string        `json:"action"`
	Kind   trail.GapKind `json:"kind"`
	Error  string        `json:"error"`
}

type proofSummaryJSON struct {
	Regions int `json:"regions"`
	Proven  int `json:"proven"`
	Seen    int `json:"seen"`
	Pending int `json:"pending"`
	Unknown int `json:"unknown"`
}

func proofDocument(r prove.Result) proofJSON {
	n, s := r.Count(), newScribe(english())
	d := proofJSON{
		Schema: ProofSchema, Account: r.Account, Run: r.Run, Trail: r.Trail, Why: s.Note(r.Why),
		Regions: each(r.Regions, func(x prove.RegionResult) proofRegionJSON { return proofRegion(s, x) }),
		Summary: proofSummaryJSON{len(r.Regions), n[prove.Proven], n[prove.Seen], n[prove.Pending], n[prove.Unknown]},
	}
	d.Sentences = s.said
	return d
}

func proofRegion(s voice, x prove.RegionResult) proofRegionJSON {
	d := proofRegionJSON{Region: x.Region, Status: x.Status, File: x.File, Trail: x.Trail, RequestID: x.RequestID}
	if x.Status == prove.Proven {
		seconds := x.Took.Seconds()
		d.Seconds = &seconds
	} else {
		d.Reason = s.Note(x.Reason)
	}
	if x.Gap != nil {
		d.Gap = &proofGapJSON{x.Gap.Action, x.Gap.Kind, x.Gap.Error}
	}
	return d
}

// proof shows how long it took until the log files had the marked call of each Region,
// and folds the Regions of which the same is to be said otherwise:
//
//	✗ proven in 1 of 17 Regions
//	  Regions have trails of their own
//
//	  ✗ not yet (16)  ap-northeast-2 …  no trail reaches this Region
//
//	     Region          seconds  trail
//	  ✓  ap-northeast-1  72.0     your-trail-name
//
//	To go on
//	  trailspan prove --resume 20261122T064206Z-7f3a10
func (p *page) proof(r prove.Result) {
	m := bad
	if r.Proven() {
		m = good
	}
	p.text(0, para{m.sign + " " + p.say("report.proof",
		"proven", strconv.Itoa(r.Count()[prove.Proven]), "all", strconv.Itoa(len(r.Regions))), m.ink})
	if r.Why.Key != "" {
		p.text(tableIndent, para{p.note(r.Why), dim})
	}
	p.blank()
	p.unproven(r.Regions)
	p.proven(r.Regions)
	p.proofNext(r)
}

// proofNext is what can be done about Regions that are not proven: wait for what was
// sent and try again what failed, or see why nothing was sent.
func (p *page) proofNext(r prove.Result) {
	var again, missing bool
	for _, x := range r.Regions {
		open := x.Status != prove.Proven
		again = again || open && (x.RequestID != "" || x.Gap != nil)
		missing = missing || open && x.RequestID == "" && x.Gap == nil
	}
	if again {
		p.command(p.say("report.resume"), "trailspan prove --resume "+r.Run)
	}
	if missing {
		p.command(p.say("report.proof.check"), "trailspan check")
	}
}

func (p *page) unproven(regions []prove.RegionResult) {
	t := table{columns: []column{{}, {least: 14}, {least: 20}}}
	var folded []prove.RegionResult
	names := map[string][]string{}
	key := func(x prove.RegionResult) string { return string(x.Status) + "\x00" + p.doubt(x).String() }
	for _, x := range regions {
		if x.Status == prove.Proven {
			continue
		}
		if names[key(x)] == nil {
			folded = append(folded, x)
		}
		names[key(x)] = append(names[key(x)], string(x.Region))
	}
	for _, x := range folded {
		list := names[key(x)]
		m := proofMark(x.Status)
		word := m.sign + " " + p.say("report.proof."+string(x.Status)) + " (" + strconv.Itoa(len(list)) + ")"
		t.add(cell{{word, m.ink}}, words(strings.Join(list, " ")), p.doubt(x))
	}
	if len(folded) > 0 {
		p.table(t)
	}
}

// doubt is why a Region is not proven, and what could not be done.
func (p *page) doubt(x prove.RegionResult) cell {
	c := words(p.note(x.Reason))
	if x.Gap != nil {
		c = append(c, para{x.Gap.Action + ": " + x.Gap.Error, dim})
	}
	return c
}

// proven gives each Region a row, and its trail where trails differ.
func (p *page) proven(regions []prove.RegionResult) {
	all := slices.DeleteFunc(slices.Clone(regions), func(x prove.RegionResult) bool { return x.Status != prove.Proven })
	if len(all) == 0 {
		return
	}
	if len(all) < len(regions) {
		p.blank()
	}
	t := table{columns: []column{
		{}, {head: p.say("report.head.region")}, {head: p.say("report.head.seconds")}, {head: p.say("report.head.trail"), least: 12},
	}}
	for _, x := range all {
		t.add(cell{good.para()}, words(string(x.Region)), words(strconv.FormatFloat(x.Took.Seconds(), 'f', 1, 64)), words(x.Trail.Name()))
	}
	p.table(t)
}

func proofMark(s prove.Status) mark {
	switch s {
	case prove.Proven:
		return good
	case prove.Seen, prove.Unknown:
		return unknown
	default:
		return bad
	}
}
