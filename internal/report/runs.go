package report

import (
	"io"
	"slices"
	"time"
)

// RunsSchema names the JSON of Runs.
const RunsSchema = "trailspan/runs/v1"

// Run is a past run, as far as a list tells of it.
type Run struct {
	Run     string    `json:"run"`
	Command string    `json:"command,omitempty"`
	Account string    `json:"account,omitempty"`
	Trail   string    `json:"trail,omitempty"`
	Began   time.Time `json:"began,omitzero"`
	State   string    `json:"state"` // untouched, verified, half-way, rolling-back, rolled-back, partly-rolled-back, waiting, proven or unreadable
	Error   string    `json:"error,omitempty"`
	Runs    []string  `json:"runs,omitempty"` // of its accounts, when it is one of many
}

// Runs lists past runs; dir is where their journals are.
func Runs(w io.Writer, f Format, dir string, runs []Run, o Options) error {
	switch f {
	case Text:
		return runsText(dir, runs, o).writeTo(w)
	case JSON:
		return writeJSON(w, runsJSON{RunsSchema, append([]Run{}, runs...), dir})
	default:
		return unknownFormat(f)
	}
}

type runsJSON struct {
	Schema  string `json:"schema"`
	Runs    []Run  `json:"runs"`
	Journal string `json:"journal"` // where the journals are
}

// check refuses a state that no run is in.
func (d runsJSON) check() error {
	known := []string{"untouched", "verified", "half-way", "rolling-back", "rolled-back", "partly-rolled-back", "waiting", "proven", "unreadable"}
	for _, r := range d.Runs {
		if !slices.Contains(known, r.State) {
			return wrong("state: " + r.State)
		}
	}
	return nil
}

// runsText writes a line for each run:
//
//	run                      command  account       state
//	20261122T064206Z-7f3a10  convert  123456789012  verified
func runsText(dir string, runs []Run, o Options) *page {
	p := newPage(o)
	if len(runs) == 0 {
		p.text(0, para{p.say("report.runs.none", "dir", dir), plainInk})
		return p
	}
	t := table{columns: []column{
		{head: p.say("report.head.run")},
		{head: p.say("report.head.command")},
		{head: p.say("report.head.account")},
		{head: p.say("report.head.state"), least: 12},
	}}
	for _, r := range runs {
		state := cell{{p.say("report.runs." + r.State), plainInk}}
		if r.Error != "" {
			state = append(state, para{r.Error, dim})
		}
		t.add(words(r.Run), words(r.Command), words(r.Account), state)
	}
	p.table(t)
	return p
}
