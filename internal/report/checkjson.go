package report

import (
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// CheckSchema names the JSON of a check. Fields may be added to it, never changed.
const CheckSchema = "trailspan/check/v1"

// The document of a check is its head, the list of accounts, and its tail.
type checkHeadJSON struct {
	Schema      string `json:"schema"`
	GeneratedAt string `json:"generatedAt"` // RFC 3339, UTC
}

type checkTailJSON struct {
	Summary summaryJSON `json:"summary"`
	Skipped []Skipped   `json:"skipped,omitempty"`
	// Controls are the published checks of which accounts tell, by ID.
	Controls []catalogJSON `json:"controlCatalog"`
}

type accountJSON struct {
	ID              trail.AccountID  `json:"id"`
	Name            string           `json:"name"`
	Partition       trail.Partition  `json:"partition"`
	Verdict         coverage.Verdict `json:"verdict"`
	FutureRegions   coverage.Verdict `json:"futureRegions"`
	Regions         []regionJSON     `json:"regions"`
	Trails          []trailJSON      `json:"trails"`
	EventDataStores []storeJSON      `json:"eventDataStores"`
	Findings        []findingJSON    `json:"findings"`
	Controls        []controlJSON    `json:"controls"`
	Gaps            []gapJSON        `json:"gaps"`
}

type regionJSON struct {
	Region     trail.Region     `json:"region"`
	OptIn      string           `json:"optIn"` // default, opted-in or not-opted-in
	LeftOut    bool             `json:"leftOut,omitempty"`
	Verdict    coverage.Verdict `json:"verdict"`
	Missing    []string         `json:"missing"` // in the order of trail.Class
	RecordedBy []string         `json:"recordedBy"`
	Reasons    []string         `json:"reasons"`
}

type trailJSON struct {
	ARN                 trail.ARN    `json:"arn"`
	Name                string       `json:"name"`
	HomeRegion          trail.Region `json:"homeRegion"`
	MultiRegion         bool         `json:"multiRegion"`
	Organization        bool         `json:"organization"`
	Logging             *bool        `json:"logging"` // null: it could not be seen
	GlobalServiceEvents bool         `json:"globalServiceEvents"`
	LogFileValidation   bool         `json:"logFileValidation"`
	Bucket              string       `json:"bucket"`
}

type storeJSON struct {
	ARN          trail.ARN    `json:"arn"`
	Name         string       `json:"name"`
	HomeRegion   trail.Region `json:"homeRegion"`
	Status       string       `json:"status"`
	MultiRegion  bool         `json:"multiRegion"`
	Organization bool         `json:"organization"`
}

type findingJSON struct {
	ID       string         `json:"id"`
	Severity trail.Severity `json:"severity"`
	Region   trail.Region   `json:"region"`
	Trail    trail.ARN      `json:"trail"`
	Message  string         `json:"message"`
	Hint     string         `json:"hint"`
}

type gapJSON struct {
	Region trail.Region  `json:"region"`
	Action string        `json:"action"`
	Kind   trail.GapKind `json:"kind"`
	Error  string        `json:"error"`
	Trail  trail.ARN     `json:"trail,omitempty"`
}

// summaryJSON counts over all accounts. Regions are the enabled ones.
type summaryJSON struct {
	Accounts   int `json:"accounts"`
	Regions    int `json:"regions"`
	Recorded   int `json:"recorded"`
	Partial    int `json:"partial"`
	Failing    int `json:"failing"`
	Unrecorded int `json:"unrecorded"`
	Unknown    int `json:"unknown"`
	Disabled   int `json:"disabled"`
}

func (s *summaryJSON) add(a coverage.Assessment) {
	n := a.Count()
	s.Accounts++
	s.Regions += a.Looked()
	s.Recorded += n[coverage.Recorded]
	s.Partial += n[coverage.Partial]
	s.Failing += n[coverage.Failing]
	s.Unrecorded += n[coverage.Unrecorded]
	s.Unknown += n[coverage.Unknown]
	s.Disabled += n[coverage.Disabled]
}

func accountDocument(s *say.Speaker, a coverage.Assessment) accountJSON {
	return accountJSON{
		ID: a.Snapshot.Account, Name: a.Snapshot.Name, Partition: a.Snapshot.Partition,
		Verdict: a.Verdict, FutureRegions: a.Future,
		Regions:         each(a.Regions, func(r coverage.Region) regionJSON { return regionDocument(s, r) }),
		Trails:          each(a.Snapshot.Trails, trailDocument),
		EventDataStores: each(a.Snapshot.EventDataStores, storeDocument),
		Findings:        each(sober(a), func(f trail.Finding) findingJSON { return findingDocument(s, f) }),
		Controls:        controlDocuments(s, a),
		Gaps:            each(a.Snapshot.Gaps, gapDocument),
	}
}

func regionDocument(s *say.Speaker, r coverage.Region) regionJSON {
	return regionJSON{
		Region: r.Region, OptIn: r.OptStatus.OptIn(), LeftOut: r.LeftOut, Verdict: r.Verdict,
		Missing: strs(r.Missing()), RecordedBy: strs(r.RecordedBy()), Reasons: sentences(s, r.Reasons()),
	}
}

func trailDocument(t trail.Trail) trailJSON {
	return trailJSON{
		ARN: t.ARN, Name: t.Name, HomeRegion: t.HomeRegion,
		MultiRegion: t.MultiRegion, Organization: t.Organization, Logging: logging(t),
		GlobalServiceEvents: t.GlobalServiceEvents, LogFileValidation: t.LogFileValidation, Bucket: t.Bucket,
	}
}

func storeDocument(d trail.EventDataStore) storeJSON {
	return storeJSON{
		ARN: d.ARN, Name: d.Name, HomeRegion: d.HomeRegion, Status: d.Status,
		MultiRegion: d.MultiRegion, Organization: d.Organization,
	}
}

func findingDocument(s *say.Speaker, f trail.Finding) findingJSON {
	return findingJSON{
		ID: f.ID, Severity: f.Severity, Region: f.Region, Trail: f.Trail,
		Message: s.Note(f.Message), Hint: s.Note(f.Hint),
	}
}

func gapDocument(g trail.Gap) gapJSON {
	return gapJSON{Region: g.Region, Action: g.Action, Kind: g.Kind, Error: g.Error, Trail: g.Trail}
}
