package report

import (
	"maps"
	"slices"
	"time"

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
	Sentences       wordings         `json:"sentences,omitempty"`
}

type regionJSON struct {
	Region     trail.Region     `json:"region"`
	OptIn      string           `json:"optIn"` // default, opted-in or not-opted-in
	LeftOut    bool             `json:"leftOut,omitempty"`
	Verdict    coverage.Verdict `json:"verdict"`
	Missing    []string         `json:"missing"` // in the order of trail.Class
	RecordedBy []string         `json:"recordedBy"`
	Reasons    []string         `json:"reasons"`
	Answers    []answerJSON     `json:"answers,omitempty"` // where classes have different ones
}

// answerJSON is the answer for some of the classes of a Region.
type answerJSON struct {
	Classes    []string         `json:"classes"`
	Verdict    coverage.Verdict `json:"verdict"`
	RecordedBy []string         `json:"recordedBy"`
	Reason     string           `json:"reason"`
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
	// LoggingSeenIn is where Logging was seen, when that is not the home Region.
	LoggingSeenIn trail.Region `json:"loggingSeenIn,omitempty"`
	KeyPrefix     string       `json:"keyPrefix,omitempty"`
	SNSTopicARN   trail.ARN    `json:"snsTopicArn,omitempty"`
	LogGroupARN   trail.ARN    `json:"logGroupArn,omitempty"`
	LogRoleARN    trail.ARN    `json:"logRoleArn,omitempty"`
	KMSKeyID      string       `json:"kmsKeyId,omitempty"`
	// Selectors are left out when they could not be read; a Gap says why.
	Selectors *trail.Selectors `json:"selectors,omitempty"`
	Insights  bool             `json:"hasInsightSelectors,omitempty"`
	Status    []statusJSON     `json:"status,omitempty"`
	VisibleIn []trail.Region   `json:"visibleIn,omitempty"` // Regions that show it
}

// statusJSON is what Regions answer of a trail that all answer the same.
type statusJSON struct {
	Regions           []trail.Region `json:"regions"`
	Logging           bool           `json:"logging"`
	DeliveryError     string         `json:"deliveryError,omitempty"`
	DigestError       string         `json:"digestError,omitempty"`
	NotificationError string         `json:"notificationError,omitempty"`
	LogsError         string         `json:"logsError,omitempty"`
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

func accountDocument(english *say.Speaker, a coverage.Assessment) accountJSON {
	s := newScribe(english)
	d := accountJSON{
		ID: a.Snapshot.Account, Name: a.Snapshot.Name, Partition: a.Snapshot.Partition,
		Verdict: a.Verdict, FutureRegions: a.Future,
		Regions:         each(a.Regions, func(r coverage.Region) regionJSON { return regionDocument(s, r) }),
		Trails:          each(a.Snapshot.Trails, func(t trail.Trail) trailJSON { return trailDocument(t, a.Snapshot.Regions) }),
		EventDataStores: each(a.Snapshot.EventDataStores, storeDocument),
		Findings:        each(sober(a), func(f trail.Finding) findingJSON { return findingDocument(s, f) }),
		Controls:        controlDocuments(s.english, a),
		Gaps:            each(a.Snapshot.Gaps, gapDocument),
	}
	d.Sentences = s.said
	return d
}

func regionDocument(s voice, r coverage.Region) regionJSON {
	return regionJSON{
		Region: r.Region, OptIn: r.OptStatus.OptIn(), LeftOut: r.LeftOut, Verdict: r.Verdict,
		Missing: strs(r.Missing()), RecordedBy: strs(r.RecordedBy()), Reasons: sentences(s, r.Reasons()),
		Answers: answerDocuments(s, r.Cells),
	}
}

// answerDocuments puts classes with the same answer together. It is nil when all have
// the same, which the Region then says of itself.
func answerDocuments(s voice, cells []coverage.Cell) []answerJSON {
	var out []answerJSON
	for _, c := range cells {
		x := answerJSON{[]string{string(c.Class)}, c.State, strs(c.Witnesses), s.Note(c.Reason)}
		same := func(y answerJSON) bool {
			return y.Verdict == x.Verdict && y.Reason == x.Reason && slices.Equal(y.RecordedBy, x.RecordedBy)
		}
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i].Classes = append(out[i].Classes, string(c.Class))
			continue
		}
		out = append(out, x)
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

func trailDocument(t trail.Trail, all []trail.RegionView) trailJSON {
	return trailJSON{
		ARN: t.ARN, Name: t.Name, HomeRegion: t.HomeRegion,
		MultiRegion: t.MultiRegion, Organization: t.Organization, Logging: logging(t), LoggingSeenIn: elsewhere(t),
		GlobalServiceEvents: t.GlobalServiceEvents, LogFileValidation: t.LogFileValidation, Bucket: t.Bucket,
		KeyPrefix: t.KeyPrefix, SNSTopicARN: t.SNSTopicARN, LogGroupARN: t.LogGroupARN, LogRoleARN: t.LogRoleARN, KMSKeyID: t.KMSKeyID,
		Selectors: t.Selectors, Insights: t.InsightSelectors, Status: statusDocuments(t.Status), VisibleIn: visibleIn(t.ARN, all),
	}
}

func visibleIn(arn trail.ARN, all []trail.RegionView) []trail.Region {
	var out []trail.Region
	for _, r := range all {
		if slices.Contains(r.Visible, arn) {
			out = append(out, r.Region)
		}
	}
	return out
}

// statusDocuments puts together Regions that answer the same; when something was last
// delivered is not told.
func statusDocuments(all map[trail.Region]trail.Status) []statusJSON {
	var out []statusJSON
	at := map[trail.Status]int{}
	for _, region := range slices.Sorted(maps.Keys(all)) {
		s := timeless(all[region])
		i, there := at[s]
		if !there {
			i = len(out)
			at[s] = i
			out = append(out, statusJSON{nil, s.Logging, s.DeliveryError, s.DigestError, s.NotificationError, s.LogsError})
		}
		out[i].Regions = append(out[i].Regions, region)
	}
	return out
}

func timeless(s trail.Status) trail.Status {
	s.LatestDelivery, s.StartedLogging, s.StoppedLogging = time.Time{}, time.Time{}, time.Time{}
	return s
}

func storeDocument(d trail.EventDataStore) storeJSON {
	return storeJSON{
		ARN: d.ARN, Name: d.Name, HomeRegion: d.HomeRegion, Status: d.Status,
		MultiRegion: d.MultiRegion, Organization: d.Organization,
	}
}

func findingDocument(s voice, f trail.Finding) findingJSON {
	return findingJSON{
		ID: f.ID, Severity: f.Severity, Region: f.Region, Trail: f.Trail,
		Message: s.Note(f.Message), Hint: s.Note(f.Hint),
	}
}

func gapDocument(g trail.Gap) gapJSON {
	return gapJSON{Region: g.Region, Action: g.Action, Kind: g.Kind, Error: g.Error, Trail: g.Trail}
}
